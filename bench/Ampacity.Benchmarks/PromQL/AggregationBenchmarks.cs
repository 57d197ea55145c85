using Ampacity.PromQL;
using Ampacity.Samples;
using BenchmarkDotNet.Attributes;

namespace Ampacity.Benchmarks;

/// <summary>
/// Aggregations of one metric of a store, a quarter of its series, from the text to the answer. What they allocate goes with groups and steps, and
/// with slices of 2,048 series: <c>sum</c>, one group, is 500 bytes to 4 kB for each slice of 130,000 samples. On one core, so that bytes do not depend on how many a machine has.
/// </summary>
public class AggregationBenchmarks
{
    private const int Ticks = 64;
    private static readonly QueryContext Whole = new(SeriesScope.Whole);
    private static readonly string Metric = StoreSeries.NameOf(2);
    private BenchmarkStore _store = null!;
    private QueryEngine _engine = null!;

    /// <summary>How many series the store has.</summary>
    [Params(StoreSize.Hall, StoreSize.TenHalls)]
    public StoreSize Size { get; set; }

    /// <summary>Makes a store with all in its head, and asks everything until buffers that are kept have grown.</summary>
    [GlobalSetup]
    public async Task Setup()
    {
        _store = await BenchmarkStore.OpenAsync(Size, new NoDisk(), options => options);
        await _store.AppendTicksAsync(Ticks);
        _engine = new QueryEngine(_store.Store, new QueryEngineOptions { MaxWorkers = 1 });
        for (var i = 0; i < 3; i++)
        {
            await Task.WhenAll(Sum_by_rack_instant(), Sum_instant());
            await Sum_by_rack_range();
            await Sum_range();
            await Sum_of_rates_range();
        }
    }

    /// <summary>Ends the store.</summary>
    [GlobalCleanup]
    public async Task Cleanup() => await _store.DisposeAsync();

    /// <summary>A group a rack, now.</summary>
    [Benchmark]
    public Task<QueryResult> Sum_by_rack_instant() => InstantAsync($"sum by (rack) ({Metric})");

    /// <summary>One group, now.</summary>
    [Benchmark]
    public Task<QueryResult> Sum_instant() => InstantAsync($"sum({Metric})");

    /// <summary>A group a rack, at 20 steps of 30 s.</summary>
    [Benchmark]
    public Task<QueryResult> Sum_by_rack_range() => RangeAsync($"sum by (rack) ({Metric})");

    /// <summary>One group, at 20 steps of 30 s.</summary>
    [Benchmark]
    public Task<QueryResult> Sum_range() => RangeAsync($"sum({Metric})");

    /// <summary>A window of 2 min for each series at each step, and one group.</summary>
    [Benchmark]
    public Task<QueryResult> Sum_of_rates_range() => RangeAsync($"sum(rate({Metric}[2m]))");

    private async Task<QueryResult> InstantAsync(string text) => await _engine.EvaluateInstantAsync(text, _store.NowMs, Whole, CancellationToken.None);

    private async Task<QueryResult> RangeAsync(string text) =>
        await _engine.EvaluateRangeAsync(text, _store.NowMs - (19 * 30_000), _store.NowMs, 30_000, Whole, CancellationToken.None);
}
