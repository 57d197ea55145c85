namespace Ampacity.Fleet;

/// <summary>The baselines that halls declare, by SKU. Immutable, any thread.</summary>
public sealed class HardwareBaselines
{
    /// <summary>Property that names the expected model.</summary>
    public const string Model = "model";

    /// <summary>Property that names the expected part number.</summary>
    public const string Part = "part";

    /// <summary>Property that names how many leak detectors a tray has.</summary>
    public const string LeakDetectors = "leakDetectors";

    private readonly FleetGraph _graph;
    private readonly Dictionary<(int Hall, string Sku), BaselineFact[]> _byHall;

    private HardwareBaselines(FleetGraph graph, Dictionary<(int, string), BaselineFact[]> byHall) => (_graph, _byHall) = (graph, byHall);

    /// <summary>Those of the halls that a view sees.</summary>
    public static HardwareBaselines Of(FleetView view)
    {
        var byHall = new Dictionary<(int, string), BaselineFact[]>();
        foreach (var node in view.Nodes().Where(node => view.Graph.KindOf(node) == NodeKind.Hall))
        {
            foreach (var sku in view.Graph.NodeOf(node)!.Baselines.GroupBy(fact => fact.Sku, StringComparer.Ordinal))
            {
                byHall.Add((node, sku.Key), [.. sku]);
            }
        }

        return new HardwareBaselines(view.Graph, byHall);
    }

    /// <summary>What a hall declares for a SKU; empty where it declares nothing.</summary>
    /// <param name="node">A node of the hall.</param>
    /// <param name="sku">A SKU revision, such as <c>nvidia/gb200-compute-tray@1</c>; null has none.</param>
    public IReadOnlyList<BaselineFact> For(int node, string? sku)
    {
        if (sku is null || _byHall.Count == 0)
        {
            return [];
        }

        var at = sku.LastIndexOf('@');
        return _byHall.TryGetValue((_graph.Above(node, NodeKind.Hall), at < 0 ? sku : sku[..at]), out var facts) ? facts : [];
    }

    /// <summary>The value of one property, or null.</summary>
    public string? Find(int node, string? sku, string property)
    {
        foreach (var fact in For(node, sku))
        {
            if (fact.Property == property)
            {
                return fact.Value;
            }
        }

        return null;
    }
}
