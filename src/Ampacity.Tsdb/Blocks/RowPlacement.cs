using System.IO.Hashing;
using System.Runtime.InteropServices;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>
/// Puts rows of series into a block: at the polls of a stamp group that many series share, so that times are kept once; rows at other times (late
/// samples) at polls of their own, which those of one poll share. One thread.
/// </summary>
internal sealed class RowPlacement(BlockWriter writer, int planes)
{
    private readonly Dictionary<string, int> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<UInt128, int> _own = [];
    private readonly List<int> _ordinals = [];
    private readonly List<int> _punctual = [];
    private readonly List<int> _late = [];
    private double[] _planes = [];
    private SampleQuality[] _qualities = [];

    /// <summary>Adds the rows of a series; series come in the order of a block.</summary>
    /// <param name="labels">Canonical labels.</param>
    /// <param name="key">Names the group; the same key, the same times.</param>
    /// <param name="groupTimes">Times of the group, ascending.</param>
    /// <param name="times">Times of the rows, ascending.</param>
    /// <param name="qualities">One each.</param>
    /// <param name="values">The values of a figure, one each; a block of samples has one figure.</param>
    public void Add(
        ReadOnlySpan<byte> labels,
        string key,
        ReadOnlySpan<long> groupTimes,
        ReadOnlySpan<long> times,
        ReadOnlySpan<SampleQuality> qualities,
        PlaneValues values)
    {
        Split(groupTimes, times);
        if (_punctual.Count > 0)
        {
            if (!_groups.TryGetValue(key, out var polls))
            {
                _groups[key] = polls = writer.AddPolls(groupTimes);
            }

            Write(labels, polls, _ordinals.Count == groupTimes.Length ? default : CollectionsMarshal.AsSpan(_ordinals), _punctual, times.Length, qualities, values);
        }

        if (_late.Count > 0)
        {
            var own = new long[_late.Count];
            for (var i = 0; i < own.Length; i++)
            {
                own[i] = times[_late[i]];
            }

            Write(labels, OwnPolls(own), default, _late, times.Length, qualities, values);
        }
    }

    private void Split(ReadOnlySpan<long> groupTimes, ReadOnlySpan<long> times)
    {
        _ordinals.Clear();
        _punctual.Clear();
        _late.Clear();
        for (int i = 0, poll = 0; i < times.Length; i++)
        {
            while (poll < groupTimes.Length && groupTimes[poll] < times[i])
            {
                poll++;
            }

            if (poll < groupTimes.Length && groupTimes[poll] == times[i])
            {
                _ordinals.Add(poll);
                _punctual.Add(i);
            }
            else
            {
                _late.Add(i);
            }
        }
    }

    private int OwnPolls(long[] times)
    {
        var key = XxHash128.HashToUInt128(MemoryMarshal.AsBytes(times.AsSpan()), times.Length);
        if (!_own.TryGetValue(key, out var polls))
        {
            _own[key] = polls = writer.AddPolls(times);
        }

        return polls;
    }

    private void Write(
        ReadOnlySpan<byte> labels,
        int polls,
        ReadOnlySpan<int> ordinals,
        List<int> rows,
        int all,
        ReadOnlySpan<SampleQuality> qualities,
        PlaneValues values)
    {
        var count = rows.Count;
        if (_qualities.Length < count)
        {
            _qualities = new SampleQuality[Math.Max(count, _qualities.Length * 2)];
            _planes = new double[_qualities.Length * planes];
        }

        var good = true;
        for (var i = 0; i < count; i++)
        {
            _qualities[i] = qualities[rows[i]];
            good &= _qualities[i] == SampleQuality.Good;
        }

        for (var plane = 0; plane < planes; plane++)
        {
            var from = values(plane);
            var to = _planes.AsSpan(plane * count, count);
            if (count == all)
            {
                from.CopyTo(to);
                continue;
            }

            for (var i = 0; i < count; i++)
            {
                to[i] = from[rows[i]];
            }
        }

        writer.AddPlanes(labels, polls, ordinals, _planes.AsSpan(0, count * planes), good ? default : _qualities.AsSpan(0, count));
    }
}

/// <summary>The values of a figure of a series, a row each.</summary>
internal delegate ReadOnlySpan<double> PlaneValues(int plane);
