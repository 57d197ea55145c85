using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Ampacity.Redfish;

/// <summary>Numbers as firmware writes them: as numbers, as text, as truths, as durations, or as a word for "none".</summary>
internal static class JsonValues
{
    // What 32 and 64 bit counters stop at (TXWait of a GB300's NVLinks stands at the first).
    private const double Max32 = 4_294_967_295d;
    private const double Max64 = 18_446_744_073_709_551_615d;

    /// <summary>The value at which the reader stands; an object or array is skipped and is not a number.</summary>
    public static (double Value, ReadingMarks Marks) NumberOf(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                return reader.TryGetDouble(out var number) && double.IsFinite(number) ? (number, Saturation(number)) : (double.NaN, ReadingMarks.Absent);
            case JsonTokenType.True:
                return (1, ReadingMarks.None);
            case JsonTokenType.False:
                return (0, ReadingMarks.None);
            case JsonTokenType.Null:
                return (double.NaN, ReadingMarks.Absent);
            case JsonTokenType.String:
                return NumberOf(reader.ValueSpan);
            default:
                reader.Skip();
                return (double.NaN, ReadingMarks.NotANumber);
        }
    }

    /// <summary>A number written as text.</summary>
    public static (double Value, ReadingMarks Marks) NumberOf(ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty && text[0] is >= (byte)'0' and <= (byte)'9' && Utf8Parser.TryParse(text, out double plain, out var all) && all == text.Length)
        {
            return double.IsFinite(plain) ? (plain, Saturation(plain)) : (double.NaN, ReadingMarks.Absent);
        }

        text = text.Trim(" \t"u8);
        if (text.IsEmpty || Is(text, "nan"u8) || Is(text, "-nan"u8) || Is(text, "null"u8) || Is(text, "n/a"u8) || Is(text, "na"u8) || Is(text, "n\\/a"u8))
        {
            return (double.NaN, ReadingMarks.Absent);
        }

        if (Utf8Parser.TryParse(text, out double value, out var used) && used == text.Length)
        {
            return double.IsFinite(value) ? (value, Saturation(value)) : (double.NaN, ReadingMarks.Absent);
        }

        return Is(text, "true"u8) ? (1, ReadingMarks.None)
            : Is(text, "false"u8) ? (0, ReadingMarks.None)
            : Iso8601Duration.TryParse(text, out var seconds) ? (seconds, ReadingMarks.None)
            : (double.NaN, ReadingMarks.NotANumber);
    }

    private static ReadingMarks Saturation(double value) => value is Max32 or Max64 ? ReadingMarks.Saturated : ReadingMarks.None;

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(text, word);
}
