using Ampacity.Samples;
using Ampacity.Tsdb;

namespace Ampacity.Tests;

/// <summary>What <see cref="SampleHead"/> must hold: a sorted list a series, and nothing clever.</summary>
internal sealed class HeadModel(long outOfOrderWindowMs)
{
    private readonly Dictionary<int, SortedDictionary<long, Entry>> _series = [];
    private readonly Dictionary<int, long> _newestMs = [];
    private long _sealingThroughMs = long.MinValue;
    private bool _sealing;

    public long ExpiredThroughMs { get; private set; } = long.MinValue;

    public AppendOutcome Append(int series, long timestampMs, double value, SampleQuality quality)
    {
        if (_newestMs.TryGetValue(series, out var newestMs) && newestMs - timestampMs > outOfOrderWindowMs)
        {
            return AppendOutcome.TooOld;
        }

        if (!_series.TryGetValue(series, out var samples))
        {
            _series[series] = samples = [];
        }

        // Sealed: what was there is gone, and what comes for such a time is not.
        if (!samples.TryAdd(timestampMs, new Entry(value, quality, _sealing)))
        {
            return AppendOutcome.Duplicate;
        }

        _newestMs[series] = Math.Max(timestampMs, _newestMs.GetValueOrDefault(series, long.MinValue));
        return AppendOutcome.Stored;
    }

    public void BeginSeal(long throughMs) => (_sealingThroughMs, _sealing) = (throughMs, true);

    // What came in while the seal went on is not in it.
    public void EndSeal(bool done)
    {
        foreach (var samples in _series.Values)
        {
            foreach (var (timestampMs, entry) in samples.ToArray())
            {
                if (done && !entry.SinceSeal && timestampMs <= _sealingThroughMs)
                {
                    samples.Remove(timestampMs);
                }
                else
                {
                    samples[timestampMs] = entry with { SinceSeal = false };
                }
            }
        }

        _sealing = false;
    }

    public void Expire(long beforeMs)
    {
        ExpiredThroughMs = Math.Max(ExpiredThroughMs, beforeMs - 1);
        foreach (var samples in _series.Values)
        {
            foreach (var timestampMs in samples.Keys.Where(timestampMs => timestampMs < beforeMs).ToArray())
            {
                samples.Remove(timestampMs);
            }
        }
    }

    public void Check(SampleHead head, long fromMs, long throughMs)
    {
        for (var series = 0; series < 40; series++)
        {
            var read = SampleHeadTests.Read(head, series, fromMs, throughMs);
            var expected = (_series.GetValueOrDefault(series) ?? []).Where(sample => sample.Key > fromMs && sample.Key <= throughMs).ToArray();
            Assert.Equal(expected.Select(sample => sample.Key), read.Times.ToArray());
            Assert.Equal(expected.Select(sample => sample.Value.Value), read.Values.ToArray());
            Assert.Equal(expected.Select(sample => sample.Value.Quality), read.Qualities.ToArray());
        }
    }

    private readonly record struct Entry(double Value, SampleQuality Quality, bool SinceSeal);
}
