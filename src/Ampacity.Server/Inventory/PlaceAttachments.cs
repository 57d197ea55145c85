using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>What hangs on one place. Absent values are left out of the JSON.</summary>
/// <param name="State">Lifecycle state that holds, and from where.</param>
/// <param name="Operator">Who runs it, and where that is said.</param>
/// <param name="Tenant">Who uses it.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Feeds">What feeds it, with ratings.</param>
/// <param name="Coolers">What takes its heat.</param>
/// <param name="Feeding">What it feeds directly: the first 1,000.</param>
/// <param name="Cooling">What it cools directly: the first 1,000.</param>
/// <param name="DomainPeers">Other racks of its scale-up domains.</param>
/// <param name="Sidecars">Racks that serve it.</param>
/// <param name="Contents">Racks, trays, accelerators and design draw at and below it.</param>
/// <param name="Assets">Assets in it and in its parts: the first 1,000.</param>
/// <param name="AssetsCut">Whether there are more assets; left out if not.</param>
public sealed record PlaceAttachments(
    SaidRow? State,
    SaidRow? Operator,
    SaidRow? Tenant,
    SaidRow? Owner,
    IReadOnlyList<FeedRow>? Feeds,
    IReadOnlyList<CoolerRow>? Coolers,
    IReadOnlyList<string>? Feeding,
    IReadOnlyList<string>? Cooling,
    IReadOnlyList<string>? DomainPeers,
    IReadOnlyList<string>? Sidecars,
    CountRow? Contents,
    IReadOnlyList<AssetRow>? Assets,
    bool? AssetsCut)
{
    private const int Most = 1000;

    internal static PlaceAttachments Of(FleetView view, SkuCatalogue catalogue, StableKey key)
    {
        var graph = view.Graph;
        var about = graph.NodeOf(key.Node)!;
        var isNode = key.Part == 0;
        var asset = graph.Assets.At(key);
        var assets = AssetsIn(graph, key, about).Take(Most + 1).ToArray();
        return new PlaceAttachments(
            StateOf(graph, key, asset),
            Said(view, key, asset, parties => parties.Operator, node => node.Hall?.Operator ?? node.Parties?.Operator),
            Said(view, key, asset, parties => parties.Tenant, node => node.Hall?.Tenant ?? node.Parties?.Tenant),
            Said(view, key, asset, parties => parties.Owner, node => node.Hall?.Owner ?? node.Parties?.Owner),
            isNode ? FeedRow.Of(view, key.Node) : null,
            isNode ? CoolerRow.Of(view, key.Node) : null,
            isNode ? Paths(view, graph.Power.LoadsOf(key.Node)) : null,
            isNode ? Paths(view, graph.CooledBy(key.Node)) : null,
            isNode ? Paths(view, Peers(graph, key.Node, about)) : null,
            isNode && about.Kind == NodeKind.Rack ? Paths(view, SidecarsOf(graph, key.Node)) : null,
            isNode && about.Kind is NodeKind.Site or NodeKind.Building or NodeKind.Hall or NodeKind.Row or NodeKind.Rack
                ? CountRow.Of(FleetCounts.Of(view, catalogue, key.Node).Total, [])
                : null,
            assets.Length == 0 ? null : [.. assets.Take(Most)],
            assets.Length > Most ? true : null);
    }

    private static IEnumerable<AssetRow> AssetsIn(FleetGraph graph, StableKey key, FleetNode about)
    {
        if (about.Kind != NodeKind.Rack)
        {
            return [];
        }

        var end = key.Part == 0 ? int.MaxValue : about.Build?.PartAt(key.Part)?.End ?? key.Part + 1;
        return graph.Assets.In(key.Node).Where(placed => placed.Part >= key.Part && placed.Part < end)
            .Select(placed => graph.Assets.Find(placed.Id)).OfType<FleetAsset>().Select(asset => AssetRow.Of(graph, asset));
    }

    private static SaidRow? StateOf(FleetGraph graph, StableKey key, FleetAsset? asset)
    {
        if (PlaceFilter.EffectiveState(graph, key, asset) is not { } state)
        {
            return null;
        }

        var own = key.Part == 0 || asset?.State is not null;
        return new SaidRow(LifecycleNames.Of(state), own ? null : graph.PathOf(key.Node));
    }

    // A place above the asker's scope may be named, since its name is in the path; what it says of people is told only as far as it holds here.
    private static SaidRow? Said(
        FleetView view, StableKey key, FleetAsset? asset, Func<PartiesFact, string?> ofAsset, Func<FleetNode, string?> ofNode)
    {
        if (key.Part > 0 && asset?.Parties is { } parties && ofAsset(parties) is { } own)
        {
            return new SaidRow(own, null);
        }

        for (var node = key.Node; node >= 0; node = view.Graph.ParentOf(node))
        {
            if (ofNode(view.Graph.NodeOf(node)!) is { } said)
            {
                return new SaidRow(said, node == key.Node && key.Part == 0 ? null : view.Graph.PathOf(node));
            }
        }

        return null;
    }

    private static List<int> Peers(FleetGraph graph, int rack, FleetNode about)
    {
        var peers = new List<int>();
        var hall = about.Domains.IsEmpty ? -1 : graph.Above(rack, NodeKind.Hall);
        if (hall >= 0)
        {
            var names = about.Domains.Select(domain => domain.Domain).ToHashSet(StringComparer.Ordinal);
            foreach (var node in graph.Places.Subtree(hall))
            {
                if (node != rack && graph.NodeOf(node)!.Domains.Any(domain => names.Contains(domain.Domain)))
                {
                    peers.Add(node);
                }
            }
        }

        return peers;
    }

    private static List<int> SidecarsOf(FleetGraph graph, int rack)
    {
        var sidecars = new List<int>();
        var hall = graph.Above(rack, NodeKind.Hall);
        foreach (var node in hall < 0 ? [] : graph.Places.Subtree(hall))
        {
            if (graph.NodeOf(node)!.BoundTo == rack)
            {
                sidecars.Add(node);
            }
        }

        return sidecars;
    }

    private static string[]? Paths(FleetView view, List<int> nodes) => Paths(view, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(nodes));

    private static string[]? Paths(FleetView view, ReadOnlySpan<int> nodes)
    {
        var paths = new List<string>();
        foreach (var node in nodes)
        {
            if (view.Sees(node) && paths.Count < Most)
            {
                paths.Add(view.Graph.PathOf(node));
            }
        }

        return paths.Count == 0 ? null : [.. paths];
    }
}

/// <summary>Something that holds, and where it is said.</summary>
/// <param name="Name">What holds.</param>
/// <param name="From">Path of the place that says it; left out where the place itself does.</param>
public sealed record SaidRow(string Name, string? From);

/// <summary>A feed of a rack or power node.</summary>
/// <param name="Source">Path of what feeds it.</param>
/// <param name="Kind">Kind of that.</param>
/// <param name="Order">Rank, from 0: the preferred one first.</param>
/// <param name="Share">Share of the load that comes over it when all is live, 0 to 1.</param>
/// <param name="RatingWatts">Nameplate of the whip or cable itself, W.</param>
/// <param name="LimitWatts">Its continuous limit, W.</param>
/// <param name="SourceLimitWatts">Continuous limit of the source, W.</param>
/// <param name="SourceVolts">Voltage that the source gives, V.</param>
public sealed record FeedRow(
    string Source, string Kind, int Order, double Share, double? RatingWatts, double? LimitWatts, double? SourceLimitWatts, double? SourceVolts)
{
    internal static FeedRow[]? Of(FleetView view, int node)
    {
        var graph = view.Graph;
        var power = graph.Power.NodeOf(node);
        FeedRow[] rows = [.. graph.NodeOf(node)!.Feeds.Where(feed => view.Sees(feed.Source)).Select(feed =>
        {
            var own = feed.Rating is null ? null : NodePower.From(feed.Rating);
            var source = graph.NodeOf(feed.Source)!;
            return new FeedRow(
                graph.PathOf(feed.Source), source.Kind.ToString(), feed.Order, power.NominalShare(feed.Source), own?.Rating.Value, own?.Limit.Value,
                source.Power?.Rating?.Limit.Value, source.Voltage?.OutputVolts);
        })];
        return rows.Length == 0 ? null : rows;
    }
}

/// <summary>A cooling node that takes a place's heat.</summary>
/// <param name="Path">Where.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Loop">Loop that it serves.</param>
/// <param name="CapacityWatts">Heat that it takes, W.</param>
/// <param name="SupplyCelsius">Coolant that it gives, °C.</param>
/// <param name="ReturnCelsius">Coolant that it takes back, °C.</param>
public sealed record CoolerRow(string Path, string Kind, string? Loop, double? CapacityWatts, double? SupplyCelsius, double? ReturnCelsius)
{
    internal static CoolerRow[]? Of(FleetView view, int node)
    {
        CoolerRow[] rows = [.. view.Graph.NodeOf(node)!.Coolers.Where(view.Sees).Select(cooler =>
        {
            var rating = view.Graph.NodeOf(cooler)!.Cooling;
            return new CoolerRow(
                view.Graph.PathOf(cooler), view.Graph.KindOf(cooler).ToString(), rating?.LoopName, rating?.CapacityWatts, rating?.SupplyCelsius,
                rating?.ReturnCelsius);
        })];
        return rows.Length == 0 ? null : rows;
    }
}
