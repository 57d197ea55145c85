namespace Ampacity.Tests.Collect;

/// <summary>Writes a chunk as Prometheus does (tsdb/chunkenc/xor.go), by its own way: bit by bit, from the description in tsdb/docs/format/chunks.md.</summary>
internal sealed class XorChunkWriter
{
    private readonly List<bool> _bits = [];
    private int _count;
    private long _time;
    private ulong _delta;
    private ulong _value;
    private int _leading = -1;
    private int _trailing;

    public byte[] ToArray()
    {
        var bytes = new byte[2 + ((_bits.Count + 7) / 8)];
        (bytes[0], bytes[1]) = ((byte)(_count >> 8), (byte)(_count & 0xFF));
        for (var i = 0; i < _bits.Count; i++)
        {
            bytes[2 + (i / 8)] |= (byte)(_bits[i] ? 0x80 >> (i % 8) : 0);
        }

        return bytes;
    }

    public void Add(long timestampMs, double value)
    {
        var bits = BitConverter.DoubleToUInt64Bits(value);
        switch (_count++)
        {
            case 0:
                Varint(unchecked((ulong)((timestampMs << 1) ^ (timestampMs >> 63))));
                Write(bits, 64);
                break;
            case 1:
                _delta = (ulong)(timestampMs - _time);
                Varint(_delta);
                WriteValue(bits);
                break;
            default:
                var delta = (ulong)(timestampMs - _time);
                WriteDelta(unchecked((long)(delta - _delta)));
                _delta = delta;
                WriteValue(bits);
                break;
        }

        (_time, _value) = (timestampMs, bits);
    }

    private void WriteDelta(long dod)
    {
        foreach (var (prefix, prefixBits, size) in ((ulong, int, int)[])[(0b10, 2, 14), (0b110, 3, 17), (0b1110, 4, 20)])
        {
            if (dod != 0 && dod >= -((1L << (size - 1)) - 1) && dod <= 1L << (size - 1))
            {
                Write(prefix, prefixBits);
                Write(unchecked((ulong)dod), size);
                return;
            }
        }

        if (dod == 0)
        {
            Write(0, 1);
            return;
        }

        Write(0b1111, 4);
        Write(unchecked((ulong)dod), 64);
    }

    private void WriteValue(ulong bits)
    {
        var xor = bits ^ _value;
        if (xor == 0)
        {
            Write(0, 1);
            return;
        }

        var leading = Math.Min(31, System.Numerics.BitOperations.LeadingZeroCount(xor));
        var trailing = System.Numerics.BitOperations.TrailingZeroCount(xor);
        if (_leading >= 0 && leading >= _leading && trailing >= _trailing)
        {
            Write(0b10, 2);
            Write(xor >> _trailing, 64 - _leading - _trailing);
            return;
        }

        (_leading, _trailing) = (leading, trailing);
        var significant = 64 - leading - trailing;
        Write(0b11, 2);
        Write((ulong)leading, 5);
        Write((ulong)(significant & 63), 6);
        Write(xor >> trailing, significant);
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            Write((value & 0x7F) | 0x80, 8);
        }

        Write(value, 8);
    }

    private void Write(ulong value, int bits)
    {
        for (var i = bits - 1; i >= 0; i--)
        {
            _bits.Add(((value >> i) & 1) == 1);
        }
    }
}
