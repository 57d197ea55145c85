using System.Globalization;
using Ampacity.Fleet;
using CsCheck;

namespace Ampacity.Tests;

/// <summary>What an export writes, an import reads back as no change.</summary>
public sealed class CsvRoundTripTests
{
    private const string R = CsvFleet.Rack;

    [Theory]
    [InlineData(CsvKind.Racks)]
    [InlineData(CsvKind.Assets)]
    [InlineData(CsvKind.Placements)]
    [InlineData(CsvKind.Feeds)]
    public void The_example_comes_back_as_no_change(CsvKind kind)
    {
        var ledger = OneRack.Ledger();
        var text = CsvFleet.Export(kind, ledger);
        Assert.True(text.Split('\n').Length > 3, text);
        AssertNoChange(kind, text, ledger, CsvFleet.NowMs + 1);
    }

    [Fact]
    public void Any_fleet_that_came_by_CSV_comes_back_as_no_change()
    {
        var word = Gen.Char["abcXYZ019 -+='\"@,;.äß漢/"].Array[1, 12].Select(chars => "w1" + new string(chars));
        var odd = Gen.Char["=+-@'a1,;\""].Array[1, 6].Select(chars => new string(chars) + "7");
        var state = OneOf("", "Planned", "Ordered", "racked", "Burn-In", "live", "FAILED");
        var day = OneOf("", "2025-11-01", "2025-12-31T23:59:59.999+01:00", "2026-01-01");
        Gen.Select(word, odd, state, day, Gen.Int[0, 30], word).Array[1, 12].Sample(rows =>
        {
            var text = new StringWriter(CultureInfo.InvariantCulture);
            var row = new CsvTestRow(text);
            row.Write("place", "serial", "asset_tag", "part_number", "state", "owner", "ordered", "firmware.bmc");
            for (var i = 0; i < rows.Length; i++)
            {
                var (owner, tag, said, ordered, place, part) = rows[i];
                row.Write(
                    place % 3 == 0 ? "" : $"{R}/u{40 + i}", $"S-{i}", $"{tag}-{i}", part, said, owner, said is "Planned" ? "" : ordered, place % 2 == 0 ? "1.2.3-rc" : "");
            }

            var ledger = CsvFleet.Import(CsvKind.Assets, text.ToString());
            foreach (var kind in Enum.GetValues<CsvKind>())
            {
                AssertNoChange(kind, CsvFleet.Export(kind, ledger), ledger, CsvFleet.NowMs + 1);
            }

            // Some of them move, and that comes back too.
            var moved = "serial,place\n" + string.Concat(rows.Select((_, i) => $"S-{i},{R}/u{60 + i}\n"));
            var later = CsvFleet.Import(CsvKind.Assets, moved, ledger, CsvFleet.NowMs + 5);
            AssertNoChange(CsvKind.Assets, CsvFleet.Export(CsvKind.Assets, later, CsvFleet.NowMs + 5), later, CsvFleet.NowMs + 9);
            AssertNoChange(CsvKind.Placements, CsvFleet.Export(CsvKind.Placements, later, CsvFleet.NowMs + 5), later, CsvFleet.NowMs + 9);
        }, iter: 60);
    }

    [Fact]
    public void A_scope_and_a_subtree_narrow_what_is_written()
    {
        var graph = OneRack.Graph();
        using var nothing = new StringWriter();
        CsvExport.Write(CsvKind.Assets, graph.Within(PlaceScope.Subtrees(["elsewhere"])), -1, nothing);
        Assert.Equal(2, nothing.ToString().TrimEnd('\n').Split('\n').Length);
        using var rack = new StringWriter();
        CsvExport.Write(CsvKind.Racks, graph.Within(PlaceScope.Subtrees([R])), graph.FindPath(R), rack);
        Assert.Contains($"\n{R},nvidia/gb200-nvl72@1,2,3,,", rack.ToString(), StringComparison.Ordinal);
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static void AssertNoChange(CsvKind kind, string text, FactLedger ledger, long nowMs)
    {
        var plan = CsvFleet.Plan(kind, text, ledger, nowMs);
        Assert.Empty(plan.Errors);
        Assert.True(plan.Draft.IsEmpty, string.Join('\n', plan.Changes.Select(change => $"{change.Verb} {change.What} {change.Before} -> {change.After}")) + "\n" + text);
    }

    private sealed class CsvTestRow(TextWriter text)
    {
        public void Write(params string[] fields) => text.Write(string.Join(',', fields.Select(Quoted)) + "\n");

        // As a spreadsheet would: what looks like a formula is marked as text.
        private static string Quoted(string field) =>
            $"\"{(field.Length > 0 && "=+-@'".Contains(field[0], StringComparison.Ordinal) ? "'" : "")}{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
