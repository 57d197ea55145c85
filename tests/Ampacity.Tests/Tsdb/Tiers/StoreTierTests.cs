using System.Globalization;
using Ampacity.Samples;
using Ampacity.Tsdb;
using CsCheck;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Tsdb.Tiers;

/// <summary>The store makes tiers, keeps them when samples go, and reads samples and tiers as one.</summary>
public sealed class StoreTierTests : IDisposable
{
    private const long HourMs = 3_600_000;
    private static readonly long FirstMs = ((BeginMs / HourMs / 24) + 1) * 24 * HourMs;

    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Samples_go_when_their_tiers_are_there_and_a_read_gives_one_series_over_the_seams()
    {
        var times = new List<long>();
        await using (var store = await Open())
        {
            var lease = store.Lease;
            var series = store.Resolve(Labels(1).Canonical);
            for (var minute = 0; minute < 30 * 60; minute++)
            {
                foreach (var second in new[] { 7, 37 })
                {
                    times.Add(FirstMs + (minute * 60_000L) + (second * 1000));
                    await AppendAsync(store, (series, times[^1], times.Count), lease);
                }

                await CatchUpAtHours(store, minute);
            }

            await CheckOneSeries(store, times);
            var (minutes, hours) = (store.Statistics.Tiers[0], store.Statistics.Tiers[1]);
            Assert.Equal(28, minutes.Made);
            Assert.Equal(28, hours.Made);
            Assert.InRange(hours.Merges, 4, 5);
            Assert.InRange(minutes.Blocks, 2, 8);
        }

        // Nothing is made again, and the seams are where they were.
        await using var again = await Open();
        await CheckOneSeries(again, times);
        await again.CatchUpAsync(Stop);
        Assert.Equal(0, again.Statistics.Tiers[0].Made);
    }

    [Fact]
    public async Task Late_samples_in_an_hour_that_has_its_tier_are_right_in_the_tier()
    {
        await using var store = await Open();
        var lease = store.Lease;
        var (punctual, slow) = (store.Resolve(Labels(1).Canonical), store.Resolve(Labels(2).Canonical));
        for (var minute = 0; minute < 5 * 60; minute++)
        {
            await AppendAsync(store, (punctual, FirstMs + (minute * 60_000L), minute), lease);

            // A counter that arrives three hours late, with a reset: the first hour alone, every second ten minutes first.
            if (minute is >= 180 and < 240)
            {
                var late = ((((minute - 180) / 10) ^ 1) * 10) + (minute % 10);
                await AppendAsync(store, (slow, FirstMs + (late * 60_000L) + 500, late < 45 ? late * 10 : late), lease);
            }

            await CatchUpAtHours(store, minute);
        }

        Assert.True(store.Statistics.Tiers[1].Made > 3, "the first hour was made again");
        var first = Query() with { FromMs = FirstMs, ThroughMs = FirstMs + HourMs, Buckets = new BucketRead(BucketLength.Hour, BucketFigure.Increase) };
        Assert.Equal([(FirstMs, 59.0)], await Rows(store, 1, first));
        Assert.Equal([(FirstMs, 440.0 + 45 + 14)], await Rows(store, 2, first));
        Assert.Equal([(FirstMs, 60.0)], await Rows(store, 2, first with { Buckets = new BucketRead(BucketLength.Hour, BucketFigure.Count) }));
        Assert.Equal([(FirstMs, 0.0)], await Rows(store, 2, first with { Buckets = new BucketRead(BucketLength.Hour, BucketFigure.First) }));
    }

    [Fact]
    public async Task Any_bucket_is_what_its_samples_make_wherever_they_lie() =>
        await Gen.Select(Gen.UInt, Gen.Int[1, 14]).SampleAsync(async (seed, hours) =>
        {
            var random = new Random((int)(seed & int.MaxValue));
            using var folder = new StoreFolder();
            var model = new SortedDictionary<long, double>[3];
            var store = await Open(folder);
            try
            {
                var lease = store.Lease;
                var numbers = Enumerable.Range(0, model.Length).Select(n => store.Resolve(Labels(n).Canonical)).ToArray();
                for (var nowMs = FirstMs; nowMs < FirstMs + (hours * HourMs); nowMs += random.Next(1, 400_000))
                {
                    folder.Time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(nowMs));
                    var n = random.Next(model.Length);
                    var timestampMs = random.Next(4) == 0 ? Math.Max(FirstMs, nowMs - random.Next(1_800_000)) : nowMs;
                    model[n] ??= [];
                    var value = random.Next(3) == 0 ? random.NextDouble() : random.Next(1000) / 4.0;
                    if (model[n].Count > 0 && timestampMs < model[n].Keys.Max() - 1_800_000)
                    {
                        continue;
                    }

                    await store.AppendAsync(Batch((numbers[n], timestampMs, value)) with { Lease = lease }, Stop);
                    model[n].TryAdd(timestampMs, value);
                    if (random.Next(12) == 0)
                    {
                        await store.CatchUpAsync(Stop);
                    }
                    else if (random.Next(30) == 0)
                    {
                        await store.DisposeAsync();
                        store = await Open(folder);
                        lease = store.Lease;
                        numbers = [.. Enumerable.Range(0, model.Length).Select(number => store.Resolve(Labels(number).Canonical))];
                    }
                }

                await store.CatchUpAsync(Stop);
                await CheckBuckets(store, model, random);
                Assert.Equal(0, store.Statistics.TierErrors);
            }
            finally
            {
                await store.DisposeAsync();
            }
        }, iter: 25, threads: 1);

    [Fact]
    public async Task A_disk_that_is_full_while_a_tier_is_written_keeps_its_samples_and_makes_it_later()
    {
        var files = new FailingFiles();
        await using var store = await Open(files: files);
        var lease = store.Lease;
        var series = store.Resolve(Labels(1).Canonical);
        files.OnChange = (what, path) => what is "create folder" && path.Contains("minutes/", StringComparison.Ordinal) ? new IOException("No space left on device") : null;
        for (var minute = 0; minute < 10 * 60; minute++)
        {
            await AppendAsync(store, (series, FirstMs + (minute * 60_000L), minute), lease);
            if (minute == 8 * 60)
            {
                Assert.Contains("No space left on device", store.Statistics.TierFailure, StringComparison.Ordinal);
                Assert.Equal(FirstMs, store.Statistics.RawFromMs);
                Assert.Equal(0, store.Statistics.SealErrors);
                files.OnChange = (_, _) => null;
            }

            await CatchUpAtHours(store, minute);
        }

        Assert.Null(store.Statistics.TierFailure);
        Assert.True(store.Statistics.RawFromMs > FirstMs);
        Assert.Equal(10 * 60, (await Rows(store, 1, Query())).Count);
        Assert.Equal(8, (await Rows(store, 1, Query() with { Buckets = new BucketRead(BucketLength.Hour, BucketFigure.Sum), ThroughMs = FirstMs + (8 * HourMs) })).Count);
    }

    [Fact]
    public async Task A_damaged_tier_is_set_aside_and_made_again_where_samples_are_and_else_the_next_answers()
    {
        await using (var store = await Open())
        {
            await Fill(store, 8 * 60);
        }

        var blocks = Directory.GetDirectories(Path.Combine(_folder.Path, "tiers", "minutes")).Order(StringComparer.Ordinal).ToArray();
        foreach (var block in new[] { blocks[0], blocks[^1] })
        {
            var path = Path.Combine(block, "last.parquet");
            var bytes = await File.ReadAllBytesAsync(path, Stop);
            bytes[bytes.Length / 2] ^= 0x40;
            await File.WriteAllBytesAsync(path, bytes, Stop);
        }

        await using var again = await Open();
        var rows = await Rows(again, 1, Query());
        Assert.Contains("last.parquet", Assert.Single(again.Statistics.BlocksSetAside), StringComparison.Ordinal);

        // Hours of the block that is gone: the last sample of each hour.
        var name = Path.GetFileName(blocks[0]).Split('-').Select(part => long.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal((name[1] + 1 - name[0]) / HourMs, rows.Count(row => row.TimestampMs >= name[0] && row.TimestampMs <= name[1]));

        var figure = Query() with { Buckets = new BucketRead(BucketLength.Minute, BucketFigure.Last) };
        await Rows(again, 1, figure);
        Assert.Equal(2, again.Statistics.BlocksSetAside.Count);
        await Fill(again, 60, from: 8 * 60);
        Assert.True(again.Statistics.Tiers[0].Made >= 2, "the hour whose samples are there is made again");
    }

    [Fact]
    public async Task Each_tier_goes_after_its_own_retention_and_a_tier_that_is_not_kept_is_not_made()
    {
        await using (var store = await Open(minutes: TimeSpan.FromHours(8)))
        {
            await Fill(store, 26 * 60);
            var (minutes, hours) = (store.Statistics.Tiers[0], store.Statistics.Tiers[1]);
            Assert.Equal(FirstMs, hours.OldestMs);
            Assert.InRange(minutes.OldestMs!.Value, FirstMs + (12 * HourMs), FirstMs + (18 * HourMs));
            Assert.Equal(new SampleReach(store.Statistics.RawFromMs!.Value, minutes.OldestMs, hours.OldestMs), store.Reach);
            var rows = await Rows(store, 1, Query());
            Assert.Equal((minutes.OldestMs - FirstMs) / HourMs, rows.Count(row => row.TimestampMs < minutes.OldestMs));
        }

        await using var none = await Open(minutes: TimeSpan.Zero, hours: TimeSpan.Zero);
        await Fill(none, 8 * 60, from: 26 * 60);
        Assert.All(none.Statistics.Tiers, tier => Assert.Equal((0, 0L), (tier.Blocks, tier.Made)));
        Assert.Empty(Directory.GetDirectories(Path.Combine(_folder.Path, "tiers", "hours")));
    }

    [Fact]
    public async Task A_copy_of_the_store_has_its_tiers()
    {
        await using var store = await Open();
        await Fill(store, 8 * 60);
        using var copy = new StoreFolder();
        foreach (var part in store.OpenBackup())
        {
            using (part)
            {
                var path = Path.Combine(copy.Path, part.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await using var file = File.Create(path);
                var bytes = new byte[part.Bytes];
                await part.Content.ReadExactlyAsync(bytes, Stop);
                await file.WriteAsync(bytes, Stop);
            }
        }

        await using var other = await Open(copy);
        Assert.Equal(store.Statistics.RawFromMs, other.Statistics.RawFromMs);
        Assert.Equal(await Read(store, Query()), await Read(other, Query()));
    }

    private static LabelSet Labels(int number) => LabelSet.Of(("__name__", "s"), ("n", $"{number}"));

    private static Task<SampleStore> Open(StoreFolder folder, IStoreFiles? files = null, TimeSpan? minutes = null, TimeSpan? hours = null) => SampleStore.OpenAsync(
        new SampleStoreOptions
        {
            Folder = folder.Path,
            JournalSegmentBytes = 64 * 1024,
            Retention = TimeSpan.FromHours(4),
            MinuteRetention = minutes ?? TimeSpan.FromDays(10),
            HourRetention = hours ?? TimeSpan.FromDays(100),
            SealPause = TimeSpan.Zero,
            UpkeepCpuShare = 1,
        },
        folder.Time,
        files ?? new FailingFiles(),
        Stop);

    private static async Task<List<(long TimestampMs, double Value)>> Rows(SampleStore store, int number, SeriesQuery query)
    {
        var rows = new List<(long, double)>();
        await foreach (var batch in store.ReadAsync(query with { Matchers = [new Matcher("n", MatchKind.Equal, $"{number}")] }, Stop))
        {
            for (var i = 0; i < batch.SampleCount; i++)
            {
                rows.Add((batch.TimestampsMs[i], batch.Values[i]));
            }
        }

        return rows;
    }

    private static async Task CheckBuckets(SampleStore store, SortedDictionary<long, double>[] model, Random random)
    {
        foreach (var figure in Enum.GetValues<BucketFigure>())
        {
            var read = new BucketRead((BucketLength)random.Next(2), figure);
            var (fromMs, throughMs) = (FirstMs - 1 + random.NextInt64(HourMs * 3), FirstMs + random.NextInt64(HourMs * 14));
            for (var n = 0; n < model.Length; n++)
            {
                var expected = (model[n] ?? []).GroupBy(sample => sample.Key / read.LengthMs * read.LengthMs)
                    .Where(bucket => bucket.Key >= fromMs && bucket.Key + read.LengthMs - 1 <= throughMs)
                    .Select(bucket => (bucket.Key, Value: Figure(figure, bucket.Select(sample => sample.Value).Select(TierBucket.Of).Aggregate((a, b) => a.Then(b)))))
                    .ToArray();
                var rows = await Rows(store, n, Query() with { FromMs = fromMs, ThroughMs = throughMs, Buckets = read });
                Assert.Equal(expected.Select(row => row.Key), rows.Select(row => row.TimestampMs));
                Assert.All(expected.Zip(rows), pair => Assert.Equal(pair.First.Value, pair.Second.Value, 9));
            }
        }
    }

    private static double Figure(BucketFigure figure, TierBucket bucket) => figure switch
    {
        BucketFigure.First => bucket.First,
        BucketFigure.Last => bucket.Last,
        BucketFigure.Min => bucket.Min,
        BucketFigure.Max => bucket.Max,
        BucketFigure.Sum => bucket.Sum,
        BucketFigure.Count => bucket.Count,
        _ => bucket.Increase,
    };

    // Raw from the seam on, before it the last of each minute, at its own time.
    private static async Task CheckOneSeries(SampleStore store, List<long> times)
    {
        var rawFromMs = store.Statistics.RawFromMs ?? throw new InvalidOperationException("nothing has expired");
        Assert.InRange(rawFromMs, FirstMs + (24 * HourMs), FirstMs + (26 * HourMs));
        var expected = times.Select((time, i) => (Time: time, Value: i + 1.0)).Where(sample => sample.Time >= rawFromMs || sample.Time % 60_000 == 37_000);
        Assert.Equal(expected, await Rows(store, 1, Query()));
        Assert.Equal((times[^1], times.Count), Assert.Single(await Rows(store, 1, Query() with { Shape = ReadShape.Newest })));
        var inTheMiddle = Query() with { FromMs = FirstMs + 90_000, ThroughMs = FirstMs + 200_000 };
        Assert.Equal([FirstMs + 97_000, FirstMs + 157_000], (await Rows(store, 1, inTheMiddle)).Select(row => row.TimestampMs));
    }

    private Task<SampleStore> Open(IStoreFiles? files = null, TimeSpan? minutes = null, TimeSpan? hours = null) => Open(_folder, files, minutes, hours);

    private async Task Fill(SampleStore store, int minutes, int from = 0)
    {
        var lease = store.Lease;
        var series = store.Resolve(Labels(1).Canonical);
        for (var minute = from; minute < from + minutes; minute++)
        {
            await AppendAsync(store, (series, FirstMs + (minute * 60_000L), minute), lease);
            await CatchUpAtHours(store, minute);
        }
    }

    private async Task AppendAsync(SampleStore store, (int Series, long TimestampMs, double Value) sample, SeriesLease lease)
    {
        _folder.Time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(sample.TimestampMs, _folder.Time.GetUtcNow().ToUnixTimeMilliseconds())));
        Assert.Equal(1, (await store.AppendAsync(Batch(sample) with { Lease = lease }, Stop)).Stored);
    }

    // Otherwise upkeep runs beside, whenever it comes to it; the tests want to know where it stands.
    private async Task CatchUpAtHours(SampleStore store, int minute)
    {
        if (minute % 30 == 10)
        {
            _folder.Time.Advance(TimeSpan.FromSeconds(1));
            await store.CatchUpAsync(Stop);
        }
    }
}
