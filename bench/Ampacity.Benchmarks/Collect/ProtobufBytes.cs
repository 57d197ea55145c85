using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Ampacity.Benchmarks;

/// <summary>Writes protobuf as senders do: each field once, in order, in the shortest way.</summary>
internal sealed class ProtobufBytes
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    public ProtobufBytes Bytes(int field, ReadOnlySpan<byte> content)
    {
        Varint((ulong)((field << 3) | 2));
        Varint((ulong)content.Length);
        _bytes.Write(content);
        return this;
    }

    public ProtobufBytes Message(int field, Action<ProtobufBytes> write)
    {
        var message = new ProtobufBytes();
        write(message);
        return Bytes(field, message.ToArray());
    }

    public ProtobufBytes Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    public ProtobufBytes Number(int field, ulong value)
    {
        Varint((ulong)(field << 3));
        Varint(value);
        return this;
    }

    public ProtobufBytes Packed(int field, IEnumerable<int> values)
    {
        var packed = new ProtobufBytes();
        foreach (var value in values)
        {
            packed.Varint((ulong)value);
        }

        return Bytes(field, packed.ToArray());
    }

    public ProtobufBytes Fixed(int field, ulong value)
    {
        Varint((ulong)((field << 3) | 1));
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        _bytes.Write(bytes);
        return this;
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Write([(byte)((value & 0x7F) | 0x80)]);
        }

        _bytes.Write([(byte)value]);
    }
}
