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

    /// <summary>A model, version or name, or null where firmware has none and says so; an empty one is nothing to note.</summary>
    public string? Name(string property) => TryGet(property, out _) ? IdentityText.CleanName(Text(property)) : null;

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

    /// <summary>True or false, or null; either in quotes is taken and noted.</summary>
    public bool? Flag(string property)
    {
        if (!TryGet(property, out var value))
        {
            return null;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            case JsonValueKind.String when bool.TryParse(TextOf(value, property), out var flag):
                Note(property, "a truth value in quotes");
                return flag;
            default:
                Note(property, $"a {value.ValueKind} where true or false belongs");
                return null;
        }
    }

    /// <summary>Names of the members of an object, or of none when there is no such object: OEM keys. At most 64.</summary>
    public List<string> Names(string property)
    {
        var names = new List<string>();
        if (!TryGet(property, out var value))
        {
            return names;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            Note(property, $"a {value.ValueKind} where an object belongs");
            return names;
        }

        foreach (var member in value.EnumerateObject())
        {
            try
            {
                names.Add(member.Name);
            }
            catch (InvalidOperationException)
            {
                Note(property, "a name that is not Unicode");
            }

            if (names.Count == 64)
            {
                break;
            }
        }

        return names;
    }

    /// <summary>The objects of an array, each to be read by itself; an object where the array belongs is one, and noted.</summary>
    public List<ResourceReader> Objects(string property, int limit)
    {
        var objects = new List<ResourceReader>();
        if (!TryGet(property, out var value))
        {
            return objects;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            Note(property, "an object where an array belongs");
            objects.Add(new ResourceReader($"{Uri}#/{property}", value, quirks));
            return objects;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            Note(property, $"a {value.ValueKind} where an array belongs");
            return objects;
        }

        var index = 0;
        foreach (var entry in value.EnumerateArray())
        {
            if (objects.Count == limit)
            {
                Note(property, $"more than {limit} entries: the rest was left out");
                break;
            }

            if (entry.ValueKind == JsonValueKind.Object)
            {
                objects.Add(new ResourceReader($"{Uri}#/{property}/{index}", entry, quirks));
            }
            else
            {
                Note(property, $"a {entry.ValueKind} where an object belongs");
            }

            index++;
        }

        return objects;
    }

    /// <summary>Whether there is such a property and it is not null.</summary>
    public bool Has(string property) => TryGet(property, out _);

    /// <summary>The path that a link property (<c>{"@odata.id": …}</c>) leads to, or null.</summary>
    public string? Link(string property)
    {
        if (!TryGet(property, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            return LinkOf(value, property);
        }

        Note(property, "an array where one link belongs");
        return value.GetArrayLength() > 0 ? LinkOf(value[0], property) : null;
    }

    /// <summary>The path that an object says it is at, with or without the @; null when it says none.</summary>
    internal static string? PathIn(JsonElement element)
    {
        foreach (var name in (ReadOnlySpan<string>)["@odata.id", "odata.id"])
        {
            if (element.ValueKind == JsonValueKind.Object && TryMember(element, name, out var id) && id.ValueKind == JsonValueKind.String)
            {
                try
                {
                    return id.GetString();
                }
                catch (InvalidOperationException)
                {
                    return null; // not Unicode: no path
                }
            }
        }

        return null;
    }

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
            if (limit > 0 && array.ValueKind == JsonValueKind.Object && LinkOf(array, property) is { } only)
            {
                links.Add(only);
            }

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
        if (PathIn(value) is { Length: > 0 } path)
        {
            if (!TryMember(value, "@odata.id", out _))
            {
                Note(property, "odata.id without the @"); // Intel's Gaudi
            }

            return path;
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
