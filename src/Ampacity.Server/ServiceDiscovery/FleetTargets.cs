using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>Finds what of the inventory a scraper can reach.</summary>
internal static class FleetTargets
{
    /// <summary>Visible targets that pass, depth first by place.</summary>
    /// <param name="view">What the asker sees.</param>
    /// <param name="catalogue">SKUs, for what an asset is a kind of.</param>
    /// <param name="filter">Which are wanted.</param>
    public static IEnumerable<FleetTarget> Of(FleetView view, SkuCatalogue catalogue, TargetFilter filter)
    {
        var graph = view.Graph;
        var first = filter.Under is { Part: > 0 } inside ? inside.Part : 0;
        var end = first > 0 ? graph.BuildOf(filter.Under!.Value.Node)?.PartAt(first)?.End ?? first + 1 : int.MaxValue;
        StableKey? start = filter.Under is { } under ? StableKey.Of(under.Node) : null;
        foreach (var node in PlaceWalk.Places(view, start, parts: false))
        {
            if (first > 0 && node.Node != start!.Value.Node)
            {
                continue;
            }

            foreach (var (part, id) in graph.Assets.In(node.Node))
            {
                if (part < first || part >= end || graph.Assets.Find(id) is not { } asset || HostOf(asset) is not { } host)
                {
                    continue;
                }

                var key = new StableKey(node.Node, part);
                var kind = KindOf(graph, catalogue, key, asset);
                if (filter.TakesKind(kind) && filter.Places.Matches(view, key))
                {
                    yield return new FleetTarget(key, asset, kind, host);
                }
            }
        }
    }

    // What is no host name cannot be asked, and in an address it would ask somebody else: 'a/b', 'a@b', 'a:80'.
    private static string? HostOf(FleetAsset asset) => asset[IdentifierKind.Hostname] is not { } name ? null
        : Uri.CheckHostName(name) switch
        {
            UriHostNameType.Dns or UriHostNameType.IPv4 => name,
            UriHostNameType.IPv6 => $"[{name.Trim('[', ']')}]",
            _ => null,
        };

    private static string KindOf(FleetGraph graph, SkuCatalogue catalogue, StableKey key, FleetAsset asset)
    {
        if (asset.Sku is { } sku && SkuRevision.TryParse(sku, out var revision) && catalogue.TryFind(revision, out var found))
        {
            return PlaceRow.Camel(found.Kind.ToString());
        }

        return PlaceRow.Camel(key.Part == 0 ? graph.KindOf(key.Node).ToString()
            : (graph.BuildOf(key.Node)?.PartAt(key.Part)?.SkuKind ?? SkuKind.Other).ToString());
    }
}
