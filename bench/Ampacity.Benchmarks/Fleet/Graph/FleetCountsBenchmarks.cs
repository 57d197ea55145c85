using Ampacity.Fleet;
using BenchmarkDotNet.Attributes;

namespace Ampacity.Benchmarks;

/// <summary>Counts and sums of design draw over subtrees.</summary>
public class FleetCountsBenchmarks
{
    private BenchmarkFleet _fleet = null!;
    private int _hall;
    private ChangeDraft _move = null!;

    /// <summary>Of how many racks.</summary>
    [Params(FleetSize.Hall, FleetSize.TenGigawatts)]
    public FleetSize Size { get; set; }

    /// <summary>Makes the fleet.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _fleet = BenchmarkFleet.Of(Size);
        _hall = _fleet.Node("s01/h01");
        var plan = EditPlanner.Plan(
            _fleet.Ledger, _ => _fleet.Graph, _fleet.Catalogue, [new FleetEdit.Move("s01/h01/r01/07", "s01/h01/r20/16", null)], "bench", "",
            BenchmarkFleet.NamedMs + 1);
        _move = plan.Errors.Count == 0 ? plan.Draft : throw new InvalidOperationException($"Bug: {plan.Errors[0]}");
    }

    /// <summary>The whole fleet by state.</summary>
    [Benchmark]
    public int By_state() => FleetCounts.Of(_fleet.View, _fleet.Catalogue, -1, CountBy.State).Total.Racks;

    /// <summary>The whole fleet by row: as many groups as rows.</summary>
    [Benchmark]
    public int By_row() => FleetCounts.Of(_fleet.View, _fleet.Catalogue, -1, CountBy.Row).Groups.Length;

    /// <summary>The whole fleet by hall and SKU.</summary>
    [Benchmark]
    public int By_hall_and_sku() => FleetCounts.Of(_fleet.View, _fleet.Catalogue, -1, CountBy.Hall, CountBy.Sku).Groups.Length;

    /// <summary>One hall by state.</summary>
    [Benchmark]
    public int One_hall_by_state() => FleetCounts.Of(_fleet.View, _fleet.Catalogue, _hall, CountBy.State).Total.Racks;

    /// <summary>A rack moved: the graph after it, and the whole fleet by state on that.</summary>
    [Benchmark]
    public int By_state_after_a_move()
    {
        var after = FleetGraphBuilder.After(
            _fleet.Graph, _fleet.Ledger, _move, new ChangeSetId(3), BenchmarkFleet.NamedMs + 1, _fleet.Catalogue);
        return FleetCounts.Of(after.Within(PlaceScope.Whole), _fleet.Catalogue, -1, CountBy.State).Total.Racks;
    }

    /// <summary>The whole fleet by kind of node.</summary>
    [Benchmark]
    public int By_kind() => FleetCounts.Of(_fleet.View, _fleet.Catalogue, -1, CountBy.Kind).Groups.Length;
}
