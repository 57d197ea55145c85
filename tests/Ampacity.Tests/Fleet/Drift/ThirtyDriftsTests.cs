using Ampacity.Fleet;
using CsCheck;

namespace Ampacity.Tests;

/// <summary>Drifts that are put into a survey of a rack that is right: all of them are found, and nothing else.</summary>
public sealed class ThirtyDriftsTests
{
    private static readonly SeededRack Rack = SeededRack.Of(DriftSeeds.Declare);

    [Fact]
    public void A_rack_of_trays_switches_and_shelves_that_is_right_has_no_drift()
    {
        var drift = DriftSeeds.Find(Rack, []);
        Assert.Empty(drift.Rows);
        Assert.Equal(35, drift.Matched);
    }

    [Fact]
    public void Thirty_seeded_drifts_in_one_rack_are_all_found_and_no_false_one()
    {
        const int seed = 20261130;
        var seeds = DriftSeeds.Draw(Rack, 30, new Random(seed));

        // A board swap, two trays exchanged and a double record are among them, as is every other kind that there is.
        Assert.Equal(Enum.GetValues<DriftKind>(), seeds.Select(one => one.Kind).Distinct().Order());
        Assert.Equal(30, seeds.Count);
        AssertFound(seeds, seed);
    }

    [Fact]
    public void Any_drawing_of_drifts_is_found_whole() => Gen.Select(Gen.Int[1, 30], Gen.Int).Sample(
        (count, seed) => AssertFound(DriftSeeds.Draw(Rack, count, new Random(seed)), seed), iter: 300);

    private static void AssertFound(IReadOnlyList<DriftSeed> seeds, int seed)
    {
        var rows = DriftSeeds.Find(Rack, seeds).Rows;
        var expected = seeds.Select(one => one.ToString()).Order(StringComparer.Ordinal);
        var found = rows.Select(row => $"{row.Kind} {row.Place} {row.Detail}".TrimEnd()).Order(StringComparer.Ordinal);
        Assert.True(expected.SequenceEqual(found), $"seed {seed}\nput in:\n{string.Join('\n', expected.Except(found))}\nfound:\n{string.Join('\n', found.Except(expected))}");
        Assert.Equal(rows.Count, rows.Select(row => row.Id).Distinct().Count());
    }
}
