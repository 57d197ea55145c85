using System.Runtime.InteropServices;

namespace Ampacity.Fleet;

/// <summary>Racks that stand directly below one place and have all in common that racks are counted by.</summary>
/// <param name="State">Lifecycle state, or <see cref="NameNumbers.Unsaid"/>.</param>
/// <param name="Sku">Number of the pinned SKU revision.</param>
/// <param name="Programme">Number of the programme.</param>
/// <param name="Tenant">Number of the tenant that the rack says itself.</param>
/// <param name="Operator">Number of the operator that it says itself.</param>
/// <param name="Owner">Number of the owner that it says itself.</param>
/// <param name="Figures">What each adds to a count.</param>
internal readonly record struct RackLikeness(int State, int Sku, int Programme, int Tenant, int Operator, int Owner, BuildFigures Figures);

/// <summary>How many racks of a likeness there are.</summary>
/// <param name="Like">What they have in common.</param>
/// <param name="Vendor">Number of their vendor.</param>
/// <param name="Racks">How many.</param>
internal readonly record struct RackGroup(RackLikeness Like, int Vendor, int Racks);

/// <summary>Parts of the racks of one group that are in another state than their rack.</summary>
/// <param name="Group">Index of the group.</param>
/// <param name="State">Their state.</param>
/// <param name="ComputeTrays">Compute trays.</param>
/// <param name="SwitchTrays">Switch trays.</param>
/// <param name="Accelerators">Accelerators.</param>
internal readonly record struct PartsApart(int Group, int State, int ComputeTrays, int SwitchTrays, int Accelerators);

/// <summary>
/// What stands directly below one place, added up: a row of fifteen equal racks is one group. A count over a subtree adds up a few numbers
/// a row and looks at no rack.
/// </summary>
/// <remarks>Immutable, any thread. It follows from the children, what holds of them, and the states of what is in the racks among them.</remarks>
internal sealed class PlaceSums
{
    private PlaceSums(RackGroup[] groups, PartsApart[] apart, (NodeKind Kind, int Count)[] kinds, int[] deeper)
    {
        Groups = groups;
        Apart = apart;
        Kinds = kinds;
        Deeper = deeper;
    }

    /// <summary>The racks.</summary>
    public RackGroup[] Groups { get; }

    /// <summary>Parts whose state is not their rack's.</summary>
    public PartsApart[] Apart { get; }

    /// <summary>All children by kind.</summary>
    public (NodeKind Kind, int Count)[] Kinds { get; }

    /// <summary>Children that have children themselves, in order.</summary>
    public int[] Deeper { get; }

    /// <summary>Adds up some nodes.</summary>
    /// <param name="graph">The fleet.</param>
    /// <param name="catalogue">SKUs.</param>
    /// <param name="names">Numbers for names.</param>
    /// <param name="nodes">The nodes, in order of kind.</param>
    public static PlaceSums Of(FleetGraph graph, SkuCatalogue catalogue, NameNumbers names, ReadOnlySpan<int> nodes)
    {
        var groups = new List<RackGroup>();
        var known = new Dictionary<RackLikeness, int>();
        var apart = new Dictionary<(int Group, int State), PartsApart>();
        var kinds = new List<(NodeKind Kind, int Count)>();
        var deeper = new List<int>();
        var (last, lastGroup) = (default(RackLikeness), -1);
        foreach (var node in nodes)
        {
            var about = graph.NodeOf(node)!;
            if (kinds.Count == 0 || kinds[^1].Kind != about.Kind)
            {
                kinds.Add((about.Kind, 0));
            }

            kinds[^1] = (about.Kind, kinds[^1].Count + 1);
            if (!graph.ChildrenOf(node).IsEmpty)
            {
                deeper.Add(node);
            }

            if (about.Kind != NodeKind.Rack)
            {
                continue;
            }

            var inside = StatedIn(graph.Assets, node);
            var like = new RackLikeness(
                (int?)about.State ?? (inside?.Find(part => part.Part == 0) is { State: > 0 } whole ? whole.State : NameNumbers.Unsaid),
                names.Of(about.Sku), names.Of(about.Programme), names.Of(about.Parties?.Tenant), names.Of(about.Parties?.Operator),
                names.Of(about.Parties?.Owner), BuildFigures.Of(about.Build, catalogue));

            // Neighbours are alike.
            if (lastGroup < 0 || like != last)
            {
                ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(known, like, out var isKnown);
                if (!isKnown)
                {
                    group = groups.Count;
                    groups.Add(new RackGroup(like, names.Of(about.Sku?.Split('/')[0]), 0));
                }

                (last, lastGroup) = (like, group);
            }

            groups[lastGroup] = groups[lastGroup] with { Racks = groups[lastGroup].Racks + 1 };
            if (inside is not null && about.Build is { } build)
            {
                AddApart(apart, lastGroup, like.State, build, inside);
            }
        }

        return new PlaceSums([.. groups], [.. apart.Values], [.. kinds], [.. deeper]);
    }

    // Few things state a state of their own: racks without any are told by one mark. Part 0 is the rack that stands at a position; its state
    // counts where the position states none.
    private static List<(int Part, int State)>? StatedIn(AssetTable assets, int rack)
    {
        if (!assets.Ledger.Table.Racks.IsStated(rack))
        {
            return null;
        }

        var stated = new List<(int Part, int State)>();
        foreach (var placed in assets.Ledger.PlacedIn(rack, assets.AsOfMs))
        {
            if (assets.StateOf(new AssetId(placed.Subject.Number)) is { } state)
            {
                stated.Add((placed.Place.Part, (int)state));
            }
        }

        stated.Sort();
        return stated;
    }

    // Parts stand depth first: what is inside a thing comes after it and overwrites what it inherits.
    private static void AddApart(
        Dictionary<(int Group, int State), PartsApart> apart, int group, int own, RackBuild build, List<(int Part, int State)> stated)
    {
        var states = new int[build.Parts.Length];
        Array.Fill(states, own);
        foreach (var (part, state) in stated)
        {
            if (part > 0 && part < states.Length)
            {
                states.AsSpan(part, build.Parts[part].End - part).Fill(state);
            }
        }

        foreach (var part in build.Parts)
        {
            if (states[part.Ordinal] is var state && state != own)
            {
                ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(apart, (group, state), out _);
                sum = new PartsApart(
                    group, state,
                    sum.ComputeTrays + (part.SkuKind == SkuKind.ComputeTray ? 1 : 0),
                    sum.SwitchTrays + (part.SkuKind == SkuKind.SwitchTray ? 1 : 0),
                    sum.Accelerators + (part.SkuKind == SkuKind.Accelerator ? 1 : 0));
            }
        }
    }
}
