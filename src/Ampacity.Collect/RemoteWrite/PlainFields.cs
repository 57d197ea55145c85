using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Ampacity.Collect;

/// <summary>
/// Reads protobuf fields written as every known sender writes them: in the shortest way, each once, in order. What is written otherwise it
/// does not read, and <see cref="ProtobufWalk"/> does.
/// </summary>
internal struct PlainFields
{
    private const byte ValueTag = (1 << 3) | ProtobufWalk.Fixed64;
    private const byte TimestampTag = (2 << 3) | ProtobufWalk.Varint;

    private ulong _timeBytes;
    private long _timeMs;

    /// <summary>Length of a field with this tag and a length of at most two bytes, and how many bytes stand before its content; −1 else.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Length(ReadOnlySpan<byte> bytes, byte tag, out int head)
    {
        head = 2;
        if (bytes.Length < 3 || bytes[0] != tag)
        {
            return -1;
        }

        int length = bytes[1];
        if (length >= 0x80)
        {
            var high = bytes[2];
            if (high is 0 or >= 0x80)
            {
                return -1;
            }

            length = (length & 0x7F) | (high << 7);
            head = 3;
        }

        return length <= bytes.Length - head ? length : -1;
    }

    /// <summary>Reads a sample {value = 1, timestamp = 2} of either remote write; a zero is left out by proto3's rules.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadSample(ReadOnlySpan<byte> sample, out long timestampMs, out double value)
    {
        value = 0.0;
        if (sample.Length >= 9 && sample[0] == ValueTag)
        {
            value = BinaryPrimitives.ReadDoubleLittleEndian(sample[1..]);
            sample = sample[9..];
        }

        return TryReadTimestamp(sample, out timestampMs);
    }

    // Nothing, or one field. Most samples of a request have one time, of 6 bytes from 2004 to 2109: they are compared, not read again.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryReadTimestamp(ReadOnlySpan<byte> field, out long timestampMs)
    {
        if (field.Length != 7)
        {
            return TryDecode(field, out timestampMs);
        }

        var bytes = BinaryPrimitives.ReadUInt32LittleEndian(field) | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(field[3..]) << 24);
        if (bytes == _timeBytes)
        {
            timestampMs = _timeMs;
            return true;
        }

        if (!TryDecode(field, out timestampMs))
        {
            return false;
        }

        (_timeBytes, _timeMs) = (bytes, timestampMs);
        return true;
    }

    private static bool TryDecode(ReadOnlySpan<byte> field, out long timestampMs)
    {
        timestampMs = 0;
        if (field.IsEmpty)
        {
            return true;
        }

        // At most nine bytes of seven bits: the tenth, of negative times, is left to the other way.
        var last = field.Length - 1;
        if (field[0] != TimestampTag || last is < 1 or > 9 || field[last] >= 0x80)
        {
            return false;
        }

        for (var i = last; i > 0; i--)
        {
            if (i < last && field[i] < 0x80)
            {
                return false;
            }

            timestampMs = (timestampMs << 7) | (long)(field[i] & 0x7Fu);
        }

        return true;
    }
}
