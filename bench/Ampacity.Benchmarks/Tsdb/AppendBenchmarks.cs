using BenchmarkDotNet.Attributes;

namespace Ampacity.Benchmarks;

/// <summary>
/// What a sample of a known series costs from the columns of its request to its receipt: head, journal and the way to its thread and
/// back, with a disk that is done at once. The store keeps ten minutes, so that what comes takes the room of what goes. One operation is one sample.
/// </summary>
public class AppendBenchmarks
{
    private const int KeptTicks = 60;
    private BenchmarkStore _store = null!;

    /// <summary>How many series.</summary>
    [Params(StoreSize.Hall, StoreSize.TenHalls)]
    public StoreSize Size { get; set; }

    /// <summary>Fills the store until it lets go of samples, twice over.</summary>
    [GlobalSetup]
    public async Task Setup()
    {
        _store = await BenchmarkStore.OpenAsync(
            Size, new NoDisk(), options => options with { Retention = TimeSpan.FromMilliseconds(KeptTicks * StoreSeries.StepMs), UpkeepCpuShare = 1 });
        await _store.AppendTicksAsync(KeptTicks * 2);
    }

    /// <summary>Ends the store.</summary>
    [GlobalCleanup]
    public async Task Cleanup() => await _store.DisposeAsync();

    /// <summary>A request.</summary>
    [Benchmark(OperationsPerInvoke = BenchmarkStore.PerRequest)]
    public int Append() => _store.AppendRequest();
}
