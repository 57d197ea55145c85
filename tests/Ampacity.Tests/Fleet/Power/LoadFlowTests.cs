using Ampacity.Fleet;
using Ampacity.Units;
using CsCheck;

namespace Ampacity.Tests.Fleet;

public sealed class LoadFlowTests
{
    // utility 0 → ups-a 1, ups-b 2 → bw-a 3, bw-b 4 → rack 5
    private static readonly (int Node, int Source, int Order)[] TwoN =
        [(1, 0, 0), (2, 0, 0), (3, 1, 0), (4, 2, 0), (5, 3, 0), (5, 4, 1)];

    private static PowerGraph Graph((int Node, int Source, int Order)[] feeds, int nodes, params (int Node, FeedMode Mode)[] modes) =>
        PowerGraph.Build(Nodes(feeds, nodes, modes));

    private static PowerNode?[] Nodes((int Node, int Source, int Order)[] feeds, int nodes, params (int Node, FeedMode Mode)[] modes) =>
        [.. Enumerable.Range(0, nodes).Select(node => new PowerNode(
            [.. feeds.Where(feed => feed.Node == node).OrderBy(feed => feed.Order).Select(feed => new PowerFeed(feed.Source, 1, null))],
            modes.FirstOrDefault(mode => mode.Node == node).Mode, null, null, null))];

    private static double[] Solve(PowerGraph graph, double[] draw, params int[] @out)
    {
        var flow = new LoadFlow(graph);
        flow.Solve(draw, @out.ToHashSet());
        return flow.CarriedWatts.ToArray();
    }

    [Fact]
    public void A_two_n_rack_puts_half_on_each_side()
    {
        var carried = Solve(Graph(TwoN, 6), [0, 0, 0, 0, 0, 132_000]);
        Assert.Equal([132_000, 66_000, 66_000, 66_000, 66_000, 132_000], carried);
    }

    [Fact]
    public void A_tripped_side_moves_all_to_the_other()
    {
        var carried = Solve(Graph(TwoN, 6), [0, 0, 0, 0, 0, 132_000], 1);
        Assert.Equal([132_000, 0, 132_000, 0, 132_000, 132_000], carried);
    }

    [Fact]
    public void A_rack_that_loses_both_sides_is_dark_and_draws_nothing()
    {
        var graph = Graph(TwoN, 6);
        var flow = new LoadFlow(graph);
        flow.Solve([0, 0, 0, 0, 0, 132_000], new HashSet<int> { 1, 4 });
        Assert.False(flow.IsLive(5));
        Assert.All(flow.CarriedWatts.ToArray(), watts => Assert.Equal(0, watts));
    }

    [Fact]
    public void A_preferred_feed_carries_all_until_it_is_out()
    {
        var graph = Graph(TwoN, 6, (5, FeedMode.Preferred));
        Assert.Equal([10, 10, 0, 10, 0, 10], Solve(graph, [0, 0, 0, 0, 0, 10]));
        Assert.Equal([10, 0, 10, 0, 10, 10], Solve(graph, [0, 0, 0, 0, 0, 10], 3));
    }

    [Fact]
    public void A_lossy_node_takes_more_than_it_gives()
    {
        var nodes = Nodes(TwoN, 6);
        nodes[1] = nodes[1]! with { Efficiency = new EfficiencyFact(0.96) };
        var graph = PowerGraph.Build(nodes);
        var carried = Solve(graph, [0, 0, 0, 0, 0, 96_000]);
        Assert.Equal(48_000, carried[1]);
        Assert.Equal(50_000 + 48_000, carried[0], 6);
    }

    [Fact]
    public void A_live_node_takes_its_fixed_loss_even_when_it_gives_nothing()
    {
        var nodes = Nodes(TwoN, 6);
        nodes[1] = nodes[1]! with { Efficiency = new EfficiencyFact(1, null, 500) };
        Assert.Equal(500, Solve(PowerGraph.Build(nodes), [0, 0, 0, 0, 0, 0])[0]);
        Assert.Equal(0, Solve(PowerGraph.Build(nodes), [0, 0, 0, 0, 0, 0], 1)[0]);
    }

    [Fact]
    public void An_efficiency_curve_is_read_between_its_points_by_the_share_of_the_rating()
    {
        var rating = new NodePower(new Watts(100_000), new Watts(100_000), []);
        var node = PowerNode.Nothing with
        {
            Rating = rating,
            Efficiency = new EfficiencyFact(0.96, [new(0.2, 0.9), new(0.4, 0.94), new(1, 0.96)]),
        };
        Assert.Equal(10_000 / 0.9, node.InputWatts(10_000), 6);
        Assert.Equal(30_000 / 0.92, node.InputWatts(30_000), 6);
        Assert.Equal(120_000 / 0.96, node.InputWatts(120_000), 6);
    }

    [Fact]
    public void Feeds_of_other_weights_share_by_them()
    {
        var nodes = Nodes(TwoN, 6);
        nodes[5] = nodes[5]! with { Feeds = [new PowerFeed(3, 3, null), new PowerFeed(4, 1, null)] };
        var carried = Solve(PowerGraph.Build(nodes), [0, 0, 0, 0, 0, 100]);
        Assert.Equal((75, 25), (carried[3], carried[4]));
    }

    [Fact]
    public void Four_to_make_three_leaves_each_survivor_at_its_rating()
    {
        // domain.md §2.2: n = 4 blocks of C = 3 units, U = 9 over all six pairs, 1.5 each; after one loss each survivor carries 3.
        var feeds = new List<(int, int, int)>();
        var rack = 4;
        for (var a = 0; a < 4; a++)
        {
            for (var b = a + 1; b < 4; b++)
            {
                feeds.Add((rack, a, 0));
                feeds.Add((rack++, b, 1));
            }
        }

        var draw = new double[10];
        Array.Fill(draw, 1.5, 4, 6);
        var graph = Graph([.. feeds], 10);
        Assert.All(Solve(graph, draw)[..4], watts => Assert.Equal(2.25, watts, 12));
        Assert.All(Solve(graph, draw, 0)[1..4], watts => Assert.Equal(3, watts, 12));
    }

    [Fact]
    public void Nothing_is_lost_or_made_on_the_way_up()
    {
        // Random three-level trees with multi-fed racks: what the roots carry is what the lit racks draw.
        Gen.Int[0, 3].Array[1, 3].Array[4, 20].Select(Gen.Int[0, 7]).Sample((racks, outs) =>
        {
            var feeds = new List<(int, int, int)> { (1, 0, 0), (2, 0, 0), (3, 1, 0), (4, 1, 0), (5, 2, 0), (6, 2, 0) };
            for (var i = 0; i < racks.Length; i++)
            {
                feeds.AddRange(racks[i].Distinct().Select((bus, order) => (7 + i, 3 + bus, order)));
            }

            var draw = Enumerable.Range(0, 7 + racks.Length).Select(node => node < 7 ? 0.0 : node * 100).ToArray();
            var flow = new LoadFlow(Graph([.. feeds], draw.Length));
            flow.Solve(draw, new HashSet<int> { outs });
            var lit = Enumerable.Range(7, racks.Length).Where(flow.IsLive).Sum(node => draw[node]);
            Assert.Equal(lit, flow.CarriedWatts[0], 6);
        });
    }

    [Fact]
    public void A_feed_loop_is_named()
    {
        var error = Assert.Throws<FeedLoopException>(() => Graph([(1, 0, 0), (2, 1, 0), (1, 2, 1), (3, 2, 0)], 4));
        Assert.Equal(error.Loop[0], error.Loop[^1]);
        Assert.Equal([1, 2], error.Loop.Distinct().Order());
    }

    [Fact]
    public void A_busway_carries_root_three_times_volts_times_amperes()
    {
        // domain.md §2.1 vector: 415 V, 1,600 A, pf 0.98, 0.8 continuous is 901.7 kW.
        var power = NodePower.From(new PowerRatingFact(null, null, 1600, 415, 0.8, 0.98, []));
        Assert.Equal(901_700, power.Limit.Value, 50.0);
    }

    [Fact]
    public void An_overload_is_borne_as_long_as_the_curve_says()
    {
        var power = NodePower.From(new PowerRatingFact(
            100_000, null, null, null, 1, 0.98, [new(1.1, 600), new(1.25, 60), new(1.5, 10)]));
        Assert.Null(power.SecondsToTrip(new Watts(100_000)));
        Assert.Equal(600, power.SecondsToTrip(new Watts(105_000)));
        Assert.Equal(60, power.SecondsToTrip(new Watts(111_000)));
        Assert.Equal(10, power.SecondsToTrip(new Watts(150_000)));
        Assert.Equal(0, power.SecondsToTrip(new Watts(151_000)));
    }
}
