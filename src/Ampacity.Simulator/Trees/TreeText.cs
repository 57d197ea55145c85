using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>Reads of JSON that may hold anything.</summary>
internal static class TreeText
{
    /// <summary>The text of a node, or null when it is none.</summary>
    public static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>The path that a link leads to, or null when the node is no link and nothing else.</summary>
    public static string? Link(JsonNode? node) => node is JsonObject { Count: 1 } link ? Text(link["@odata.id"]) : null;

    /// <summary>The last segment of a path.</summary>
    public static string Last(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>Whether a text names a part; firmware writes these words where it has no name. Real trees have all of them.</summary>
    public static bool IsIdentity(string text)
    {
        var trimmed = text.AsSpan().Trim();
        return trimmed.Length is > 3 and <= 256 && trimmed[0] != '$' && trimmed.ContainsAnyExcept("0-:. ")
            && !trimmed.Contains("XXX", StringComparison.OrdinalIgnoreCase)
            && !(trimmed.ToString().ToUpperInvariant() is "NONE" or "NULL" or "UNKNOWN" or "NOT AVAILABLE" or "NOT SPECIFIED" or "DEFAULT STRING"
                or "TO BE FILLED BY O.E.M.");
    }
}
