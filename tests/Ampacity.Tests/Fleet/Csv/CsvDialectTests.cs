using System.Text;
using Ampacity.Fleet;

namespace Ampacity.Tests;

/// <summary>What spreadsheets write, and what is no CSV.</summary>
public sealed class CsvDialectTests
{
    private const string Plain = "place,serial\nsite/hall/r01/01/13,SW-1\nsite/hall/r01/01/14,SW-2\n";

    public static TheoryData<string> Good =>
    [
        Plain,
        Plain.Replace("\n", "\r\n", StringComparison.Ordinal),
        Plain.Replace("\n", "\r", StringComparison.Ordinal),
        Plain.Replace(',', ';'),
        Plain.Replace(',', '\t'),
        Plain.TrimEnd('\n'),
        "# ampacity assets 1: one asset a row, commas and all\n" + Plain,
        "\"# ampacity assets 1: saved by a spreadsheet, which quotes\"\n" + Plain,
        "# a remark; of anyone\n\n" + Plain,
        "Serial , PLACE\nSW-1, site/hall/r01/01/13\n\"SW-2\",\"site/hall/r01/01/14\"\n",
        "place,serial,,\nsite/hall/r01/01/13,SW-1,,\n,,,\nsite/hall/r01/01/14,SW-2,,\n\n",
        "place,serial\nsite/hall/r01/01/13,'SW-1\nsite/hall/r01/01/14,SW-2\n",
    ];

    [Theory]
    [MemberData(nameof(Good))]
    public void A_dialect_of_a_spreadsheet_is_read(string text)
    {
        var assets = CsvFleet.Graph(CsvFleet.Import(CsvKind.Assets, text)).Assets;
        Assert.Equal(20, assets.Count);
        Assert.Equal("site/hall/r01/01/13", CsvFleet.Graph(OneRack.Ledger()).PathOf(assets.By(IdentifierKind.Serial, "SW-1")!.Place!.Value));
        Assert.NotNull(assets.By(IdentifierKind.Serial, "SW-2")!.Place);
    }

    [Fact]
    public void Every_encoding_with_its_mark_is_read()
    {
        const string Text = "place,part_number\nsite/hall/r01/01/13,Größe 5 ✓\n";
        Encoding[] encodings = [new UTF8Encoding(true), new UTF8Encoding(false), new UnicodeEncoding(false, true), new UnicodeEncoding(true, true)];
        foreach (var encoding in encodings)
        {
            var plan = CsvFleet.Plan(CsvKind.Assets, [.. encoding.GetPreamble(), .. encoding.GetBytes(Text)]);
            Assert.Empty(plan.Errors);
            Assert.Contains(plan.Changes, change => change.After is PartNumberFact { PartNumber: "Größe 5 ✓" });
        }
    }

    [Fact]
    public void A_decimal_comma_is_read_where_semicolons_separate_and_only_there()
    {
        var plan = CsvFleet.Plan(CsvKind.Racks, "path;x_m;y_m\nsite/hall/r01/01;2,5;3.25\n");
        Assert.Equal(new FloorPositionFact(2.5, 3.25), Assert.Single(plan.Changes).After);
        Assert.Equal("bad-number", Assert.Single(CsvFleet.Plan(CsvKind.Racks, "path\tx_m\ty_m\nsite/hall/r01/01\t2,5\t3\n").Errors, error => error.Path == "x_m").Rule);
    }

    [Theory]
    [InlineData("", "empty-file")]
    [InlineData("\n\n# only a remark\n", "empty-file")]
    [InlineData("place,serial,colour\n", "unknown-column")]
    [InlineData("place,serial,serial\n", "duplicate-column")]
    [InlineData("# ampacity racks 1: path\nplace,serial\n", "wrong-kind")]
    [InlineData("# ampacity assets 2: path\nplace,serial\n", "wrong-kind")]
    [InlineData("place,serial\nsite/hall/r01/01/13,\"SW-1\n", "bad-quotes")]
    [InlineData("place,serial\nsite/hall/r01/01/13,\"SW\"1\n", "bad-quotes")]
    [InlineData("place,serial\nsite/hall/r01/01/13,SW-1,more\n", "too-many-fields")]
    [InlineData("place,serial\nsite/hall/r01/01/13\n", "too-few-fields")]
    [InlineData("place,serial\nsite/hall/r01/01/13,SW\0-1\n", "control-character")]
    [InlineData("place,serial\nsite/hall/r01/01/13,\"SW\n1\"\n", "control-character")]
    [InlineData("place,serial,\nsite/hall/r01/01/13,SW-1,x\n", "unnamed-column")]
    public void What_is_no_CSV_of_ours_is_refused_by_rule(string text, string rule)
    {
        var plan = CsvFleet.Plan(CsvKind.Assets, text);
        Assert.Equal(rule, Assert.Single(plan.Errors).Rule);
        Assert.True(plan.Draft.IsEmpty);
    }

    [Fact]
    public void An_unknown_column_names_those_that_there_are() =>
        Assert.Contains("hostname, asset_tag", Assert.Single(CsvFleet.Plan(CsvKind.Assets, "place,sn\n").Errors).Hint, StringComparison.Ordinal);

    [Fact]
    public void A_missing_column_is_named() =>
        Assert.Equal(["missing-column path"], CsvFleet.Plan(CsvKind.Racks, "sku,x_m\n").Errors.Select(error => $"{error.Rule} {error.Path}"));

    [Fact]
    public void A_header_without_rows_changes_nothing()
    {
        var plan = CsvFleet.Plan(CsvKind.Assets, "place,serial");
        Assert.Empty(plan.Errors);
        Assert.True(plan.Draft.IsEmpty);
    }

    [Fact]
    public void Lines_are_right_after_remarks_empty_lines_and_broken_fields()
    {
        var plan = CsvFleet.Plan(CsvKind.Assets, "# remark\nplace,serial\n\nsite/hall/r01/01/13,\"SW\n1\"\r\nsite/hall/nowhere,SW-2\n");
        Assert.Equal([(4, "control-character"), (6, "unknown-rack")], plan.Errors.Select(error => (error.Line, error.Rule)));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        foreach (byte[] bytes in new byte[][] { [0xff, 0xff, 0x00], [.. "place,serial\n"u8, 0xc3, 0x28, 0x0a], [0xff, 0xfe, 0x41], [0xc3] })
        {
            var plan = CsvFleet.Plan(CsvKind.Assets, bytes);
            Assert.Contains(Assert.Single(plan.Errors).Rule, new[] { "not-text", "empty-file", "unknown-column" });
            Assert.True(plan.Draft.IsEmpty);
        }
    }

    [Fact]
    public void Ten_thousand_columns_are_too_many()
    {
        var header = string.Join(',', Enumerable.Range(0, 10_000).Select(column => $"c{column}"));
        Assert.Equal("too-many-columns", Assert.Single(CsvFleet.Plan(CsvKind.Assets, header + "\n").Errors).Rule);
    }

    [Theory]
    [InlineData("")]
    [InlineData("place,serial\n")]
    [InlineData("place,serial\n\"")]
    public void A_line_of_a_gigabyte_is_refused_after_its_first_64_KiB(string before)
    {
        using var endless = new EndlessLine(Encoding.UTF8.GetBytes(before), 1L << 30);
        var ledger = OneRack.Ledger();
        var plan = CsvImport.Plan(
            new CsvSource("big.csv", CsvKind.Assets, endless), new CsvGround(ledger, CsvFleet.Graph(ledger), OneRack.Catalogue, CsvFleet.NowMs),
            "test", "", TestContext.Current.CancellationToken);
        Assert.Equal("line-too-long", Assert.Single(plan.Errors).Rule);
        Assert.True(endless.Position < 1 << 20, $"{endless.Position} bytes were read");
    }

    [Fact]
    public void A_hundred_errors_are_told_and_no_more()
    {
        var text = "place,serial\n" + string.Concat(Enumerable.Range(0, 500).Select(row => $"site/hall/nowhere,SW-{row}\n"));
        Assert.Equal(100, CsvFleet.Plan(CsvKind.Assets, text).Errors.Count);
    }

    private sealed class EndlessLine(byte[] before, long length) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var given = 0;
            for (; given < count && Position < length; given++, Position++)
            {
                buffer[offset + given] = Position < before.Length ? before[Position] : (byte)'x';
            }

            return given;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
