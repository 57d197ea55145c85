using System.Buffers;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>The part of an answer that has arrived and is not read yet, in a pooled buffer that holds one message whole.</summary>
/// <remarks>One thread at a time.</remarks>
internal sealed class MessageBuffer(AnswerStream stream, int maxMessageBytes, string store) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(65_536);
    private int _from;
    private int _end;

    /// <summary>What has arrived and is not skipped; valid until more is read.</summary>
    public ReadOnlyMemory<byte> Rest => _buffer.AsMemory(_from, _end - _from);

    /// <summary>Passes bytes that were read.</summary>
    public void Skip(int bytes) => _from += bytes;

    /// <summary>Reads more; false at the end of the answer.</summary>
    /// <exception cref="ReadBudgetException">One message is over the limit.</exception>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        var length = _end - _from;
        if (length > maxMessageBytes)
        {
            throw new ReadBudgetException($"one message of the store {store} is over {maxMessageBytes >> 20} MiB; ask for fewer series or a shorter range");
        }

        if (_end == _buffer.Length)
        {
            var target = length > _buffer.Length / 2 ? ArrayPool<byte>.Shared.Rent(_buffer.Length * 2) : _buffer;
            _buffer.AsSpan(_from, length).CopyTo(target);
            if (target != _buffer)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
                _buffer = target;
            }

            (_from, _end) = (0, length);
        }

        var count = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += count;
        return count > 0;
    }

    /// <summary>Reads to the end: an answer that can only be understood whole.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> WholeAsync(CancellationToken cancellationToken)
    {
        while (await FillAsync(cancellationToken))
        {
        }

        return Rest;
    }

    /// <summary>Lines without their end, as they arrive.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var looked = 0;
        while (true)
        {
            var at = Rest.Span[looked..].IndexOf((byte)'\n');
            if (at >= 0)
            {
                yield return Rest[..(looked + at)];
                Skip(looked + at + 1);
                looked = 0;
                continue;
            }

            looked = Rest.Length;
            if (!await FillAsync(cancellationToken))
            {
                break;
            }
        }

        if (Rest.Length > 0)
        {
            yield return Rest;
        }
    }

    /// <summary>
    /// Frames of a streamed remote read (prometheus/prometheus storage/remote/chunked.go): length as a varint, CRC-32C big-endian, content.
    /// </summary>
    /// <exception cref="SeriesStoreException">It breaks off, or a frame does not hold against its checksum.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> FramesAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            int head;
            while ((head = Head(Rest.Span, out var length)) < 0 || Rest.Length < head + 4 + length)
            {
                if (length > maxMessageBytes)
                {
                    throw new ReadBudgetException($"a frame of the store {store} has {length} bytes, over {maxMessageBytes >> 20} MiB; lower the store's own limit of a frame");
                }

                if (await FillAsync(cancellationToken))
                {
                    continue;
                }

                if (Rest.Length == 0)
                {
                    yield break;
                }

                throw new SeriesStoreException($"the answer of the store {store} ends in the middle of a frame; ask again, and see the store's log");
            }

            _ = Head(Rest.Span, out var content);
            var frame = Rest.Slice(head + 4, (int)content);
            if (System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(Rest.Span[head..]) != Checksum(frame.Span))
            {
                throw new SeriesStoreException($"a frame of the store {store} does not hold against its checksum; ask again");
            }

            yield return frame;
            Skip(head + 4 + frame.Length);
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    // Bytes of the length, −1 while it has not arrived whole.
    private static int Head(ReadOnlySpan<byte> bytes, out long length)
    {
        length = 0;
        for (var i = 0; i < Math.Min(bytes.Length, 5); i++)
        {
            length |= (long)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                return i + 1;
            }
        }

        length = bytes.Length < 5 ? 0 : long.MaxValue;
        return -1;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            crc = System.Numerics.BitOperations.Crc32C(crc, System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var one in bytes)
        {
            crc = System.Numerics.BitOperations.Crc32C(crc, one);
        }

        return ~crc;
    }
}
