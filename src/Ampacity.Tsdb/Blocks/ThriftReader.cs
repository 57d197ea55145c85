namespace Ampacity.Tsdb;

/// <summary>What a field of a Thrift struct is, in the compact protocol (apache/thrift doc/specs/thrift-compact-protocol.md).</summary>
internal enum ThriftType : byte
{
    Stop = 0,
    True = 1,
    False = 2,
    Byte = 3,
    I16 = 4,
    I32 = 5,
    I64 = 6,
    Double = 7,
    Binary = 8,
    List = 9,
    Set = 10,
    Map = 11,
    Struct = 12,
    Uuid = 13,
}

/// <summary>Reads bytes of Thrift's compact protocol, in which Parquet writes its footer and the heads of its pages. Allocates nothing.</summary>
/// <remarks>Every method is false when the bytes end or are none of the protocol; what was read then means nothing.</remarks>
internal ref struct ThriftReader(ReadOnlySpan<byte> bytes)
{
    // Parquet's own structures are six deep.
    private const int MaxDepth = 16;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Bytes read.</summary>
    public int Position { get; private set; }

    /// <summary>Reads the head of a field; <see cref="ThriftType.Stop"/> ends the struct.</summary>
    /// <param name="id">The number of the field before, 0 before the first; then this one's.</param>
    /// <param name="type">Its type.</param>
    public bool TryField(ref int id, out ThriftType type)
    {
        type = ThriftType.Stop;
        if (!TryByte(out var head))
        {
            return false;
        }

        type = (ThriftType)(head & 15);
        if (head >> 4 > 0)
        {
            id += head >> 4;
        }
        else if (type is not ThriftType.Stop)
        {
            var read = TryInteger(out var whole);
            id = (int)Math.Clamp(whole, short.MinValue, short.MaxValue);
            return read;
        }

        return type <= ThriftType.Uuid;
    }

    /// <summary>Reads the head of a list.</summary>
    public bool TryList(out long count, out ThriftType type)
    {
        (count, type) = (0, ThriftType.Stop);
        if (!TryByte(out var head))
        {
            return false;
        }

        (count, type) = (head >> 4, (ThriftType)(head & 15));
        return count < 15 || TryLength(out count);
    }

    /// <summary>Reads a number of any width.</summary>
    public bool TryInteger(out long value)
    {
        var read = TryVarint(out var raw);
        value = (long)(raw >> 1) ^ -(long)(raw & 1);
        return read;
    }

    /// <summary>Passes over a value.</summary>
    public bool TrySkip(ThriftType type) => TrySkip(type, MaxDepth);

    private bool TrySkip(ThriftType type, int depth)
    {
        switch (type)
        {
            // In a struct the type is the value.
            case ThriftType.True or ThriftType.False:
                return true;
            case ThriftType.Byte:
                return TryPass(1);
            case ThriftType.I16 or ThriftType.I32 or ThriftType.I64:
                return TryVarint(out _);
            case ThriftType.Double:
                return TryPass(8);
            case ThriftType.Uuid:
                return TryPass(16);
            case ThriftType.Binary:
                return TryLength(out var length) && TryPass(length);
            case ThriftType.List or ThriftType.Set:
                return depth > 0 && TryList(out var count, out var element) && TrySkip(count, element, depth - 1);
            case ThriftType.Map:
                return depth > 0 && TrySkipMap(depth - 1);
            case ThriftType.Struct:
                return depth > 0 && TrySkipStruct(depth - 1);
            default:
                return false;
        }
    }

    private bool TrySkipStruct(int depth)
    {
        var id = 0;
        while (TryField(ref id, out var type))
        {
            if (type is ThriftType.Stop)
            {
                return true;
            }

            if (!TrySkip(type, depth))
            {
                return false;
            }
        }

        return false;
    }

    private bool TrySkipMap(int depth)
    {
        if (!TryLength(out var count) || count == 0 || !TryByte(out var types))
        {
            return count == 0;
        }

        for (; count > 0; count--)
        {
            if (!TrySkip(1, (ThriftType)(types >> 4), depth) || !TrySkip(1, (ThriftType)(types & 15), depth))
            {
                return false;
            }
        }

        return true;
    }

    // Elements of a list are a byte where they are true or false, so each takes a byte at least and the count is bounded by the bytes.
    private bool TrySkip(long count, ThriftType element, int depth)
    {
        if (count > _bytes.Length - Position)
        {
            return false;
        }

        for (; count > 0; count--)
        {
            if (!(element is ThriftType.True or ThriftType.False ? TryPass(1) : TrySkip(element, depth)))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryLength(out long length)
    {
        var read = TryVarint(out var raw);
        length = raw <= int.MaxValue ? (long)raw : 0;
        return read && raw <= int.MaxValue;
    }

    private bool TryVarint(out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (!TryByte(out var next))
            {
                return false;
            }

            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }

    private bool TryByte(out byte value)
    {
        value = Position < _bytes.Length ? _bytes[Position] : (byte)0;
        return TryPass(1);
    }

    private bool TryPass(long count)
    {
        if (count > _bytes.Length - Position)
        {
            return false;
        }

        Position += (int)count;
        return true;
    }
}
