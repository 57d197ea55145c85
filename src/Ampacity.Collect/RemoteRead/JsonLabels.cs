using System.Text.Json;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>Reads an object of label names and values.</summary>
internal static class JsonLabels
{
    /// <summary>Reads the object that comes next, and stands at its end.</summary>
    /// <exception cref="JsonException">It is no object of texts.</exception>
    public static void Read(ref Utf8JsonReader json, LabelSetBuilder into)
    {
        Expect(ref json, JsonTokenType.StartObject);
        ReadOpen(ref json, into);
    }

    /// <summary>The same, standing at the object's begin.</summary>
    public static void ReadOpen(ref Utf8JsonReader json, LabelSetBuilder into)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            Expect(ref json, JsonTokenType.String);
            if (name.Length > 0)
            {
                into.Add(name, json.GetString()!);
            }
        }

        if (json.TokenType != JsonTokenType.EndObject)
        {
            throw new JsonException("labels do not end");
        }
    }

    /// <summary>Steps on and says if something else comes.</summary>
    public static void Expect(ref Utf8JsonReader json, JsonTokenType wanted)
    {
        if (!json.Read() || json.TokenType != wanted)
        {
            throw new JsonException($"expected {wanted}, found {json.TokenType} at byte {json.TokenStartIndex}");
        }
    }
}
