namespace Ampacity.Fleet;

/// <summary>Makes a changed copy of a graph: only what the changed nodes touch is worked out anew.</summary>
internal sealed class FleetGraphEdit
{
    private readonly FleetGraph _from;
    private readonly PagedArray<FleetNode?>.Editing _nodes;
    private readonly PagedArray<int[]?>.Editing _children;
    private readonly PagedArray<int[]?>.Editing _cooled;
    private readonly FactLedger _ledger;
    private readonly FleetNodeReader _reader;
    private readonly ChangeSetId _revision;
    private readonly long _asOfMs;
    private readonly int _count;
    private readonly Dictionary<int, FleetNode?> _changed = [];
    private readonly Dictionary<int, (HashSet<int> Gone, List<int> Come)> _families = [];
    private int[] _sites;
    private int[] _registers;
    private int[] _ruleMakers;

    public FleetGraphEdit(
        FleetGraph from,
        PagedArray<FleetNode?> nodes,
        PagedArray<int[]?> children,
        PagedArray<int[]?> cooled,
        int[] sites,
        int[] registers,
        int[] ruleMakers,
        FactLedger ledger,
        FactsAfter facts,
        ChangeSetId revision,
        long asOfMs,
        SkuCatalogue catalogue)
    {
        _from = from;
        _count = Math.Max(facts.NextNode, nodes.Length);
        _nodes = nodes.Edit(_count);
        _children = children.Edit(_count);
        _cooled = cooled.Edit(_count);
        (_sites, _registers, _ruleMakers) = (sites, registers, ruleMakers);
        _ledger = ledger;
        _reader = new FleetNodeReader(facts, asOfMs, catalogue);
        _revision = revision;
        _asOfMs = asOfMs;
    }

    /// <summary>The copy with these nodes read anew.</summary>
    /// <returns>The graph, or null if it has to be built from nothing: a node came back to life, and who hung on it is not known here.</returns>
    /// <exception cref="FeedLoopException">The feeds would hold a loop.</exception>
    public FleetGraph? Make(IEnumerable<int> changed)
    {
        var fresh = _from.NodeCount == 0;
        var open = new Queue<int>(changed);
        do
        {
            while (open.TryDequeue(out var node))
            {
                if (_changed.ContainsKey(node))
                {
                    continue;
                }

                var (before, after) = (_from.NodeOf(node), _reader.Read(node));
                if (!fresh && before is null && after is not null && node < _from.NodeCount)
                {
                    return null;
                }

                _changed[node] = after;
                _nodes[node] = after;
                if (after is null)
                {
                    FollowTheLost(node, open);
                }
            }

            DropOrphans(open);
        }
        while (open.Count > 0);

        DropLostEdges();
        foreach (var (node, after) in _changed)
        {
            Relate(node, _from.NodeOf(node), after);
        }

        var compare = Comparer<int>.Create((left, right) => Compare(_nodes[left]!, _nodes[right]!));
        foreach (var (parent, (gone, come)) in _families)
        {
            int[] now = [.. (parent < 0 ? _sites : _children[parent] ?? []).Where(node => !gone.Contains(node)), .. come];
            Array.Sort(now, compare);
            if (parent < 0)
            {
                _sites = now;
            }
            else
            {
                _children[parent] = now.Length == 0 ? null : now;
            }
        }

        Array.Sort(_registers, compare);
        return new FleetGraph(
            _revision, _asOfMs, _nodes.ToArray(), _children.ToArray(), _cooled.ToArray(), _sites, _registers, _ruleMakers,
            _from.Power.With(_count, _changed.Select(pair => (pair.Key, pair.Value?.Power))),
            new AssetTable(_ledger, _asOfMs), ForgetSums().ToColumn());
    }

    // Sums of a place follow from its children, from which of those have children, and from the states of what is in its racks.
    private PlaceSumsColumn.Editing ForgetSums()
    {
        var sums = _from.Sums.Edit(_count);
        foreach (var parent in _families.Keys)
        {
            sums.Forget(parent);
            sums.Forget(parent < 0 ? -1 : _nodes[parent]?.Parent ?? -1);
        }

        foreach (var (node, after) in _changed)
        {
            if (after is { Kind: NodeKind.Rack })
            {
                sums.Forget(after.Parent);
            }
        }

        foreach (var rack in _from.NodeCount == 0 ? [] : _ledger.RacksRestatedBetween(_from.AsOfMs, _asOfMs))
        {
            sums.Forget(rack < _count ? _nodes[rack]?.Parent ?? -1 : -1);
        }

        return sums;
    }

    // With a node go what is below it, and the edges of what it fed and cooled.
    private void FollowTheLost(int node, Queue<int> open)
    {
        foreach (var child in _from.ChildrenOf(node))
        {
            open.Enqueue(child);
        }

        foreach (var load in _from.Power.LoadsOf(node))
        {
            open.Enqueue(load);
        }

        foreach (var cooled in _from.CooledBy(node))
        {
            open.Enqueue(cooled);
        }
    }

    // A node whose parent does not exist at this instant does not exist either.
    private void DropOrphans(Queue<int> open)
    {
        bool again;
        do
        {
            again = false;
            foreach (var (node, after) in _changed)
            {
                if (after is { Parent: >= 0 } && (after.Parent >= _count || _nodes[after.Parent] is null))
                {
                    _changed[node] = null;
                    _nodes[node] = null;
                    FollowTheLost(node, open);
                    again = true;
                }
            }
        }
        while (again);
    }

    private void DropLostEdges()
    {
        foreach (var (node, after) in _changed)
        {
            if (after is not null)
            {
                _changed[node] = WithoutLostEdges(after);
                _nodes[node] = _changed[node];
            }
        }
    }

    private FleetNode WithoutLostEdges(FleetNode node)
    {
        if (node.Feeds.Any(feed => !Exists(feed.Source)))
        {
            var power = node.Power!;
            node = node with
            {
                Feeds = [.. node.Feeds.Where(feed => Exists(feed.Source))],
                Power = power with { Feeds = [.. power.Feeds.Where(feed => Exists(feed.Source))] },
            };
        }

        return node.Coolers.All(Exists) ? node : node with { Coolers = [.. node.Coolers.Where(Exists)] };
    }

    private bool Exists(int node) => (uint)node < (uint)_count && _nodes[node] is not null;

    private void Relate(int node, FleetNode? before, FleetNode? after)
    {
        if ((before?.Kind, before?.Name, before?.Parent) != (after?.Kind, after?.Name, after?.Parent))
        {
            if (before is not null)
            {
                Leave(node, before);
            }

            if (after is not null)
            {
                Join(node, after);
            }
        }

        if ((before?.BindingRules.IsEmpty ?? true) != (after?.BindingRules.IsEmpty ?? true))
        {
            _ruleMakers = after is { BindingRules.IsEmpty: false }
                ? [.. _ruleMakers.Append(node).Order()]
                : [.. _ruleMakers.Where(other => other != node)];
        }

        var (cooledBefore, cooledAfter) = (before is null ? [] : before.Coolers, after is null ? [] : after.Coolers);
        foreach (var source in cooledBefore.Except(cooledAfter))
        {
            _cooled[source] = _cooled[source]?.Where(other => other != node).ToArray() is { Length: > 0 } rest ? rest : null;
        }

        foreach (var source in cooledAfter.Except(cooledBefore))
        {
            _cooled[source] = [.. (_cooled[source] ?? []).Append(node).Order()];
        }
    }

    private void Leave(int node, FleetNode before)
    {
        if (before.Kind.IsRegister())
        {
            _registers = [.. _registers.Where(other => other != node)];
        }
        else
        {
            Family(before.Parent).Gone.Add(node);
        }
    }

    private void Join(int node, FleetNode after)
    {
        if (after.Kind.IsRegister())
        {
            _registers = [.. _registers, node];
        }
        else
        {
            Family(after.Parent).Come.Add(node);
        }
    }

    private (HashSet<int> Gone, List<int> Come) Family(int parent) =>
        _families.TryGetValue(parent, out var family) ? family : _families[parent] = ([], []);

    private static int Compare(FleetNode left, FleetNode right) => left.Kind != right.Kind
        ? left.Kind.CompareTo(right.Kind)
        : NaturalOrder.Comparer.Compare(left.Name, right.Name);
}
