using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>
/// A survey as the record keeps it: JSON, and from 50 BMCs on as a <see cref="PackedSurvey"/>, compressed. Read back, equal parts are one object.
/// </summary>
internal static class SurveyText
{
    private const string Packed = "gz2:";

    // One by one, compressed: of before there was a packed form.
    private const string Compressed = "gz:";

    // A tray is some 20 KB: from a megabyte on. Compressed as it is written, so that what it is uncompressed is never in memory at once.
    private const int PackFromBmcs = 50;

    /// <summary>Writes a survey.</summary>
    public static string Write(Survey survey)
    {
        if (survey.Bmcs.Count < PackFromBmcs)
        {
            return JsonSerializer.Serialize(survey, RestJson.Options);
        }

        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            JsonSerializer.Serialize(zip, PackedSurvey.Of(survey), RestJson.Options);
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
        if (text.StartsWith(Packed, StringComparison.Ordinal))
        {
            using var zip = Open(text, Packed);
            try
            {
                return JsonSerializer.Deserialize<PackedSurvey>(zip, options)!.Unpack();
            }
            catch (ArgumentOutOfRangeException error)
            {
                throw new JsonException("a kept survey names a part by a number that it does not have", error);
            }
        }

        var looks = new SharedLooks();
        var survey = ReadOneByOne(text, options);
        return survey with { Bmcs = [.. survey.Bmcs.Select(looks.Share)] };
    }

    private static Survey ReadOneByOne(string text, JsonSerializerOptions options)
    {
        if (!text.StartsWith(Compressed, StringComparison.Ordinal))
        {
            return JsonSerializer.Deserialize<Survey>(text, options)!;
        }

        using var zip = Open(text, Compressed);
        return JsonSerializer.Deserialize<Survey>(zip, options)!;
    }

    private static GZipStream Open(string text, string form) =>
        new(new MemoryStream(Convert.FromBase64String(text[form.Length..])), CompressionMode.Decompress);

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
