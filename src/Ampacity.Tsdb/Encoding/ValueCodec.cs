using System.Buffers.Binary;
using System.Numerics;

namespace Ampacity.Tsdb;

/// <summary>
/// A few values of one series as bytes, to the bit: what sensors report is mostly whole numbers, or decimals of a fixed number of
/// places, so they are kept as integers × 10^−e in as many bits as they need; what is not goes as it is.
/// </summary>
/// <remarks>
/// Pure and allocation-free, any thread. Layout: <c>form u8</c> (bits 0–1 the kind, 2–5 the exponent e, 6 a shift follows) and then
/// <list type="bullet">
/// <item>raw: the values as f64;</item>
/// <item>offsets: <c>width u8 · [shift u8] · least varint</c>, then each value − least, shifted right, in width bits;</item>
/// <item>steps: <c>width u8 · [shift u8] · first varint · least varint</c>, then each step from value to value − least, likewise.</item>
/// </list>
/// Varints are zigzag LEB128. Decoding reads up to <see cref="Slack"/> bytes behind the input: the owner of the buffer keeps them readable.
/// </remarks>
internal static class ValueCodec
{
    /// <summary>Most values of one call: what a stamp group keeps open.</summary>
    public const int MaxValues = 16;

    /// <summary>Most bytes of <see cref="MaxValues"/> values: form and raw values.</summary>
    public const int MaxBytes = 1 + (MaxValues * sizeof(double));

    /// <summary>Bytes behind the input that decoding may read.</summary>
    public const int Slack = 8;

    private const int KindRaw = 0;
    private const int KindOffsets = 1;
    private const int KindSteps = 2;
    private const int ShiftFollows = 64;
    private const int MaxExponent = 9;

    // A packed value is read as one word from a byte boundary, so 7 of 64 bits may be another's.
    private const int MaxWidth = 57;

    // Beyond 2^53 a double skips integers.
    private const double MaxWhole = 9_007_199_254_740_992;

    // A shift costs a byte; below this many bits saved in all it is not worth it.
    private const int LeastShift = 2;

    private static readonly double[] Powers = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

    /// <summary>Writes 1 to <see cref="MaxValues"/> values and returns the bytes used, <see cref="MaxBytes"/> at most.</summary>
    public static int Encode(ReadOnlySpan<double> values, Span<byte> output)
    {
        Span<long> whole = stackalloc long[MaxValues];
        whole = whole[..values.Length];
        var exponent = Scale(values, whole);
        return exponent < 0 ? EncodeRaw(values, output) : EncodeWhole(values, whole, exponent, output);
    }

    /// <summary>Reads as many values as the span is long.</summary>
    /// <param name="input">From the form on, with <see cref="Slack"/> readable bytes behind what was encoded.</param>
    /// <param name="values">Gets the values.</param>
    public static void Decode(ReadOnlySpan<byte> input, Span<double> values)
    {
        unchecked
        {
            var form = input[0];
            var kind = form & 3;
            if (kind == KindRaw)
            {
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = BinaryPrimitives.ReadDoubleLittleEndian(input[(1 + (i * sizeof(double)))..]);
                }

                return;
            }

            int width = input[1];
            var at = 2;
            var shift = (form & ShiftFollows) != 0 ? input[at++] : 0;
            var first = kind == KindSteps ? ReadVarint(input, ref at) : 0;
            var least = ReadVarint(input, ref at);
            var packed = input[at..];
            var mask = (1UL << width) - 1;
            var power = Powers[(form >> 2) & 15];
            if (kind == KindOffsets)
            {
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = (least + (Unpack(packed, i * width, mask) << shift)) / power;
                }
            }
            else
            {
                values[0] = first / power;
                for (var i = 1; i < values.Length; i++)
                {
                    first += least + (Unpack(packed, (i - 1) * width, mask) << shift);
                    values[i] = first / power;
                }
            }
        }
    }

    /// <summary>How many bytes so many encoded values take, or −1 where the bytes are none that <see cref="Encode"/> writes.</summary>
    /// <param name="input">From the form on; may be longer.</param>
    /// <param name="count">Values, 0 to <see cref="MaxValues"/>; none take no byte.</param>
    public static int BytesOf(ReadOnlySpan<byte> input, int count)
    {
        if (count == 0)
        {
            return 0;
        }

        if (input.IsEmpty || (input[0] & ~(3 | (15 << 2) | ShiftFollows)) != 0)
        {
            return -1;
        }

        var kind = input[0] & 3;
        if (kind == KindRaw)
        {
            return 1 + (count * sizeof(double)) <= input.Length ? 1 + (count * sizeof(double)) : -1;
        }

        var at = (input[0] & ShiftFollows) != 0 ? 3 : 2;
        if (kind > KindSteps || ((input[0] >> 2) & 15) > MaxExponent || at > input.Length || input[1] > MaxWidth || (at == 3 && input[2] > 63)
            || (kind == KindSteps && !TrySkipVarint(input, ref at)) || !TrySkipVarint(input, ref at))
        {
            return -1;
        }

        var bytes = at + ((((kind == KindSteps ? count - 1 : count) * input[1]) + 7) >> 3);
        return bytes <= input.Length ? bytes : -1;
    }

    // The least exponent that makes every value a whole number which gives the same bits back, or −1.
    private static int Scale(ReadOnlySpan<double> values, Span<long> whole)
    {
        var exponent = 0;
        for (var i = 0; i < values.Length;)
        {
            if (TryScale(values[i], exponent, out whole[i]))
            {
                i++;
                continue;
            }

            if (++exponent > MaxExponent)
            {
                return -1;
            }

            // Those before are made anew with the finer scale.
            i = 0;
        }

        return exponent;
    }

    private static bool TryScale(double value, int exponent, out long whole)
    {
        var scaled = Math.Round(value * Powers[exponent]);
        whole = 0;

        // NaN fails the comparison, −0 the bits.
        if (!(Math.Abs(scaled) < MaxWhole))
        {
            return false;
        }

        whole = (long)scaled;
        return BitConverter.DoubleToInt64Bits(whole / Powers[exponent]) == BitConverter.DoubleToInt64Bits(value);
    }

    private static int EncodeRaw(ReadOnlySpan<double> values, Span<byte> output)
    {
        output[0] = KindRaw;
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(output[(1 + (i * sizeof(double)))..], values[i]);
        }

        return 1 + (values.Length * sizeof(double));
    }

    private static int EncodeWhole(ReadOnlySpan<double> values, ReadOnlySpan<long> whole, int exponent, Span<byte> output)
    {
        Span<long> steps = stackalloc long[MaxValues];
        steps = steps[..(whole.Length - 1)];
        for (var i = 0; i < steps.Length; i++)
        {
            // Both are below 2^53 in size.
            steps[i] = unchecked(whole[i + 1] - whole[i]);
        }

        var (leastValue, valueShift, valueWidth) = Measure(whole);
        var (leastStep, stepShift, stepWidth) = Measure(steps);
        var asSteps = (stepWidth * steps.Length) + (VarintBytes(whole[0]) * 8) < valueWidth * whole.Length;
        var numbers = asSteps ? steps : whole;
        var (least, shift, width) = asSteps ? (leastStep, stepShift, stepWidth) : (leastValue, valueShift, valueWidth);
        if (width > MaxWidth)
        {
            return EncodeRaw(values, output);
        }

        output[0] = (byte)((asSteps ? KindSteps : KindOffsets) | (exponent << 2) | (shift > 0 ? ShiftFollows : 0));
        output[1] = (byte)width;
        var at = 2;
        if (shift > 0)
        {
            output[at++] = (byte)shift;
        }

        if (asSteps)
        {
            WriteVarint(output, ref at, whole[0]);
        }

        WriteVarint(output, ref at, least);
        var bytes = at + (((numbers.Length * width) + 7) >> 3);
        if (bytes > 1 + (values.Length * sizeof(double)))
        {
            return EncodeRaw(values, output);
        }

        Pack(numbers, least, shift, width, output[at..bytes]);
        return bytes;
    }

    // The least number, how far all differences from it can be shifted right, and the bits that they need then.
    private static (long Least, int Shift, int Width) Measure(ReadOnlySpan<long> numbers)
    {
        unchecked
        {
            var least = numbers.IsEmpty ? 0 : numbers[0];
            foreach (var number in numbers)
            {
                least = Math.Min(least, number);
            }

            var ones = 0UL;
            foreach (var number in numbers)
            {
                ones |= (ulong)(number - least);
            }

            var shift = ones == 0 ? 0 : BitOperations.TrailingZeroCount(ones);
            shift = shift < LeastShift ? 0 : shift;
            return (least, shift, 64 - BitOperations.LeadingZeroCount(ones >> shift));
        }
    }

    private static void Pack(ReadOnlySpan<long> numbers, long least, int shift, int width, Span<byte> output)
    {
        unchecked
        {
            // At most 7 bits wait, so a value of 57 still fits.
            var (word, bits, at) = (0UL, 0, 0);
            foreach (var number in numbers)
            {
                word |= ((ulong)(number - least) >> shift) << bits;
                for (bits += width; bits >= 8; bits -= 8)
                {
                    output[at++] = (byte)word;
                    word >>= 8;
                }
            }

            if (bits > 0)
            {
                output[at] = (byte)word;
            }
        }
    }

    private static long Unpack(ReadOnlySpan<byte> packed, int bit, ulong mask) =>
        unchecked((long)((BinaryPrimitives.ReadUInt64LittleEndian(packed[(bit >> 3)..]) >> (bit & 7)) & mask));

    private static int VarintBytes(long number) =>
        (BitOperations.Log2(ZigZag(number) | 1) / 7) + 1;

    private static ulong ZigZag(long number) => unchecked((ulong)((number << 1) ^ (number >> 63)));

    internal static void WriteVarint(Span<byte> output, ref int at, long number)
    {
        unchecked
        {
            var rest = ZigZag(number);
            while (rest >= 0x80)
            {
                output[at++] = (byte)(rest | 0x80);
                rest >>= 7;
            }

            output[at++] = (byte)rest;
        }
    }

    // Past a varint of at most ten bytes; false when it does not end there or in the input.
    private static bool TrySkipVarint(ReadOnlySpan<byte> input, ref int at)
    {
        for (var end = Math.Min(input.Length, at + 10); at < end;)
        {
            if (input[at++] < 0x80)
            {
                return true;
            }
        }

        return false;
    }

    internal static bool TryReadVarint(ReadOnlySpan<byte> input, ref int at, out long number)
    {
        var end = at;
        number = 0;
        if (!TrySkipVarint(input, ref end))
        {
            return false;
        }

        number = ReadVarint(input, ref at);
        return at == end;
    }

    internal static long ReadVarint(ReadOnlySpan<byte> input, ref int at)
    {
        unchecked
        {
            var number = 0UL;
            for (var shift = 0; ; shift += 7)
            {
                var part = input[at++];
                number |= (ulong)(part & 0x7f) << shift;
                if (part < 0x80 || shift == 63)
                {
                    return (long)(number >> 1) ^ -(long)(number & 1);
                }
            }
        }
    }
}
