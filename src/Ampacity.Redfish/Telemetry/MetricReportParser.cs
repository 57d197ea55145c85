using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Ampacity.Redfish;

/// <summary>What one report gave.</summary>
/// <param name="Readings">Values taken.</param>
/// <param name="Skipped">Values left out: without a property or id, or beyond a limit.</param>
/// <param name="Error">Empty, or why the rest of the body could not be read; what came before it was taken.</param>
public readonly record struct MetricReportResult(int Readings, int Skipped, string Error);

/// <summary>
/// Reads the body of a Redfish MetricReport into columns in one pass, without a document. Knows the three dialects seen: NVIDIA and AMD
/// (MetricProperty, newest value, a stale flag), Lenovo, HPE and Supermicro (MetricId, or history of one property many times),
/// Dell (MetricId and Oem.Dell.ContextID).
/// </summary>
public static class MetricReportParser
{
    /// <summary>Appends the values of a report.</summary>
    /// <param name="body">UTF-8 JSON, hostile or not.</param>
    /// <param name="properties">Numbers of this BMC's properties. A value without MetricProperty is <c>id:&lt;MetricId&gt;</c>, with Dell's context <c>id:&lt;MetricId&gt;@&lt;ContextID&gt;</c>.</param>
    /// <param name="into">Columns.</param>
    /// <param name="maxDepth">Deepest nesting.</param>
    public static MetricReportResult Parse(ReadOnlySpan<byte> body, MetricPropertyTable properties, MetricReadings into, int maxDepth = 64)
    {
        if (body.StartsWith("\uFEFF"u8))
        {
            body = body[3..];
        }

        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = maxDepth });
        var before = into.Count;
        var skipped = 0;
        properties.Rewind();
        Span<byte> property = stackalloc byte[MetricPropertyTable.MaxNameBytes];
        Span<byte> id = stackalloc byte[MetricPropertyTable.MaxNameBytes];
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return new MetricReportResult(0, 0, "the report is not a JSON object");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isValues = reader.ValueTextEquals("MetricValues"u8);
                reader.Read();
                if (!isValues || reader.TokenType != JsonTokenType.StartArray)
                {
                    reader.Skip();
                    continue;
                }

                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    if (reader.TokenType != JsonTokenType.StartObject)
                    {
                        reader.Skip();
                        skipped++;
                    }
                    else if (!TakeValue(ref reader, properties, into, property, id))
                    {
                        skipped++;
                    }
                }
            }
        }
        catch (JsonException e)
        {
            return new MetricReportResult(into.Count - before, skipped, e.Message);
        }
        catch (InvalidOperationException)
        {
            // What the reader throws for well-formed JSON whose escapes are half a surrogate pair: a name compared, a time read.
            return new MetricReportResult(
                into.Count - before, skipped, FormattableString.Invariant($"text that is not Unicode, before byte {reader.BytesConsumed}"));
        }

        return new MetricReportResult(into.Count - before, skipped, "");
    }

    private static bool TakeValue(
        ref Utf8JsonReader reader, MetricPropertyTable properties, MetricReadings into, scoped Span<byte> property, scoped Span<byte> id)
    {
        var (propertyLength, idLength, contextLength) = (0, 0, 0);
        var (value, flags, timeMs) = (double.NaN, ReadingMarks.Absent, MetricReadings.NoTime);
        Span<byte> context = stackalloc byte[256];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("MetricProperty"u8))
            {
                propertyLength = Copy(ref reader, property);
            }
            else if (reader.ValueTextEquals("MetricValue"u8))
            {
                reader.Read();
                (value, var kind) = NumberOf(ref reader);
                flags = (flags & ReadingMarks.Stale) | kind;
            }
            else if (reader.ValueTextEquals("Timestamp"u8))
            {
                reader.Read();
                timeMs = TimeOf(ref reader);
            }
            else if (reader.ValueTextEquals("MetricId"u8))
            {
                idLength = Copy(ref reader, id);
            }
            else if (reader.ValueTextEquals("Oem"u8))
            {
                reader.Read();
                flags |= TakeOem(ref reader, context, ref contextLength);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        if (propertyLength < 0 || (propertyLength == 0 && idLength <= 0))
        {
            return false;
        }

        var name = property[..propertyLength];
        if (propertyLength == 0)
        {
            Span<byte> made = stackalloc byte[MetricPropertyTable.MaxNameBytes + 260];
            "id:"u8.CopyTo(made);
            id[..idLength].CopyTo(made[3..]);
            var length = 3 + idLength;
            if (contextLength > 0)
            {
                made[length++] = (byte)'@';
                context[..contextLength].CopyTo(made[length..]);
                length += contextLength;
            }

            var made2 = properties.Resolve(made[..length]);
            return made2 >= 0 && into.TryAdd(made2, value, timeMs, flags);
        }

        var index = properties.Resolve(name);
        return index >= 0 && into.TryAdd(index, value, timeMs, flags);
    }

    // Two levels: Nvidia.MetricValueStale and Dell.ContextID; everything else is skipped.
    private static ReadingMarks TakeOem(ref Utf8JsonReader reader, scoped Span<byte> context, ref int contextLength)
    {
        var flags = ReadingMarks.None;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return flags;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("MetricValueStale"u8))
                {
                    reader.Read();
                    flags |= reader.TokenType == JsonTokenType.True ? ReadingMarks.Stale : ReadingMarks.None;
                    reader.Skip();
                }
                else if (reader.ValueTextEquals("ContextID"u8))
                {
                    contextLength = Math.Max(0, Copy(ref reader, context));
                }
                else
                {
                    reader.Read();
                    reader.Skip();
                }
            }
        }

        return flags;
    }

    // -1: it was longer than the room, or not Unicode; 0: it was not a text.
    private static int Copy(ref Utf8JsonReader reader, scoped Span<byte> into)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return 0;
        }

        if (reader.ValueSpan.Length > into.Length)
        {
            return -1;
        }

        try
        {
            return reader.CopyString(into);
        }
        catch (InvalidOperationException)
        {
            return -1; // half a surrogate pair
        }
    }

    private static (double Value, ReadingMarks Flags) NumberOf(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                return reader.TryGetDouble(out var number) && double.IsFinite(number) ? (number, ReadingMarks.None) : (double.NaN, ReadingMarks.Absent);
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

    private static (double Value, ReadingMarks Flags) NumberOf(ReadOnlySpan<byte> text)
    {
        text = text.Trim(" \t"u8);
        if (text.IsEmpty || Is(text, "nan"u8) || Is(text, "-nan"u8) || Is(text, "null"u8) || Is(text, "n/a"u8) || Is(text, "na"u8) || Is(text, "n\\/a"u8))
        {
            return (double.NaN, ReadingMarks.Absent);
        }

        if (Utf8Parser.TryParse(text, out double value, out var used) && used == text.Length)
        {
            return double.IsFinite(value) ? (value, ReadingMarks.None) : (double.NaN, ReadingMarks.Absent);
        }

        return Is(text, "true"u8) ? (1, ReadingMarks.None)
            : Is(text, "false"u8) ? (0, ReadingMarks.None)
            : (double.NaN, ReadingMarks.NotANumber);
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(text, word);

    private static long TimeOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time))
        {
            return time.ToUnixTimeMilliseconds();
        }

        reader.Skip();
        return MetricReadings.NoTime;
    }
}
