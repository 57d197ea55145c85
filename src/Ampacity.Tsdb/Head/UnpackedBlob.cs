using System.Numerics;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>A blob of <see cref="FrozenPolls"/> decoded whole, to be read poll by poll.</summary>
internal readonly struct UnpackedBlob
{
    private readonly long[] _times = new long[StampGroup.MaxPolls];
    private readonly uint[] _masks;
    private readonly double[] _values;
    private readonly SampleQuality[] _qualities;

    /// <summary>Decodes a blob that <see cref="BlobSummary.TryRead"/> has found right.</summary>
    /// <param name="blob">Without slack.</param>
    /// <param name="members">Members of its group.</param>
    public UnpackedBlob(ReadOnlySpan<byte> blob, int members)
    {
        // Decoding looks a little behind.
        var bytes = new byte[blob.Length + ValueCodec.Slack];
        blob.CopyTo(bytes);
        var reader = new BlobReader();
        reader.Open(bytes, members);
        Polls = reader.Polls;
        (_masks, _values, _qualities) = (new uint[members], new double[members * StampGroup.MaxPolls], new SampleQuality[members * StampGroup.MaxPolls]);
        Span<long> times = stackalloc long[StampGroup.MaxPolls];
        for (var member = 0; member < members; member++)
        {
            _masks[member] = reader.MaskOf(bytes, member);
            var at = member * StampGroup.MaxPolls;
            reader.Read(bytes, member, times, _values.AsSpan(at, StampGroup.MaxPolls), _qualities.AsSpan(at, StampGroup.MaxPolls));
        }

        for (var poll = 0; poll < Polls; poll++)
        {
            _times[poll] = reader.TimeOf(poll);
        }
    }

    /// <summary>How many polls.</summary>
    public int Polls { get; }

    /// <summary>The time of a poll, UTC milliseconds.</summary>
    public long TimeOf(int poll) => _times[poll];

    /// <summary>Samples of a poll.</summary>
    public int CountOf(int poll)
    {
        var count = 0;
        foreach (var mask in _masks)
        {
            count += (int)(mask >> poll) & 1;
        }

        return count;
    }

    /// <summary>A member's sample in a poll; false when it has none.</summary>
    public bool TryGet(int poll, int member, out double value, out SampleQuality quality)
    {
        var mask = _masks[member];
        (value, quality) = (0, default);
        if (((mask >> poll) & 1) == 0)
        {
            return false;
        }

        // A member's samples lie without gaps.
        var at = (member * StampGroup.MaxPolls) + BitOperations.PopCount(mask & ((1u << poll) - 1));
        (value, quality) = (_values[at], _qualities[at]);
        return true;
    }
}
