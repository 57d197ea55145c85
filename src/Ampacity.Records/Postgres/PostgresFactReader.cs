using System.Buffers.Binary;
using Npgsql;

namespace Ampacity.Records;

/// <summary>Reads facts out of PostgreSQL's binary COPY; the format is that of <see cref="PostgresFactWriter"/>.</summary>
internal sealed class PostgresFactReader(NpgsqlRawCopyStream stream, string place) : IDisposable
{
    // 1 GB is PostgreSQL's own limit of a value; ours are short, so a length beyond this one means that we lost our place in the stream.
    private const int ValueBytesMax = 1 << 26;

    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    /// <summary>Gives every row to a sink.</summary>
    public void ReadAll(FactSink sink, CancellationToken cancellationToken)
    {
        if (!Take(PostgresFactWriter.Header.Length).SequenceEqual(PostgresFactWriter.Header))
        {
            throw Lost("it does not begin as a binary copy does");
        }

        Span<int> starts = stackalloc int[PostgresFactWriter.ColumnCount];
        Span<int> lengths = stackalloc int[PostgresFactWriter.ColumnCount];
        for (var count = 0; ; count++)
        {
            if ((count & 1023) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var columns = BinaryPrimitives.ReadInt16BigEndian(Take(2));
            if (columns == -1)
            {
                return;
            }

            if (columns != PostgresFactWriter.ColumnCount)
            {
                throw Lost($"a row has {columns} columns");
            }

            // Where the columns lie is noted relative to the row: reading on may move what was read to the buffer's begin.
            var row = _start;
            for (var column = 0; column < columns; column++)
            {
                var length = BinaryPrimitives.ReadInt32BigEndian(Take(4, ref row));
                if (length is < -1 or > ValueBytesMax)
                {
                    throw Lost($"a value has {length} bytes");
                }

                starts[column] = _start - row;
                lengths[column] = length;
                if (length > 0)
                {
                    Take(length, ref row);
                }
            }

            sink.Take(new StoredFact
            {
                Id = Number(row, starts[0], lengths[0]),
                SubjectKind = Number(row, starts[1], lengths[1]),
                SubjectNumber = Number(row, starts[2], lengths[2]),
                Aspect = Number(row, starts[3], lengths[3]),
                Key = _buffer.AsSpan(row + starts[4], Math.Max(lengths[4], 0)),
                Value = _buffer.AsSpan(row + starts[5], Math.Max(lengths[5], 0)),
                ValidFromMs = Number(row, starts[6], lengths[6]),
                ValidToMs = lengths[7] < 0 ? long.MaxValue : Number(row, starts[7], lengths[7]),
                DeclaredBy = Number(row, starts[8], lengths[8]),
                RecordedBy = Number(row, starts[9], lengths[9]),
                RetractedBy = Number(row, starts[10], lengths[10]),
            });
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private long Number(int row, int start, int length) => length switch
    {
        -1 => 0,
        2 => BinaryPrimitives.ReadInt16BigEndian(_buffer.AsSpan(row + start)),
        4 => BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(row + start)),
        8 => BinaryPrimitives.ReadInt64BigEndian(_buffer.AsSpan(row + start)),
        _ => throw Lost($"a number has {length} bytes"),
    };

    private ReadOnlySpan<byte> Take(int bytes)
    {
        var keep = _start;
        return Take(bytes, ref keep);
    }

    // The next bytes; everything from keep on stays in the buffer, and keep follows where it is moved.
    private ReadOnlySpan<byte> Take(int bytes, scoped ref int keep)
    {
        while (_end - _start < bytes)
        {
            if (_end == _buffer.Length)
            {
                var held = _end - keep;
                var to = held + bytes > _buffer.Length ? new byte[Math.Max(_buffer.Length * 2, held + bytes)] : _buffer;
                Buffer.BlockCopy(_buffer, keep, to, 0, held);
                (_buffer, _start, _end, keep) = (to, _start - keep, held, 0);
            }

            var read = stream.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
            {
                throw Lost("it ends in the middle of a row");
            }

            _end += read;
        }

        var span = _buffer.AsSpan(_start, bytes);
        _start += bytes;
        return span;
    }

    private RecordStoreException Lost(string why) => new(
        RecordStoreFailure.Other, $"{place}: the copy of the facts cannot be read, {why}: read again; if it stays so, restore it from a backup");
}
