using Ampacity.Analysis;
using Ampacity.Fleet;

namespace Ampacity.Tests;

public sealed class TripWhatIfTests
{
    private static readonly FleetGraph Graph = OneRack.Graph();

    private static int Node(string path) =>
        Graph.Within(PlaceScope.Whole).TryFind(path, out var key) ? key.Node : throw new KeyNotFoundException(path);

    private static TripOutcome Trip(double rackWatts, params string[] paths)
    {
        var draw = new double[Graph.NodeCount];
        Array.Fill(draw, double.NaN);
        draw[Node("site/hall/r01/01")] = rackWatts;
        return TripWhatIf.Trip(Graph.Power, draw, paths.Select(Node).ToHashSet());
    }

    [Fact]
    public void A_tripped_ups_leaves_the_other_with_all_and_says_the_headroom_left()
    {
        var outcome = Trip(132_000, "site/hall/ups-a");
        var upsB = outcome.Nodes.Single(node => node.Node == Node("site/hall/ups-b"));
        Assert.Equal((66_000, 132_000, 118_000), (upsB.Before.Value, upsB.After.Value, upsB.Headroom!.Value.Value));
        Assert.Empty(outcome.DarkRacks);
        Assert.Null(outcome.NextToTrip);

        // 400 A · 415 V · √3 · 0.98 · 0.8 less 132 kW.
        Assert.Equal(Node("site/hall/bw-1b"), outcome.Tightest!.Node);
        Assert.Equal((400 * 415 * Math.Sqrt(3) * 0.98 * 0.8) - 132_000, outcome.Tightest.Headroom!.Value.Value, 6);
    }

    [Fact]
    public void An_overloaded_survivor_trips_next_by_its_curve()
    {
        // 300 kW on one 250 kW UPS is 120 %: the curve bears that for 60 s.
        var outcome = Trip(300_000, "site/hall/ups-a");
        var upsB = outcome.Nodes.Single(node => node.Node == Node("site/hall/ups-b"));
        Assert.Equal(60, upsB.SecondsToTrip);

        // The busway's 287 kVA at 0.98 is 282 kW: without a curve it trips at once, before the UPS.
        Assert.Equal(Node("site/hall/bw-1b"), outcome.NextToTrip!.Node);
        Assert.Equal(0, outcome.NextToTrip.SecondsToTrip);
    }

    [Fact]
    public void Both_sides_out_are_a_dark_rack_and_its_draw_is_lost()
    {
        var outcome = Trip(100_000, "site/hall/ups-a", "site/hall/bw-1b");
        Assert.Equal([Node("site/hall/r01/01")], outcome.DarkRacks);
        Assert.Equal(100_000, outcome.LostDraw.Value);
    }

    [Fact]
    public void An_unknown_draw_is_nothing_and_not_zero_headroom()
    {
        var outcome = Trip(double.NaN, "site/hall/ups-a");
        Assert.All(outcome.Nodes, node => Assert.Equal(0, node.After.Value));
        Assert.Equal(0, outcome.LostDraw.Value);
    }
}
