using System.Buffers.Binary;
using System.Numerics;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>What is in a blob of <see cref="FrozenPolls"/>, read and checked without decoding its values.</summary>
/// <param name="FirstMs">Its oldest poll, UTC milliseconds.</param>
/// <param name="LastMs">Its newest poll.</param>
/// <param name="Samples">Samples of all members.</param>
/// <param name="LastSamples">Samples of the newest poll.</param>
internal readonly record struct BlobSummary(long FirstMs, long LastMs, int Samples, int LastSamples)
{
    // The end of year 9999, beyond any clock; no sample before 1970 is taken either.
    private const long MaxTimestampMs = 253_402_300_799_999;

    /// <summary>
    /// Sums a blob up; false when it is none that <see cref="FrozenPolls.Add"/> makes. What passes can be read by <see cref="BlobReader"/> without
    /// leaving it, whoever wrote it.
    /// </summary>
    /// <param name="blob">Without slack behind.</param>
    /// <param name="members">Members of its group.</param>
    /// <param name="summary">What is in it.</param>
    public static bool TryRead(ReadOnlySpan<byte> blob, int members, out BlobSummary summary)
    {
        summary = default;
        if (blob.Length < 2 || blob[0] > (FrozenPolls.Gaps | FrozenPolls.Judged) || blob[1] is 0 or > StampGroup.MaxPolls)
        {
            return false;
        }

        Span<long> times = stackalloc long[StampGroup.MaxPolls];
        var polls = blob[1];
        if (!FrozenPolls.TryReadTimes(blob, times[..polls], out var at))
        {
            return false;
        }

        for (var i = 0; i < polls; i++)
        {
            if (times[i] is < 0 or > MaxTimestampMs || (i > 0 && times[i] <= times[i - 1]))
            {
                return false;
            }
        }

        var hasGaps = (blob[0] & FrozenPolls.Gaps) != 0;
        var qualityBytes = (blob[0] & FrozenPolls.Judged) != 0 ? members * polls : 0;
        var valuesAt = at + members + (hasGaps ? members * 2 : 0) + qualityBytes;
        if (valuesAt > blob.Length
            || blob.Slice(valuesAt - qualityBytes, qualityBytes).IndexOfAnyExceptInRange((byte)SampleQuality.Good, (byte)SampleQuality.OutOfRange) >= 0)
        {
            return false;
        }

        var (samples, lastSamples) = (0, 0);
        for (var member = 0; member < members; member++)
        {
            int mask = hasGaps ? BinaryPrimitives.ReadUInt16LittleEndian(blob[(at + members + (member * 2))..]) : (1 << polls) - 1;
            var count = BitOperations.PopCount((uint)mask);
            int bytes = blob[at + member];
            if (mask >> polls != 0 || bytes > blob.Length - valuesAt || ValueCodec.BytesOf(blob.Slice(valuesAt, bytes), count) != bytes)
            {
                return false;
            }

            valuesAt += bytes;
            samples += count;
            lastSamples += (mask >> (polls - 1)) & 1;
        }

        summary = new BlobSummary(times[0], times[polls - 1], samples, lastSamples);
        return valuesAt == blob.Length && samples > 0;
    }
}
