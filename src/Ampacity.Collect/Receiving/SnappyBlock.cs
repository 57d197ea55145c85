using Snappier;

namespace Ampacity.Collect;

/// <summary>The Snappy block format, as remote write uses it; not the framed one.</summary>
internal static class SnappyBlock
{
    /// <summary>Decompresses into the scratch's buffer, of which the answer is a part. A warm one allocates nothing.</summary>
    /// <exception cref="ReceiveRejectedException">It is too large, promises what it cannot hold, or is no Snappy block.</exception>
    public static ReadOnlySpan<byte> Decompress(ReadOnlySpan<byte> body, ReceiveScratch scratch, ReceiveLimits limits)
    {
        if (body.Length > limits.MaxBodyBytes)
        {
            throw new ReceiveRejectedException(413, $"the body has {body.Length} bytes, the limit is {limits.MaxBodyBytes}; send smaller requests");
        }

        var length = DecodedLength(body);
        if (length > limits.MaxDecodedBytes)
        {
            throw new ReceiveRejectedException(
                413, $"the body decompresses to {length} bytes, the limit is {limits.MaxDecodedBytes}; send smaller requests");
        }

        // An element of 3 bytes brings at most 64 (a copy with a 2-byte offset): a promise beyond that is a lie, whatever the limit.
        if (length > body.Length * 22L)
        {
            throw Malformed($"{body.Length} bytes cannot decompress to {length}");
        }

        var decoded = scratch.Reserve((int)length);
        try
        {
            var written = Snappy.Decompress(body, decoded.AsSpan(0, (int)length));
            return written == length ? decoded.AsSpan(0, written) : throw Malformed($"it holds {written} bytes and promises {length}");
        }
        catch (Exception error) when (error is InvalidDataException or ArgumentException)
        {
            throw Malformed(error.Message);
        }
    }

    // The block begins with its decompressed length as a varint of at most 5 bytes (google/snappy format_description.txt).
    private static long DecodedLength(ReadOnlySpan<byte> body)
    {
        long length = 0;
        for (var i = 0; i < Math.Min(5, body.Length); i++)
        {
            length |= (long)(body[i] & 0x7F) << (7 * i);
            if (body[i] < 0x80)
            {
                return length <= uint.MaxValue ? length : throw Malformed("its length is over 32 bits");
            }
        }

        throw Malformed("its length is cut off");
    }

    private static ReceiveRejectedException Malformed(string what) =>
        new(400, $"the body is not a Snappy block: {what}; send Content-Encoding: snappy");
}
