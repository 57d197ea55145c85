using Ampacity.Fleet;

namespace Ampacity.Tests.Fleet.Files;

/// <summary>The shipped examples declare what their comments say, and stand electrically.</summary>
public sealed class ExampleFilesTests
{
    private const long NowMs = OneRack.BeganMs;

    [Theory]
    [InlineData("one-rack.yaml")]
    [InlineData("hall-300.yaml")]
    [InlineData("programme-26gw.yaml")]
    public void An_example_applies_and_a_second_time_changes_nothing(string name)
    {
        var file = Read(name);
        var (ledger, plan) = OneRack.Apply(FactLedger.Empty, file, NowMs);
        Assert.Empty(plan.Errors);
        Assert.NotEmpty(plan.Changes);
        var (_, again) = OneRack.Apply(ledger, file, NowMs + 1);
        Assert.Empty(again.Errors);
        Assert.True(again.Draft.IsEmpty);
    }

    [Fact]
    public void The_hall_of_300_racks_carries_its_design_draw_with_any_one_block_or_busway_out()
    {
        var graph = Graph("hall-300.yaml");
        var nodes = graph.Within(PlaceScope.Whole).Nodes().ToList();
        var racks = nodes.Where(node => graph.KindOf(node) == NodeKind.Rack).ToList();
        Assert.Equal(300, racks.Count);
        Assert.Equal(20, nodes.Count(node => graph.KindOf(node) == NodeKind.Row));
        Assert.Equal(3, racks.Select(rack => graph.NodeOf(rack)!.Sku!.Split('/')[0]).Distinct().Count());

        var draw = Draw(graph);
        Assert.Equal(46.2e6, draw.Sum(), 1.0);
        var flow = new LoadFlow(graph.Power);
        List<int?> outages = [null, .. nodes.Where(node => graph.KindOf(node) is NodeKind.Ups or NodeKind.Busway or NodeKind.Transformer)];
        Assert.Equal(1 + 4 + 40 + 4, outages.Count);
        foreach (var outage in outages)
        {
            flow.Solve(draw, outage is { } node ? new HashSet<int> { node } : []);
            Assert.All(racks, rack => Assert.True(flow.IsLive(rack)));
            foreach (var loaded in nodes.Where(n => graph.Power.RatingOf(n) is not null))
            {
                Assert.True(flow.CarriedWatts[loaded] <= graph.Power.RatingOf(loaded)!.Limit.Value,
                    $"{graph.PathOf(loaded)} carries {flow.CarriedWatts[loaded]} W with {(outage is { } o ? graph.PathOf(o) : "nothing")} out");
            }
        }
    }

    [Fact]
    public void Each_loop_of_the_hall_of_300_racks_has_a_CDU_to_spare()
    {
        var graph = Graph("hall-300.yaml");
        var draw = Draw(graph);
        var nodes = graph.Within(PlaceScope.Whole).Nodes().ToList();
        foreach (var loop in nodes.Where(node => graph.KindOf(node) == NodeKind.Cdu).GroupBy(node => graph.NodeOf(node)!.Cooling!.LoopName))
        {
            var heat = nodes.Where(node => graph.KindOf(node) == NodeKind.Rack && loop.Contains(graph.CoolersOf(node)[0]))
                .Sum(rack => draw[rack] * graph.NodeOf(rack)!.HeatSplit!.LiquidShare);
            var capacity = loop.Sum(cdu => graph.NodeOf(cdu)!.Cooling!.CapacityWatts!.Value);
            Assert.True(heat > 0 && heat <= capacity * (loop.Count() - 1) / loop.Count(), $"{loop.Key}: {heat} W of {capacity} W");
        }
    }

    [Fact]
    public void The_programmes_of_26_GW_are_536_halls_whose_tranches_meet_every_milestone()
    {
        var file = Read("programme-26gw.yaml");
        var halls = file.Halls.ToList();
        Assert.Equal(536, halls.Count);
        // Three templates, three bodies, however many halls.
        Assert.Equal(3, halls.Select(hall => hall.Body).Distinct(ReferenceEqualityComparer.Instance).Count());
        foreach (var programme in file.Programmes)
        {
            var own = halls.Where(hall => hall.Body.Racks[0].Terms.Programme == programme.Name).ToList();
            foreach (var milestone in programme.Milestones)
            {
                var there = own.SelectMany(hall => hall.Tranches).Where(t => t.Fact.EnergisedMs <= milestone.Fact.DueMs).Sum(t => t.Fact.Watts);
                Assert.True(there >= milestone.Fact.Watts, $"{programme.Name}: {there} W by {milestone.Day}");
            }

            var racks = own.Sum(hall => hall.Body.Racks.Sum(rack => OneRack.Catalogue[rack.Sku!.Value].DesignWatts!.Value.Value));
            Assert.InRange(racks, programme.Terms.ContractedWatts!.Value, programme.Terms.ContractedWatts.Value * 1.01);
        }
    }

    [Fact]
    public void A_hall_of_each_template_carries_its_design_draw_with_any_one_block_out()
    {
        var file = Read("programme-26gw.yaml");
        foreach (var hall in file.Halls.DistinctBy(hall => hall.Body))
        {
            foreach (var lost in "abcd")
            {
                var carried = hall.Body.Racks.SelectMany(rack =>
                {
                    var live = rack.Terms.Feeds.Where(feed => feed.From != $"ups-{lost}").ToList();
                    var share = OneRack.Catalogue[rack.Sku!.Value].DesignWatts!.Value.Value / live.Count;
                    return live.Select(feed => (feed.From, Watts: share));
                }).GroupBy(load => load.From, load => load.Watts, StringComparer.Ordinal).ToList();
                Assert.Equal(3, carried.Count);
                Assert.All(carried, block => Assert.True(
                    block.Sum() <= hall.Body.Power.Single(node => node.Name == block.Key).Rating!.Limit.Value, $"{block.Key}: {block.Sum()} W"));
            }
        }
    }

    private static DeclaredFile Read(string name) => FleetFile.Parse(
        name, File.ReadAllText(Path.Combine(RepositoryFolder.Root, "examples", name)), OneRack.Catalogue).OrThrow();

    private static FleetGraph Graph(string name) =>
        FleetGraphBuilder.Build(OneRack.Apply(FactLedger.Empty, Read(name), NowMs).Ledger, NowMs, OneRack.Catalogue);

    private static double[] Draw(FleetGraph graph)
    {
        var draw = new double[graph.NodeCount];
        for (var node = 0; node < draw.Length; node++)
        {
            if (graph.NodeOf(node)?.Sku is { } text && SkuRevision.TryParse(text, out var sku))
            {
                draw[node] = OneRack.Catalogue[sku].DesignWatts!.Value.Value;
            }
        }

        return draw;
    }
}
