using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>What the search page shows. Immutable.</summary>
/// <param name="Text">What was searched for; empty where nothing was.</param>
/// <param name="Groups">Hits by kind; the kind with the best hit first.</param>
/// <param name="Total">Hits in all groups.</param>
/// <param name="IsCut">Whether there are more than are listed.</param>
/// <param name="Wrong">Why nothing could be searched; null if it was.</param>
public sealed record SearchModel(string Text, IReadOnlyList<SearchGroup> Groups, int Total, bool IsCut, string? Wrong)
{
    /// <summary>Most hits of a page: more are not read, another letter narrows them down.</summary>
    public const int HitsMax = 200;

    /// <summary>Nothing was asked.</summary>
    public static SearchModel Empty { get; } = new("", [], 0, false, null);

    /// <summary>Whether the text is a whole identifier, so that what merely holds it was not looked for.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Searches.</summary>
    /// <param name="view">What the reader may see.</param>
    /// <param name="catalogue">SKUs.</param>
    /// <param name="text">What for.</param>
    /// <param name="everything">Whether to look for what merely holds it, too.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static SearchModel Of(FleetView view, SkuCatalogue catalogue, string? text, bool everything, CancellationToken cancellationToken)
    {
        var asked = text?.Trim() ?? "";
        if (asked.Length is < FleetSearch.CharsMin or > FleetSearch.CharsMax)
        {
            return asked.Length == 0 ? Empty : new SearchModel(
                asked.Length > FleetSearch.CharsMax ? $"{asked[..FleetSearch.CharsMax]}…" : asked, [], 0, false,
                $"A search has {FleetSearch.CharsMin} to {FleetSearch.CharsMax} characters.");
        }

        var found = FleetSearch.Find(view, catalogue, asked, HitsMax, everything, cancellationToken);

        // GroupBy keeps the order of first hits, and those come best first.
        var groups = found.Hits.Select(hit => SearchLine.Of(view, catalogue, hit)).GroupBy(line => line.Kind)
            .Select(group => new SearchGroup(group.Key, [.. group])).ToArray();
        return new SearchModel(asked, groups, found.Hits.Count, found.IsCut, null) { IsWhole = found.IsWhole };
    }
}

/// <summary>Hits of one kind.</summary>
/// <param name="Kind">The kind as the trade writes it.</param>
/// <param name="Lines">Exact hits first.</param>
public sealed record SearchGroup(string Kind, IReadOnlyList<SearchLine> Lines);

/// <summary>One hit.</summary>
/// <param name="Kind">What was found.</param>
/// <param name="Text">The text that was hit.</param>
/// <param name="Field">Which of its texts that is.</param>
/// <param name="IsExact">Whether it is the very text.</param>
/// <param name="Path">Where it is; null for what is nowhere.</param>
/// <param name="Href">Where the inventory shows it; null where it does not.</param>
/// <param name="About">More about it, such as a SKU's title.</param>
public sealed record SearchLine(string Kind, string Text, string Field, bool IsExact, string? Path, string? Href, string? About)
{
    internal static SearchLine Of(FleetView view, SkuCatalogue catalogue, SearchHit hit)
    {
        var row = SearchRow.Of(view.Graph, hit);
        var isRegister = row.Kind is nameof(NodeKind.Programme) or nameof(NodeKind.Organisation);
        var to = new InventoryQuery();
        var href = row.Kind switch
        {
            nameof(NodeKind.Programme) => to with { Programme = hit.Text, Kind = nameof(NodeKind.Rack) },
            nameof(NodeKind.Organisation) => to with { Tenant = hit.Text, Kind = nameof(NodeKind.Rack) },
            "Sku" => to with { Sku = row.Sku, Kind = nameof(NodeKind.Rack) },
            _ => row.Path is null ? null : to with { At = row.Path },
        };
        var about = row.Sku is not null && SkuRevision.TryParse(row.Sku, out var revision) && catalogue.TryFind(revision, out var sku) ? sku.Title
            : row.AssetId;
        return new SearchLine(
            KindText(row.Kind), row.Text, FieldText(row.Field), hit.Rank == SearchRank.Exact, isRegister ? null : row.Path ?? row.Sku, href?.Href,
            about == row.Text ? null : about);
    }

    private static string KindText(string kind) => kind switch
    {
        "Sku" => "SKU",
        _ => Enum.TryParse<NodeKind>(kind, out var node) ? Figures.Kind(node) : kind,
    };

    private static string FieldText(string field) => field switch
    {
        "mac" => "BMC MAC",
        "uuid" => "UUID",
        "hostname" => "host name",
        "assetTag" => "asset tag",
        "partNumber" => "part number",
        "sku" => "SKU",
        _ => field,
    };
}
