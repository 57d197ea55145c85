using Ampacity.Fleet;
using Ampacity.Topology;

namespace Ampacity.Server;

/// <summary>A place, power node or cooling node, with what hangs on it. Absent values are left out of the JSON.</summary>
/// <param name="Path">Where.</param>
/// <param name="Kind">Kind of node; inside racks slot or socket.</param>
/// <param name="Name">Last segment of the path.</param>
/// <param name="Depth">Segments above it.</param>
/// <param name="Key">Stable key.</param>
/// <param name="Sku">Pinned SKU of a rack, or what the build says of a part.</param>
/// <param name="SkuKind">What kind of thing that is.</param>
/// <param name="Component">Name in telemetry, such as gpu0.</param>
/// <param name="AssetId">The asset in it, if one is named.</param>
/// <param name="Serial">Its serial.</param>
/// <param name="Mac">Its BMC's MAC.</param>
/// <param name="Operator">Who runs the hall.</param>
/// <param name="Tenant">Who uses it.</param>
/// <param name="Programme">Contract that a rack counts toward.</param>
/// <param name="XMeters">A rack's floor position.</param>
/// <param name="YMeters">The same, across.</param>
/// <param name="Feeds">Paths of what feeds it.</param>
/// <param name="Cdus">Paths of what cools it.</param>
/// <param name="LimitWatts">Continuous limit of a power node.</param>
/// <param name="CapacityWatts">Capacity of a cooling node.</param>
/// <param name="DesignWatts">Design draw of a rack.</param>
/// <param name="DrawWatts">Measured now: draw, or for a power node what it carries.</param>
/// <param name="TemperatureCelsius">Highest temperature read in it now.</param>
public sealed record PlaceRow(
    string Path,
    string Kind,
    string Name,
    int Depth,
    string Key,
    string? Sku = null,
    string? SkuKind = null,
    string? Component = null,
    string? AssetId = null,
    string? Serial = null,
    string? Mac = null,
    string? Operator = null,
    string? Tenant = null,
    string? Programme = null,
    double? XMeters = null,
    double? YMeters = null,
    IReadOnlyList<string>? Feeds = null,
    IReadOnlyList<string>? Cdus = null,
    double? LimitWatts = null,
    double? CapacityWatts = null,
    double? DesignWatts = null,
    double? DrawWatts = null,
    double? TemperatureCelsius = null)
{
    internal static PlaceRow Of(FleetView view, SkuCatalogue catalogue, LiveFrame? frame, StableKey key)
    {
        var graph = view.Graph;
        var path = graph.PathOf(key);
        var asset = graph.Assets.At(key);
        var row = new PlaceRow(path, graph.KindOf(key.Node).ToString(), path[(path.LastIndexOf('/') + 1)..], path.Count(c => c == '/'), key.ToString())
        {
            AssetId = asset?.Id.ToString(),
            Serial = asset?[IdentifierKind.Serial],
            Mac = asset?[IdentifierKind.Mac],
        };
        if (key.Part > 0)
        {
            var part = graph.BuildOf(key.Node)?.PartAt(key.Part);
            return row with
            {
                Kind = (part?.Kind ?? PartKind.Slot).ToString(),
                Sku = asset?.Sku ?? part?.Sku.ToString(),
                SkuKind = part?.SkuKind.ToString(),
                Component = part?.Component,
                DrawWatts = frame?.PowerWatts(key),
                TemperatureCelsius = frame?.TemperatureCelsius(key),
            };
        }

        var about = graph.NodeOf(key.Node)!;
        return row with
        {
            Sku = about.Sku,
            SkuKind = about.Sku is null ? null : nameof(Ampacity.Fleet.SkuKind.Rack),
            Operator = about.Hall?.Operator ?? about.Parties?.Operator,
            Tenant = about.Hall?.Tenant ?? about.Parties?.Tenant,
            Programme = about.Programme,
            XMeters = about.Position?.XMeters,
            YMeters = about.Position?.YMeters,
            Feeds = Paths(view, graph.Power.FeedsOf(key.Node)),
            Cdus = Paths(view, graph.CoolersOf(key.Node)),
            LimitWatts = graph.Power.RatingOf(key.Node)?.Limit.Value,
            CapacityWatts = about.Cooling?.CapacityWatts,
            DesignWatts = graph.BuildOf(key.Node) is { } build ? catalogue[build.Sku].DesignWatts?.Value : null,
            DrawWatts = frame is not null && key.Node < frame.CarriedWatts.Length && !double.IsNaN(frame.CarriedWatts[key.Node])
                ? frame.CarriedWatts[key.Node]
                : null,
            TemperatureCelsius = frame?.TemperatureCelsius(key),
        };
    }

    // What feeds or cools it from outside the asker's scope is not named.
    private static string[]? Paths(FleetView view, ReadOnlySpan<int> nodes)
    {
        string[] paths = [.. nodes.ToArray().Where(view.Sees).Select(view.Graph.PathOf)];
        return paths.Length == 0 ? null : paths;
    }
}
