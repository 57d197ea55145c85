using System.Globalization;
using System.Text.Json;
using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>What a fact says, as people say it; places by their paths.</summary>
public static class FactText
{
    /// <summary>The value in words.</summary>
    /// <param name="value">What is said.</param>
    /// <param name="pathOf">Path of a node, even of one that is gone.</param>
    /// <param name="partOf">Path of a part within its rack.</param>
    public static string Of(FactValue value, Func<int, string> pathOf, Func<StableKey, string> partOf) => value switch
    {
        NodeFact { Parent: >= 0 } node => $"{Figures.Kind(node.Kind)} {node.Name} in {pathOf(node.Parent)}",
        NodeFact node => $"{Figures.Kind(node.Kind)} {node.Name}",
        PlacementFact { Part: 0 } placement => $"at {pathOf(placement.Rack)}",
        PlacementFact placement => $"in {pathOf(placement.Rack)}/{partOf(new StableKey(placement.Rack, placement.Part))}",
        FeedFact feed => $"fed by {pathOf(feed.Source)}{Weight(feed)}",
        FeedModeFact mode => PlaceRow.Camel(mode.Mode.ToString()),
        CoolFact cool => $"cooled by {pathOf(cool.Source)}",
        BoundToFact bound => $"serves {pathOf(bound.Rack)}",
        LinkFact link => string.Create(CultureInfo.InvariantCulture, $"{link.Count:N0} links to {pathOf(link.Peer)}"),
        LifecycleFact lifecycle => LifecycleNames.Of(lifecycle.State),
        IdentifierFact identifier => identifier.Text,
        PinnedSkuFact sku => sku.Sku,
        ProgrammeFact programme => programme.Programme,
        PartNumberFact part => part.PartNumber,
        FirmwareFact firmware => $"{firmware.Component} {firmware.Version}",
        TagFact tag => tag.Tag,
        NoteFact note => note.Text,
        OriginFact origin => $"{origin.Called} of {origin.Source}",
        DomainFact domain => domain.Domain,
        FloorPositionFact position => string.Create(CultureInfo.InvariantCulture, $"x {position.XMeters:0.###} m, y {position.YMeters:0.###} m"),
        TrancheFact tranche => Figures.Power(tranche.Watts),
        MilestoneFact milestone => $"{Figures.Power(milestone.Watts)} by {PageTime.Text(milestone.DueMs)[..10]}",
        MergedIntoFact merged => $"merged into {new AssetId(merged.Asset)}",
        SplitFromFact split => $"split from {new AssetId(split.Asset)}",
        _ => Members(value),
    };

    /// <summary>What a fact is about within its subject: the aspect, with what tells it from others of its kind.</summary>
    public static string Aspect(string aspect, string key, FactValue? value)
    {
        var words = string.Concat(aspect.Select(c => char.IsAsciiLetterUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{c}"));
        return value switch
        {
            IdentifierFact identifier => identifier.Kind switch
            {
                IdentifierKind.Mac => "BMC MAC",
                IdentifierKind.Uuid => "UUID",
                IdentifierKind.AssetTag => "asset tag",
                _ => FleetSearch.FieldOf(identifier.Kind),
            },
            TrancheFact or DomainFact when key.Length > 0 => $"{words} {key}",
            _ => words,
        };
    }

    private static string Weight(FeedFact feed) => (feed.Weight, feed.Rating) switch
    {
        (null, null) => "",
        _ => string.Create(CultureInfo.InvariantCulture, $" ({(feed.Weight is { } weight ? $"weight {weight:0.###}" : "")}{(feed is { Weight: not null, Rating: not null } ? ", " : "")}{(feed.Rating is null ? "" : Members(feed.Rating))})"),
    };

    // A fact's own JSON without its name and braces reads well enough, and names every value with its unit.
    private static string Members(FactValue value) => string.Join(", ", JsonSerializer.SerializeToElement(value, RestJson.Options).EnumerateObject()
        .Where(member => member.Name != "aspect" && member.Value.ValueKind != JsonValueKind.Null && member.Value.ToString() is { Length: > 0 } and not "[]")
        .Select(member => $"{member.Name} {member.Value}"));
}
