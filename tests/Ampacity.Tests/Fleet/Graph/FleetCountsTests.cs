using System.Globalization;
using Ampacity.Fleet;

namespace Ampacity.Tests;

/// <summary>Counts of a fleet that changes: sums that were kept must be those that are worked out from nothing.</summary>
public sealed class FleetCountsTests
{
    private static readonly CountBy[] Dimensions = [.. Enum.GetValues<CountBy>().Where(by => by != CountBy.Kind)];

    private static readonly LifecycleState[] States = [LifecycleState.Racked, LifecycleState.Live, LifecycleState.Failed, LifecycleState.Repair];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_count_after_any_changes_is_the_count_of_the_graph_built_from_nothing(int seed)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var ledger = Begun();
        var graph = FleetGraphBuilder.Build(ledger, OneRack.BeganMs, OneRack.Catalogue);
        var instants = new List<long> { OneRack.BeganMs };
        for (var step = 1; step <= 60; step++)
        {
            var atMs = OneRack.BeganMs + (step * 1000);
            instants.Add(atMs);
            graph = FleetGraphBuilder.At(graph, ledger, atMs, OneRack.Catalogue);
            var writer = new DraftWriter(ledger, graph, atMs);
            Carry(writer, random);
            var draft = writer.ToDraft("test", "");
            if (draft.IsEmpty)
            {
                continue;
            }

            var id = new ChangeSetId(ledger.Revision.Number + 1);
            var after = FleetGraphBuilder.After(graph, ledger, draft, id, atMs, OneRack.Catalogue);
            ledger = ledger.Table.Append(draft, id);
            graph = after.WithLedger(ledger);
            if (random.Next(3) > 0)
            {
                Assert.Equal(Counted(FleetGraphBuilder.Build(ledger, atMs, OneRack.Catalogue), random.Next()), Counted(graph, -1));
            }
        }

        var timeline = new FleetTimeline(ledger, OneRack.Catalogue, graph);
        foreach (var atMs in instants.OrderBy(_ => random.Next()))
        {
            Assert.Equal(Counted(FleetGraphBuilder.Build(ledger, atMs, OneRack.Catalogue), -1), Counted(timeline.At(atMs), -1));
        }
    }

    [Fact]
    public void Accelerators_by_state_are_those_that_a_walk_over_all_parts_finds()
    {
        var random = new Random(7);
        var ledger = Begun();
        for (var step = 1; step <= 40; step++)
        {
            var atMs = OneRack.BeganMs + (step * 1000);
            var before = FleetGraphBuilder.Build(ledger, atMs, OneRack.Catalogue);
            var writer = new DraftWriter(ledger, before, atMs);
            Carry(writer, random);
            ledger = ledger.Table.Append(writer.ToDraft("test", ""), new ChangeSetId(ledger.Revision.Number + 1));
        }

        var graph = FleetGraphBuilder.Build(ledger, OneRack.BeganMs + 100_000, OneRack.Catalogue);
        var view = graph.Within(PlaceScope.Whole);
        var walked = PlaceWalk.Places(view, null, parts: true)
            .Where(key => key.Part > 0 && graph.BuildOf(key.Node)?.PartAt(key.Part)?.SkuKind == SkuKind.Accelerator)
            .GroupBy(key => PlaceFilter.EffectiveState(graph, key, graph.Assets.At(key)) is { } state ? LifecycleNames.Of(state) : "")
            .ToDictionary(group => group.Key, group => group.Count());
        var counted = FleetCounts.Of(view, OneRack.Catalogue, -1, CountBy.State).Groups.Where(group => group.Accelerators > 0)
            .ToDictionary(group => group.Keys[0] ?? "", group => group.Accelerators);
        Assert.True(walked.Count > 2, "the changes left too few states to compare");
        Assert.Equal(walked.OrderBy(one => one.Key, StringComparer.Ordinal), counted.OrderBy(one => one.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void A_scope_that_begins_at_a_rack_counts_that_rack()
    {
        var graph = FleetGraphBuilder.Build(Begun(), OneRack.BeganMs, OneRack.Catalogue);
        var view = graph.Within(PlaceScope.Subtrees("site/hall/r01/02", "site/hall/r02"));
        Assert.Equal(5, FleetCounts.Of(view, OneRack.Catalogue, -1).Total.Racks);
        Assert.Equal(1, FleetCounts.Of(view, OneRack.Catalogue, graph.FindPath("site/hall/r01")).Total.Racks);
        Assert.Equal(0, FleetCounts.Of(view, OneRack.Catalogue, graph.FindPath("site/hall/r01/01")).Total.Racks);
        Assert.Equal(
            ["site/hall/r01", "site/hall/r02"], FleetCounts.Of(view, OneRack.Catalogue, -1, CountBy.Row).Groups.Select(group => group.Keys[0]));
    }

    // Two rows of four racks; the first of the first has its assets.
    private static FactLedger Begun()
    {
        var text = OneRack.FileText;
        var from = text.IndexOf("  r01:\n", StringComparison.Ordinal);
        var until = text.IndexOf("programme: example-programme\n", from, StringComparison.Ordinal) + "programme: example-programme\n".Length;
        var first = text[from..until].Replace("racks: 1\n", "racks: 4\n", StringComparison.Ordinal);
        var second = first.Replace("r01:", "r02:", StringComparison.Ordinal).Replace("[2 m, 3 m]", "[2 m, 6 m]", StringComparison.Ordinal);
        return OneRack.Apply(FactLedger.Empty, OneRack.Declared(_ => text[..from] + first + second + text[until..]), OneRack.BeganMs).Ledger;
    }

    private static void Carry(DraftWriter writer, Random random)
    {
        var graph = writer.Graph;
        int[] racks = [.. graph.Places.Order.ToArray().Where(node => graph.KindOf(node) == NodeKind.Rack)];
        var rack = racks[random.Next(racks.Length)];
        var asset = new AssetId(1 + random.Next((int)writer.Ledger.NextAsset - 1));
        var state = States[random.Next(States.Length)];
        var row = graph.FindPath(random.Next(2) == 0 ? "site/hall/r01" : "site/hall/r02");
        switch (random.Next(9))
        {
            case 0: writer.State(Subject.Node(rack), new LifecycleFact(state)); break;
            case 1: case 2: writer.State(Subject.Asset(asset), new LifecycleFact(state)); break;
            case 3: End(writer, Subject.Asset(asset), FactAspect.Lifecycle); break;
            case 4: writer.State(Subject.Node(rack), new ProgrammeFact($"p{random.Next(3)}")); break;
            case 5: writer.State(Subject.Node(rack), new PartiesFact(null, $"t{random.Next(3)}", null)); break;
            case 6: writer.State(Subject.Node(rack), new NodeFact(NodeKind.Rack, $"m{writer.AtMs}", row)); break;
            case 7: writer.State(Subject.Asset(asset), new PlacementFact(rack, random.Next(40))); break;
            default: writer.State(NodeKind.Rack, $"n{writer.AtMs}", row); break;
        }
    }

    private static void End(DraftWriter writer, Subject subject, FactAspect aspect)
    {
        if (writer.Ledger.Holding(subject, aspect, "", writer.AtMs) is { } fact)
        {
            writer.End(fact);
        }
    }

    // Every count by one property and some by two, of everything, of each place, and of a narrowed scope. What was not asked is not kept.
    private static string Counted(FleetGraph graph, int warm)
    {
        if (warm >= 0)
        {
            _ = FleetCounts.Of(graph.Within(PlaceScope.Whole), OneRack.Catalogue, -1, Dimensions[warm % Dimensions.Length]);
        }

        var views = new[] { graph.Within(PlaceScope.Whole), graph.Within(PlaceScope.Subtrees("site/hall/r01", "site/hall/r02/02")) };
        return string.Join('\n', views.SelectMany(view => new[] { -1 }.Concat(graph.Places.Order.ToArray()).SelectMany(under =>
            Dimensions.Select(by => Text(FleetCounts.Of(view, OneRack.Catalogue, under, by)))
                .Append(Text(FleetCounts.Of(view, OneRack.Catalogue, under, CountBy.State, CountBy.Row)))
                .Append(Text(FleetCounts.Of(view, OneRack.Catalogue, under, CountBy.Tenant, CountBy.State)))
                .Append(Text(FleetCounts.Of(view, OneRack.Catalogue, under, CountBy.Kind)))
                .Select(text => $"{under}: {text}"))));
    }

    private static string Text(FleetCounts counts) => string.Join(" | ", counts.Groups.Prepend(counts.Total).Select(group => string.Create(
        CultureInfo.InvariantCulture,
        $"{string.Join('+', group.Keys.Select(key => key ?? "-"))}: {group.Racks} {group.ComputeTrays} {group.SwitchTrays} {group.Accelerators} {group.DesignWatts} {group.RacksClaimed} {group.Nodes}")));
}
