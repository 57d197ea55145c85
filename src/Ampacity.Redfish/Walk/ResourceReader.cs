using System.Text.Json;

namespace Ampacity.Redfish;

/// <summary>Something about a resource that is not as the standard says; a fact to keep, not an error.</summary>
/// <param name="Uri">The resource.</param>
/// <param name="Property">The property, or a JSON pointer, or empty for the resource as a whole.</param>
/// <param name="What">What is odd about it.</param>
public sealed record RedfishQuirk(string Uri, string Property, string What);

/// <summary>
/// Takes single properties out of a resource and notes what is odd instead of failing: a missing, null or wrongly typed property
/// costs that property only.
/// </summary>
/// <remarks>One thread at a time, since it adds to the quirks.</remarks>
public readonly struct ResourceReader(string uri, JsonElement body, ICollection<RedfishQuirk> quirks)
{
    /// <summary>Path of the resource.</summary>
    public string Uri { get; } = uri;

    /// <summary>The resource itself.</summary>
    public JsonElement Body { get; } = body;

    /// <summary>The text of a property, or null; a number is taken as its text and noted.</summary>
    public string? Text(string property)
    {
        if (!TryGet(property, out var value))
        {
            return null;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return TextOf(value, property);
            case JsonValueKind.Number:
                Note(property, "a number where a text belongs");
                return value.GetRawText();
            default:
                Note(property, $"a {value.ValueKind} where a text belongs");
                return null;
        }
    }

    /// <summary>A text that identifies (serial, part, UUID), or null where firmware has none and says so in its way, which is noted.</summary>
    public string? Identity(string property)
    {
        var text = Text(property);
        var clean = IdentityText.Clean(text);
        if (text is not null && clean is null)
        {
            Note(property, text.Length == 0 ? "empty: identifies nothing" : $"'{Shorten(text)}' identifies nothing");
        }

        return clean;
    }

    /// <summary>A number, or null; a number in quotes is taken and noted.</summary>
    public double? Number(string property)
    {
        if (!TryGet(property, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number))
        {
            return number;
        }

        if (value.ValueKind == JsonValueKind.String
            && double.TryParse(TextOf(value, property), System.Globalization.CultureInfo.InvariantCulture, out number) && double.IsFinite(number))
        {
            Note(property, "a number in quotes");
            return number;
        }

        Note(property, $"a {value.ValueKind} where a number belongs");
        return null;
    }

    /// <summary>The path that a link property (<c>{"@odata.id": …}</c>) leads to, or null.</summary>
    public string? Link(string property) => TryGet(property, out var value) ? LinkOf(value, property) : null;

    /// <summary>The links of an array of links; entries without one are noted and left out. At most <paramref name="limit"/>.</summary>
    public List<string> Links(string property, int limit)
    {
        var links = new List<string>();
        if (!TryGet(property, out var array))
        {
            return links;
        }

        if (array.ValueKind != JsonValueKind.Array)
        {
            Note(property, $"a {array.ValueKind} where an array belongs");
            return links;
        }

        foreach (var entry in array.EnumerateArray())
        {
            if (links.Count == limit)
            {
                Note(property, $"more than {limit} entries: the rest was left out");
                break;
            }

            if (LinkOf(entry, property) is { } link)
            {
                links.Add(link);
            }
        }

        return links;
    }

    /// <summary>The value that a JSON pointer (RFC 6901) leads to within an element, or false.</summary>
    public static bool TryPointer(JsonElement from, string jsonPath, out JsonElement value)
    {
        value = from;
        if (jsonPath.Length == 0)
        {
            return true;
        }

        foreach (var part in jsonPath.TrimStart('/').Split('/'))
        {
            var name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (value.ValueKind == JsonValueKind.Array && int.TryParse(name, out var index) && (uint)index < (uint)value.GetArrayLength())
            {
                value = value[index];
            }
            else if (value.ValueKind != JsonValueKind.Object || !TryMember(value, name, out value))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Notes something odd.</summary>
    public void Note(string property, string what) => quirks.Add(new RedfishQuirk(Uri, property, what));

    // A name with half a surrogate pair is well-formed JSON that comparing names throws at: it costs itself, not the resource.
    private static bool TryMember(JsonElement from, string name, out JsonElement value)
    {
        try
        {
            return from.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException)
        {
            value = default;
        }

        foreach (var member in from.EnumerateObject())
        {
            try
            {
                value = member.NameEquals(name) ? member.Value : value;
            }
            catch (InvalidOperationException)
            {
                // No name that anybody asks for.
            }
        }

        return value.ValueKind != JsonValueKind.Undefined;
    }

    private bool TryGet(string property, out JsonElement value) =>
        TryPointer(Body, property, out value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);

    private string? LinkOf(JsonElement value, string property)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            // Intel's Gaudi writes odata.id without the @.
            foreach (var name in (ReadOnlySpan<string>)["@odata.id", "odata.id"])
            {
                if (TryMember(value, name, out var id) && id.ValueKind == JsonValueKind.String)
                {
                    return TextOf(id, property);
                }
            }
        }

        Note(property, "an entry without @odata.id");
        return null;
    }

    private string? TextOf(JsonElement value, string property)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Well-formed JSON, but half a surrogate pair or bytes that are not UTF-8.
            Note(property, "text that is not Unicode");
            return null;
        }
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
