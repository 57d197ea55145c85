using System.Buffers.Text;
using System.Text.Json;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>Reads answers of the Prometheus HTTP API: a matrix, a list of series, a list of texts.</summary>
internal static class PrometheusAnswer
{
    /// <summary>A matrix as <c>/api/v1/query</c> gives it for a range vector: every sample of every series.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static void TakeMatrix(ReadOnlySpan<byte> body, LabelSetBuilder labels, RemoteBatch into)
    {
        var json = new Utf8JsonReader(body);
        ToData(ref json);
        JsonLabels.Expect(ref json, JsonTokenType.StartObject);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (!json.ValueTextEquals("result"u8))
            {
                json.Skip();
                continue;
            }

            JsonLabels.Expect(ref json, JsonTokenType.StartArray);
            while (json.Read() && json.TokenType == JsonTokenType.StartObject)
            {
                TakeSeries(ref json, labels, into);
            }
        }
    }

    /// <summary>What <c>/api/v1/series</c> lists.</summary>
    /// <exception cref="JsonException">It is no such list.</exception>
    public static void TakeSeriesList(ReadOnlySpan<byte> body, LabelSetBuilder labels, RemoteBatch into)
    {
        var json = new Utf8JsonReader(body);
        ToData(ref json);
        JsonLabels.Expect(ref json, JsonTokenType.StartArray);
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            labels.Clear();
            JsonLabels.ReadOpen(ref json, labels);
            into.Begin(labels);
        }
    }

    /// <summary>What <c>/api/v1/labels</c> and <c>/api/v1/label/…/values</c> list, sorted, without the empty one.</summary>
    /// <exception cref="JsonException">It is no list of texts.</exception>
    public static IReadOnlyList<string> Texts(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body);
        ToData(ref json);
        JsonLabels.Expect(ref json, JsonTokenType.StartArray);
        var texts = new SortedSet<string>(StringComparer.Ordinal);
        while (json.Read() && json.TokenType == JsonTokenType.String)
        {
            if (json.GetString() is { Length: > 0 } text)
            {
                texts.Add(text);
            }
        }

        return [.. texts];
    }

    private static void ToData(ref Utf8JsonReader json)
    {
        JsonLabels.Expect(ref json, JsonTokenType.StartObject);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("data"u8))
            {
                return;
            }

            json.Skip();
        }

        throw new JsonException("the answer has no data");
    }

    private static void TakeSeries(ref Utf8JsonReader json, LabelSetBuilder labels, RemoteBatch into)
    {
        labels.Clear();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("metric"u8))
            {
                JsonLabels.Read(ref json, labels);
                into.Begin(labels);
            }
            else if (json.ValueTextEquals("values"u8))
            {
                TakeValues(ref json, into);
            }
            else
            {
                json.Skip();
            }
        }
    }

    // [[seconds, "value"], …]
    private static void TakeValues(ref Utf8JsonReader json, RemoteBatch into)
    {
        JsonLabels.Expect(ref json, JsonTokenType.StartArray);
        while (json.Read() && json.TokenType == JsonTokenType.StartArray)
        {
            JsonLabels.Expect(ref json, JsonTokenType.Number);
            var timestampMs = (long)Math.Round(json.GetDouble() * 1000);
            JsonLabels.Expect(ref json, JsonTokenType.String);
            var value = ValueOf(json.ValueSpan);
            JsonLabels.Expect(ref json, JsonTokenType.EndArray);
            if (into.IsWanted)
            {
                into.Add(timestampMs, value);
            }
        }
    }

    // As Prometheus writes numbers (util/jsonutil): Go's shortest form, +Inf, -Inf, NaN.
    private static double ValueOf(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out double value, out var length) && length == text.Length ? value
        : text.SequenceEqual("+Inf"u8) ? double.PositiveInfinity
        : text.SequenceEqual("-Inf"u8) ? double.NegativeInfinity
        : text.SequenceEqual("NaN"u8) ? double.NaN
        : throw new JsonException($"'{System.Text.Encoding.UTF8.GetString(text)}' is no value");
}
