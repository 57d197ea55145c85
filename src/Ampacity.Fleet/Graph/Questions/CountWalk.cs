using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Ampacity.Fleet;

/// <summary>One count: a walk down the places, which adds up the sums of each.</summary>
/// <remarks>Not thread-safe: one a count.</remarks>
internal sealed class CountWalk(FleetView view, SkuCatalogue catalogue, CountBy[] by)
{
    private readonly FleetGraph _graph = view.Graph;
    private readonly NameNumbers _names = view.Graph.Sums.Names;
    private readonly Dictionary<(int First, int Second), CountSums> _sums = [];
    private readonly SortedDictionary<NodeKind, int> _kinds = [];
    private readonly ClaimedWatts[] _claims = new ClaimedWatts[Enum.GetValues<ClaimKind>().Length];

    // Places that racks are counted by, in the order in which the walk met them: depth first.
    private readonly List<(int Node, int Above)> _places = [];
    private readonly int _stateAt = Array.IndexOf(by, CountBy.State);
    private CountSums _total;

    /// <summary>All that was counted.</summary>
    public CountGroup Total => _total.ToGroup([]);

    /// <summary>Which kinds of claim its design draw rests on.</summary>
    public IEnumerable<ClaimedWatts> Claims => _claims.Where(claim => claim.Racks > 0);

    /// <summary>Counts a node and what is below it; −1 for everything.</summary>
    public void Below(int node)
    {
        if (node < 0)
        {
            var sites = PlaceSums.Of(_graph, catalogue, _names, view.SeesAll ? _graph.Sites : Visible(_graph.Sites));
            Add(sites, Standing.Nowhere);
            foreach (var site in _graph.Sites)
            {
                Walk(site, Standing.Nowhere);
            }

            return;
        }

        var above = new Stack<int>();
        for (var at = _graph.ParentOf(node); at >= 0; at = _graph.ParentOf(at))
        {
            above.Push(at);
        }

        var standing = Standing.Nowhere;
        foreach (var at in above)
        {
            standing = StandingAt(at, standing);
        }

        if (view.Sees(node))
        {
            Add(PlaceSums.Of(_graph, catalogue, _names, [node]), standing);
        }

        Walk(node, standing);
    }

    /// <summary>The groups of a count by properties of racks.</summary>
    public IEnumerable<CountGroup> Groups()
    {
        if (by.Length == 0)
        {
            return [];
        }

        var paths = new string?[_places.Count];
        return _sums
            .Select(sum => (sum.Key, Group: sum.Value.ToGroup(by.Length == 1
                ? [NameOf(by[0], sum.Key.First, paths)]
                : [NameOf(by[0], sum.Key.First, paths), NameOf(by[1], sum.Key.Second, paths)])))
            .Order(Comparer<((int First, int Second) Key, CountGroup Group)>.Create(Compare)).Select(named => named.Group);
    }

    /// <summary>The groups of a count of all nodes by kind.</summary>
    public IEnumerable<CountGroup> GroupsByKind() =>
        _kinds.Select(kind => (kind.Key == NodeKind.Rack ? _total : default).ToGroup([kind.Key.ToString()]) with { Nodes = kind.Value });

    private void Walk(int from, Standing above)
    {
        var open = new Stack<(int Node, Standing Above)>([(from, above)]);
        while (open.TryPop(out var step))
        {
            var (node, standing) = (step.Node, StandingAt(step.Node, step.Above));
            var sums = _graph.Sums.Below(_graph, catalogue, node);
            if (view.SeesAll || view.Sees(node))
            {
                Add(sums, standing);
            }
            else if (Visible(_graph.ChildrenOf(node)) is { Length: > 0 } visible)
            {
                // A scope that begins below this place.
                Add(PlaceSums.Of(_graph, catalogue, _names, visible), standing);
            }

            for (var i = sums.Deeper.Length - 1; i >= 0; i--)
            {
                open.Push((sums.Deeper[i], standing));
            }
        }
    }

    private int[] Visible(ReadOnlySpan<int> nodes)
    {
        var visible = new List<int>();
        foreach (var node in nodes)
        {
            if (view.Sees(node))
            {
                visible.Add(node);
            }
        }

        return [.. visible];
    }

    private void Add(PlaceSums sums, in Standing standing)
    {
        if (by is [CountBy.Kind])
        {
            foreach (var (kind, count) in sums.Kinds)
            {
                _kinds[kind] = _kinds.GetValueOrDefault(kind) + count;
            }
        }

        foreach (ref readonly var group in sums.Groups.AsSpan())
        {
            var figures = group.Like.Figures;
            _total.Add(figures, group.Racks);
            if (figures is { Claim: { } claim, DesignWatts: { } watts })
            {
                ref var claimed = ref _claims[(int)claim];
                claimed = new ClaimedWatts(claim, claimed.Racks + group.Racks, claimed.Watts + (group.Racks * watts));
            }

            CollectionsMarshal.GetValueRefOrAddDefault(_sums, KeyOf(group, standing, -1), out _).Add(figures, group.Racks);
        }

        // By state, parts in another state than their rack are counted there.
        foreach (ref readonly var parts in _stateAt < 0 ? default : sums.Apart.AsSpan())
        {
            ref readonly var group = ref sums.Groups[parts.Group];
            CollectionsMarshal.GetValueRefOrAddDefault(_sums, KeyOf(group, standing, -1), out _).Add(parts, -1);
            CollectionsMarshal.GetValueRefOrAddDefault(_sums, KeyOf(group, standing, parts.State), out _).Add(parts, 1);
        }
    }

    private (int First, int Second) KeyOf(in RackGroup group, in Standing standing, int otherState) => (
        by.Length == 0 ? 0 : _stateAt == 0 && otherState >= 0 ? otherState : Value(by[0], group, standing),
        by.Length < 2 ? 0 : _stateAt == 1 && otherState >= 0 ? otherState : Value(by[1], group, standing));

    private static int Value(CountBy dimension, in RackGroup group, in Standing standing) => dimension switch
    {
        CountBy.State => group.Like.State,
        CountBy.Sku => group.Like.Sku,
        CountBy.Vendor => group.Vendor,
        CountBy.Programme => group.Like.Programme,
        CountBy.Tenant => group.Like.Tenant == NameNumbers.Unsaid ? standing.Tenant : group.Like.Tenant,
        CountBy.Operator => group.Like.Operator == NameNumbers.Unsaid ? standing.Operator : group.Like.Operator,
        CountBy.Owner => group.Like.Owner == NameNumbers.Unsaid ? standing.Owner : group.Like.Owner,
        CountBy.Site => standing.Site,
        CountBy.Building => standing.Building,
        CountBy.Hall => standing.Hall,
        CountBy.Row => standing.Row,
        _ => 0,
    };

    private static bool IsPlace(CountBy dimension) => dimension is CountBy.Site or CountBy.Building or CountBy.Hall or CountBy.Row;

    private string? NameOf(CountBy dimension, int value, string?[] paths) => value == NameNumbers.Unsaid ? null : dimension switch
    {
        CountBy.State => LifecycleNames.Of((LifecycleState)value),
        CountBy.Site or CountBy.Building or CountBy.Hall or CountBy.Row => PathOf(value, paths),
        _ => _names.NameOf(value),
    };

    // Thousands of rows share the path of their hall.
    private string PathOf(int place, string?[] paths)
    {
        var (node, above) = _places[place];
        return paths[place] ??= above >= 0 && _places[above].Node == _graph.ParentOf(node)
            ? $"{PathOf(above, paths)}/{_graph.NameOf(node)}"
            : _graph.PathOf(node);
    }

    // What nobody said comes last; states stand in order of life, places depth first, names in natural order.
    private int Compare(((int First, int Second) Key, CountGroup Group) left, ((int First, int Second) Key, CountGroup Group) right)
    {
        var order = Compare(by[0], left.Key.First, right.Key.First, left.Group.Keys[0], right.Group.Keys[0]);
        return order != 0 || by.Length < 2 ? order : Compare(by[1], left.Key.Second, right.Key.Second, left.Group.Keys[1], right.Group.Keys[1]);
    }

    private static int Compare(CountBy dimension, int left, int right, string? leftName, string? rightName) =>
        leftName is null || rightName is null ? (leftName is null).CompareTo(rightName is null)
        : dimension == CountBy.State || IsPlace(dimension) ? left.CompareTo(right)
        : NaturalOrder.Comparer.Compare(leftName, rightName);

    // What a place does not say it takes from what holds it.
    private Standing StandingAt(int node, in Standing above)
    {
        var about = _graph.NodeOf(node)!;
        var standing = above;
        if (about.Kind != NodeKind.Rack && (about.Hall is not null || about.Parties is not null))
        {
            standing = standing with
            {
                Tenant = Said(about.Hall?.Tenant ?? about.Parties?.Tenant, above.Tenant),
                Operator = Said(about.Hall?.Operator ?? about.Parties?.Operator, above.Operator),
                Owner = Said(about.Hall?.Owner ?? about.Parties?.Owner, above.Owner),
            };
        }

        return about.Kind switch
        {
            NodeKind.Site => standing with { Site = NumberOf(node, -1) },
            NodeKind.Building => standing with { Building = NumberOf(node, above.Site) },
            NodeKind.Hall => standing with { Hall = NumberOf(node, above.Building >= 0 ? above.Building : above.Site) },
            NodeKind.Row => standing with { Row = NumberOf(node, above.Hall) },
            _ => standing,
        };
    }

    private int Said(string? name, int above) => name is null ? above : _names.Of(name);

    private int NumberOf(int place, int above)
    {
        _places.Add((place, above));
        return _places.Count - 1;
    }

    /// <summary>What the racks below a place take from above: numbers of names, and of places in <see cref="_places"/>.</summary>
    private readonly record struct Standing(int Tenant, int Operator, int Owner, int Site, int Building, int Hall, int Row)
    {
        public static readonly Standing Nowhere = new(
            NameNumbers.Unsaid, NameNumbers.Unsaid, NameNumbers.Unsaid, NameNumbers.Unsaid, NameNumbers.Unsaid, NameNumbers.Unsaid, NameNumbers.Unsaid);
    }
}
