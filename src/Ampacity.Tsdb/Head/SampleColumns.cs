using System.Runtime.InteropServices;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>Samples of one series while they are gathered; grows and is used again. One thread.</summary>
internal sealed class SampleColumns
{
    private long[] _times = new long[256];
    private double[] _values = new double[256];
    private SampleQuality[] _qualities = new SampleQuality[256];

    /// <summary>Samples held.</summary>
    public int Count { get; private set; }

    /// <summary>Samples that fit before the columns grow.</summary>
    public int Capacity => _values.Length;

    /// <summary>UTC milliseconds.</summary>
    public ReadOnlySpan<long> Times => _times.AsSpan(0, Count);

    /// <summary>One each.</summary>
    public ReadOnlySpan<double> Values => _values.AsSpan(0, Count);

    /// <summary>One each.</summary>
    public ReadOnlySpan<SampleQuality> Qualities => _qualities.AsSpan(0, Count);

    /// <summary>Whether the times ascend, none twice.</summary>
    public bool IsSorted
    {
        get
        {
            for (var i = 1; i < Count; i++)
            {
                if (_times[i] <= _times[i - 1])
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Empties the columns.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds a sample.</summary>
    public void Add(long timestampMs, double value, SampleQuality quality)
    {
        Reserve(1);
        (_times[Count], _values[Count], _qualities[Count]) = (timestampMs, value, quality);
        Count++;
    }

    /// <summary>Adds samples.</summary>
    public void Add(ReadOnlySpan<long> times, ReadOnlySpan<double> values, ReadOnlySpan<SampleQuality> qualities)
    {
        Reserve(times.Length);
        times.CopyTo(_times.AsSpan(Count));
        values.CopyTo(_values.AsSpan(Count));
        qualities.CopyTo(_qualities.AsSpan(Count));
        Count += times.Length;
    }

    /// <summary>Reads a member of a blob to the end of the columns and keeps what lies in (from, through].</summary>
    public void AddFrom(ref BlobReader reader, ReadOnlySpan<byte> blob, int member, long fromMs, long throughMs)
    {
        Reserve(StampGroup.MaxPolls);
        var read = reader.Read(blob, member, _times.AsSpan(Count), _values.AsSpan(Count), _qualities.AsSpan(Count));
        var end = Count + read;
        if (read == 0 || (_times[Count] > fromMs && _times[end - 1] <= throughMs))
        {
            Count = end;
            return;
        }

        for (var i = Count; i < end; i++)
        {
            if (_times[i] > fromMs && _times[i] <= throughMs)
            {
                (_times[Count], _values[Count], _qualities[Count]) = (_times[i], _values[i], _qualities[i]);
                Count++;
            }
        }
    }

    /// <summary>Drops samples from a place on whose quality is not wanted.</summary>
    public void Keep(int from, SampleQualities wanted)
    {
        // Nearly always: all good or inferred, and both wanted.
        if ((wanted & SampleQualities.Believed) == SampleQualities.Believed
            && MemoryMarshal.AsBytes(Qualities[from..]).IndexOfAnyExceptInRange((byte)SampleQuality.Good, (byte)SampleQuality.Inferred) < 0)
        {
            return;
        }

        var kept = from;
        for (var i = from; i < Count; i++)
        {
            if (((int)wanted & (1 << (int)_qualities[i])) != 0)
            {
                (_times[kept], _values[kept], _qualities[kept]) = (_times[i], _values[i], _qualities[i]);
                kept++;
            }
        }

        Count = kept;
    }

    /// <summary>Turns every time into the begin of its bucket.</summary>
    public void RoundTimes(long bucketMs)
    {
        foreach (ref var time in _times.AsSpan(0, Count))
        {
            time -= time % bucketMs;
        }
    }

    /// <summary>Puts the samples from a place on into order of time. Of those of one time the one that was added first stays.</summary>
    public void Sort(int from)
    {
        // Rare: late samples, or blocks that overlap.
        var times = Times[from..].ToArray();
        var values = Values[from..].ToArray();
        var qualities = Qualities[from..].ToArray();
        var order = new int[times.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(order, (left, right) => times[left] != times[right] ? times[left].CompareTo(times[right]) : left.CompareTo(right));
        Count = from;
        foreach (var at in order)
        {
            if (Count == from || _times[Count - 1] != times[at])
            {
                (_times[Count], _values[Count], _qualities[Count]) = (times[at], values[at], qualities[at]);
                Count++;
            }
        }
    }

    private void Reserve(int count)
    {
        if (_times.Length - Count < count)
        {
            var capacity = Math.Max(_times.Length * 2, Count + count);
            Array.Resize(ref _times, capacity);
            Array.Resize(ref _values, capacity);
            Array.Resize(ref _qualities, capacity);
        }
    }
}
