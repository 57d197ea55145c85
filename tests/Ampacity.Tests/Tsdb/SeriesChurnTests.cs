using System.Globalization;
using Ampacity.Samples;
using Ampacity.Tsdb;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Tsdb;

/// <summary>Series end and leave memory, come back, and are read as if they had never left.</summary>
public sealed class SeriesChurnTests : IDisposable
{
    private const long MinuteMs = 60_000;

    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 0.01)]
    [InlineData(2, 0.05)]
    [InlineData(3, 0.03)]
    public async Task Through_hours_of_churn_every_sample_is_read_to_the_bit_and_what_ended_leaves(int seed, double share)
    {
        var model = new ChurnModel(seed, targets: 5, seriesPerTarget: 12);
        var random = new Random(seed);
        var (removed, minute) = (0L, 0);
        StoredSelection? kept = null;
        List<string>? expected = null;
        for (var run = 0; run < 3; run++)
        {
            await using var store = await Open();
            using var done = new CancellationTokenSource();
            var beside = Task.Run(() => ReadBesideAsync(store, model, done.Token), Stop);
            for (var end = minute + 110; minute < end; minute++)
            {
                var nowMs = Set(minute);
                model.Replace(share);
                await model.PollAsync(store, nowMs);
                await model.PollAsync(store, nowMs + 30_000);
                await store.CatchUpAsync(Stop);
                if (minute % 4 == 0)
                {
                    CollectAll();
                }

                if (kept is null && random.Next(12) == 0)
                {
                    // A query that takes many minutes, over an hour of which only a part is still in the head.
                    var query = Query(new Matcher("__name__", MatchKind.Equal, "m")) with { FromMs = nowMs - (60 * MinuteMs), ThroughMs = nowMs - (21 * MinuteMs) };
                    kept = (StoredSelection)(await store.SelectAsync(query, Stop))!;
                    expected = model.Lines(query.FromMs, query.ThroughMs);
                }
                else if (kept is not null && random.Next(15) == 0)
                {
                    Assert.Equal(expected, await ChurnModel.LinesAsync(kept));
                    kept = null;
                }

                if (minute % 50 == 49)
                {
                    await CheckAsync(store, model, minute);
                }
            }

            await done.CancelAsync();
            await beside;
            Assert.Equal(0, store.Statistics.SealErrors);
            kept = null;
            removed += store.Statistics.SeriesRemoved;
        }

        Assert.True(removed > model.Count, $"seed {seed}: {removed} series of {model.Ever} were removed");
        Assert.True(model.Duplicates > 100, $"seed {seed}: {model.Duplicates} duplicates");
    }

    [Fact]
    public async Task Memory_follows_the_series_that_there_are_and_not_those_that_there_were()
    {
        var model = new ChurnModel(seed: 4, targets: 4, seriesPerTarget: 25);
        await using var store = await Open(TimeSpan.FromHours(1));
        var (mostNumbers, mostPages) = (0, 0L);
        for (var minute = 0; minute < 960; minute++)
        {
            model.Replace(0.04);
            var nowMs = Set(minute);
            await model.PollAsync(store, nowMs);
            await store.CatchUpAsync(Stop);

            // A dashboard over the last quarter of an hour.
            if (minute % 5 == 0)
            {
                CollectAll();
                Assert.Equal(
                    model.Lines(nowMs - (15 * MinuteMs), nowMs + MinuteMs),
                    await Read(store, Query() with { FromMs = nowMs - (15 * MinuteMs), ThroughMs = nowMs + MinuteMs }));
            }

            var statistics = store.Statistics;
            (mostNumbers, mostPages) = (Math.Max(mostNumbers, statistics.SeriesNumbers), Math.Max(mostPages, statistics.LabelPageBytes));
        }

        // 4 series end every minute; they are in the head for an hour and a quarter at most, as long in a block that is read, and then wait some looks.
        Assert.True(model.Ever > 3000, $"{model.Ever} series ever");
        Assert.True(model.Duplicates > 100, $"{model.Duplicates} duplicates");
        Assert.True(store.Statistics.SeriesRemoved > model.Ever - 1000, store.Statistics.ToString());
        Assert.InRange(store.Statistics.Series, model.Count, 1000);
        Assert.InRange(mostNumbers, model.Count, 1000);
        Assert.InRange(mostPages, 1, 2 << 20);
    }

    [Fact]
    public async Task A_series_that_ended_is_read_from_its_block_and_goes_on_as_one_when_it_is_back()
    {
        await using var store = await Open();
        await AppendAsync(store, "a", 0, 1);
        await AppendAsync(store, "b", 0, 2);
        await store.FlushAsync(Stop);
        for (var minute = 1; minute < 30; minute++)
        {
            await AppendAsync(store, "b", minute, minute);
            await store.CatchUpAsync(Stop);
            CollectAll();
        }

        Assert.Equal((1, 1), (store.Statistics.Series, (int)store.Statistics.SeriesRemoved));
        var a = Query(new Matcher("__name__", MatchKind.Equal, "a"));
        Assert.Single(await Read(store, a));
        Assert.Equal(2, store.Statistics.Series);
        await AppendAsync(store, "a", 30, 3);
        Assert.Equal(["a 0:3ff0000000000000:0 1800000:4008000000000000:0"], await Read(store, a));
    }

    [Fact]
    public async Task Those_left_in_a_group_of_which_most_ended_are_not_given_a_sample_twice_or_out_of_order()
    {
        await using var store = await Open();
        string[] all = [.. Enumerable.Range(0, 10).Select(i => $"s{i}")];
        await PollAsync(store, all, Set(0), 1);

        // Not flushed: a group of which all is in a block goes whole.
        for (var minute = 1; minute < 120 && store.Statistics.SeriesRemoved < 6; minute++)
        {
            // In two steps, each of which most come through, or they would leave the group by themselves.
            await PollAsync(store, all[..(store.Statistics.SeriesRemoved < 4 ? 6 : 4)], Set(minute), minute);
            await store.CatchUpAsync(Stop);
            CollectAll();
        }

        Assert.Equal(6, store.Statistics.SeriesRemoved);
        var expected = await Read(store, Query());
        var newest = TimesOf(expected.First(line => line.StartsWith("s0 ", StringComparison.Ordinal)))[^1];

        // The sender saw no answer, and sends its newest poll once more; then the one before, and one between; a stranger is among them.
        var again = await PollAsync(store, all[..4], newest, -1);
        Assert.Equal((0, 4), (again.Stored, again.Duplicates));
        again = await PollAsync(store, [.. all[..2], "new", .. all[2..4]], newest - MinuteMs, -1);
        Assert.Equal((1, 4), (again.Stored, again.Duplicates));
        Assert.Equal(expected, await Read(store, Query(new Matcher("__name__", MatchKind.NotEqual, "new"))));
        Assert.Equal(4, (await PollAsync(store, all[..4], newest - 500, 7)).Stored);
        Assert.Equal(4, (await PollAsync(store, all[..4], newest + 500, 8)).Stored);
        Assert.Equal(4, (await PollAsync(store, all[..4], newest - 500, 9)).Duplicates);
        foreach (var line in await Read(store, Query(new Matcher("__name__", MatchKind.NotEqual, "new"))))
        {
            Assert.Equal(TimesOf(line).Order().Distinct(), TimesOf(line));
        }
    }

    [Fact]
    public async Task A_number_that_somebody_holds_stands_for_no_other_series_and_takes_samples()
    {
        await using var store = await Open();
        var (lease, number) = (store.Lease, store.Resolve(LabelSet.Of(("__name__", "held")).Canonical));
        for (var minute = 0; minute < 40; minute++)
        {
            await AppendAsync(store, $"other{minute / 3}", minute, minute);
            await store.FlushAsync(Stop);
            await store.CatchUpAsync(Stop);
            CollectAll();
        }

        Assert.True(store.Lease.Ordinal > 0, "nothing ended");
        Assert.Equal(0, store.Statistics.SeriesRemoved);
        await store.AppendAsync(Batch((number, Set(40), 7)) with { Lease = lease }, Stop);
        Assert.Equal([$"held {40 * MinuteMs}:401c000000000000:0"], await Read(store, Query(new Matcher("__name__", MatchKind.Equal, "held"))));
    }

    [Fact]
    public async Task A_batch_without_a_lease_is_refused_once_series_have_ended()
    {
        await using var store = await Open();
        var number = store.Resolve(LabelSet.Of(("__name__", "m")).Canonical);
        await store.AppendAsync(Batch((number, Set(0), 1)), Stop);
        await store.FlushAsync(Stop);
        Set(10);
        await store.CatchUpAsync(Stop);
        await store.FlushAsync(Stop);
        Set(20);
        await store.CatchUpAsync(Stop);
        Set(30);
        await store.CatchUpAsync(Stop);
        Assert.True(store.Lease.Ordinal > 0, "nothing ended");
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.AppendAsync(Batch((number, Set(31), 1)), Stop));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.AppendAsync(Batch((number, Set(31), 1)) with { Lease = SeriesLease.Forever }, Stop));
    }

    private static async Task ReadBesideAsync(SampleStore store, ChurnModel model, CancellationToken stop)
    {
        // Mostly of what is new, or every block would be read all the time, and nothing would leave.
        for (var read = 1; !stop.IsCancellationRequested; read++)
        {
            await model.CheckBesideAsync(store, read % 100 == 0 ? long.MinValue : model.NewestMs - (25 * MinuteMs), asSelection: read % 2 == 1);
        }
    }

    private static async Task CheckAsync(SampleStore store, ChurnModel model, int minute)
    {
        var nowMs = BeginMs + (minute * MinuteMs);
        foreach (var (fromMs, throughMs) in new[] { (long.MinValue, long.MaxValue), (nowMs - (40 * MinuteMs), nowMs - (10 * MinuteMs)) })
        {
            Assert.Equal(model.Lines(fromMs, throughMs), await Read(store, Query() with { FromMs = fromMs, ThroughMs = throughMs }));
        }
    }

    private static long[] TimesOf(string line) =>
        [.. line.Split(' ')[1..].Select(sample => BeginMs + long.Parse(sample.Split(':')[0], CultureInfo.InvariantCulture))];

    private static async Task<AppendReceipt> PollAsync(SampleStore store, string[] names, long timestampMs, double value)
    {
        var lease = store.Lease;
        return await store.AppendAsync(
            new SampleBatch(
                new Poll[] { new(timestampMs, names.Length) },
                names.Select(name => store.Resolve(LabelSet.Of(("__name__", name)).Canonical)).ToArray(),
                names.Select(_ => value).ToArray(),
                default)
            {
                Lease = lease,
            },
            Stop);
    }

    private static void CollectAll()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    private long Set(int minute)
    {
        var nowMs = BeginMs + (minute * MinuteMs);
        _folder.Time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(nowMs + 45_000));
        return nowMs;
    }

    private async Task AppendAsync(SampleStore store, string name, int minute, double value)
    {
        var lease = store.Lease;
        var number = store.Resolve(LabelSet.Of(("__name__", name)).Canonical);
        await store.AppendAsync(Batch((number, Set(minute), value)) with { Lease = lease }, Stop);
    }

    private Task<SampleStore> Open(TimeSpan? blockSpan = null) => _folder.Open(
        retention: TimeSpan.FromDays(30), blockSpan: blockSpan ?? TimeSpan.FromMinutes(10), seriesPause: TimeSpan.FromMinutes(1), files: new FailingFiles());
}
