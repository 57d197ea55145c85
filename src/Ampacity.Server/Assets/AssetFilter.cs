using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>Which assets are asked for: every stated field must hold, and of several values of one field any.</summary>
internal sealed class AssetFilter
{
    private StableKey? _under;
    private string[] _skus = [];
    private LifecycleState[] _states = [];
    private string[] _tenants = [];
    private string[] _owners = [];
    private string[] _partNumbers = [];
    private string[] _tags = [];
    private string[] _identifiers = [];

    /// <summary>Reads it.</summary>
    /// <exception cref="QuestionException">A value is none of its field.</exception>
    public static AssetFilter Read(FleetQuestion question) => new()
    {
        _under = question.Text("under") is null ? null : question.Place("under"),
        _skus = question.Values("sku"),
        _states = [.. question.Values("state").Select(PlaceFilterText.State)],
        _tenants = question.Values("tenant"),
        _owners = question.Values("owner"),
        _partNumbers = question.Values("partNumber"),
        _tags = question.Values("tag"),
        _identifiers = question.Values("identifier"),
    };

    /// <summary>Whether an asset may be seen: by its place; one that is nowhere by the whole fleet alone.</summary>
    public static bool Sees(FleetView view, StableKey? place) => place is { } at ? view.Sees(at.Node) : view.SeesAll;

    /// <summary>Assets that may pass, in order of id, behind one: by identifier and subtree few are read, else all.</summary>
    public IEnumerable<AssetId> Candidates(FleetQuestion question, long after)
    {
        var (graph, view) = (question.Graph, question.View);
        if (_identifiers.Length > 0)
        {
            return _identifiers
                .SelectMany(text => Enum.GetValues<IdentifierKind>().Select(kind => IdentifierText.TryNormalise(kind, text, out var normal, out _) ? normal : text))
                .Distinct(StringComparer.Ordinal).SelectMany(graph.Assets.By).Select(asset => asset.Id.Number)
                .Where(number => number > after).Distinct().Order().Select(number => new AssetId(number));
        }

        if (_under is { } root)
        {
            return PlaceWalk.Places(view, StableKey.Of(root.Node), parts: false).Where(key => graph.KindOf(key.Node) == NodeKind.Rack)
                .SelectMany(rack => graph.Assets.In(rack.Node)).Select(placed => placed.Id.Number)
                .Where(number => number > after).Order().Select(number => new AssetId(number));
        }

        return Numbers(after, graph.Assets.HighestNumber).Select(number => new AssetId(number));
    }

    /// <summary>Whether an asset passes.</summary>
    public bool Matches(FleetView view, FleetAsset asset)
    {
        var graph = view.Graph;
        return Sees(view, asset.Place)
            && (_under is not { Part: > 0 } inside || (asset.Place is { } place && IsWithin(graph, place, inside)))
            && (_under is not { Part: 0 } root || (asset.Place is { } at && graph.Places.IsWithin(at.Node, root.Node)))
            && (_states.Length == 0
                || ((asset.Place is { } held ? PlaceFilter.EffectiveState(graph, held, asset) : asset.State) is { } state && _states.Contains(state)))
            && Any(_partNumbers, asset.PartNumber)
            && Any(_tenants, asset.Parties?.Tenant ?? (asset.Place is { } t ? graph.TenantOf(t.Node) : null))
            && Any(_owners, asset.Parties?.Owner ?? (asset.Place is { } o ? graph.OwnerOf(o.Node) : null))
            && (_tags.Length == 0 || asset.Tags.Any(tag => Any(_tags, tag)))
            && (_skus.Length == 0 || SkuOf(graph, asset) is { } sku && (Any(_skus, sku) || Any(_skus, sku.Split('@')[0])));
    }

    private static string? SkuOf(FleetGraph graph, FleetAsset asset) => asset.Sku ?? asset.Place switch
    {
        { Part: 0 } rack => graph.NodeOf(rack.Node)?.Sku,
        { } place => graph.BuildOf(place.Node)?.PartAt(place.Part)?.Sku.ToString(),
        _ => null,
    };

    private static bool IsWithin(FleetGraph graph, StableKey place, StableKey holder) => place.Node == holder.Node && place.Part >= holder.Part
        && place.Part < (graph.BuildOf(holder.Node)?.PartAt(holder.Part)?.End ?? holder.Part + 1);

    private static IEnumerable<long> Numbers(long after, long highest)
    {
        for (var number = after + 1; number <= highest; number++)
        {
            yield return number;
        }
    }

    private static bool Any(string[] wanted, string? said) => wanted.Length == 0 || (said is not null && wanted.Contains(said, StringComparer.Ordinal));
}
