using System.Buffers.Binary;

namespace Ampacity.Collect;

/// <summary>
/// Reads the samples of a chunk as Prometheus encodes it (prometheus/prometheus tsdb/chunkenc/xor.go, tsdb/docs/format/chunks.md): a count of 16 bits, then
/// times by delta of delta and values by XOR with the one before. Hostile bytes end in <see cref="WireFormatException"/>.
/// </summary>
/// <remarks>One thread; no allocation.</remarks>
internal ref struct XorChunk
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _count;
    private int _bit;
    private int _read;
    private ulong _timeDelta;
    private ulong _value;
    private int _leading;
    private int _trailing;

    public XorChunk(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2)
        {
            throw new WireFormatException("a chunk without a count of samples", 0);
        }

        _bytes = bytes;
        (_count, _bit) = (BinaryPrimitives.ReadUInt16BigEndian(bytes), 16);

        // No leading zeros are known before the first value that says so.
        _leading = -1;
    }

    public long TimestampMs { get; private set; }

    public readonly double Value => BitConverter.UInt64BitsToDouble(_value);

    public bool MoveNext()
    {
        if (_read == _count)
        {
            return false;
        }

        if (_read == 0)
        {
            var zigzag = ReadVarint();
            TimestampMs = (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
            _value = Bits(64);
        }
        else
        {
            _timeDelta = unchecked(_read == 1 ? ReadVarint() : _timeDelta + (ulong)DeltaOfDelta());
            TimestampMs = unchecked(TimestampMs + (long)_timeDelta);
            ReadValue();
        }

        _read++;
        return true;
    }

    // Prefixes 0, 10, 110, 1110, 1111 stand for 0, 14, 17, 20 and 64 bits.
    private long DeltaOfDelta()
    {
        var ones = 0;
        while (ones < 4 && Bits(1) == 1)
        {
            ones++;
        }

        if (ones == 4)
        {
            return unchecked((long)Bits(64));
        }

        var size = ones switch { 0 => 0, 1 => 14, 2 => 17, _ => 20 };
        if (size == 0)
        {
            return 0;
        }

        // The largest number of a size is positive: Prometheus takes half its range as itself.
        var bits = (long)Bits(size);
        return bits > 1L << (size - 1) ? bits - (1L << size) : bits;
    }

    private void ReadValue()
    {
        if (Bits(1) == 0)
        {
            return;
        }

        if (Bits(1) == 1)
        {
            _leading = (int)Bits(5);
            var significant = (int)Bits(6);

            // 64 does not fit into six bits and is written as 0.
            _trailing = 64 - _leading - (significant == 0 ? 64 : significant);
        }

        if (_leading < 0 || _trailing < 0)
        {
            throw new WireFormatException("a chunk whose value says more bits than there are", _bit >> 3);
        }

        _value ^= Bits(64 - _leading - _trailing) << _trailing;
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var part = Bits(8);
            value |= (part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new WireFormatException("a chunk with a number of over 64 bits", _bit >> 3);
    }

    private ulong Bits(int count)
    {
        if (_bit + count > (long)_bytes.Length * 8)
        {
            throw new WireFormatException($"a chunk that ends before its {_count} samples", _bytes.Length);
        }

        ulong bits = 0;
        var left = count;
        while (left > 0)
        {
            var inByte = 8 - (_bit & 7);
            var take = Math.Min(inByte, left);
            bits = (bits << take) | (((ulong)_bytes[_bit >> 3] >> (inByte - take)) & ((1UL << take) - 1));
            _bit += take;
            left -= take;
        }

        return bits;
    }
}
