using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>Reads the members of one blob of <see cref="FrozenPolls"/>, cheapest in ascending order.</summary>
internal struct BlobReader
{
    private Times _times;
    private int _flags;
    private int _members;
    private int _lengthsAt;
    private int _masksAt;
    private int _valuesAt;
    private int _member;
    private int _at;

    /// <summary>Polls of the blob.</summary>
    public int Polls { get; private set; }

    /// <summary>Begins with a blob.</summary>
    public void Open(ReadOnlySpan<byte> blob, int members)
    {
        _flags = blob[0];
        _members = members;
        if (_flags == FrozenPolls.Unpacked)
        {
            var unpacked = new UnpackedPolls(blob);
            Polls = unpacked.Count;
            unpacked.Rows.Times[..Polls].CopyTo(_times);
            return;
        }

        Polls = FrozenPolls.ReadTimes(blob, _times, out _lengthsAt);
        _valuesAt = _lengthsAt + members + ((_flags & FrozenPolls.Gaps) != 0 ? members * 2 : 0)
            + ((_flags & FrozenPolls.Judged) != 0 ? members * Polls : 0);
        _masksAt = _lengthsAt + members;
        (_member, _at) = (0, _valuesAt);
    }

    /// <summary>Reads a member's samples into three columns of <see cref="StampGroup.MaxPolls"/>; returns how many it has.</summary>
    public int Read(ReadOnlySpan<byte> blob, int member, Span<long> times, Span<double> values, Span<SampleQuality> qualities)
    {
        if (_flags == FrozenPolls.Unpacked)
        {
            return ReadUnpacked(blob, member, times, values, qualities);
        }

        if (member < _member)
        {
            (_member, _at) = (0, _valuesAt);
        }

        for (; _member < member; _member++)
        {
            _at += blob[_lengthsAt + _member];
        }

        var mask = MaskOf(blob, member);
        var count = BitOperations.PopCount(mask);
        if (count == 0)
        {
            return 0;
        }

        ValueCodec.Decode(blob[_at..], values[..count]);
        ReadOnlySpan<long> all = _times;
        if (count == Polls)
        {
            all[..count].CopyTo(times);
        }
        else
        {
            for (var (rest, i) = (mask, 0); rest != 0; rest &= rest - 1)
            {
                times[i++] = all[BitOperations.TrailingZeroCount(rest)];
            }
        }

        ReadQualities(blob, member, mask, qualities[..count]);
        return count;
    }

    /// <summary>Which polls have a sample of a member, a bit each.</summary>
    public readonly uint MaskOf(ReadOnlySpan<byte> blob, int member) =>
        _flags == FrozenPolls.Unpacked ? new UnpackedPolls(blob).MaskOf(member)
        : (_flags & FrozenPolls.Gaps) == 0 ? (1u << Polls) - 1 : BinaryPrimitives.ReadUInt16LittleEndian(blob[(_masksAt + (member * 2))..]);

    /// <summary>The time of a poll.</summary>
    public readonly long TimeOf(int poll) => _times[poll];

    private readonly int ReadUnpacked(ReadOnlySpan<byte> blob, int member, Span<long> times, Span<double> values, Span<SampleQuality> qualities)
    {
        var rows = new UnpackedPolls(blob).Rows;
        var count = 0;
        for (var poll = 0; poll < Polls; poll++)
        {
            if (rows.Has(poll, member))
            {
                (times[count], values[count], qualities[count]) = (_times[poll], rows.Values(poll)[member], SampleQuality.Good);
                count++;
            }
        }

        return count;
    }

    private readonly void ReadQualities(ReadOnlySpan<byte> blob, int member, uint mask, Span<SampleQuality> qualities)
    {
        if ((_flags & FrozenPolls.Judged) == 0)
        {
            qualities.Clear();
            return;
        }

        var at = _valuesAt - ((_members - member) * Polls);
        for (var i = 0; mask != 0; mask &= mask - 1)
        {
            qualities[i++] = (SampleQuality)blob[at + BitOperations.TrailingZeroCount(mask)];
        }
    }

    [InlineArray(StampGroup.MaxPolls)]
    private struct Times
    {
        private long _first;
    }
}
