using System.Collections;
using Ampacity.Samples;
using Ampacity.Tsdb;
using CsCheck;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Tsdb;

public sealed class SampleStoreTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_appended_is_read_to_the_bit_before_and_after_a_restart()
    {
        double[] values = [0.0, -0.0, 1.5, double.NaN, BitConverter.Int64BitsToDouble(0x7ff8000000000abc), StaleMarker.Value,
            double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue];
        var query = Query() with { Qualities = SampleQualities.Any };
        List<string> before;
        await using (var store = await _folder.Open())
        {
            var a = store.Resolve(LabelSet.Of(("__name__", "a"), ("host", "η")).Canonical);
            var b = store.Resolve(LabelSet.Of(("__name__", "b")).Canonical);
            Assert.Equal(a, store.Resolve(LabelSet.Of(("__name__", "a"), ("host", "η")).Canonical));
            for (var i = 0; i < values.Length; i++)
            {
                var receipt = await store.AppendAsync(
                    new SampleBatch(
                        new Poll[] { new(BeginMs + i, 2) },
                        new[] { a, b },
                        new[] { values[i], i },
                        new[] { (SampleQuality)(i % 5), SampleQuality.Good }),
                    Stop);
                Assert.Equal(new AppendReceipt(2, 0, 0, 0), receipt);
            }

            before = await Read(store, query);
            Assert.Equal(2, before.Count);
            Assert.Equal(
                "a{host=\"η\"} " + string.Join(' ', values.Select((value, i) => $"{i}:{BitConverter.DoubleToInt64Bits(value):x}:{i % 5}")),
                before[0]);
        }

        await using var again = await _folder.Open();
        Assert.Equal(before, await Read(again, query));
        Assert.Equal(20, again.OpenReport.Samples);
        Assert.Equal(0, again.OpenReport.BytesCut);
        Assert.Empty(again.OpenReport.SetAside);
    }

    [Fact]
    public async Task Matchers_mean_what_they_mean_in_Prometheus()
    {
        await using var store = await _folder.Open();
        foreach (var labels in new[] { LabelSet.Of(("n", "1"), ("env", "prod")), LabelSet.Of(("n", "2"), ("env", "dev")), LabelSet.Of(("n", "3")) })
        {
            await store.AppendAsync(Batch((store.Resolve(labels.Canonical), BeginMs, 1)), Stop);
        }

        async Task<string> Found(params Matcher[] matchers)
        {
            var values = await store.ReadLabelValuesAsync("n", Query(matchers), Stop);
            Assert.Equal(values.Count, (await Read(store, Query(matchers))).Count);
            return string.Concat(values);
        }

        Assert.Equal("123", await Found());
        Assert.Equal("1", await Found(new Matcher("env", MatchKind.Equal, "prod")));
        Assert.Equal("3", await Found(new Matcher("env", MatchKind.Equal, "")));
        Assert.Equal("12", await Found(new Matcher("env", MatchKind.NotEqual, "")));
        Assert.Equal("23", await Found(new Matcher("env", MatchKind.NotEqual, "prod")));
        Assert.Equal("12", await Found(new Matcher("env", MatchKind.Regex, "prod|dev")));
        Assert.Equal("123", await Found(new Matcher("env", MatchKind.Regex, ".*")));
        Assert.Equal("12", await Found(new Matcher("env", MatchKind.Regex, ".+")));
        Assert.Equal("13", await Found(new Matcher("env", MatchKind.Regex, "|prod")));
        Assert.Equal("3", await Found(new Matcher("env", MatchKind.NotRegex, ".+")));
        Assert.Equal("", await Found(new Matcher("env", MatchKind.NotRegex, ".*")));
        Assert.Equal("23", await Found(new Matcher("env", MatchKind.NotRegex, "prod")));
        Assert.Equal("", await Found(new Matcher("none", MatchKind.Equal, "x")));
        Assert.Equal("123", await Found(new Matcher("none", MatchKind.NotEqual, "x")));
        Assert.Equal("2", await Found(new Matcher("env", MatchKind.NotEqual, "prod"), new Matcher("n", MatchKind.Regex, "[12]")));
        Assert.Equal(["env", "n"], await store.ReadLabelNamesAsync(Query(), Stop));
        Assert.Equal(["n"], await store.ReadLabelNamesAsync(Query(new Matcher("n", MatchKind.Equal, "3")), Stop));
    }

    [Fact]
    public async Task A_range_is_open_at_its_begin_and_closed_at_its_end()
    {
        await using var store = await _folder.Open();
        var series = store.Resolve(LabelSet.Of(("n", "1")).Canonical);
        await store.AppendAsync(Batch([.. Enumerable.Range(0, 100).Select(i => (series, BeginMs + i, (double)i))]), Stop);
        var query = Query() with { FromMs = BeginMs + 10, ThroughMs = BeginMs + 50 };
        var samples = (await Read(store, query)).Single().Split(' ');
        Assert.Equal(40, samples.Length - 1);
        Assert.StartsWith("11:", samples[1]);
        Assert.StartsWith("50:", samples[^1]);
        Assert.Equal("{n=\"1\"} 50:" + BitConverter.DoubleToInt64Bits(50).ToString("x") + ":0", (await Read(store, query with { Shape = ReadShape.Newest })).Single());
        Assert.Equal("{n=\"1\"}", (await Read(store, query with { Shape = ReadShape.Labels })).Single());
        Assert.Empty(await Read(store, query with { FromMs = BeginMs + 99, ThroughMs = long.MaxValue }));
        Assert.Empty(await Read(store, query with { FromMs = long.MinValue, ThroughMs = BeginMs - 1 }));
    }

    [Fact]
    public async Task Qualities_that_are_not_asked_for_are_as_if_not_there()
    {
        await using var store = await _folder.Open();
        var series = store.Resolve(LabelSet.Of(("n", "1")).Canonical);
        SampleQuality[] qualities = [SampleQuality.Good, SampleQuality.Absent, SampleQuality.Inferred, SampleQuality.OutOfRange];
        for (var i = 0; i < 4; i++)
        {
            await store.AppendAsync(new SampleBatch(new Poll[] { new(BeginMs + i, 1) }, new[] { series }, new[] { 0.0 }, new[] { qualities[i] }), Stop);
        }

        Assert.Equal("{n=\"1\"} 0:0:0 2:0:1", (await Read(store, Query())).Single());
        Assert.Equal("{n=\"1\"} 2:0:1", (await Read(store, Query() with { Shape = ReadShape.Newest })).Single());
        Assert.Equal("{n=\"1\"} 1:0:3", (await Read(store, Query() with { Qualities = SampleQualities.Absent })).Single());
        Assert.Empty(await Read(store, Query() with { Qualities = SampleQualities.Stale }));
    }

    [Fact]
    public async Task Samples_out_of_order_are_put_in_their_place_and_the_first_of_a_time_wins()
    {
        await using var store = await _folder.Open();
        var series = store.Resolve(LabelSet.Of(("n", "1")).Canonical);
        Assert.Equal(new AppendReceipt(2, 0, 0, 0), await store.AppendAsync(Batch((series, BeginMs, 1), (series, BeginMs - 1000, 2)), Stop));
        Assert.Equal(
            new AppendReceipt(1, 3, 0, 0),
            await store.AppendAsync(Batch((series, BeginMs, 1), (series, BeginMs - 1000, 3), (series, BeginMs - 500, 4), (series, BeginMs - 500, 4)), Stop));
        Assert.Equal(
            new AppendReceipt(1, 0, 1, 1),
            await store.AppendAsync(
                Batch((series, BeginMs - 1_800_000, 5), (series, BeginMs - 1_800_001, 6), (series, BeginMs + 600_001, 7)), Stop));
        Assert.Equal("-1800000 -1000 -500 0", Times((await Read(store, Query())).Single()));
        Assert.Equal(3, store.Statistics.OutOfOrder);
    }

    [Fact]
    public async Task Any_order_of_arrival_within_the_window_reads_back_in_order_of_time()
    {
        var number = 0;
        await Gen.Int[0, 300].Array[1, 200].SampleAsync(async offsets =>
        {
            await using var store = await _folder.Open(files: new FailingFiles());
            var series = store.Resolve(LabelSet.Of(("n", $"{Interlocked.Increment(ref number)}")).Canonical);
            foreach (var part in offsets.Chunk(7))
            {
                await store.AppendAsync(Batch([.. part.Select(offset => (series, BeginMs + offset, (double)offset))]), Stop);
            }

            var read = (await Read(store, Query(new Matcher("n", MatchKind.Equal, $"{number}")))).Single();
            Assert.Equal(string.Join(' ', offsets.Distinct().Order()), Times(read));
        }, iter: 30, threads: 1);
    }

    [Fact]
    public async Task A_read_under_way_keeps_what_was_there_when_it_began_and_may_see_what_comes()
    {
        await using var store = await _folder.Open(retention: TimeSpan.FromHours(1));
        var series = Enumerable.Range(0, 5000).Select(i => store.Resolve(LabelSet.Of(("n", $"{i:D4}")).Canonical)).ToArray();
        for (var tick = 0; tick < 40; tick++)
        {
            await store.AppendAsync(
                new SampleBatch(new Poll[] { new(BeginMs + (tick * 1000), series.Length) }, series, series.Select(_ => (double)tick).ToArray(), default), Stop);
        }

        var seen = 0;
        await foreach (var batch in store.ReadAsync(Query(), Stop))
        {
            for (var i = 0; i < batch.SeriesCount; i++)
            {
                var times = batch.TimestampsMs[batch.Offsets[i]..batch.Offsets[i + 1]].ToArray();
                Assert.Equal(Enumerable.Range(0, 40).Select(tick => BeginMs + (tick * 1000)), times.Where(time => time % 1000 == 0));
                Assert.Equal(times.Order(), times);
                seen++;
            }

            // Between the first batch and the second: late samples among the old ones, and a new one.
            foreach (var offset in new[] { 500L, 30_500, 40_500 })
            {
                _folder.Time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(BeginMs + offset, _folder.Time.GetUtcNow().ToUnixTimeMilliseconds())));
                await store.AppendAsync(
                    new SampleBatch(new Poll[] { new(BeginMs + offset, series.Length) }, series, new double[series.Length], default), Stop);
            }
        }

        Assert.Equal(5000, seen);
    }

    [Fact]
    public async Task A_scope_hides_series_in_every_kind_of_read()
    {
        await using var store = await _folder.Open();
        var mine = store.Resolve(LabelSet.Of(("n", "mine")).Canonical);
        var other = store.Resolve(LabelSet.Of(("n", "other"), ("secret", "x")).Canonical);
        await store.AppendAsync(Batch((mine, BeginMs, 1), (other, BeginMs, 2)), Stop);
        var bits = new BitArray(2);
        bits[mine] = true;
        var query = Query() with { Scope = SeriesScope.Of(bits), Budget = new ReadBudget(1, 1) };
        Assert.StartsWith("{n=\"mine\"}", (await Read(store, query)).Single());
        Assert.Equal(["n"], await store.ReadLabelNamesAsync(query, Stop));
        Assert.Equal(["mine"], await store.ReadLabelValuesAsync("n", query, Stop));
        Assert.Empty(await store.ReadLabelValuesAsync("secret", query, Stop));
        Assert.Empty(await Read(store, query with { Scope = SeriesScope.Nothing }));
    }

    [Fact]
    public async Task A_read_over_its_budget_ends_with_an_exception()
    {
        await using var store = await _folder.Open();
        var (a, b) = (store.Resolve(LabelSet.Of(("n", "a")).Canonical), store.Resolve(LabelSet.Of(("n", "b")).Canonical));
        await store.AppendAsync(Batch((a, BeginMs, 1), (b, BeginMs, 2), (b, BeginMs + 1, 2)), Stop);
        await Assert.ThrowsAsync<ReadBudgetException>(() => Read(store, Query() with { Budget = new ReadBudget(1, 100) }));
        await Assert.ThrowsAsync<ReadBudgetException>(() => Read(store, Query() with { Budget = new ReadBudget(2, 2) }));
        Assert.Equal(2, (await Read(store, Query() with { Budget = new ReadBudget(2, 3) })).Count);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in store.ReadAsync(Query(), new CancellationToken(canceled: true)))
            {
                Assert.Fail("a cancelled read gave a batch");
            }
        });
    }

    [Fact]
    public async Task The_series_limit_refuses_new_series_and_keeps_old_ones()
    {
        await using var store = await _folder.Open(maxSeries: 2);
        var first = store.Resolve(LabelSet.Of(("n", "a")).Canonical);
        store.Resolve(LabelSet.Of(("n", "b")).Canonical);
        var error = Assert.Throws<SeriesLimitException>(() => store.Resolve(LabelSet.Of(("n", "c")).Canonical));
        Assert.Contains("MaxSeries", error.Message, StringComparison.Ordinal);
        Assert.Equal(first, store.Resolve(LabelSet.Of(("n", "a")).Canonical));
        Assert.Equal(1, store.Statistics.SeriesRefused);
        Assert.Throws<ArgumentException>(() => store.Resolve([1, 2, 3]));
    }

    [Fact]
    public async Task A_full_store_refuses_series_without_an_exception_each()
    {
        await using var store = await _folder.Open(maxSeries: 1);
        var first = store.TryResolve(LabelSet.Of(("n", "a")).Canonical);
        var (thread, thrown) = (Environment.CurrentManagedThreadId, 0);
        void Count(object? sender, System.Runtime.ExceptionServices.FirstChanceExceptionEventArgs args) => thrown += Environment.CurrentManagedThreadId == thread ? 1 : 0;
        AppDomain.CurrentDomain.FirstChanceException += Count;
        try
        {
            for (var i = 0; i < 1000; i++)
            {
                Assert.Equal(-1, store.TryResolve(LabelSet.Of(("n", $"b{i}")).Canonical));
            }

            Assert.Equal(first, store.TryResolve(LabelSet.Of(("n", "a")).Canonical));
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Count;
        }

        Assert.Equal(0, thrown);
        Assert.Equal(1000, store.Statistics.SeriesRefused);
        Assert.Throws<ArgumentException>(() => store.TryResolve([1, 2, 3]));
    }

    [Fact]
    public async Task Columns_that_do_not_fit_are_refused_whole()
    {
        await using var store = await _folder.Open();
        var series = store.Resolve(LabelSet.Of(("n", "a")).Canonical);
        var polls = new Poll[] { new(BeginMs, 1) };
        foreach (var batch in new[]
        {
            new SampleBatch(polls, new[] { series, series }, new[] { 1.0 }, default),
            new SampleBatch(new Poll[] { new(BeginMs, 2) }, new[] { series }, new[] { 1.0 }, default),
            new SampleBatch(new Poll[] { new(BeginMs, 1), new(BeginMs, 0) }, new[] { series }, new[] { 1.0 }, default),
            new SampleBatch(polls, new[] { series + 1 }, new[] { 1.0 }, default),
            new SampleBatch(polls, new[] { -1 }, new[] { 1.0 }, default),
            new SampleBatch(polls, new[] { series }, new[] { 1.0 }, new[] { (SampleQuality)5 }),
        })
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await store.AppendAsync(batch, Stop));
        }

        Assert.Empty(await Read(store, Query()));
    }

    [Fact]
    public async Task A_batch_larger_than_a_record_is_kept_whole()
    {
        const int Count = JournalFormat.MaxRecordSamples + 1000;
        await using (var store = await _folder.Open(segmentBytes: 4096))
        {
            var series = Enumerable.Range(0, Count / 8).Select(i => store.Resolve(LabelSet.Of(("n", $"{i}")).Canonical)).ToArray();
            var polls = Enumerable.Range(0, 8).Select(i => new Poll(BeginMs + i, series.Length)).ToArray();
            var numbers = Enumerable.Range(0, 8).SelectMany(_ => series).ToArray();
            Assert.Equal(numbers.Length, (await store.AppendAsync(new SampleBatch(polls, numbers, new double[numbers.Length], default), Stop)).Stored);
            Assert.Equal(numbers.Length, store.Statistics.Samples);
        }

        await using var again = await _folder.Open();
        Assert.Equal(Count / 8 * 8, again.Statistics.Samples);
    }

    [Fact]
    public async Task Appending_to_known_series_allocates_nothing()
    {
        // Fsyncs are held back, so that the committer takes no buffer from under the measurement.
        using var gate = new ManualResetEventSlim(initialState: true);
        var files = new FailingFiles { OnFlush = () => { gate.Wait(Stop); return null; } };
        await using var store = await _folder.Open(segmentBytes: 64 << 20, files: files);
        var series = Enumerable.Range(0, 100).Select(i => store.Resolve(LabelSet.Of(("n", $"{i}")).Canonical)).ToArray();
        var polls = new Poll[1];
        var batch = new SampleBatch(polls, series, new double[100], default);

        var stored = 0;
        void Append(int tick)
        {
            polls[0] = new Poll(BeginMs + tick, 100);
            var cursor = default(BatchCursor);
            stored += store.AppendToHead(batch, ref cursor, out _).Stored;
        }

        for (var tick = 0; tick < 20; tick++)
        {
            Append(tick);
        }

        gate.Reset();
        var least = long.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            // The least of a few rounds: a lock that was contended once allocates its wait event, and that is all that may.
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var tick = 0; tick < 8; tick++)
            {
                Append(20 + (round * 8) + tick);
                foreach (var number in series)
                {
                    store.Resolve(store.CanonicalOf(number));
                }
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        gate.Set();
        Assert.Equal(6000, stored);
        Assert.Equal(0, least);
    }

    private static string Times(string line) => string.Join(' ', line.Split(' ')[1..].Select(sample => sample.Split(':')[0]));
}
