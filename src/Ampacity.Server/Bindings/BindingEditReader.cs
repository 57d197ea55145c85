using System.Diagnostics.CodeAnalysis;
using Ampacity.Fleet;
using Ampacity.Samples;

namespace Ampacity.Server;

/// <summary>Reads <c>bind</c> and <c>unbind</c> as sent, within the limits that the schema sets for rules of files.</summary>
internal static class BindingEditReader
{
    private const int PlaceMax = 512;
    private const int LabelMax = 128;

    public static FleetEdit? Read(EditRow row, long? atMs, [NotNullWhen(false)] out string? hint)
    {
        if (row.Verb == "unbind")
        {
            hint = row.Rule is { } name && BindingRank.TryParse(name, out var ended) ? null
                : "unbind takes rule, its name as `ampacity show bindings` lists it: override-1, rule-1 or fallback-1";
            return hint is null ? new FleetEdit.Unbind(row.What!, BindingRank.TryParse(row.Rule!, out ended) ? ended : 0, atMs) : null;
        }

        IdentifierKind? by = row.AssetBy switch
        {
            null => null,
            "serial" => IdentifierKind.Serial,
            "mac" => IdentifierKind.Mac,
            "uuid" => IdentifierKind.Uuid,
            "hostname" => IdentifierKind.Hostname,
            _ => (IdentifierKind)byte.MaxValue,
        };
        var replaces = 0;
        hint = SelectorHint(row.Match)
            ?? (by is (IdentifierKind)byte.MaxValue ? "assetBy is serial, mac, uuid or hostname"
            : by is null != row.AssetFrom is null ? "assetBy and assetFrom go together: the identifier, and the label that holds it"
            : row.AssetFrom is { } label && !IsLabelName(label) ? "assetFrom is a label's name of up to 128 characters"
            : row.Place is { } place && (place.Length is 0 or > PlaceMax || place.Any(char.IsControl)) ? $"place is a path of 1 to {PlaceMax} characters"
            : row.Order is null or "first" or "last" || BindingRank.TryParse(row.Order, out replaces) ? null
            : "order is first, last, or the name of the rule that is replaced");
        return hint is not null ? null : new FleetEdit.Bind(row.What!, row.Match!, atMs)
        {
            AssetBy = by,
            AssetFrom = row.AssetFrom,
            Place = row.Place,
            Order = row.Order switch { null or "first" => BindOrder.First, "last" => BindOrder.Last, _ => BindOrder.Replace },
            Replaces = row.Order is null or "first" or "last" ? null : replaces,
        };
    }

    private static string? SelectorHint(string? match)
    {
        try
        {
            return SelectorText.Parse(match ?? "").Count > 0 ? null : "match has a condition: a rule that takes every series would bind all of them";
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            return $"match is a selector such as {{job=\"dcgm\",instance=\"10.0.0.1:9400\"}}: {error.Message}";
        }
    }

    private static bool IsLabelName(string text) => text.Length is > 0 and <= LabelMax && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
