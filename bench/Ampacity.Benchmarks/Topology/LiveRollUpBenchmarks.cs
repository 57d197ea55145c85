using Ampacity.Fleet;
using Ampacity.Topology;
using BenchmarkDotNet.Attributes;

namespace Ampacity.Benchmarks;

/// <summary>The newest power of every accelerator, summed by rack and over the fleet, old readings left out.</summary>
public class LiveRollUpBenchmarks
{
    private const int AcceleratorsPerRack = 72;
    private const long NowMs = 1_790_000_000_000;
    private const long FreshFromMs = NowMs - 300_000;

    private LiveColumn<float> _single = null!;
    private LiveColumn<double> _double = null!;
    private float[] _singleByRack = [];
    private double[] _doubleByRack = [];
    private int[] _readings = [];

    /// <summary>Of 300 racks, or of 77,100: 5.55 million accelerators.</summary>
    [Params(FleetSize.Hall, FleetSize.TenGigawatts)]
    public FleetSize Size { get; set; }

    /// <summary>Makes the columns: one accelerator of a thousand absent, one rack of a hundred with a tray that fell silent.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var racks = Size == FleetSize.Hall ? 300 : 77_100;
        var keys = new StableKey[racks * AcceleratorsPerRack];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = new StableKey(i / AcceleratorsPerRack, 1 + (i % AcceleratorsPerRack));
        }

        var layout = LiveLayout.Of(keys);
        (_single, _double) = (new LiveColumn<float>(layout), new LiveColumn<double>(layout));
        for (var i = 0; i < keys.Length; i++)
        {
            var (rack, accelerator) = (i / AcceleratorsPerRack, i % AcceleratorsPerRack);
            var watts = i % 1000 == 7 ? double.NaN : 400 + (i % 601);
            var timeMs = rack % 100 == 3 && accelerator < 4 ? FreshFromMs - 1000 : NowMs - (accelerator / 4 * 500);
            _single.Set(layout.SlotOf(i), (float)watts, timeMs);
            _double.Set(layout.SlotOf(i), watts, timeMs);
        }

        _single.Close();
        _double.Close();
        (_singleByRack, _doubleByRack, _readings) = (new float[racks], new double[racks], new int[racks]);
    }

    /// <summary>Kept as 4 bytes each.</summary>
    [Benchmark]
    public double Fleet_watts_float32()
    {
        _single.Sum(FreshFromMs, _singleByRack, _readings);
        var watts = 0.0;
        foreach (var rack in _singleByRack)
        {
            watts += rack;
        }

        return watts;
    }

    /// <summary>Kept as 8 bytes each, as the server does.</summary>
    [Benchmark]
    public double Fleet_watts_float64()
    {
        _double.Sum(FreshFromMs, _doubleByRack, _readings);
        var watts = 0.0;
        foreach (var rack in _doubleByRack)
        {
            watts += rack;
        }

        return watts;
    }
}
