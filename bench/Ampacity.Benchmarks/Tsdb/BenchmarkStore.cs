using Ampacity.Samples;
using Ampacity.Tsdb;

namespace Ampacity.Benchmarks;

/// <summary>A store in a temporary folder with all series of a size, and their ticks one request after the other.</summary>
internal sealed class BenchmarkStore : IAsyncDisposable
{
    /// <summary>Samples of a request: about what Prometheus sends at most, and a tick of either size is whole requests.</summary>
    public const int PerRequest = 4800;

    // Ticks until values come again.
    private const int Walk = 1021;

    private readonly string _folder;
    private readonly SampleClock _clock;
    private readonly int[] _numbers;
    private readonly Poll[] _poll = new Poll[1];
    private readonly double[] _values;
    private int _tick;
    private int _next;

    private BenchmarkStore(string folder, StoreSize size, SampleClock clock, SampleStore store)
    {
        (_folder, _clock, Store) = (folder, clock, store);
        _numbers = [.. Enumerable.Range(0, StoreSeries.CountOf(size)).Select(series => store.Resolve(StoreSeries.LabelsOf(size, series)))];
        _values = [.. Enumerable.Range(0, _numbers.Length + Walk).Select(StoreSeries.WattsAt)];
    }

    public SampleStore Store { get; }

    /// <summary>The time of the newest whole tick, UTC milliseconds.</summary>
    public long NowMs => TimeOf(_tick - 1);

    /// <param name="size">How many series.</param>
    /// <param name="files">The disk.</param>
    /// <param name="change">Changes options.</param>
    public static async Task<BenchmarkStore> OpenAsync(StoreSize size, IStoreFiles files, Func<SampleStoreOptions, SampleStoreOptions> change)
    {
        var folder = Directory.CreateTempSubdirectory("ampacity-bench-").FullName;
        var clock = new SampleClock();
        var options = change(new SampleStoreOptions { Folder = folder, BlockSpan = TimeSpan.FromDays(1), MinuteRetention = TimeSpan.Zero, HourRetention = TimeSpan.Zero });
        return new BenchmarkStore(folder, size, clock, await SampleStore.OpenAsync(options, clock, files, CancellationToken.None));
    }

    /// <summary>Appends the next request of the tick, and begins the next tick when all have been.</summary>
    public int AppendRequest()
    {
        var receiving = AppendRequestAsync();
#pragma warning disable VSTHRD002 // A sender waits for its receipt.
        return receiving.IsCompletedSuccessfully ? receiving.Result.Stored : receiving.AsTask().GetAwaiter().GetResult().Stored;
#pragma warning restore VSTHRD002
    }

    /// <summary>Appends whole ticks.</summary>
    public async Task AppendTicksAsync(int ticks)
    {
        for (var end = _tick + ticks; _tick < end;)
        {
            var receipt = await AppendRequestAsync();
            if (receipt.Stored == 0)
            {
                throw new InvalidOperationException($"Bug: a request was not stored: {receipt}");
            }
        }
    }

    /// <summary>Everything of one metric in the last ticks.</summary>
    public SeriesQuery QueryOf(int metric, int ticks) => new(
        [new Matcher("__name__", MatchKind.Equal, StoreSeries.NameOf(metric))],
        TimeOf(_tick - 1 - ticks),
        NowMs,
        SeriesScope.Whole);

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static long TimeOf(int tick) => StoreSeries.BeginMs + (tick * (long)StoreSeries.StepMs);

    private ValueTask<AppendReceipt> AppendRequestAsync()
    {
        var (from, timeMs, walked) = (_next, TimeOf(_tick), _tick * 37 % Walk);
        if (from == 0)
        {
            _clock.MoveTo(timeMs);
        }

        _poll[0] = new Poll(timeMs, PerRequest);
        _next += PerRequest;
        if (_next == _numbers.Length)
        {
            (_tick, _next) = (_tick + 1, 0);
        }

        return Store.AppendAsync(
            new SampleBatch(_poll, _numbers.AsMemory(from, PerRequest), _values.AsMemory(from + walked, PerRequest), default), CancellationToken.None);
    }
}
