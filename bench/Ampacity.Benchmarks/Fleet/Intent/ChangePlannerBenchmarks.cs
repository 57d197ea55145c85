using Ampacity.Fleet;
using BenchmarkDotNet.Attributes;

namespace Ampacity.Benchmarks;

/// <summary>Fleet files against what holds.</summary>
public class ChangePlannerBenchmarks
{
    private BenchmarkFleet _fleet = null!;

    /// <summary>Of how many racks.</summary>
    [Params(FleetSize.Hall, FleetSize.TenGigawatts)]
    public FleetSize Size { get; set; }

    /// <summary>Makes the fleet.</summary>
    [GlobalSetup]
    public void Setup() => _fleet = BenchmarkFleet.Of(Size);

    /// <summary>All files of the fleet, nothing changed.</summary>
    [Benchmark]
    public int Plan_without_a_change()
    {
        var plan = ChangePlanner.Plan(_fleet.Ledger, _fleet.Graph, _fleet.Files, "bench", "", BenchmarkFleet.NamedMs);
        return plan.Tally.Count == 0 ? plan.Errors.Count : throw new InvalidOperationException("Bug: the plan changes something");
    }
}
