using Ampacity.Fleet;
using BenchmarkDotNet.Attributes;

namespace Ampacity.Benchmarks;

/// <summary>Ways up the power graph.</summary>
public class PowerPathsBenchmarks
{
    private BenchmarkFleet _fleet = null!;
    private int _rack;

    /// <summary>Of how many racks.</summary>
    [Params(FleetSize.Hall, FleetSize.TenGigawatts)]
    public FleetSize Size { get; set; }

    /// <summary>Makes the fleet.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _fleet = BenchmarkFleet.Of(Size);
        _rack = _fleet.Node("s01/h01/r01/07");
    }

    /// <summary>Every way from a rack to the utility.</summary>
    [Benchmark]
    public long Rack_to_utility() => PowerPaths.Up(_fleet.View, _rack, 100).Total;
}
