using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Ampacity.Fleet;

/// <summary>What racks are counted by.</summary>
public enum CountBy : byte
{
    /// <summary>Lifecycle state.</summary>
    State = 0,

    /// <summary>Pinned SKU revision.</summary>
    Sku = 1,

    /// <summary>Vendor: the part of the SKU before the slash.</summary>
    Vendor = 2,

    /// <summary>Programme.</summary>
    Programme = 3,

    /// <summary>Who uses it, said by itself or by what holds it.</summary>
    Tenant = 4,

    /// <summary>Who runs it.</summary>
    Operator = 5,

    /// <summary>Whose it is.</summary>
    Owner = 6,

    /// <summary>Site.</summary>
    Site = 7,

    /// <summary>Building.</summary>
    Building = 8,

    /// <summary>Hall.</summary>
    Hall = 9,

    /// <summary>Row.</summary>
    Row = 10,

    /// <summary>Kind of node: every node is counted, not racks alone.</summary>
    Kind = 11,
}

/// <summary>One group of a count.</summary>
/// <param name="Keys">What its racks have in common, one a dimension; null where nobody said.</param>
/// <param name="Racks">Racks.</param>
/// <param name="ComputeTrays">Compute trays by the racks' builds.</param>
/// <param name="SwitchTrays">Switch trays.</param>
/// <param name="Accelerators">Accelerators. By state, a part in another state than its rack counts there.</param>
/// <param name="DesignWatts">Design draw of the racks whose SKU claims one, W at rack input.</param>
/// <param name="RacksClaimed">How many those are.</param>
/// <param name="Nodes">By kind: nodes of that kind; else 0.</param>
public sealed record CountGroup(
    ImmutableArray<string?> Keys, int Racks, int ComputeTrays, int SwitchTrays, int Accelerators, double DesignWatts, int RacksClaimed, int Nodes = 0);

/// <summary>Design draw by the kind of claim that states it: they are not worth the same.</summary>
/// <param name="Kind">Kind of claim.</param>
/// <param name="Racks">Racks whose draw it states.</param>
/// <param name="Watts">Their draw, W at rack input.</param>
public readonly record struct ClaimedWatts(ClaimKind Kind, int Racks, double Watts);

/// <summary>Racks, trays, accelerators and design draw of a subtree, by one or two properties. Pure; any thread.</summary>
/// <param name="Total">All of them; its keys are empty.</param>
/// <param name="Groups">Natural order of the keys, states in order of life; those of whom nobody said it last.</param>
/// <param name="Claims">Which kinds of claim the design draw rests on.</param>
public sealed record FleetCounts(CountGroup Total, ImmutableArray<CountGroup> Groups, ImmutableArray<ClaimedWatts> Claims)
{
    private struct Sums
    {
        public int Racks;
        public int ComputeTrays;
        public int SwitchTrays;
        public int Accelerators;
        public double DesignWatts;
        public int RacksClaimed;

        public void Add(BuildFigures figures)
        {
            Racks++;
            ComputeTrays += figures.ComputeTrays;
            SwitchTrays += figures.SwitchTrays;
            Accelerators += figures.Accelerators;
            if (figures.DesignWatts is { } watts)
            {
                DesignWatts += watts;
                RacksClaimed++;
            }
        }

        public void Move(in RackColumns.PartsApart parts, int sign)
        {
            ComputeTrays += sign * parts.ComputeTrays;
            SwitchTrays += sign * parts.SwitchTrays;
            Accelerators += sign * parts.Accelerators;
        }

        public readonly CountGroup ToGroup(ImmutableArray<string?> keys) =>
            new(keys, Racks, ComputeTrays, SwitchTrays, Accelerators, DesignWatts, RacksClaimed);
    }

    /// <summary>Counts.</summary>
    /// <param name="view">What the asker sees.</param>
    /// <param name="catalogue">SKUs.</param>
    /// <param name="under">Node ordinal of a subtree, or −1 for everything.</param>
    /// <param name="by">None, one or two dimensions; <see cref="CountBy.Kind"/> only alone.</param>
    /// <exception cref="ArgumentException">More than two dimensions, or kind beside another.</exception>
    public static FleetCounts Of(FleetView view, SkuCatalogue catalogue, int under, params ReadOnlySpan<CountBy> by)
    {
        if (by.Length > 2 || (by.Length == 2 && (by[0] == by[1] || by.Contains(CountBy.Kind))))
        {
            throw new ArgumentException("one or two different dimensions; kind only alone", nameof(by));
        }

        var columns = RackColumns.Of(view.Graph, catalogue);
        var ofKind = by is [CountBy.Kind];
        var first = by.Length > 0 && !ofKind ? columns[by[0]] : default;
        var second = by.Length > 1 ? columns[by[1]] : default;
        var (from, length) = columns.Below(under).GetOffsetAndLength(columns.Nodes.Length);
        var sums = new Dictionary<long, Sums>();
        var total = default(Sums);
        var claims = new ClaimedWatts[Enum.GetValues<ClaimKind>().Length];
        for (var rack = from; rack < from + length; rack++)
        {
            if (!view.SeesAll && !view.Sees(columns.Nodes[rack]))
            {
                continue;
            }

            var figures = columns.Figures[rack];
            total.Add(figures);
            if (figures is { Claim: { } claim, DesignWatts: { } watts })
            {
                ref var claimed = ref claims[(int)claim];
                claimed = new ClaimedWatts(claim, claimed.Racks + 1, claimed.Watts + watts);
            }

            CollectionsMarshal.GetValueRefOrAddDefault(sums, Key(first, second, rack), out _).Add(figures);
        }

        MoveParts(view, columns, from, from + length, by, first, second, sums);
        CountGroup[] groups = ofKind ? ByKind(view, under, total) : by.Length == 0 ? [] : Named(columns, by.ToArray(), sums);
        return new FleetCounts(total.ToGroup([]), [.. groups], [.. claims.Where(claim => claim.Racks > 0)]);
    }

    // Parts in another state than their rack are counted there; racks and their design draw stay with the rack's state.
    private static void MoveParts(
        FleetView view, RackColumns columns, int from, int end, ReadOnlySpan<CountBy> by, ReadOnlySpan<int> first, ReadOnlySpan<int> second,
        Dictionary<long, Sums> sums)
    {
        var state = by.IndexOf(CountBy.State);
        if (state < 0)
        {
            return;
        }

        foreach (ref readonly var parts in columns.Apart.AsSpan())
        {
            if (parts.Rack < from || parts.Rack >= end || (!view.SeesAll && !view.Sees(columns.Nodes[parts.Rack])))
            {
                continue;
            }

            CollectionsMarshal.GetValueRefOrAddDefault(sums, Key(first, second, parts.Rack), out _).Move(parts, -1);
            var there = state == 0
                ? Key(parts.State, second.IsEmpty ? 0 : second[parts.Rack])
                : Key(first[parts.Rack], parts.State);
            CollectionsMarshal.GetValueRefOrAddDefault(sums, there, out _).Move(parts, 1);
        }
    }

    private static long Key(ReadOnlySpan<int> first, ReadOnlySpan<int> second, int rack) =>
        Key(first.IsEmpty ? 0 : first[rack], second.IsEmpty ? 0 : second[rack]);

    // Unsaid is −1: the bits are what counts.
    private static long Key(int first, int second) => unchecked(((long)first << 32) | (uint)second);

    private static CountGroup[] Named(RackColumns columns, CountBy[] by, Dictionary<long, Sums> sums)
    {
        var named = sums.Select(group =>
        {
            int[] values = [unchecked((int)(group.Key >> 32)), unchecked((int)group.Key)];
            ImmutableArray<string?> keys = [.. by.Select((dimension, i) => columns.NameOf(dimension, values[i]))];
            return (Values: values, Group: group.Value.ToGroup(keys));
        });
        return [.. named.OrderBy(group => group, Comparer<(int[] Values, CountGroup Group)>.Create((left, right) =>
        {
            for (var i = 0; i < by.Length; i++)
            {
                var (one, other) = (left.Group.Keys[i], right.Group.Keys[i]);
                var order = one is null || other is null ? (one is null).CompareTo(other is null)
                    : columns.RankOf(by[i], left.Values[i]).CompareTo(columns.RankOf(by[i], right.Values[i]));
                order = order == 0 && one is not null && columns.RankOf(by[i], left.Values[i]) == 0 ? NaturalOrder.Comparer.Compare(one, other) : order;
                if (order != 0)
                {
                    return order;
                }
            }

            return 0;
        })).Select(group => group.Group)];
    }

    private static CountGroup[] ByKind(FleetView view, int under, Sums total)
    {
        var graph = view.Graph;
        var kinds = new SortedDictionary<NodeKind, int>();
        foreach (var node in under < 0 ? graph.Places.Order : graph.Places.Subtree(under))
        {
            if (view.Sees(node))
            {
                var kind = graph.KindOf(node);
                kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
            }
        }

        return [.. kinds.Select(kind => (kind.Key == NodeKind.Rack ? total : default).ToGroup([kind.Key.ToString()]) with { Nodes = kind.Value })];
    }
}
