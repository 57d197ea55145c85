using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Ampacity.Collect;

/// <summary>Numbers of text exposition, as Go's ParseFloat and ParseInt read them but for hexadecimal floats and underscores.</summary>
internal static class ExpositionNumber
{
    // prometheus/common value.NormalNaN: what Prometheus makes of "NaN", so that it is not the stale marker.
    private const long NormalNaN = 0x7ff8000000000001;

    // Powers of ten that are exact as a double; a mantissa below 2^53 divided by one is rounded once, which is the nearest double.
    private static readonly double[] PowersOfTen = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <summary>Reads a value; allocates nothing.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        const int ExactDigits = 15;
        var isNegative = text is [(byte)'-', ..];
        ulong mantissa = 0;
        var (digits, point) = (0, -1);
        for (var i = isNegative ? 1 : 0; i < text.Length; i++)
        {
            var digit = unchecked((uint)(text[i] - '0'));
            if (digit <= 9 && digits < ExactDigits)
            {
                mantissa = (mantissa * 10) + digit;
                digits++;
            }
            else if (text[i] == '.' && point < 0)
            {
                point = digits;
            }
            else
            {
                return TryParseAny(text, out value);
            }
        }

        if (digits == 0)
        {
            value = 0;
            return false;
        }

        value = mantissa / PowersOfTen[point < 0 ? 0 : digits - point];
        value = isNegative ? -value : value;
        return true;
    }

    /// <summary>Reads a time: milliseconds in the text format, seconds in OpenMetrics.</summary>
    public static bool TryParseTime(ReadOnlySpan<byte> text, bool openMetrics, out long timestampMs)
    {
        if (!openMetrics)
        {
            return Utf8Parser.TryParse(text, out timestampMs, out var used) && used == text.Length;
        }

        var ok = TryParse(text, out var seconds) && Math.Abs(seconds) < 1e15;
        timestampMs = ok ? (long)Math.Round(seconds * 1000) : 0;
        return ok;
    }

    private static bool TryParseAny(ReadOnlySpan<byte> text, out double value)
    {
        var word = text is [(byte)'+' or (byte)'-', ..] ? text[1..] : text;
        if (Ascii.EqualsIgnoreCase(word, "inf"u8) || Ascii.EqualsIgnoreCase(word, "infinity"u8))
        {
            value = text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        if (Ascii.EqualsIgnoreCase(text, "nan"u8))
        {
            value = BitConverter.Int64BitsToDouble(NormalNaN);
            return true;
        }

        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(text, Styles, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }
}
