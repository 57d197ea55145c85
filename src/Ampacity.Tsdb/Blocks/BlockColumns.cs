using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>
/// Samples of some series read from a block: series <c>i</c> has the samples <c>[Offsets[i], Offsets[i+1])</c>, in order of time, no time twice.
/// </summary>
/// <remarks>Belongs to the caller, who clears it and reads into it again; one thread at a time. Spans are valid until the next read.</remarks>
internal sealed class BlockColumns
{
    private int[] _offsets = [0];
    private long[] _timestampsMs = [];
    private double[] _values = [];
    private SampleQuality[] _qualities = [];

    /// <summary>Series read.</summary>
    public int SeriesCount { get; private set; }

    /// <summary>Samples read.</summary>
    public int SampleCount { get; private set; }

    /// <summary>Where the samples of each series begin; one more than there are series.</summary>
    public ReadOnlySpan<int> Offsets => _offsets.AsSpan(0, SeriesCount + 1);

    /// <summary>UTC milliseconds.</summary>
    public ReadOnlySpan<long> TimestampsMs => _timestampsMs.AsSpan(0, SampleCount);

    /// <summary>Values, to the bit.</summary>
    public ReadOnlySpan<double> Values => _values.AsSpan(0, SampleCount);

    /// <summary>Qualities.</summary>
    public ReadOnlySpan<SampleQuality> Qualities => _qualities.AsSpan(0, SampleCount);

    /// <summary>Empties the columns and keeps their memory.</summary>
    public void Clear() => (SeriesCount, SampleCount) = (0, 0);

    /// <summary>Room behind the samples for so many more; they count once taken.</summary>
    public (Memory<long> TimestampsMs, Memory<double> Values, Memory<SampleQuality> Qualities) Reserve(int samples)
    {
        if (_values.Length - SampleCount < samples)
        {
            var capacity = Math.Max(4096, (int)Math.Min(Array.MaxLength, Math.Max(_values.Length * 2L, (long)SampleCount + samples)));
            Array.Resize(ref _timestampsMs, capacity);
            Array.Resize(ref _values, capacity);
            Array.Resize(ref _qualities, capacity);
        }

        return (_timestampsMs.AsMemory(SampleCount, samples), _values.AsMemory(SampleCount, samples), _qualities.AsMemory(SampleCount, samples));
    }

    /// <summary>Counts samples that were written into reserved room.</summary>
    public void Take(int samples) => SampleCount += samples;

    /// <summary>
    /// Puts the samples from a place on in order of time and drops those outside a range; of several at one time the first counts.
    /// </summary>
    public void KeepInOrder(int begin, long fromMs, long throughMs)
    {
        var count = SampleCount - begin;
        if (_timestampsMs.AsSpan(begin, count) is var ordered && !Ascends(ordered))
        {
            // Few series have late samples: copies are no matter.
            var order = Enumerable.Range(0, count).ToArray();
            var times = ordered.ToArray();
            var values = _values.AsSpan(begin, count).ToArray();
            var qualities = _qualities.AsSpan(begin, count).ToArray();
            Array.Sort(order, (a, b) => (times[a], a).CompareTo((times[b], b)));
            for (var i = 0; i < count; i++)
            {
                (_timestampsMs[begin + i], _values[begin + i], _qualities[begin + i]) = (times[order[i]], values[order[i]], qualities[order[i]]);
            }
        }

        var kept = begin;
        for (var i = begin; i < begin + count; i++)
        {
            var time = _timestampsMs[i];
            if (time >= fromMs && time <= throughMs && (kept == begin || time > _timestampsMs[kept - 1]))
            {
                (_timestampsMs[kept], _values[kept], _qualities[kept]) = (time, _values[i], _qualities[i]);
                kept++;
            }
        }

        SampleCount = kept;
    }

    /// <summary>Ends a series; what was taken since the one before is its own.</summary>
    public void EndSeries()
    {
        if (SeriesCount + 1 == _offsets.Length)
        {
            Array.Resize(ref _offsets, Math.Max(256, _offsets.Length * 2));
        }

        _offsets[++SeriesCount] = SampleCount;
    }

    private static bool Ascends(ReadOnlySpan<long> times)
    {
        for (var i = 1; i < times.Length; i++)
        {
            if (times[i] <= times[i - 1])
            {
                return false;
            }
        }

        return true;
    }
}
