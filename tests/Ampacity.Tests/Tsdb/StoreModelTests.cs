using Ampacity.Samples;
using Ampacity.Tsdb;
using CsCheck;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Tsdb;

/// <summary>The whole store against a sorted list a series: appends in and out of order, seals, flushes, openings, in any sequence.</summary>
public sealed class StoreModelTests
{
    private const int Targets = 5;
    private const int SeriesPerTarget = 6;

    [Fact]
    public async Task Whatever_is_appended_sealed_flushed_and_opened_again_is_read_back() =>
        await Gen.Select(Gen.UInt, Gen.Int[5, 60]).SampleAsync(async (seed, steps) =>
        {
            var random = new Random((int)(seed & int.MaxValue));
            using var folder = new StoreFolder();
            var model = new Dictionary<string, SortedDictionary<long, (double Value, SampleQuality Quality)>>();
            var store = await folder.Open(blockSpan: TimeSpan.FromSeconds(40));
            try
            {
                long nowMs = BeginMs;
                for (var step = 0; step < steps; step++)
                {
                    nowMs += random.Next(0, 15_000);
                    folder.Time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(nowMs));
                    await AppendAsync(store, model, random.Next(6) == 0 ? nowMs - random.Next(120_000) : nowMs, random);
                    switch (random.Next(12))
                    {
                        case 0:
                            await store.FlushAsync(Stop);
                            break;
                        case 1:
                            await store.DisposeAsync();
                            store = await folder.Open(blockSpan: TimeSpan.FromSeconds(40));
                            Assert.Equal(0, store.OpenReport.SamplesWithoutSeries);
                            break;
                        default:
                            break;
                    }
                }

                await Check(store, model, BeginMs - 200_000, nowMs);
                await Check(store, model, nowMs - 60_000, nowMs - 20_000);
                Assert.Equal(0, store.Statistics.SealErrors);
            }
            finally
            {
                await store.DisposeAsync();
            }
        }, iter: 40, threads: 1);

    private static async Task AppendAsync(
        SampleStore store, Dictionary<string, SortedDictionary<long, (double Value, SampleQuality Quality)>> model, long timestampMs, Random random)
    {
        var target = random.Next(Targets);
        var names = Enumerable.Range(0, SeriesPerTarget).Where(_ => random.Next(10) > 0).Select(metric => (Name: $"m{metric}", Target: $"{target}")).ToArray();
        if (names.Length == 0)
        {
            return;
        }

        var lease = store.Lease;
        var labels = names.Select(name => LabelSet.Of(("__name__", name.Name), ("target", name.Target))).ToArray();
        var values = names.Select(_ => random.Next(5) == 0 ? random.NextDouble() : random.Next(1000)).ToArray();
        var qualities = random.Next(4) == 0 ? names.Select(_ => (SampleQuality)random.Next(2)).ToArray() : [];
        await store.AppendAsync(
            new SampleBatch(new Poll[] { new(timestampMs, names.Length) }, labels.Select(label => store.Resolve(label.Canonical)).ToArray(), values, qualities) { Lease = lease }, Stop);
        for (var i = 0; i < names.Length; i++)
        {
            var key = labels[i].ToString();
            model.TryAdd(key, []);
            model[key].TryAdd(timestampMs, (values[i], qualities.Length == 0 ? SampleQuality.Good : qualities[i]));
        }
    }

    private static async Task Check(
        SampleStore store, Dictionary<string, SortedDictionary<long, (double Value, SampleQuality Quality)>> model, long fromMs, long throughMs)
    {
        var query = Query() with { FromMs = fromMs, ThroughMs = throughMs };
        var expected = model.Select(series => (series.Key, Samples: series.Value.Where(sample => sample.Key > fromMs && sample.Key <= throughMs).ToArray()))
            .Where(series => series.Samples.Length > 0).ToArray();
        Assert.Equal(expected.Select(series => Line(series.Key, series.Samples)).Order(StringComparer.Ordinal), await Read(store, query));
        Assert.Equal(
            expected.Select(series => Line(series.Key, series.Samples[^1..])).Order(StringComparer.Ordinal),
            await Read(store, query with { Shape = ReadShape.Newest }));
        Assert.Subset(
            (await Read(store, query with { Shape = ReadShape.Labels })).ToHashSet(), expected.Select(series => series.Key).ToHashSet());
    }

    private static string Line(string labels, IEnumerable<KeyValuePair<long, (double Value, SampleQuality Quality)>> samples) =>
        labels + string.Concat(samples.Select(
            sample => $" {sample.Key - BeginMs}:{BitConverter.DoubleToInt64Bits(sample.Value.Value):x}:{(int)sample.Value.Quality}"));
}
