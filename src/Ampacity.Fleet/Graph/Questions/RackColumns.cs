using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Ampacity.Fleet;

/// <summary>
/// The racks of a graph in depth-first order, with what they are counted by as numbers: a sum over a subtree is a walk over one range.
/// </summary>
/// <remarks>Immutable, any thread; made once a graph, when first asked for, and gone with it.</remarks>
internal sealed class RackColumns
{
    /// <summary>What a column holds where nobody said.</summary>
    public const int Unsaid = -1;

    private static readonly ConditionalWeakTable<FleetGraph, RackColumns> Made = [];
    private readonly FleetGraph _graph;
    private readonly int[][] _columns;
    private readonly List<string>[] _names;
    private readonly Lazy<ImmutableArray<PartsApart>> _apart;

    private RackColumns(FleetGraph graph, SkuCatalogue catalogue)
    {
        _graph = graph;
        var order = graph.Places.Order;
        var stated = StatedByAssets(graph.Assets);
        var parties = new int[graph.NodeCount][];
        var (nodes, positions, figures) = (new List<int>(), new List<int>(), new List<BuildFigures>());
        var columns = new List<int>[Dimensions];
        _names = new List<string>[Dimensions];
        var numbers = new Dictionary<string, int>[Dimensions];
        for (var i = 0; i < Dimensions; i++)
        {
            (columns[i], _names[i], numbers[i]) = ([], [], new(StringComparer.Ordinal));
        }

        int[] nobody = [Unsaid, Unsaid, Unsaid, Unsaid, Unsaid, Unsaid, Unsaid];
        for (var position = 0; position < order.Length; position++)
        {
            var node = order[position];
            var about = graph.NodeOf(node)!;
            var above = about.Parent >= 0 ? parties[about.Parent] : nobody;
            if (about.Kind == NodeKind.Rack)
            {
                nodes.Add(node);
                positions.Add(position);
                figures.Add(BuildFigures.Of(about.Build, catalogue));
                Add(CountBy.State, (int?)about.State ?? (stated.TryGetValue(node, out var inside) && inside.Find(part => part.Part == 0) is { State: > 0 } whole ? whole.State : Unsaid));
                Add(CountBy.Sku, Number(CountBy.Sku, about.Sku));
                Add(CountBy.Vendor, Number(CountBy.Vendor, about.Sku?.Split('/')[0]));
                Add(CountBy.Programme, Number(CountBy.Programme, about.Programme));
                Add(CountBy.Tenant, Said(CountBy.Tenant, about.Parties?.Tenant, above[0]));
                Add(CountBy.Operator, Said(CountBy.Operator, about.Parties?.Operator, above[1]));
                Add(CountBy.Owner, Said(CountBy.Owner, about.Parties?.Owner, above[2]));
                Add(CountBy.Site, above[3]);
                Add(CountBy.Building, above[4]);
                Add(CountBy.Hall, above[5]);
                Add(CountBy.Row, above[6]);
                parties[node] = above;
            }
            else
            {
                // What a place does not say it takes from what holds it; most say nothing and share its array.
                int[] own =
                [
                    Said(CountBy.Tenant, about.Hall?.Tenant ?? about.Parties?.Tenant, above[0]),
                    Said(CountBy.Operator, about.Hall?.Operator ?? about.Parties?.Operator, above[1]),
                    Said(CountBy.Owner, about.Hall?.Owner ?? about.Parties?.Owner, above[2]),
                    about.Kind == NodeKind.Site ? node : above[3],
                    about.Kind == NodeKind.Building ? node : above[4],
                    about.Kind == NodeKind.Hall ? node : above[5],
                    about.Kind == NodeKind.Row ? node : above[6],
                ];
                parties[node] = own.AsSpan().SequenceEqual(above) ? above : own;
            }
        }

        (Nodes, Positions, Figures) = ([.. nodes], [.. positions], [.. figures]);
        _columns = [.. columns.Select(column => column.ToArray())];
        _apart = new Lazy<ImmutableArray<PartsApart>>(() => FindApart(stated));

        void Add(CountBy by, int value) => columns[(int)by].Add(value);

        int Said(CountBy by, string? name, int above) => name is null ? above : Number(by, name);

        int Number(CountBy by, string? name)
        {
            if (name is null)
            {
                return Unsaid;
            }

            if (!numbers[(int)by].TryGetValue(name, out var number))
            {
                number = _names[(int)by].Count;
                numbers[(int)by].Add(name, number);
                _names[(int)by].Add(name);
            }

            return number;
        }
    }

    private const int Dimensions = (int)CountBy.Kind;

    /// <summary>Node ordinals of the racks.</summary>
    public int[] Nodes { get; }

    /// <summary>Their positions among all nodes, rising.</summary>
    public int[] Positions { get; }

    /// <summary>What each adds to a count.</summary>
    public BuildFigures[] Figures { get; }

    /// <summary>Parts whose state is not their rack's, by index of the rack, rising.</summary>
    public ImmutableArray<PartsApart> Apart => _apart.Value;

    /// <summary>The columns of a graph.</summary>
    public static RackColumns Of(FleetGraph graph, SkuCatalogue catalogue) => Made.GetValue(graph, made => new RackColumns(made, catalogue));

    /// <summary>The column of a dimension, by index of the rack.</summary>
    public ReadOnlySpan<int> this[CountBy by] => _columns[(int)by];

    /// <summary>The racks at and below a node as a range of indices; all of them for −1.</summary>
    public Range Below(int node)
    {
        if (node < 0)
        {
            return ..Nodes.Length;
        }

        var first = _graph.Places.PositionOf(node);
        var end = first + _graph.Places.Subtree(node).Length;
        return LowerBound(first)..LowerBound(end);
    }

    /// <summary>Where a value stands among those of its column: states in order of life, places depth first; 0 where the name decides.</summary>
    public int RankOf(CountBy by, int value) => by switch
    {
        CountBy.State => value,
        CountBy.Site or CountBy.Building or CountBy.Hall or CountBy.Row => _graph.Places.PositionOf(value),
        _ => 0,
    };

    /// <summary>What a value of a column is called; null where nobody said.</summary>
    public string? NameOf(CountBy by, int value) => value == Unsaid ? null : by switch
    {
        CountBy.State => LifecycleNames.Of((LifecycleState)value),
        CountBy.Site or CountBy.Building or CountBy.Hall or CountBy.Row => _graph.PathOf(value),
        _ => _names[(int)by][value],
    };

    // Few assets state a state of their own: they are looked for by a walk over one column, never rack by rack. Part 0 is the rack that
    // stands at a position; its state counts where the position states none.
    private static Dictionary<int, List<(int Part, int State)>> StatedByAssets(AssetTable assets)
    {
        var stated = new Dictionary<int, List<(int Part, int State)>>();
        foreach (var fact in assets.Ledger.AboutAssets(FactAspect.Lifecycle, assets.AsOfMs))
        {
            if (fact.Value is LifecycleFact { State: var state } && assets.PlaceOf(new AssetId(fact.Subject.Number)) is { } place)
            {
                (stated.TryGetValue(place.Node, out var parts) ? parts : stated[place.Node] = []).Add((place.Part, (int)state));
            }
        }

        return stated;
    }

    private int LowerBound(int position)
    {
        var found = Array.BinarySearch(Positions, position);
        return found >= 0 ? found : ~found;
    }

    private ImmutableArray<PartsApart> FindApart(Dictionary<int, List<(int Part, int State)>> stated)
    {
        var apart = ImmutableArray.CreateBuilder<PartsApart>();
        for (var rack = 0; rack < Nodes.Length && stated.Count > 0; rack++)
        {
            if (stated.TryGetValue(Nodes[rack], out var parts) && _graph.BuildOf(Nodes[rack]) is { } build)
            {
                Add(apart, rack, build, parts);
            }
        }

        return apart.ToImmutable();
    }

    // Parts stand depth first: what is inside a thing comes after it and overwrites what it inherits.
    private void Add(ImmutableArray<PartsApart>.Builder apart, int rack, RackBuild build, List<(int Part, int State)> parts)
    {
        var own = this[CountBy.State][rack];
        var states = new int[build.Parts.Length];
        Array.Fill(states, own);
        parts.Sort();
        foreach (var (part, state) in parts.Where(part => part.Part > 0 && part.Part < states.Length))
        {
            states.AsSpan(part, build.Parts[part].End - part).Fill(state);
        }

        foreach (var others in build.Parts.Where(part => states[part.Ordinal] != own).GroupBy(part => states[part.Ordinal]))
        {
            apart.Add(new PartsApart(
                rack, others.Key,
                others.Count(part => part.SkuKind == SkuKind.ComputeTray),
                others.Count(part => part.SkuKind == SkuKind.SwitchTray),
                others.Count(part => part.SkuKind == SkuKind.Accelerator)));
        }
    }

    /// <summary>Parts of one rack that are in another state than it.</summary>
    public readonly record struct PartsApart(int Rack, int State, int ComputeTrays, int SwitchTrays, int Accelerators);
}
