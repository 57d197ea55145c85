using Ampacity.Fleet;
using BenchmarkDotNet.Attributes;

namespace Ampacity.Benchmarks;

/// <summary>Changes that people ask for, without the store.</summary>
public class EditPlannerBenchmarks
{
    private BenchmarkFleet _fleet = null!;

    /// <summary>Of how many racks.</summary>
    [Params(FleetSize.Hall, FleetSize.TenGigawatts)]
    public FleetSize Size { get; set; }

    /// <summary>Makes the fleet.</summary>
    [GlobalSetup]
    public void Setup() => _fleet = BenchmarkFleet.Of(Size);

    /// <summary>A rack goes to another row: planned, checked, and the graph after it.</summary>
    [Benchmark]
    public int Move_a_rack()
    {
        const long nowMs = BenchmarkFleet.NamedMs + 1;
        var plan = EditPlanner.Plan(
            _fleet.Ledger, _ => _fleet.Graph, _fleet.Catalogue, [new FleetEdit.Move("s01/h01/r01/07", "s01/h01/r20/16", null)], "bench", "", nowMs);
        return plan.Errors.Count > 0
            ? throw new InvalidOperationException($"Bug: {plan.Errors[0]}")
            : FleetGraphBuilder.After(_fleet.Graph, _fleet.Ledger, plan.Draft, new ChangeSetId(3), nowMs, _fleet.Catalogue).NodeCount;
    }
}
