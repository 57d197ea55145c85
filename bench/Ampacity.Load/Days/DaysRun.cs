using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Ampacity.Samples;
using Ampacity.Tsdb;

namespace Ampacity.Load;

/// <summary>
/// Makes a store through its own API over days of simulated time, tiers and retention on, and measures what it takes: bytes, seconds, memory, reads, opening.
/// Samples come a minute at a time; upkeep is caught up with every simulated hour.
/// </summary>
internal sealed class DaysRun(DaysOptions options)
{
    private const long BeginMs = 1_790_000_000_000 / 86_400_000 * 86_400_000;
    private const long MinuteMs = 60_000;
    private const long HourMs = 60 * MinuteMs;
    private const long DayMs = 24 * HourMs;

    private readonly SimulatedClock _clock = new() { NowMs = BeginMs };
    private readonly Dictionary<string, double[]> _best = [];

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        // A folder that has one is read again.
        var endMs = BeginMs + (long)(options.Days * DayMs);
        if (!Directory.Exists(options.Folder) || !Directory.EnumerateFileSystemEntries(options.Folder).Any())
        {
            await FillAsync(endMs, cancellationToken);
        }

        // In turn, so that what else the machine does meets both.
        _clock.NowMs = endMs;
        for (var round = 0; round < 5; round++)
        {
            await ReadAsync(1, endMs, cancellationToken);
            await ReadAsync(Environment.ProcessorCount, endMs, cancellationToken);
        }

        Console.WriteLine($"{"reads: quickest of several, ms",-66} {"1 thread",16} {$"{Environment.ProcessorCount} threads",16}");
        foreach (var (what, best) in _best)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-66} {best[0],16:0.##} {best[1],16:0.##}"));
        }

        Say("peak resident, MB", PeakBytes() / 1e6);
        return 0;
    }

    private async Task FillAsync(long endMs, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var cpu = Environment.CpuUsage.TotalTime;
        await using var store = await OpenAsync(Environment.ProcessorCount, cancellationToken);
        var feed = new DaysFeed(options, store);
        for (var minuteMs = BeginMs; minuteMs < endMs; minuteMs += MinuteMs)
        {
            _clock.NowMs = minuteMs + MinuteMs;
            await feed.AppendMinuteAsync(minuteMs, cancellationToken);
            if (minuteMs % HourMs == 10 * MinuteMs)
            {
                await store.CatchUpAsync(cancellationToken);
            }

            if ((minuteMs - BeginMs) % DayMs == 0)
            {
                await Console.Error.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"day {(minuteMs - BeginMs) / DayMs}: {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s, {store.Statistics.Series} series, live heap {GC.GetTotalMemory(false) / 1e6:0} MB"));
            }
        }

        await store.CatchUpAsync(cancellationToken);
        await store.FlushAsync(cancellationToken);
        var statistics = store.Statistics;
        Say("samples written", feed.Samples);
        Say("series ever", feed.SeriesEver);
        Say("series known at the end", statistics.Series);
        Say("label bytes, MB", statistics.LabelBytes / 1e6);
        Say("live heap, MB", GC.GetTotalMemory(forceFullCollection: true) / 1e6);
        Say("making it, s", Stopwatch.GetElapsedTime(began).TotalSeconds);
        Say("making it, CPU s (generator included)", (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
        Say("of that tiers, s by the clock", statistics.TierSeconds);
        Say("blocks of samples", statistics.Blocks);
        Say("bytes per sample", (double)statistics.BlockBytes / statistics.BlockSamples);
        foreach (var tier in statistics.Tiers)
        {
            Say($"tier of {tier.Name}: blocks", tier.Blocks);
            Say($"tier of {tier.Name}: rows", tier.Rows);
            Say($"tier of {tier.Name}: bytes per row", tier.Rows == 0 ? 0 : (double)tier.Bytes / tier.Rows);
        }

        Say("all on disk, MB", Directory.EnumerateFiles(options.Folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length) / 1e6);
        Say("errors of seals and tiers", statistics.SealErrors + statistics.TierErrors);
        Say("peak resident, MB", PeakBytes() / 1e6);
    }

    private async Task ReadAsync(int threads, long endMs, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        await using var store = await OpenAsync(threads, cancellationToken);
        Note("opening", Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        Matcher[] power = [new(LabelSet.MetricName, MatchKind.Equal, "accel_power_watts")];
        var all = new SeriesQuery([], endMs - HourMs, endMs, SeriesScope.Whole);
        await Timed("first read after it", store, all with { Matchers = power }, 1);
        await Timed("the last hour, all series, samples", store, all, 3);
        await Timed("the last day, one family, samples", store, all with { Matchers = power, FromMs = endMs - DayMs }, 3);
        await Timed("the last day, all series, samples", store, all with { FromMs = endMs - DayMs }, 3);
        var whole = all with { FromMs = BeginMs };
        await Timed("all days, one family, as one series", store, whole with { Matchers = power }, 3);
        await Timed("all days, one family, max a minute", store, whole with { Matchers = power, Buckets = new BucketRead(BucketLength.Minute, BucketFigure.Max) }, 3);
        await Timed("all days, one family, max an hour", store, whole with { Matchers = power, Buckets = new BucketRead(BucketLength.Hour, BucketFigure.Max) }, 3);
        await Timed("all days, all series, max an hour", store, whole with { Buckets = new BucketRead(BucketLength.Hour, BucketFigure.Max) }, 3);

        async Task Timed(string what, SampleStore from, SeriesQuery query, int runs)
        {
            var (best, samples) = (double.MaxValue, 0L);
            for (var run = 0; run < runs; run++)
            {
                var start = Stopwatch.GetTimestamp();
                samples = 0;
                await foreach (var batch in from.ReadAsync(query with { Budget = new ReadBudget(int.MaxValue, long.MaxValue) }, cancellationToken))
                {
                    samples += batch.SampleCount;
                }

                best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            Note($"{what} ({samples} rows)", best);
        }

        void Note(string what, double milliseconds)
        {
            ref var best = ref CollectionsMarshal.GetValueRefOrAddDefault(_best, what, out _);
            best ??= [double.MaxValue, double.MaxValue];
            best[threads == 1 ? 0 : 1] = Math.Min(best[threads == 1 ? 0 : 1], milliseconds);
        }
    }

    private Task<SampleStore> OpenAsync(int threads, CancellationToken cancellationToken) => SampleStore.OpenAsync(
        new SampleStoreOptions
        {
            Folder = options.Folder,
            Retention = TimeSpan.FromDays(options.RetentionDays),
            SealPause = TimeSpan.Zero,
            UpkeepCpuShare = 1,
            ReadThreads = threads,
            MaxSeries = 100_000_000,
        },
        _clock,
        cancellationToken);

    // VmHWM of the process, kB.
    private static double PeakBytes() => File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kilobytes, ..] ? double.Parse(kilobytes, CultureInfo.InvariantCulture) * 1024 : 0;

    private static void Say(string what, double value) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-66} {value,16:0.###}"));
}
