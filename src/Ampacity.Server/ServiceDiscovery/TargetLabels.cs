using Ampacity.Fleet;
using Ampacity.Topology;

namespace Ampacity.Server;

/// <summary>
/// What a target's service discovery says of it: the topology labels of its place and what the inventory knows of the thing, each as
/// <c>__meta_ampacity_…</c>, for relabelling to keep or drop.
/// </summary>
/// <remarks>
/// A power or cooling node outside the asker's scope is not named, although it feeds what the asker sees. One asker, one thread.
/// </remarks>
internal sealed class TargetLabels(FleetView view, PlaceLabels places)
{
    /// <summary>How every label of ours begins.</summary>
    public const string Prefix = "__meta_ampacity_";

    // Lists as Prometheus' own discoveries write them: with a comma at both ends, so that `.*,pilot,.*` selects.
    private const char ListSeparator = ',';

    private readonly Dictionary<string, HashSet<string>>? _shown = view.SeesAll ? null : ShownNames(view);

    /// <summary>The labels of a target, without empty ones.</summary>
    public IEnumerable<(string Name, string Value)> Of(FleetTarget target)
    {
        var graph = view.Graph;
        foreach (var (name, value) in places.Of(target.Place))
        {
            if (Shown(name, value) is { Length: > 0 } shown)
            {
                yield return (Prefix + name, shown);
            }
        }

        var asset = target.Asset;
        var about = new (string Name, string? Value)[]
        {
            ("place", graph.PathOf(target.Place)),
            ("kind", target.Kind),
            ("asset", asset.Id.ToString()),
            ("asset_sku", asset.Sku ?? (target.Place.Part > 0 ? graph.BuildOf(target.Place.Node)?.PartAt(target.Place.Part)?.Sku.ToString() : null)),
            ("hostname", asset[IdentifierKind.Hostname]),
            ("serial", asset[IdentifierKind.Serial]),
            ("uuid", asset[IdentifierKind.Uuid]),
            ("mac", asset[IdentifierKind.Mac]),
            ("asset_tag", asset[IdentifierKind.AssetTag]),
            ("state", PlaceFilter.EffectiveState(graph, target.Place, asset) is { } state ? LifecycleNames.Of(state) : null),
            ("operator", asset.Parties?.Operator ?? graph.OperatorOf(target.Place.Node)),
            ("owner", asset.Parties?.Owner ?? graph.OwnerOf(target.Place.Node)),
            ("tags", asset.Tags.IsEmpty ? null : $"{ListSeparator}{string.Join(ListSeparator, asset.Tags)}{ListSeparator}"),
        };
        foreach (var (name, value) in about)
        {
            if (!string.IsNullOrEmpty(value))
            {
                yield return (Prefix + name, value);
            }
        }
    }

    private string Shown(string label, string value) => _shown is null || !_shown.TryGetValue(label, out var names) ? value
        : string.Join('+', value.Split('+').Where(names.Contains));

    private static Dictionary<string, HashSet<string>> ShownNames(FleetView view)
    {
        var shown = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal) { ["feed"] = [], ["ups"] = [], ["cdu"] = [] };
        foreach (var node in view.Nodes())
        {
            var kind = view.Graph.KindOf(node);
            if (kind.IsPower())
            {
                shown["feed"].Add(view.Graph.NameOf(node));
            }

            if (kind is NodeKind.Ups or NodeKind.Cdu)
            {
                shown[kind == NodeKind.Ups ? "ups" : "cdu"].Add(view.Graph.NameOf(node));
            }
        }

        return shown;
    }
}
