using System.Runtime.InteropServices;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>The buckets of one series, from samples in order of time; used again. One thread.</summary>
internal sealed class TierRows
{
    /// <summary>Figures of a bucket.</summary>
    public const int Planes = 7;

    private readonly List<TierBucket> _buckets = [];
    private readonly List<long> _lastTimes = [];
    private readonly List<SampleQuality> _qualities = [];
    private double[] _planes = [];
    private long[] _scaled = [];

    /// <summary>Buckets that have a value.</summary>
    public int Count => _buckets.Count;

    /// <summary>The time of each bucket's last value, UTC milliseconds.</summary>
    public ReadOnlySpan<long> LastTimes => CollectionsMarshal.AsSpan(_lastTimes);

    /// <summary>Inferred where one of the bucket's values is.</summary>
    public ReadOnlySpan<SampleQuality> Qualities => CollectionsMarshal.AsSpan(_qualities);

    /// <summary>A figure of every bucket.</summary>
    public ReadOnlySpan<double> Plane(int plane) => _planes.AsSpan(plane * Count, Count);

    /// <summary>Makes the buckets.</summary>
    /// <param name="timestampsMs">Ascending.</param>
    /// <param name="values">One each.</param>
    /// <param name="qualities">One each.</param>
    /// <param name="bucketMs">Length of a bucket; they begin at multiples of it.</param>
    public void Fill(ReadOnlySpan<long> timestampsMs, ReadOnlySpan<double> values, ReadOnlySpan<SampleQuality> qualities, long bucketMs)
    {
        _buckets.Clear();
        _lastTimes.Clear();
        _qualities.Clear();
        for (var i = 0; i < values.Length; i++)
        {
            if (qualities[i] > SampleQuality.Inferred || double.IsNaN(values[i]))
            {
                continue;
            }

            var value = TierBucket.Of(values[i]);
            if (_lastTimes.Count > 0 && _lastTimes[^1] / bucketMs == timestampsMs[i] / bucketMs)
            {
                _buckets[^1] = _buckets[^1].Then(value);
                _lastTimes[^1] = timestampsMs[i];
                _qualities[^1] = qualities[i] > _qualities[^1] ? qualities[i] : _qualities[^1];
            }
            else
            {
                _buckets.Add(value);
                _lastTimes.Add(timestampsMs[i]);
                _qualities.Add(qualities[i]);
            }
        }

        Round(values);
        LayOut();
    }

    private void LayOut()
    {
        var count = Count;
        if (_planes.Length < count * Planes)
        {
            _planes = new double[count * Planes];
        }

        for (var i = 0; i < count; i++)
        {
            var bucket = _buckets[i];
            _planes[i] = bucket.First;
            _planes[count + i] = bucket.Last;
            _planes[(2 * count) + i] = bucket.Min;
            _planes[(3 * count) + i] = bucket.Max;
            _planes[(4 * count) + i] = bucket.Sum;
            _planes[(5 * count) + i] = bucket.Count;
            _planes[(6 * count) + i] = bucket.Increase;
        }
    }

    // Sums of decimals are decimals again, when all values are.
    private void Round(ReadOnlySpan<double> values)
    {
        if (_scaled.Length < values.Length)
        {
            _scaled = new long[values.Length];
        }

        var divisor = DecimalScale.DivisorOf(DecimalScale.Scale(values, _scaled, out var misfits));
        if (divisor > 1 && misfits == 0)
        {
            for (var i = 0; i < _buckets.Count; i++)
            {
                _buckets[i] = _buckets[i].Rounded(divisor);
            }
        }
    }
}
