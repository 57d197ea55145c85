using BenchmarkDotNet.Attributes;

namespace Ampacity.Benchmarks;

/// <summary>From matchers to the series that pass them, a quarter of the store; one operation is one select.</summary>
public class SelectBenchmarks
{
    private BenchmarkStore _store = null!;

    /// <summary>How many series.</summary>
    [Params(StoreSize.Hall, StoreSize.TenHalls)]
    public StoreSize Size { get; set; }

    /// <summary>Makes a store that keeps selections, and asks once.</summary>
    [GlobalSetup(Target = nameof(Known))]
    public async Task Setup()
    {
        _store = await BenchmarkStore.OpenAsync(Size, new NoDisk(), options => options);
        await _store.AppendTicksAsync(1);
        await Known();
    }

    /// <summary>Makes a store that keeps none.</summary>
    [GlobalSetup(Target = nameof(New))]
    public async Task SetupWithoutCache()
    {
        _store = await BenchmarkStore.OpenAsync(Size, new NoDisk(), options => options with { SelectionCacheBytes = 0 });
        await _store.AppendTicksAsync(1);
    }

    /// <summary>Ends the store.</summary>
    [GlobalCleanup]
    public async Task Cleanup() => await _store.DisposeAsync();

    /// <summary>Matchers that were asked before.</summary>
    [Benchmark]
    public Task<int> Known() => SelectAsync();

    /// <summary>Matchers that were not: the index answers. 4 bytes a series that passes, and some bits of all.</summary>
    [Benchmark]
    public Task<int> New() => SelectAsync();

    private async Task<int> SelectAsync() =>
        (await _store.Store.SelectAsync(_store.QueryOf(1, 1), CancellationToken.None) ?? throw new InvalidOperationException("Bug: a store selects")).Count;
}
