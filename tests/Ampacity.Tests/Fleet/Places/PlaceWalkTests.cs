using Ampacity.Fleet;

namespace Ampacity.Tests;

/// <summary>Lists, histories and counts of a fleet that changes between two questions.</summary>
public sealed class PlaceWalkTests
{
    private const long LaterMs = OneRack.BeganMs + 1000;

    private static FactLedger ThreeRacks() =>
        OneRack.Apply(FactLedger.Empty, OneRack.Declared(text => text.Replace("racks: 1\n", "racks: 3\n", StringComparison.Ordinal)), OneRack.BeganMs).Ledger;

    private static (FactLedger Ledger, FleetGraph Graph) Change(FactLedger ledger, Action<DraftWriter, FleetGraph> change)
    {
        var graph = FleetGraphBuilder.Build(ledger, LaterMs, OneRack.Catalogue);
        var writer = new DraftWriter(ledger, graph, LaterMs);
        change(writer, graph);
        ledger = ledger.Table.Append(writer.ToDraft("test", "gone"), new ChangeSetId(ledger.Revision.Number + 1));
        return (ledger, FleetGraphBuilder.Build(ledger, LaterMs, OneRack.Catalogue));
    }

    private static (FactLedger Ledger, FleetGraph Graph) WithoutRack(string path) => Change(ThreeRacks(), (writer, graph) =>
        writer.End(writer.Ledger.Holding(Subject.Node(graph.FindPath(path)), FactAspect.Node, "", LaterMs)!.Value));

    [Theory]
    [InlineData("site/hall/r01/02", true, "site/hall/r01/03")]
    [InlineData("site/hall/r01/02", false, "site/hall/r01/03")]
    [InlineData("site/hall/r01/02/05/0", true, "site/hall/r01/03")]
    public void A_list_goes_on_behind_where_a_place_stood_that_is_gone(string after, bool parts, string next)
    {
        var (ledger, graph) = WithoutRack("site/hall/r01/02");
        var view = graph.Within(PlaceScope.Whole);
        Assert.Equal(-1, graph.FindPath("site/hall/r01/02"));
        Assert.True(PlaceCursor.TryAfter(view, ledger, after, parts, out var cursor));
        Assert.Equal(next, graph.PathOf(PlaceWalk.Places(view, null, parts, cursor).First()));
    }

    [Fact]
    public void What_never_was_a_place_is_no_place_to_go_on_from()
    {
        var (ledger, graph) = WithoutRack("site/hall/r01/02");
        Assert.False(PlaceCursor.TryAfter(graph.Within(PlaceScope.Whole), ledger, "site/hall/r01/99", true, out _));
    }

    [Fact]
    public void A_path_tells_its_history_after_its_rack_is_gone()
    {
        var (ledger, graph) = WithoutRack("site/hall/r01/01");
        var facts = PlaceHistory.Of(ledger, graph, "site/hall/r01/01", out var nodes);
        Assert.Single(nodes);
        Assert.Contains(facts, fact => fact.Value is NodeFact && fact.Valid.ToMs == LaterMs);
        Assert.Contains(facts, fact => fact.Value is PlacementFact);
        Assert.Empty(PlaceHistory.Of(ledger, graph, "site/hall/r01/99", out _));
    }

    [Fact]
    public void A_part_takes_its_racks_state_unless_its_asset_states_another()
    {
        var ledger = ThreeRacks();
        AssetId failed = default;
        var (_, graph) = Change(ledger, (writer, before) =>
        {
            var rack = before.FindPath("site/hall/r01/01");
            writer.State(Subject.Node(rack), new LifecycleFact(LifecycleState.Live));
            before.BuildOf(rack)!.TryFind("05", out var part);
            failed = before.Assets.IdAt(new StableKey(rack, part))!.Value;
            writer.State(Subject.Asset(failed), new LifecycleFact(LifecycleState.Failed));
        });
        var view = graph.Within(PlaceScope.Whole);
        var groups = FleetCounts.Of(view, OneRack.Catalogue, -1, CountBy.State).Groups;
        Assert.Equal(["live", "failed", null], groups.Select(group => group.Keys[0]));
        Assert.Equal([1, 0, 2], groups.Select(group => group.Racks));
        Assert.Equal([68, 4, 144], groups.Select(group => group.Accelerators));
        Assert.Equal(216, groups.Sum(group => group.Accelerators));
        var filter = new PlaceFilter { States = [LifecycleState.Failed], Kinds = ["accelerator"] };
        Assert.Equal(4, PlaceWalk.Places(view, null, parts: true).Count(key => filter.Matches(view, key)));
    }
}
