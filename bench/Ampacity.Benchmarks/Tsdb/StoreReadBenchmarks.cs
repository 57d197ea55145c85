using Ampacity.Samples;
using Ampacity.Tsdb;
using BenchmarkDotNet.Attributes;

namespace Ampacity.Benchmarks;

/// <summary>Reads of the first 16,384 series of a metric, an hour of them or the newest sample; one operation is one sample.</summary>
public class StoreReadBenchmarks
{
    private const int Series = 16_384;
    private const int Ticks = 64;
    private readonly SeriesBatch _batch = new();
    private BenchmarkStore _store = null!;
    private SeriesSelection _all = null!;
    private SeriesSelection _newest = null!;

    /// <summary>How many series the store has.</summary>
    [Params(StoreSize.Hall, StoreSize.TenHalls)]
    public StoreSize Size { get; set; }

    /// <summary>Makes a store with all in its head.</summary>
    [GlobalSetup(Targets = [nameof(Head), nameof(Newest_of_head)])]
    public async Task SetupHead()
    {
        _store = await BenchmarkStore.OpenAsync(Size, new NoDisk(), options => options);
        await _store.AppendTicksAsync(Ticks);
        await SelectAsync();
    }

    /// <summary>Makes a store with all in a block, and checks the block's checksums by reading once.</summary>
    [GlobalSetup(Target = nameof(Block))]
    public async Task SetupBlock()
    {
        _store = await BenchmarkStore.OpenAsync(Size, DiskFiles.Instance, options => options);
        await _store.AppendTicksAsync(Ticks);
        await _store.Store.FlushAsync(CancellationToken.None);
        await SelectAsync();
        await Block();
    }

    /// <summary>Ends the store, and deletes its folder.</summary>
    [GlobalCleanup]
    public async Task Cleanup() => await _store.DisposeAsync();

    /// <summary>Runs of samples out of the head's frozen polls and open rows.</summary>
    [Benchmark(OperationsPerInvoke = Series * Ticks)]
    public Task<int> Head() => ReadAsync(_all, Series * Ticks);

    /// <summary>The newest sample of each series.</summary>
    [Benchmark(OperationsPerInvoke = Series)]
    public Task<int> Newest_of_head() => ReadAsync(_newest, Series);

    /// <summary>The same runs out of a block.</summary>
    [Benchmark(OperationsPerInvoke = Series * Ticks)]
    public Task<int> Block() => ReadAsync(_all, Series * Ticks);

    private async Task SelectAsync()
    {
        _all = await SelectAsync(_store.QueryOf(1, Ticks));
        _newest = await SelectAsync(_store.QueryOf(1, Ticks) with { Shape = ReadShape.Newest });
    }

    private async Task<SeriesSelection> SelectAsync(SeriesQuery query) =>
        await _store.Store.SelectAsync(query with { Budget = new ReadBudget(int.MaxValue, long.MaxValue) }, CancellationToken.None)
            ?? throw new InvalidOperationException("Bug: a store selects");

    private async Task<int> ReadAsync(SeriesSelection selection, int samples)
    {
        _batch.Clear();
        await selection.ReadAsync(0, Series, _batch, CancellationToken.None);
        return _batch.SampleCount == samples ? samples : throw new InvalidOperationException($"Bug: read {_batch.SampleCount} samples, not {samples}");
    }
}
