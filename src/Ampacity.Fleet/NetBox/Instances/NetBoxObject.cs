using System.Globalization;
using System.Text.Json;

namespace Ampacity.Fleet;

/// <summary>One object as NetBox wrote it; its shape has been checked. Immutable; safe from any thread.</summary>
public sealed class NetBoxObject
{
    internal NetBoxObject(string collection, long id, JsonElement json)
    {
        Collection = collection;
        Id = id;
        Json = json;
    }

    /// <summary>The list that it stands in, such as <c>racks</c>.</summary>
    public string Collection { get; }

    /// <summary>NetBox's number for it, 1 and up; unique in its list.</summary>
    public long Id { get; }

    /// <summary>Its name for people: with its number, since names repeat.</summary>
    public string Label => string.Create(
        CultureInfo.InvariantCulture, $"{NetBoxText.Printable(Text("name") ?? Text("model") ?? Text("display") ?? Collection, 80)} ({Id})");

    /// <summary>What it is called for good: <c>racks/60</c>.</summary>
    internal string Origin => string.Create(CultureInfo.InvariantCulture, $"{Collection}/{Id}");

    internal JsonElement Json { get; }

    /// <summary>Text without the spaces around it; null where there is none.</summary>
    internal string? Text(string field) => Text(Json, field);

    /// <summary>Text of a member of an object that is not of this list, such as the nested form.</summary>
    internal static string? Text(JsonElement json, string field)
    {
        if (!json.TryGetProperty(field, out var value) || value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        var text = value.GetString()!.Trim();
        return text.Length == 0 ? null : text;
    }

    /// <summary>A number; null where there is none.</summary>
    internal decimal? Number(string field) => Json.TryGetProperty(field, out var value) && TryNumber(value, out var number) ? number : null;

    internal bool IsTrue(string field) => Json.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.True;

    /// <summary>The value of a choice, as text; null where there is none.</summary>
    internal string? Choice(string field) => Json.TryGetProperty(field, out var value) ? Choice(value) : null;

    internal static string? Choice(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("value", out var inner))
        {
            value = inner;
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString() is { Length: > 0 } text ? text : null,
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => null,
        };
    }

    /// <summary>The id that a reference points to; null where there is none.</summary>
    internal long? Reference(string field) => Json.TryGetProperty(field, out var value) ? IdOf(value) : null;

    /// <summary>The object that a reference holds in its nested form; null where it is a bare id or nothing.</summary>
    internal JsonElement? Nested(string field) =>
        Json.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    /// <summary>The items of a list; empty where there is none.</summary>
    internal IEnumerable<JsonElement> List(string field) =>
        Json.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    internal static long? IdOf(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("id", out var inner))
        {
            value = inner;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var id) && id > 0 ? id : null;
    }

    // 12 digits before the point: far beyond every field of NetBox, and sums of them stay exact.
    internal static bool TryNumber(JsonElement value, out decimal number)
    {
        number = 0;
        return (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out number)
            || value.ValueKind == JsonValueKind.String && decimal.TryParse(
                value.GetString(), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number))
            && Math.Abs(number) < 1e12m;
    }
}
