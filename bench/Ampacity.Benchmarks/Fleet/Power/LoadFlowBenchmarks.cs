using System.Collections.Frozen;
using Ampacity.Fleet;
using BenchmarkDotNet.Attributes;

namespace Ampacity.Benchmarks;

/// <summary>Where the racks' draw flows.</summary>
public class LoadFlowBenchmarks
{
    private readonly FrozenSet<int> _nothing = [];
    private LoadFlow _flow = null!;
    private double[] _drawWatts = [];
    private FrozenSet<int> _tripped = [];

    /// <summary>Of how many racks.</summary>
    [Params(FleetSize.Hall, FleetSize.TenGigawatts)]
    public FleetSize Size { get; set; }

    /// <summary>Makes the fleet.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var fleet = BenchmarkFleet.Of(Size);
        _flow = new LoadFlow(fleet.Graph.Power);
        _drawWatts = new double[fleet.Graph.NodeCount];
        foreach (var node in fleet.View.Nodes().Where(node => fleet.Graph.KindOf(node) == NodeKind.Rack))
        {
            _drawWatts[node] = 120_000;
        }

        _tripped = FrozenSet.ToFrozenSet([fleet.Node("s01/h01/ups-a")]);
    }

    /// <summary>The share that every node carries.</summary>
    [Benchmark]
    public bool Load_share() => Solve(_nothing);

    /// <summary>The same with one UPS tripped.</summary>
    [Benchmark]
    public bool Load_share_after_a_trip() => Solve(_tripped);

    private bool Solve(FrozenSet<int> tripped)
    {
        _flow.Solve(_drawWatts, tripped);
        return _flow.IsLive(0);
    }
}
