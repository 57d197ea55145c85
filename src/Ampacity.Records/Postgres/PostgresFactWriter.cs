using System.Buffers.Binary;
using Npgsql;

namespace Ampacity.Records;

/// <summary>
/// Copies facts into PostgreSQL by its binary COPY: a 16-bit column count per row, a 32-bit length and big-endian bytes per value
/// (https://www.postgresql.org/docs/15/sql-copy.html, "Binary Format"). By hand, since texts are UTF-8 here already and rows are millions.
/// </summary>
internal sealed class PostgresFactWriter : FactSink
{
    /// <summary>Columns of <c>facts</c>.</summary>
    public const short ColumnCount = 11;

    private const int BufferBytes = 1 << 16;

    // All columns of a row but its two texts: at most 8 bytes each, with their lengths.
    private const int RowBytesMax = 2 + (ColumnCount * 12);

    private readonly NpgsqlRawCopyStream _stream;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _used;
    private bool _completed;

    /// <summary>Begins; the caller holds the transaction.</summary>
    public PostgresFactWriter(NpgsqlConnection connection)
    {
        _stream = connection.BeginRawBinaryCopy($"COPY facts ({StoredFact.Columns}) FROM STDIN (FORMAT BINARY)");
        Header.CopyTo(_buffer);
        _used = Header.Length;
    }

    /// <summary>Signature, flags, and the length of no extension.</summary>
    public static ReadOnlySpan<byte> Header =>
        [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xff, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <inheritdoc/>
    public override void Take(in StoredFact fact)
    {
        Room(RowBytesMax);
        BinaryPrimitives.WriteInt16BigEndian(_buffer.AsSpan(_used), ColumnCount);
        _used += 2;
        Int64(fact.Id);
        Int16(fact.SubjectKind);
        Int64(fact.SubjectNumber);
        Int16(fact.Aspect);
        Text(fact.Key);
        Text(fact.Value);
        Int64(fact.ValidFromMs);
        if (fact.ValidToMs == long.MaxValue)
        {
            Null();
        }
        else
        {
            Int64(fact.ValidToMs);
        }

        if (fact.DeclaredBy == 0)
        {
            Null();
        }
        else
        {
            Length(4);
            BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_used), checked((int)fact.DeclaredBy));
            _used += 4;
        }

        Int64(fact.RecordedBy);
        if (fact.RetractedBy == 0)
        {
            Null();
        }
        else
        {
            Int64(fact.RetractedBy);
        }
    }

    /// <inheritdoc/>
    public override void Complete()
    {
        Room(2);
        BinaryPrimitives.WriteInt16BigEndian(_buffer.AsSpan(_used), -1);
        _used += 2;
        Flush();
        // Ends the COPY: what the server refuses is thrown here.
        _completed = true;
        _stream.Dispose();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (!_completed)
        {
            _completed = true;
            _stream.Cancel();
            _stream.Dispose();
        }
    }

    private void Room(int bytes)
    {
        if (_used + bytes > BufferBytes)
        {
            Flush();
        }
    }

    private void Flush()
    {
        _stream.Write(_buffer, 0, _used);
        _used = 0;
    }

    private void Length(int bytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_used), bytes);
        _used += 4;
    }

    private void Null() => Length(-1);

    private void Int16(long value)
    {
        Length(2);
        BinaryPrimitives.WriteInt16BigEndian(_buffer.AsSpan(_used), checked((short)value));
        _used += 2;
    }

    private void Int64(long value)
    {
        Length(8);
        BinaryPrimitives.WriteInt64BigEndian(_buffer.AsSpan(_used), value);
        _used += 8;
    }

    private void Text(ReadOnlySpan<byte> utf8)
    {
        Length(utf8.Length);
        if (_used + utf8.Length + RowBytesMax > BufferBytes)
        {
            Flush();
            if (utf8.Length + RowBytesMax > BufferBytes)
            {
                _stream.Write(utf8);
                return;
            }
        }

        utf8.CopyTo(_buffer.AsSpan(_used));
        _used += utf8.Length;
    }
}
