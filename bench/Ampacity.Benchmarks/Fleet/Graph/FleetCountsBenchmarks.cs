using Ampacity.Fleet;
using BenchmarkDotNet.Attributes;

namespace Ampacity.Benchmarks;

/// <summary>Counts and sums of design draw over subtrees.</summary>
public class FleetCountsBenchmarks
{
    private BenchmarkFleet _fleet = null!;
    private int _hall;

    /// <summary>Of how many racks.</summary>
    [Params(FleetSize.Hall, FleetSize.TenGigawatts)]
    public FleetSize Size { get; set; }

    /// <summary>Makes the fleet.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _fleet = BenchmarkFleet.Of(Size);
        _hall = _fleet.Node("s01/h01");
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
}
