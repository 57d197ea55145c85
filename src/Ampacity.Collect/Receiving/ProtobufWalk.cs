using System.Buffers.Binary;

namespace Ampacity.Collect;

/// <summary>Walks the fields of one protobuf message in place. Hostile bytes end in <see cref="WireFormatException"/>.</summary>
/// <param name="message">The message's bytes.</param>
/// <param name="offset">Where they begin in the whole request, for error messages.</param>
internal ref struct ProtobufWalk(ReadOnlySpan<byte> message, int offset)
{
    /// <summary>Wire types: VARINT 0, I64 1, LEN 2, I32 5 (protobuf encoding guide; 3 and 4 are groups, long gone).</summary>
    public const int Varint = 0;
    public const int Fixed64 = 1;
    public const int Bytes = 2;
    public const int Fixed32 = 5;

    private readonly ReadOnlySpan<byte> _message = message;
    private readonly int _offset = offset;
    private int _at;

    public int Field { get; private set; }

    public int WireType { get; private set; }

    /// <summary>The number of a varint or fixed field, as bits.</summary>
    public ulong Number { get; private set; }

    /// <summary>The content of a length-delimited field.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>Where the content begins in the whole request.</summary>
    public int ContentOffset { get; private set; }

    /// <summary>Where the next field begins in the message.</summary>
    public readonly int Position => _at;

    /// <summary>Steps to the next field; false at the end of the message.</summary>
    public bool MoveNext()
    {
        if (_at == _message.Length)
        {
            return false;
        }

        var tag = ReadVarint();
        if (tag > uint.MaxValue || tag >> 3 == 0)
        {
            throw Malformed("a field number out of range");
        }

        Field = (int)(tag >> 3);
        WireType = (int)(tag & 7);
        switch (WireType)
        {
            case Varint:
                Number = ReadVarint();
                break;
            case Fixed64:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case Fixed32:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            case Bytes:
                var length = ReadVarint();
                if (length > (ulong)(_message.Length - _at))
                {
                    throw Malformed($"a field of {length} bytes where {_message.Length - _at} are left");
                }

                ContentOffset = _offset + _at;
                Content = Take((int)length);
                break;
            default:
                throw Malformed($"wire type {WireType}");
        }

        return true;
    }

    /// <summary>Throws unless the field has the wire type that its meaning asks for.</summary>
    public readonly void Expect(int wireType)
    {
        if (WireType != wireType)
        {
            throw Malformed($"field {Field} with wire type {WireType} instead of {wireType}");
        }
    }

    public readonly WireFormatException Malformed(string what) => new(what, _offset + _at);

    /// <summary>Reads a sample {value = 1, timestamp = 2} however it is written; what stands last counts.</summary>
    public static (long TimestampMs, double Value) ReadSample(ReadOnlySpan<byte> sample, int offset)
    {
        var (timestampMs, value) = (0L, 0.0);
        for (var fields = new ProtobufWalk(sample, offset); fields.MoveNext();)
        {
            if (fields.Field == 1)
            {
                fields.Expect(Fixed64);
                value = BitConverter.UInt64BitsToDouble(fields.Number);
            }
            else if (fields.Field == 2)
            {
                fields.Expect(Varint);
                timestampMs = unchecked((long)fields.Number);
            }
        }

        return (timestampMs, value);
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (_message.Length - _at < length)
        {
            throw Malformed("it ends in the middle of a field");
        }

        _at += length;
        return _message.Slice(_at - length, length);
    }

    private ulong ReadVarint() => ReadVarint(_message, _offset, ref _at);

    /// <summary>Reads a varint at a place and steps behind it.</summary>
    public static ulong ReadVarint(ReadOnlySpan<byte> message, int offset, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (at == message.Length)
            {
                throw new WireFormatException("it ends in the middle of a number", offset + at);
            }

            var part = message[at++];
            if (shift == 63 && part > 1)
            {
                break;
            }

            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new WireFormatException("a number of over 64 bits", offset + at);
    }
}
