using System.Buffers;
using System.Text.Json;

namespace Ampacity.Redfish;

/// <summary>What one report gave.</summary>
/// <param name="Readings">Values taken.</param>
/// <param name="Skipped">Values left out: without a property or id, or beyond a limit.</param>
/// <param name="Error">Empty, or why the rest of the body could not be read; what came before it was taken.</param>
public readonly record struct MetricReportResult(int Readings, int Skipped, string Error)
{
    /// <summary>The report's own time in UTC milliseconds by the BMC's clock, or <see cref="MetricReadings.NoTime"/>.</summary>
    public long ReportTimeMs { get; init; } = MetricReadings.NoTime;
}

/// <summary>
/// Reads the body of a Redfish MetricReport into columns in one pass, without a document. Knows the three dialects seen: NVIDIA and AMD
/// (MetricProperty, newest value, a stale flag), Lenovo, HPE and Supermicro (MetricId, or history of one property many times),
/// Dell (MetricId and Oem.Dell.ContextID).
/// </summary>
public static class MetricReportParser
{
    private const int ContextBytes = 256;

    /// <summary>Appends the values of a report.</summary>
    /// <param name="body">UTF-8 JSON, hostile or not.</param>
    /// <param name="properties">Numbers of the properties. A value without MetricProperty is <c>id:&lt;MetricId&gt;</c>, with Dell's context <c>id:&lt;MetricId&gt;@&lt;ContextID&gt;</c>; one with both, whose property is a whole object, is the property, @ and the MetricId.</param>
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
        var (skipped, timeMs) = (0, MetricReadings.NoTime);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return new MetricReportResult(0, 0, "the report is not a JSON object");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isValues = reader.ValueTextEquals("MetricValues"u8);
                var isTime = !isValues && reader.ValueTextEquals("Timestamp"u8);
                reader.Read();
                if (isValues && reader.TokenType == JsonTokenType.StartArray)
                {
                    skipped += TakeValues(ref reader, properties, into);
                }
                else if (isTime)
                {
                    timeMs = TimeOf(ref reader);
                }
                else
                {
                    reader.Skip();
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

        return new MetricReportResult(into.Count - before, skipped, "") { ReportTimeMs = timeMs };
    }

    /// <summary>Takes the entries of <c>MetricValues</c>, at whose opening bracket the reader stands; says how many were left out.</summary>
    internal static int TakeValues(ref Utf8JsonReader reader, MetricPropertyTable properties, MetricReadings into)
    {
        var cursor = PropertyCursor.Begin;
        var skipped = 0;
        var scratch = ArrayPool<byte>.Shared.Rent((2 * MetricPropertyTable.MaxNameBytes) + ContextBytes);
        try
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType != JsonTokenType.StartObject)
                {
                    reader.Skip();
                    skipped++;
                }
                else if (!TakeValue(ref reader, properties, into, ref cursor, scratch))
                {
                    skipped++;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }

        return skipped;
    }

    private static bool TakeValue(
        ref Utf8JsonReader reader, MetricPropertyTable properties, MetricReadings into, ref PropertyCursor cursor, byte[] scratch)
    {
        ReadOnlySpan<byte> property = default;
        ReadOnlySpan<byte> id = default;
        var contextLength = 0;
        var tooLong = false;
        var (value, flags, timeMs) = (double.NaN, ReadingMarks.Absent, MetricReadings.NoTime);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("MetricProperty"u8))
            {
                property = Take(ref reader, scratch.AsSpan(0, MetricPropertyTable.MaxNameBytes), ref tooLong);
            }
            else if (reader.ValueTextEquals("MetricValue"u8))
            {
                reader.Read();
                (value, var kind) = JsonValues.NumberOf(ref reader);
                flags = (flags & ReadingMarks.Stale) | kind;
            }
            else if (reader.ValueTextEquals("Timestamp"u8))
            {
                reader.Read();
                timeMs = TimeOf(ref reader);
            }
            else if (reader.ValueTextEquals("MetricId"u8))
            {
                id = Take(ref reader, scratch.AsSpan(MetricPropertyTable.MaxNameBytes, MetricPropertyTable.MaxNameBytes), ref tooLong);
            }
            else if (reader.ValueTextEquals("Oem"u8))
            {
                reader.Read();
                flags |= TakeOem(ref reader, scratch, ref contextLength);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        if (tooLong || (property.IsEmpty && id.IsEmpty))
        {
            return false;
        }

        int index;
        var context = scratch.AsSpan(2 * MetricPropertyTable.MaxNameBytes, contextLength);
        if (property.IsEmpty)
        {
            index = context.IsEmpty
                ? properties.Resolve(ref cursor, "id:"u8, id, [])
                : ResolveInContext(properties, ref cursor, id, context);
        }
        else if (property.EndsWith("#/Reading"u8))
        {
            index = properties.Resolve(ref cursor, property[..^"#/Reading".Length], [], []);
        }
        else if (!id.IsEmpty && IsWhole(property))
        {
            index = properties.Resolve(ref cursor, property, "@"u8, id);
        }
        else
        {
            index = properties.Resolve(ref cursor, property, [], []);
        }

        return index >= 0 && into.TryAdd(index, value, timeMs, flags);
    }

    // "…/Power#/PowerControl/0" names an object with a dozen values: only the id says which (Supermicro).
    private static bool IsWhole(ReadOnlySpan<byte> property)
    {
        var pointer = property.IndexOf((byte)'#');
        return pointer >= 0 && property[^1] is >= (byte)'0' and <= (byte)'9' && property[(pointer + 1)..].StartsWith("/PowerControl/"u8)
            && property[(pointer + 1 + "/PowerControl/".Length)..].IndexOf((byte)'/') < 0;
    }

    private static int ResolveInContext(MetricPropertyTable properties, ref PropertyCursor cursor, ReadOnlySpan<byte> id, ReadOnlySpan<byte> context)
    {
        Span<byte> tail = stackalloc byte[ContextBytes + 1];
        tail[0] = (byte)'@';
        context.CopyTo(tail[1..]);
        return properties.Resolve(ref cursor, "id:"u8, id, tail[..(context.Length + 1)]);
    }

    // Two levels: Nvidia.MetricValueStale and Dell.ContextID; everything else is skipped.
    private static ReadingMarks TakeOem(ref Utf8JsonReader reader, byte[] scratch, ref int contextLength)
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
                    // A context that is too long is none.
                    var ignored = false;
                    var context = Take(ref reader, scratch.AsSpan(2 * MetricPropertyTable.MaxNameBytes, ContextBytes), ref ignored);
                    context.CopyTo(scratch.AsSpan(2 * MetricPropertyTable.MaxNameBytes));
                    contextLength = context.Length;
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

    // Empty where it was not a text. Where it is over the room, or not Unicode, the flag is set.
    private static ReadOnlySpan<byte> Take(scoped ref Utf8JsonReader reader, Span<byte> room, scoped ref bool refused)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return default;
        }

        var length = reader.ValueSpan.Length;
        if (length > room.Length)
        {
            refused = true;
            return default;
        }

        if (!reader.ValueIsEscaped)
        {
            return reader.ValueSpan;
        }

        try
        {
            return room[..reader.CopyString(room)];
        }
        catch (InvalidOperationException)
        {
            refused = true; // half a surrogate pair
            return default;
        }
    }

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
