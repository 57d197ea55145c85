using System.Globalization;
using System.Text;
using Ampacity.Collect;
using Ampacity.Redfish;
using Ampacity.Samples;
using Ampacity.Tests.Tsdb;
using Ampacity.Tsdb;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests;

/// <summary>BMCs that fall silent for hours and sensors that come and go, into a store whose series end meanwhile and whose numbers are given to others.</summary>
public sealed class BmcSeriesChurnTests : IDisposable
{
    private const int Bmcs = 4;
    private const int Sensors = 5;
    private const int Minutes = 240;
    private const string Path = "/redfish/v1/Chassis/C/Sensors";

    private readonly StoreFolder _folder = new();
    private readonly PollTally _tally = new();
    private readonly ReadLayouts _layouts = new();
    private readonly ResourceDecoder _decoder = new();
    private readonly MetricReadings _readings = new();
    private readonly Dictionary<string, SortedDictionary<long, double>> _sent = new(StringComparer.Ordinal);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_reading_is_in_the_series_of_its_sensor(int seed)
    {
        var random = new Random(seed);
        var generic = PlatformProfiles.Load(SimulatedRack.ProfileFolder).ById("generic")!;
        await using var store = await _folder.Open(
            retention: TimeSpan.FromDays(30), blockSpan: TimeSpan.FromMinutes(10), seriesPause: TimeSpan.FromMinutes(1), files: new FailingFiles());
        var bmcs = Enumerable.Range(0, Bmcs).Select(bmc =>
        {
            var endpoint = new BmcEndpoint(new Uri("http://127.0.0.1:1"), $"02:00:00:00:00:0{bmc}", generic, []);
            return new BmcSeries(endpoint, store, _layouts.Of(endpoint), _tally, readsEverything: true);
        }).ToArray();
        var (silentThrough, present) = (new int[Bmcs], new bool[Bmcs, Sensors]);
        var markers = 0L;
        for (var minute = 0; minute < Minutes; minute++)
        {
            var nowMs = BeginMs + (minute * 60_000L);
            _folder.Time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(nowMs + 5_000));
            await OthersAsync(store, minute, nowMs);
            for (var bmc = 0; bmc < Bmcs; bmc++)
            {
                if (silentThrough[bmc] > minute)
                {
                    continue;
                }

                if (random.Next(30) == 0)
                {
                    silentThrough[bmc] = minute + random.Next(30, 90);
                    continue;
                }

                for (var sensor = 1; sensor < Sensors; sensor++)
                {
                    present[bmc, sensor] ^= random.Next(25) == 0;
                }

                present[bmc, 0] = true;
                markers += await PollAsync(store, bmcs[bmc], bmc, [.. Enumerable.Range(0, Sensors).Where(sensor => present[bmc, sensor])], minute, nowMs + bmc);
            }

            await store.CatchUpAsync(Stop);
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        // A number that was given to another series, and series of ours that ended: otherwise this shows nothing.
        var statistics = store.Statistics;
        Assert.True(statistics.SeriesRemoved > 100 && statistics.SeriesNumbers < 200, $"seed {seed}: {statistics}");
        Assert.True(markers > 5, $"seed {seed}: {markers} markers");
        var read = await Read(store, Query(new Matcher("bmc", MatchKind.Regex, ".+")));
        Assert.Equal(Bmcs * Sensors, read.Count);
        var samples = read.ToDictionary(line => line.Split(' ')[0], line => line.Split(' ')[1..], StringComparer.Ordinal);
        foreach (var (labels, expected) in samples)
        {
            var key = _sent.Keys.Single(key => labels.Contains($"\"{key.Split('/')[0]}\"", StringComparison.Ordinal) && labels.Contains(key.Split('/')[1], StringComparison.Ordinal));
            Assert.Equal(
                _sent[key].Select(sample => string.Create(CultureInfo.InvariantCulture, $"{sample.Key - BeginMs}:{BitConverter.DoubleToInt64Bits(sample.Value):x}")),
                expected.Select(sample => sample[..sample.LastIndexOf(':')]));
        }
    }

    private async Task<long> PollAsync(SampleStore store, BmcSeries series, int bmc, int[] sensors, int minute, long atMs)
    {
        var members = string.Join(',', sensors.Select(sensor => string.Create(
            CultureInfo.InvariantCulture, $$"""{"@odata.id":"{{Path}}/sensor{{sensor}}","Reading":{{(bmc * 100_000) + (sensor * 10_000) + minute}},"ReadingType":"Temperature"}""")));
        series.Begin();
        var result = _decoder.Decode(Encoding.UTF8.GetBytes($$"""{"Members":[{{members}}]}"""), Path, series.Properties, _readings);
        series.Take(Path, _readings, 0, result.Error.Length == 0);
        _readings.Clear();
        var counts = series.Finish(atMs, isGone: false);
        Assert.Equal(sensors.Length, counts.Samples);
        var receipt = await store.AppendAsync(
            new SampleBatch(new Poll[] { new(atMs, series.Count) }, series.SeriesNumbers, series.Values, series.Qualities) { Lease = series.Lease }, Stop);
        Assert.Equal(series.Count, receipt.Stored);
        series.EndPoll();
        foreach (var sensor in sensors)
        {
            Noted(bmc, sensor).Add(atMs, (bmc * 100_000) + (sensor * 10_000) + minute);
        }

        // Of one that was named the last time. One whose series had ended in the store before has no marker: its samples are older than any look back.
        foreach (var (key, samples) in _sent.Where(one => one.Key.StartsWith($"02:00:00:00:00:0{bmc}/", StringComparison.Ordinal)))
        {
            if (counts.Markers > 0 && !sensors.Contains(key[^1] - '0') && !StaleMarker.Is(samples.Last().Value))
            {
                samples.Add(atMs, StaleMarker.Value);
            }
        }

        return counts.Markers;
    }

    // Of no BMC: a series that is new every minute, so that numbers are wanted.
    private static async Task OthersAsync(SampleStore store, int minute, long nowMs)
    {
        var lease = store.Lease;
        var series = Enumerable.Range(0, 10).Select(i => store.Resolve(LabelSet.Of(("__name__", "other"), ("n", $"{minute}-{i}")).Canonical)).ToArray();
        await store.AppendAsync(new SampleBatch(new Poll[] { new(nowMs, series.Length) }, series, new double[series.Length], default) { Lease = lease }, Stop);
    }

    private SortedDictionary<long, double> Noted(int bmc, int sensor)
    {
        var key = $"02:00:00:00:00:0{bmc}/sensor{sensor}";
        if (!_sent.TryGetValue(key, out var samples))
        {
            _sent.Add(key, samples = []);
        }

        return samples;
    }
}
