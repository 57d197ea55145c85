using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>
/// A survey as the record keeps it: JSON, and from a megabyte on packed, since 17,750 BMCs are some 200 MB that repeat themselves. Read back,
/// equal texts are one object.
/// </summary>
internal static class SurveyText
{
    private const string Packed = "gz:";
    private const int PackFromBytes = 1 << 20;

    /// <summary>Writes a survey.</summary>
    public static string Write(Survey survey)
    {
        using var plain = new MemoryStream();
        JsonSerializer.Serialize(plain, survey, RestJson.Options);
        if (plain.Length < PackFromBytes)
        {
            return System.Text.Encoding.UTF8.GetString(plain.GetBuffer(), 0, (int)plain.Length);
        }

        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(plain.GetBuffer(), 0, (int)plain.Length);
        }

        return Packed + Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length);
    }

    /// <summary>Reads a survey.</summary>
    /// <exception cref="JsonException">It is not one of ours.</exception>
    public static Survey Read(string text)
    {
        // For one read each: what is shared between surveys is shared by comparing looks.
        var options = new JsonSerializerOptions(RestJson.Options);
        options.Converters.Add(new OneOfEach());
        if (!text.StartsWith(Packed, StringComparison.Ordinal))
        {
            return JsonSerializer.Deserialize<Survey>(text, options)!;
        }

        using var zip = new GZipStream(new MemoryStream(Convert.FromBase64String(text[Packed.Length..])), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<Survey>(zip, options)!;
    }

    // Trays of one platform have the same URIs, models and states.
    private sealed class OneOfEach : JsonConverter<string>
    {
        private readonly HashSet<string> _texts = new(StringComparer.Ordinal);

        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.GetString() is not { } text)
            {
                return null;
            }

            if (_texts.TryGetValue(text, out var known))
            {
                return known;
            }

            _texts.Add(text);
            return text;
        }

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }
}
