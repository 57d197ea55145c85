using Ampacity.Fleet;
using BenchmarkDotNet.Attributes;

namespace Ampacity.Benchmarks;

/// <summary>Making graphs.</summary>
public class FleetGraphBuilderBenchmarks
{
    private BenchmarkFleet _fleet = null!;

    /// <summary>Of how many racks.</summary>
    [Params(FleetSize.Hall, FleetSize.TenGigawatts)]
    public FleetSize Size { get; set; }

    /// <summary>Makes the fleet.</summary>
    [GlobalSetup]
    public void Setup() => _fleet = BenchmarkFleet.Of(Size);

    /// <summary>The graph of now from the facts: what a start does once.</summary>
    [Benchmark]
    public int Build() => FleetGraphBuilder.Build(_fleet.Ledger, BenchmarkFleet.NamedMs, _fleet.Catalogue).NodeCount;

    /// <summary>The graph of another instant, at which no rack was other: what the first question about the past costs.</summary>
    [Benchmark]
    public int At_another_instant() =>
        FleetGraphBuilder.At(_fleet.Graph, _fleet.Ledger, BenchmarkFleet.BeginMs, _fleet.Catalogue).NodeCount;
}
