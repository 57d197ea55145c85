using System.Collections.Concurrent;
using Ampacity.Fleet;

namespace Ampacity.Topology;

/// <summary>
/// The topology labels of places in one graph. Where a place has several feeds, UPSs or CDUs the label holds their sorted names joined
/// by <c>+</c>: it selects, it never sums (what each carries is <see cref="NodeRollUp"/>).
/// </summary>
/// <remarks>Any thread; answers are kept.</remarks>
public sealed class PlaceLabels(FleetGraph graph)
{
    /// <summary>Every topology label there is, sorted.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "building", "cdu", "domain", "feed", "hall", "programme", "rack", "row", "site", "sku", "slot", "socket", "tenant", "ups", "vendor",
    ];

    private static readonly HashSet<string> Known = new(Names, StringComparer.Ordinal);

    private readonly ConcurrentDictionary<StableKey, IReadOnlyList<(string Name, string Value)>> _kept = new();

    /// <summary>Whether a label belongs to the topology.</summary>
    public static bool IsTopologyLabel(string name) => Known.Contains(name);

    /// <summary>The labels of a place, without empty ones, sorted by name.</summary>
    public IReadOnlyList<(string Name, string Value)> Of(StableKey place) => _kept.GetOrAdd(place, Make);

    private IReadOnlyList<(string Name, string Value)> Make(StableKey place)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var node = place.Node; node >= 0; node = graph.ParentOf(node))
        {
            switch (graph.KindOf(node))
            {
                case NodeKind.Site:
                    labels["site"] = graph.NameOf(node);
                    break;
                case NodeKind.Building:
                    labels["building"] = graph.NameOf(node);
                    break;
                case NodeKind.Hall:
                    labels["hall"] = graph.NameOf(node);
                    break;
                case NodeKind.Row:
                    labels["row"] = graph.NameOf(node);
                    break;
                case NodeKind.Rack:
                    // With its row, so that it is one rack of a hall and `sum by (hall, rack)` merges nothing.
                    labels["rack"] = $"{graph.NameOf(graph.ParentOf(node))}/{graph.NameOf(node)}";
                    AddRack(labels, node);
                    break;
            }
        }

        Add(labels, "tenant", graph.TenantOf(place.Node));
        AddParts(labels, place);
        Add(labels, "domain", DomainOf(place));
        AddPower(labels, place.Node);
        Add(labels, "cdu", Join(graph.CoolersOf(place.Node).ToArray().Where(node => graph.KindOf(node) == NodeKind.Cdu)));
        return [.. labels.Select(pair => (pair.Key, pair.Value))];
    }

    private void AddRack(SortedDictionary<string, string> labels, int rack)
    {
        var about = graph.NodeOf(rack);
        Add(labels, "programme", about?.Programme);
        if (about?.Sku is not { } sku)
        {
            return;
        }

        labels["sku"] = sku;
        labels["vendor"] = sku.Split('/')[0];
    }

    private void AddParts(SortedDictionary<string, string> labels, StableKey place)
    {
        if (RackPosition.IsFree(place.Part))
        {
            labels["slot"] = RackPosition.Of(place.Part).ToString();
            return;
        }

        if (place.Part == 0 || graph.BuildOf(place.Node) is not { } build || build.PartAt(place.Part) is null)
        {
            return;
        }

        for (var part = place.Part; part > 0; part = build.Parts[part].Parent)
        {
            labels[build.Parts[part].Kind == PartKind.Slot ? "slot" : "socket"] = build.Parts[part].Name;
        }
    }

    // The domain that was stated for the part itself, else for what it is in, else for the rack; of a rack in parts, all of them.
    private string? DomainOf(StableKey place)
    {
        if (graph.NodeOf(place.Node) is not { Domains: { IsEmpty: false } domains })
        {
            return null;
        }

        if (place.Part == 0)
        {
            return string.Join('+', domains.Select(domain => domain.Domain).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        }

        var path = new List<string>();
        if (RackPosition.IsFree(place.Part))
        {
            path.Add(RackPosition.Of(place.Part).ToString());
        }
        else if (graph.BuildOf(place.Node) is { } build && build.PartAt(place.Part) is not null)
        {
            for (var part = place.Part; part > 0; part = build.Parts[part].Parent)
            {
                path.Insert(0, build.Parts[part].Name);
            }
        }

        for (var depth = path.Count; depth >= 0; depth--)
        {
            var at = string.Join('/', path.Take(depth));
            foreach (var (part, domain) in domains)
            {
                if (part == at)
                {
                    return domain;
                }
            }
        }

        return null;
    }

    private void AddPower(SortedDictionary<string, string> labels, int node)
    {
        var feeds = graph.Power.FeedsOf(node).ToArray();
        Add(labels, "feed", Join(feeds));
        var upses = new SortedSet<int>();
        var open = new Stack<int>(graph.KindOf(node) == NodeKind.Ups ? [node] : feeds);

        // Redundant paths meet again: without the mark, a path of n doubled levels would be walked 2^n times.
        var walked = new HashSet<int>();
        while (open.TryPop(out var above))
        {
            if (!walked.Add(above))
            {
                continue;
            }

            if (graph.KindOf(above) == NodeKind.Ups)
            {
                upses.Add(above);
                continue;
            }

            foreach (var source in graph.Power.FeedsOf(above))
            {
                open.Push(source);
            }
        }

        Add(labels, "ups", Join(upses));
    }

    private string? Join(IEnumerable<int> nodes) =>
        string.Join('+', nodes.Select(graph.NameOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    private static void Add(SortedDictionary<string, string> labels, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            labels[name] = value;
        }
    }
}
