using System.Text;
using Ampacity.Fleet;
using Ampacity.Samples;

namespace Ampacity.Topology;

/// <summary>
/// Resolves a binding rule's place, <c>r01/01/05/$gpu</c> or <c>host:$Hostname/socket:$gpu</c>: segments with <c>$label</c>s, relative to
/// the node that declares the rule. <c>host:</c>, <c>serial:</c>, <c>mac:</c> and <c>uuid:</c> begin at the place of that asset;
/// <c>slot:</c> and <c>socket:</c> are only for the reader's eye.
/// </summary>
internal static class PlaceTemplate
{
    /// <summary>The place; else null, and why if anybody asks.</summary>
    public static StableKey? Resolve(string template, int declaredAt, LabelSet labels, FleetView view, out string why, bool explain)
    {
        why = "";
        var path = view.Graph.PathOf(declaredAt);
        foreach (var segment in template.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = segment.IndexOf(':');
            var verb = colon < 0 ? "" : segment[..colon];
            if (Fill(segment[(colon + 1)..], labels) is not { } value)
            {
                why = explain ? $"a label of {segment} is absent or holds a slash" : "";
                return null;
            }

            if (Identifier(verb) is { } kind)
            {
                if (view.Graph.Assets.By(kind, value)?.Place is not { } place)
                {
                    why = explain ? $"no asset with the {kind.ToString().ToLowerInvariant()} {value} has a place" : "";
                    return null;
                }

                path = view.Graph.PathOf(place);
                continue;
            }

            path = $"{path}/{value}";
        }

        if (view.TryFind(path, out var key))
        {
            return key;
        }

        why = explain ? $"there is no {path}" : "";
        return null;
    }

    /// <summary>Whether a place begins at the asset that a label names: <c>host:$Hostname/…</c> for the host name and that label.</summary>
    public static bool BeginsAt(string? template, IdentifierKind kind, string label)
    {
        var first = template?.Split('/', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "";
        var colon = first.IndexOf(':');
        return colon > 0 && Identifier(first[..colon]) == kind && first.AsSpan(colon + 1).Equals($"${label}", StringComparison.Ordinal);
    }

    private static IdentifierKind? Identifier(string verb) => verb switch
    {
        "host" => IdentifierKind.Hostname,
        "serial" => IdentifierKind.Serial,
        "mac" => IdentifierKind.Mac,
        "uuid" => IdentifierKind.Uuid,
        _ => null,
    };

    // $name ends at the first character that no label name has.
    private static string? Fill(string text, LabelSet labels)
    {
        var value = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '$')
            {
                value.Append(text[i]);
                continue;
            }

            var end = i + 1;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
            {
                end++;
            }

            var label = labels[text[(i + 1)..end]];
            if (label.Length == 0 || label.Contains('/'))
            {
                return null;
            }

            value.Append(label);
            i = end - 1;
        }

        return value.Length == 0 ? null : value.ToString();
    }
}
