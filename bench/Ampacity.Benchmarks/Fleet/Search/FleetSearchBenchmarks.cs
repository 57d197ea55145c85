using Ampacity.Fleet;
using BenchmarkDotNet.Attributes;

namespace Ampacity.Benchmarks;

/// <summary>Searches by what people have in hand.</summary>
public class FleetSearchBenchmarks
{
    private BenchmarkFleet _fleet = null!;

    /// <summary>Of how many racks.</summary>
    [Params(FleetSize.Hall, FleetSize.TenGigawatts)]
    public FleetSize Size { get; set; }

    /// <summary>Makes the fleet.</summary>
    [GlobalSetup]
    public void Setup() => _fleet = BenchmarkFleet.Of(Size);

    /// <summary>A whole serial.</summary>
    [Benchmark]
    public int Whole_serial() => Found("SN000000007919");

    /// <summary>The end of a serial.</summary>
    [Benchmark]
    public int End_of_a_serial() => Found("0007919");

    /// <summary>A whole path.</summary>
    [Benchmark]
    public int Whole_path() => Found("s01/h01/r01/07");

    private int Found(string text)
    {
        var findings = FleetSearch.Find(_fleet.View, _fleet.Catalogue, text, 50, everything: false, CancellationToken.None);
        return findings.Hits.Count > 0 ? findings.Hits.Count : throw new InvalidOperationException($"Bug: {text} was not found");
    }
}
