using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ampacity.PromQL;
using Ampacity.Samples;

namespace Ampacity.Server;

/// <summary>Writes the envelopes of the Prometheus HTTP API straight from columns.</summary>
internal static class PrometheusJson
{
    // Nothing here is ever embedded in HTML; Prometheus does not escape + and < either.
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void WriteError(Utf8JsonWriter json, string errorType, string error)
    {
        json.WriteStartObject();
        json.WriteString("status"u8, "error"u8);
        json.WriteString("errorType"u8, errorType);
        json.WriteString("error"u8, error);
        json.WriteEndObject();
    }

    /// <summary>Writes an answer; <paramref name="writeData"/> writes the value of <c>data</c>.</summary>
    public static async ValueTask WriteSuccessAsync(
        Utf8JsonWriter json, Func<Utf8JsonWriter, ValueTask> writeData, IReadOnlyList<string> warnings, IReadOnlyList<string> infos)
    {
        json.WriteStartObject();
        json.WriteString("status"u8, "success"u8);
        json.WritePropertyName("data"u8);
        await writeData(json);
        WriteNotes(json, "warnings", warnings);
        WriteNotes(json, "infos", infos);
        json.WriteEndObject();
    }

    /// <summary>Writes a result, of its series at most <paramref name="limit"/>, and how long it took if <paramref name="seconds"/> is given.</summary>
    public static async ValueTask WriteResultAsync(Utf8JsonWriter json, QueryResult result, int limit, double? seconds, CancellationToken cancellationToken)
    {
        json.WriteStartObject();
        json.WriteString("resultType"u8, result.Kind.ToString() is "Text" ? "string" : result.Kind.ToString().ToLowerInvariant());
        json.WritePropertyName("result"u8);
        json.WriteStartArray();
        if (result.Kind == QueryResultKind.Text)
        {
            WriteTimestamp(json, result.TimestampsMs.Span[0]);
            json.WriteStringValue(result.Text);
        }
        else if (result.Kind == QueryResultKind.Scalar)
        {
            WriteTimestamp(json, result.TimestampsMs.Span[0]);
            WriteValue(json, result.Values.Span[0]);
        }
        else
        {
            var count = limit > 0 ? Math.Min(limit, result.Labels.Count) : result.Labels.Count;
            for (var i = 0; i < count; i++)
            {
                WriteSeries(json, result, i);
                if (json.BytesPending > 65_536)
                {
                    await json.FlushAsync(cancellationToken);
                }
            }
        }

        json.WriteEndArray();
        if (seconds is { } took)
        {
            json.WriteStartObject("stats"u8);
            json.WriteStartObject("timings"u8);
            json.WriteNumber("evalTotalTime"u8, took);
            json.WriteNumber("execTotalTime"u8, took);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    public static void WriteLabels(Utf8JsonWriter json, LabelSet labels)
    {
        json.WriteStartObject();
        foreach (var label in labels)
        {
            json.WriteString(label.NameBytes, label.ValueBytes);
        }

        json.WriteEndObject();
    }

    private static void WriteSeries(Utf8JsonWriter json, QueryResult result, int series)
    {
        json.WriteStartObject();
        json.WritePropertyName("metric"u8);
        WriteLabels(json, result.Labels[series]);
        var timestampsMs = result.TimestampsOf(series);
        var values = result.ValuesOf(series);
        if (result.Kind == QueryResultKind.Vector)
        {
            json.WritePropertyName("value"u8);
            WriteSample(json, timestampsMs[0], values[0]);
        }
        else
        {
            json.WriteStartArray("values"u8);
            for (var i = 0; i < values.Length; i++)
            {
                WriteSample(json, timestampsMs[i], values[i]);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteSample(Utf8JsonWriter json, long timestampMs, double value)
    {
        json.WriteStartArray();
        WriteTimestamp(json, timestampMs);
        WriteValue(json, value);
        json.WriteEndArray();
    }

    // Seconds, with three decimals where there are any: 1435781451.781.
    private static void WriteTimestamp(Utf8JsonWriter json, long timestampMs)
    {
        if (timestampMs % 1000 == 0)
        {
            json.WriteNumberValue(timestampMs / 1000);
            return;
        }

        Span<byte> text = stackalloc byte[32];
        Span<byte> sign = timestampMs < 0 ? [(byte)'-'] : [];
        sign.CopyTo(text);
        (Math.Abs(timestampMs) / 1000).TryFormat(text[sign.Length..], out var whole, default, CultureInfo.InvariantCulture);
        text[sign.Length + whole] = (byte)'.';
        (Math.Abs(timestampMs) % 1000).TryFormat(text[(sign.Length + whole + 1)..], out var fraction, "000", CultureInfo.InvariantCulture);
        json.WriteRawValue(text[..(sign.Length + whole + 1 + fraction)], skipInputValidation: true);
    }

    private static void WriteValue(Utf8JsonWriter json, double value)
    {
        Span<byte> text = stackalloc byte[32];
        if (double.IsFinite(value) && value.TryFormat(text, out var length, default, CultureInfo.InvariantCulture)
            && !text[..length].Contains((byte)'E'))
        {
            json.WriteStringValue(text[..length]);
            return;
        }

        json.WriteStringValue(GoFloat.FormatCompact(value));
    }

    private static void WriteNotes(Utf8JsonWriter json, string name, IReadOnlyList<string> notes)
    {
        if (notes.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var note in notes)
        {
            json.WriteStringValue(note);
        }

        json.WriteEndArray();
    }
}
