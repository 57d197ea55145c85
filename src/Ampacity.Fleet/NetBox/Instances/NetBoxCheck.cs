using System.Globalization;
using System.Text.Json;

namespace Ampacity.Fleet;

/// <summary>Holds one object to the shape that its collection has, so that who converts it need not doubt it.</summary>
internal static class NetBoxCheck
{
    /// <summary>The object, or null and at least one error.</summary>
    /// <param name="collection">Its list.</param>
    /// <param name="index">Its place in the list or page, for the path.</param>
    /// <param name="json">What was read.</param>
    /// <param name="refuse">Takes path, rule and hint of an error.</param>
    public static NetBoxObject? Read(string collection, int index, JsonElement json, Action<string, string, string> refuse)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"{collection}[{index}]");
        if (json.ValueKind != JsonValueKind.Object)
        {
            refuse(path, "not-an-object", $"a JSON {json.ValueKind} stands where an object of {collection} must be");
            return null;
        }

        if (!IsSound(json))
        {
            refuse(path, "bad-text", "some text in it is not Unicode (half a surrogate pair); mend it in NetBox");
            return null;
        }

        if (!json.TryGetProperty("id", out var idValue) || NetBoxObject.IdOf(idValue) is not { } id || idValue.ValueKind != JsonValueKind.Number)
        {
            refuse($"{path}.id", "no-id", "the object has no id, a whole number from 1; export through the REST API, which writes it");
            return null;
        }

        var item = new NetBoxObject(collection, id, json);
        var fields = NetBoxFields.Of(collection);
        var good = true;
        foreach (var field in fields.Values.Where(field => field.Shape != NetBoxShape.Any).OrderBy(field => field.Name, StringComparer.Ordinal))
        {
            if (!json.TryGetProperty(field.Name, out var value) || IsNothing(value))
            {
                if (field.IsRequired && !(field.Shape == NetBoxShape.List && value.ValueKind == JsonValueKind.Array))
                {
                    refuse($"{path}.{field.Name}", "missing-key",
                        $"{item.Label} of {collection} has no {field.Name}; export whole objects, without ?brief, ?fields or ?omit");
                    good = false;
                }
            }
            else if (!Fits(value, field.Shape))
            {
                refuse($"{path}.{field.Name}", "wrong-type",
                    $"{item.Label} of {collection}: {field.Name} is {Shown(value)}; it must be {Wanted(field.Shape)}");
                good = false;
            }
        }

        return good ? item : null;
    }

    /// <summary>Whether a value says nothing: null, empty text, an empty list or object.</summary>
    public static bool IsNothing(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => true,
        JsonValueKind.String => value.GetString()!.AsSpan().Trim().IsEmpty,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().MoveNext(),
        _ => false,
    };

    private static bool Fits(JsonElement value, NetBoxShape shape) => shape switch
    {
        NetBoxShape.Text => value.ValueKind == JsonValueKind.String,
        NetBoxShape.Number => NetBoxObject.TryNumber(value, out _),
        NetBoxShape.Truth => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        NetBoxShape.Choice => NetBoxObject.Choice(value) is not null || (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("value", out _)),
        NetBoxShape.Reference => NetBoxObject.IdOf(value) is not null,
        _ => value.ValueKind == JsonValueKind.Array,
    };

    private static string Wanted(NetBoxShape shape) => shape switch
    {
        NetBoxShape.Text => "text",
        NetBoxShape.Number => "a number",
        NetBoxShape.Truth => "true or false",
        NetBoxShape.Choice => "a choice such as {\"value\": \"active\"}",
        NetBoxShape.Reference => "a reference such as {\"id\": 7}",
        _ => "a list",
    };

    private static string Shown(JsonElement value) => NetBoxText.Printable(value.GetRawText(), 40);

    // Text with half a surrogate pair is legal JSON and throws only when it is read: here, once, and never again.
    private static bool IsSound(JsonElement json)
    {
        try
        {
            Walk(json);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static void Walk(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                _ = value.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    Walk(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    _ = member.Name;
                    Walk(member.Value);
                }

                break;
        }
    }
}
