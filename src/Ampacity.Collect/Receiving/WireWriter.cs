using System.Buffers.Binary;

namespace Ampacity.Collect;

/// <summary>Writes fields of protobuf messages into a buffer that is used again. One thread at a time.</summary>
internal sealed class WireWriter
{
    private byte[] _buffer = new byte[256];

    /// <summary>What is written; valid until more is.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>Starts over, keeping the buffer.</summary>
    public void Clear() => Length = 0;

    /// <summary>A field of wire type VARINT.</summary>
    public void Number(int field, ulong value)
    {
        Varint((uint)field << 3);
        Varint(value);
    }

    /// <summary>A field of wire type I64.</summary>
    public void Fixed64(int field, ulong bits)
    {
        Varint(((uint)field << 3) | 1);
        Reserve(8);
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.AsSpan(Length), bits);
        Length += 8;
    }

    /// <summary>A field of wire type LEN.</summary>
    public void Bytes(int field, ReadOnlySpan<byte> content)
    {
        Head(field, content.Length);
        Raw(content);
    }

    /// <summary>Begins a field of wire type LEN whose content is written next, exactly as long as said.</summary>
    public void Head(int field, int contentBytes)
    {
        Varint(((uint)field << 3) | 2);
        Varint((uint)contentBytes);
    }

    /// <summary>Bytes as they are.</summary>
    public void Raw(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>A varint by itself.</summary>
    public void Varint(ulong value)
    {
        Reserve(10);
        while (value >= 0x80)
        {
            _buffer[Length++] = (byte)((value & 0x7F) | 0x80);
            value >>= 7;
        }

        _buffer[Length++] = (byte)value;
    }

    /// <summary>Bytes that a varint takes.</summary>
    public static int SizeOf(ulong value) => ((64 - System.Numerics.BitOperations.LeadingZeroCount(value | 1)) + 6) / 7;

    private void Reserve(int bytes)
    {
        if (_buffer.Length - Length < bytes)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + bytes));
        }
    }
}
