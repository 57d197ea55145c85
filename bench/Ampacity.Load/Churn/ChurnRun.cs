using System.Diagnostics;
using System.Globalization;
using Ampacity.Samples;
using Ampacity.Tsdb;

namespace Ampacity.Load;

/// <summary>
/// A store through hours of simulated time in which series end and others begin: prints what memory does, and checks in the end that every sample is there. The
/// store's clock is the samples', so that its upkeep comes as often as it would.
/// </summary>
internal sealed class ChurnRun(ChurnOptions options)
{
    private const long BeginMs = 1_790_000_000_000 / 86_400_000 * 86_400_000;
    private const long MinuteMs = 60_000;

    private readonly ChurnClock _clock = new() { NowMs = BeginMs };

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var store = await OpenAsync(cancellationToken);
        var feed = new ChurnFeed(options, store);
        Line("minute", "RSS MB", "heap MB", "series", "ended", "removed", "numbers", "label pages MB", "head MB", "samples/s", "read ms");
        var (busy, samples, slowest) = (TimeSpan.Zero, 0L, TimeSpan.Zero);
        for (var minute = 0; minute < options.Minutes; minute++)
        {
            var minuteMs = BeginMs + (minute * MinuteMs);
            _clock.NowMs = minuteMs + MinuteMs;
            var began = Stopwatch.GetTimestamp();
            await feed.AppendMinuteAsync(minute, minuteMs, cancellationToken);
            await store.CatchUpAsync(cancellationToken);
            busy += Stopwatch.GetElapsedTime(began);
            began = Stopwatch.GetTimestamp();
            await ReadAsync(store, Query(minute % Math.Max(1, feed.Accelerators / 72), minuteMs - (15 * MinuteMs), minuteMs + MinuteMs), (_, _, _, _) => { }, cancellationToken);
            slowest = Stopwatch.GetElapsedTime(began) > slowest ? Stopwatch.GetElapsedTime(began) : slowest;
            if ((minute + 1) % options.Every == 0)
            {
                Say(minute + 1, store.Statistics, (feed.Samples - samples) / busy.TotalSeconds, slowest);
                (busy, samples, slowest) = (TimeSpan.Zero, feed.Samples, TimeSpan.Zero);
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{feed.SeriesEver} series ever, {feed.Samples} samples; peak resident {Kilobytes("VmHWM") / 1e3:0} MB; checking"));
        return await CheckAsync(store, feed, cancellationToken) ? 0 : 1;
    }

    // Hour by hour, so that the series of each can leave before the next ones come.
    private async Task<bool> CheckAsync(SampleStore store, ChurnFeed feed, CancellationToken cancellationToken)
    {
        var (found, wrong) = (0L, 0L);
        for (var from = 0; from < options.Minutes; from += 60)
        {
            var (fromMs, throughMs) = (BeginMs + (from * MinuteMs) - 1, BeginMs + (Math.Min(options.Minutes, from + 60) * MinuteMs) + MinuteMs);
            await ReadAsync(
                store,
                new SeriesQuery([], fromMs, throughMs, SeriesScope.Whole) { Budget = new ReadBudget(int.MaxValue, long.MaxValue) },
                (accelerator, metric, replaced, sample) =>
                {
                    // A poll is of the minute in which it was due, also where its time is in the next one.
                    var minute = (int)((sample.TimestampMs - BeginMs - (feed.TimeOf(accelerator, 0) % MinuteMs)) / MinuteMs);
                    if (minute < from || minute >= from + 60)
                    {
                        return;
                    }

                    found++;
                    wrong += sample.Value == ChurnFeed.ValueOf(accelerator, metric, replaced, sample.TimestampMs)
                        && replaced == feed.ReplacedAt(accelerator, minute) ? 0 : 1;
                },
                cancellationToken);
            for (var look = 0; look < 6; look++)
            {
                _clock.NowMs += 4 * MinuteMs;
                await store.CatchUpAsync(cancellationToken);
            }

            Say(from + 60, store.Statistics, 0, TimeSpan.Zero);
        }

        var isRight = wrong == 0 && found == feed.Samples && store.Statistics is { SealErrors: 0, TierErrors: 0 };
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(isRight ? "right" : "WRONG")}: {found} of {feed.Samples} samples read, {wrong} of them wrong"));
        return isRight;
    }

    private static SeriesQuery Query(int rack, long fromMs, long throughMs) => new(
        [new Matcher("rack", MatchKind.Equal, string.Create(CultureInfo.InvariantCulture, $"rk-{rack:D5}"))], fromMs, throughMs, SeriesScope.Whole);

    private static async Task ReadAsync(
        SampleStore store, SeriesQuery query, Action<int, int, int, (long TimestampMs, double Value)> visit, CancellationToken cancellationToken)
    {
        var metrics = Enumerable.Range(0, SyntheticTelemetry.Metrics).ToDictionary(metric => SyntheticTelemetry.LabelsOf(0, metric, 0).Name, StringComparer.Ordinal);
        await foreach (var batch in store.ReadAsync(query, cancellationToken))
        {
            for (var i = 0; i < batch.SeriesCount; i++)
            {
                // "SN", accelerator and how often it was replaced, six digits each.
                var serial = batch.Labels[i]["serial"];
                var (accelerator, replaced) = (int.Parse(serial.AsSpan(2, 6), CultureInfo.InvariantCulture), int.Parse(serial.AsSpan(8, 6), CultureInfo.InvariantCulture));
                for (var at = batch.Offsets[i]; at < batch.Offsets[i + 1]; at++)
                {
                    visit(accelerator, metrics[batch.Labels[i].Name], replaced, (batch.TimestampsMs[at], batch.Values[at]));
                }
            }
        }
    }

    private static void Say(int minute, StoreStatistics statistics, double samplesPerSecond, TimeSpan slowest) => Line(
        minute, Kilobytes("VmRSS") / 1e3, GC.GetTotalMemory(false) / 1e6, statistics.Series, statistics.SeriesEnded, statistics.SeriesRemoved, statistics.SeriesNumbers,
        statistics.LabelPageBytes / 1e6, statistics.HeadBytes / 1e6, samplesPerSecond, slowest.TotalMilliseconds);

    private static void Line(params object[] cells) =>
        Console.WriteLine(string.Concat(cells.Select(cell => string.Create(CultureInfo.InvariantCulture, $"{cell,15:0}"))));

    // Of the process, from the kernel.
    private static double Kilobytes(string what) => double.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith(what, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    private Task<SampleStore> OpenAsync(CancellationToken cancellationToken) => SampleStore.OpenAsync(
        new SampleStoreOptions { Folder = options.Folder, SealPause = TimeSpan.Zero, UpkeepCpuShare = 1, MaxSeries = 100_000_000 }, _clock, cancellationToken);

    /// <summary>A clock that is set, and by which time passes.</summary>
    private sealed class ChurnClock : TimeProvider
    {
        private long _nowMs;

        public long NowMs
        {
            get => Interlocked.Read(ref _nowMs);
            set => Interlocked.Exchange(ref _nowMs, value);
        }

        public override long TimestampFrequency => 1000;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);

        public override long GetTimestamp() => NowMs;
    }
}
