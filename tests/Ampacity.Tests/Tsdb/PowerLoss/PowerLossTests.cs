using System.Collections.Concurrent;
using System.Globalization;
using Ampacity.Samples;
using Ampacity.Tsdb;
using Microsoft.Extensions.Time.Testing;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Tsdb;

/// <summary>
/// Power goes at any change of the disk while writers append, spans are sealed and flushes are asked for; every fourth seed lives through hours in which tiers are
/// made, made again, merged and expire, and samples go; another fourth gathers segments of the journal that are packed, and in most of
/// these power goes within one of the first packings. Whatever state the disk comes back in: no acknowledged sample is lost, none is
/// invented, and what fell behind its retention is in the tiers. <c>AMPACITY_POWER_LOSS_SEEDS</c> says how many seeds, 100 by default, and
/// <c>AMPACITY_POWER_LOSS_FROM</c> the first, 1 by default; <c>AMPACITY_POWER_LOSS_STEP</c> takes every n-th alone: 4 from 1 on are those that pack.
/// </summary>
public sealed class PowerLossTests(ITestOutputHelper output)
{
    private const int SeriesCount = 12;
    private const long HourMs = TierPlan.HourMs;

    [Fact]
    public async Task Whatever_the_disk_forgets_no_acknowledged_sample_is_lost_and_none_invented()
    {
        var seeds = Number("AMPACITY_POWER_LOSS_SEEDS", 100);
        var from = Number("AMPACITY_POWER_LOSS_FROM", 1);
        var (acknowledged, losses, inPacking, reopened, tiers, packed) = (0L, 0, 0, 0, 0, 0L);
        var step = Number("AMPACITY_POWER_LOSS_STEP", 1);
        for (var seed = from; seed < from + (seeds * step); seed += step)
        {
            Stop.ThrowIfCancellationRequested();
            var run = new Run(seed);
            await run.LiveAndDie();
            await run.CheckAsync();
            acknowledged += run.Acknowledged;
            losses += run.WasLost ? 1 : 0;
            inPacking += run.WasLostInPacking ? 1 : 0;
            reopened += run.Segments;
            tiers += run.Tiers;
            packed += run.Packed;
        }

        output.WriteLine($"{seeds} seeds from {from} by {step}: {losses} power losses, {inPacking} of them in a packing, {acknowledged} acknowledged samples, {packed} journal segments packed, {reopened} segments and {tiers} blocks of tiers read back");
        Assert.InRange(losses, seeds / 3, seeds);
        Assert.InRange(inPacking, seeds / 100, seeds);
        Assert.InRange(packed, seeds / 4, long.MaxValue);
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private sealed class Run
    {
        private readonly int _seed;
        private readonly Random _random;
        private readonly ForgetfulFiles _disk;

        // Through hours, so that there are tiers.
        private readonly bool _lives;

        // Without seals, so that segments gather and are packed.
        private readonly bool _gathers;
        private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(BeginMs));
        private readonly ConcurrentDictionary<(int Series, long TimestampMs), double> _attempted = [];
        private readonly ConcurrentDictionary<(int Series, long TimestampMs), double> _acknowledged = [];

        public Run(int seed)
        {
            (_seed, _random, _lives, _gathers) = (seed, new Random(seed), seed % 4 == 0, seed % 4 == 1);

            // A block of a tier is some 60 changes.
            var changes = _random.Next(5, _lives ? 6000 : 500);
            var isNear = _gathers && _random.Next(4) > 0;
            _disk = new ForgetfulFiles(isNear ? 1000 : changes);
            if (isNear)
            {
                // From the first byte of a packed segment to the fsync of its deletes: a dozen changes, which a loss at any of 500 seldom meets.
                _disk.LoseNear(".journal" + SegmentRewrite.UnfinishedSuffix, _random.Next(1, 3), _random.Next(0, 12));
            }
        }

        public long Acknowledged => _acknowledged.Count;

        public bool WasLost => _disk.IsLost;

        public bool WasLostInPacking => _disk.IsLost && _disk.IsNear;

        public int Segments { get; private set; }

        public long Packed { get; private set; }

        public int Tiers { get; private set; }

        private string Root { get; } = Directory.CreateTempSubdirectory("ampacity-power-").FullName;

        public async Task LiveAndDie()
        {
            SampleStore? store = null;
            try
            {
                store = await SampleStore.OpenAsync(Options(Path.Combine(Root, "live")), _time, _disk, Stop);
                for (var step = 0; step < (_lives ? 70 : _gathers ? 200 : 40) && !_disk.IsLost; step++)
                {
                    _time.Advance(TimeSpan.FromMilliseconds(_random.Next(1, _lives ? 1_500_000 : 9000)));
                    var writers = Enumerable.Range(0, _random.Next(1, 4)).Select(writer => AppendAsync(store, writer, step)).ToArray();
                    if (_random.Next(_gathers ? 100 : 6) == 0)
                    {
                        await store.FlushAsync(Stop);
                    }

                    await Task.WhenAll(writers);
                    if ((_lives || _gathers) && _random.Next(3) == 0)
                    {
                        await store.CatchUpAsync(Stop);
                    }
                }
            }
            catch (SeriesStoreException)
            {
                // Power is gone; what was not acknowledged may be there or not.
            }

            if (store is not null)
            {
                Packed = store.Statistics.SegmentsPacked;
                await store.DisposeAsync();
            }
        }

        public async Task CheckAsync()
        {
            var target = Path.Combine(Root, "recovered");
            Directory.CreateDirectory(target);
            _disk.Recover(Path.Combine(Root, "live"), target, _random);
            var found = new Dictionary<(int Series, long TimestampMs), double>();
            var rawFromMs = long.MinValue;
            await using (var store = await SampleStore.OpenAsync(Options(target), _time, Stop))
            {
                Segments = store.OpenReport.Segments;
                Tiers = store.Statistics.Tiers.Sum(tier => tier.Blocks);
                rawFromMs = store.Statistics.RawFromMs ?? long.MinValue;
                await foreach (var batch in store.ReadAsync(Query(), Stop))
                {
                    for (var i = 0; i < batch.SeriesCount; i++)
                    {
                        for (var at = batch.Offsets[i]; at < batch.Offsets[i + 1]; at++)
                        {
                            var series = int.Parse(batch.Labels[i]["n"], CultureInfo.InvariantCulture);
                            Assert.True(found.TryAdd((series, batch.TimestampsMs[at]), batch.Values[at]), $"seed {_seed}: a sample twice");
                        }
                    }
                }

                await CheckTiersAsync(store, rawFromMs);
            }

            foreach (var (key, value) in _acknowledged)
            {
                if (key.TimestampMs < rawFromMs)
                {
                    // Its bucket's last sample stands for it.
                    Assert.True(
                        found.Keys.Any(other => other.Series == key.Series && other.TimestampMs >= key.TimestampMs && other.TimestampMs / HourMs == key.TimestampMs / HourMs),
                        $"seed {_seed}: nothing stands for acknowledged sample {key.Series} at {key.TimestampMs - BeginMs}");
                    continue;
                }

                Assert.True(found.TryGetValue(key, out var read) && read == value, $"seed {_seed}: acknowledged sample {key.Series} at {key.TimestampMs - BeginMs} is lost");
            }

            foreach (var (key, value) in found)
            {
                Assert.True(_attempted.TryGetValue(key, out var sent) && sent == value, $"seed {_seed}: sample {key.Series} at {key.TimestampMs - BeginMs} was never sent");
            }

            Directory.Delete(Root, recursive: true);
        }

        // Of every hour before the samples: as many as were acknowledged at least, and no more than were sent.
        private async Task CheckTiersAsync(SampleStore store, long rawFromMs)
        {
            var counts = new Dictionary<(int Series, long Hour), double>();
            await foreach (var batch in store.ReadAsync(Query() with { FromMs = 0, Buckets = new BucketRead(BucketLength.Hour, BucketFigure.Count) }, Stop))
            {
                for (var i = 0; i < batch.SeriesCount; i++)
                {
                    for (var at = batch.Offsets[i]; at < batch.Offsets[i + 1]; at++)
                    {
                        counts.Add((int.Parse(batch.Labels[i]["n"], CultureInfo.InvariantCulture), batch.TimestampsMs[at] / HourMs), batch.Values[at]);
                    }
                }
            }

            foreach (var hour in _attempted.Keys.GroupBy(key => (key.Series, Hour: key.TimestampMs / HourMs)).Where(hour => hour.Key.Hour < rawFromMs / HourMs))
            {
                var acknowledged = hour.Count(_acknowledged.ContainsKey);
                var count = counts.GetValueOrDefault(hour.Key);
                Assert.True(
                    count >= acknowledged && count <= hour.Count(),
                    $"seed {_seed}: hour {hour.Key.Hour} of series {hour.Key.Series} has {count} of {acknowledged} acknowledged and {hour.Count()} sent samples");
            }
        }

        private SampleStoreOptions Options(string folder) => new()
        {
            Folder = folder,
            JournalSegmentBytes = 4096,
            Retention = _lives ? TimeSpan.FromHours(4) : TimeSpan.FromDays(30),
            MinuteRetention = _lives ? TimeSpan.FromHours(6) : TimeSpan.FromDays(90),
            BlockSpan = _lives ? TimeSpan.FromMinutes(30) : _gathers ? TimeSpan.FromDays(1) : TimeSpan.FromSeconds(30),
            SealLag = TimeSpan.FromSeconds(2),
            SealPause = TimeSpan.Zero,
            UpkeepCpuShare = 1,
            JournalPackSegments = 2,
            JournalPackPause = TimeSpan.Zero,
        };

        // Each writer has series of its own, so that no two attempts are of the same sample with other values.
        private async Task AppendAsync(SampleStore store, int writer, int step)
        {
            var random = new Random((_seed * 10_007) + (step * 31) + writer);
            var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
            var timestampMs = random.Next(6) == 0 ? nowMs - random.Next(_lives ? 1_500_000 : 60_000) : nowMs;
            var series = Enumerable.Range(writer * 4, 4).Where(_ => random.Next(5) > 0).ToArray();
            if (series.Length == 0)
            {
                return;
            }

            var values = series.Select(number => (double)((step * SeriesCount) + number)).ToArray();
            foreach (var (number, value) in series.Zip(values))
            {
                _attempted.TryAdd((number, timestampMs), value);
            }

            var lease = store.Lease;
            var numbers = series.Select(number => store.Resolve(LabelSet.Of(("__name__", "m"), ("n", number.ToString(CultureInfo.InvariantCulture))).Canonical)).ToArray();
            var receipt = await store.AppendAsync(new SampleBatch(new Poll[] { new(timestampMs, series.Length) }, numbers, values, default) { Lease = lease }, Stop);
            Assert.Equal(series.Length, receipt.Stored + receipt.Duplicates);
            foreach (var number in series)
            {
                // The first of a time wins.
                _acknowledged.TryAdd((number, timestampMs), _attempted[(number, timestampMs)]);
            }
        }
    }
}
