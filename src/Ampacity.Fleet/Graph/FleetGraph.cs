namespace Ampacity.Fleet;

/// <summary>
/// The fleet as of one instant, by node ordinal: what the program thinks with. Places, power, cooling and fabric nodes share one space of
/// ordinals; what is inside a rack is its build, and depth-first order is a permutation beside the columns.
/// </summary>
/// <remarks>
/// Immutable: readers take one and never lock. Ordinals come only from a <see cref="FleetView"/>, so that nothing is read without a scope;
/// the columns here answer for an ordinal that a view gave. A changed copy shares all pages that did not change.
/// </remarks>
public sealed class FleetGraph
{
    private readonly PagedArray<FleetNode?> _nodes;
    private readonly PagedArray<int[]?> _children;
    private readonly PagedArray<int[]?> _cooled;
    private readonly int[] _sites;
    private readonly int[] _registers;
    private readonly int[] _ruleMakers;
    private readonly Lazy<Permutation> _places;

    internal FleetGraph(
        ChangeSetId revision,
        long asOfMs,
        PagedArray<FleetNode?> nodes,
        PagedArray<int[]?> children,
        PagedArray<int[]?> cooled,
        int[] sites,
        int[] registers,
        int[] ruleMakers,
        PowerGraph power,
        AssetTable assets,
        PlaceSumsColumn sums,
        Lazy<Permutation>? places = null)
    {
        Revision = revision;
        AsOfMs = asOfMs;
        _nodes = nodes;
        _children = children;
        _cooled = cooled;
        _sites = sites;
        _registers = registers;
        _ruleMakers = ruleMakers;
        Power = power;
        Assets = assets;
        Sums = sums;
        _places = places ?? new Lazy<Permutation>(() => Permutation.DepthFirst(this));
    }

    /// <summary>A fleet without anything in it.</summary>
    public static FleetGraph Empty { get; } = new(
        default, 0, PagedArray<FleetNode?>.Empty, PagedArray<int[]?>.Empty, PagedArray<int[]?>.Empty, [], [], [], PowerGraph.Empty,
        new AssetTable(FactLedger.Empty, 0), PlaceSumsColumn.Empty);

    /// <summary>Newest change set that it holds.</summary>
    public ChangeSetId Revision { get; }

    /// <summary>The instant it describes, UTC milliseconds.</summary>
    public long AsOfMs { get; }

    /// <summary>Length of the columns: one more than the highest ordinal ever given.</summary>
    public int NodeCount => _nodes.Length;

    /// <summary>
    /// Depth-first order of all nodes; power, cooling and fabric nodes stand below the place that declares them. Worked out when it is
    /// first asked for: some milliseconds for 100,000 nodes.
    /// </summary>
    public Permutation Places => _places.Value;

    /// <summary>What feeds what.</summary>
    public PowerGraph Power { get; }

    /// <summary>Things with an id of their own, and where they are.</summary>
    public AssetTable Assets { get; }

    /// <summary>What stands below each place, added up.</summary>
    internal PlaceSumsColumn Sums { get; }

    /// <summary>Sites, in natural order of name.</summary>
    internal ReadOnlySpan<int> Sites => _sites;

    /// <summary>Programmes and organisations, which stand beside the sites; by kind, then natural order of name.</summary>
    internal ReadOnlySpan<int> Registers => _registers;

    /// <summary>Binding rules in the order in which they are tried: overrides, then those of files, then fallbacks; each by the ordinal of who declares them, then by rank.</summary>
    public IEnumerable<BindingRule> BindingRules =>
        _ruleMakers.SelectMany(node => _nodes[node]!.BindingRules.Select(rule => new BindingRule(node, rule))).OrderBy(rule => BindingRank.BandOf(rule.Rule.Rank));

    /// <summary>Everything that holds of a node, or null if it does not exist at this instant.</summary>
    public FleetNode? NodeOf(int node) => _nodes[node];

    /// <summary>Kind of a node; <see cref="NodeKind.None"/> if it does not exist at this instant.</summary>
    public NodeKind KindOf(int node) => _nodes[node]?.Kind ?? NodeKind.None;

    /// <summary>Name among its siblings; empty if it does not exist.</summary>
    public string NameOf(int node) => _nodes[node]?.Name ?? "";

    /// <summary>What holds it, −1 for a site, −2 if it does not exist.</summary>
    public int ParentOf(int node) => _nodes[node]?.Parent ?? -2;

    /// <summary>Build of a rack, or null for other nodes and racks without a pinned SKU.</summary>
    public RackBuild? BuildOf(int node) => _nodes[node]?.Build;

    /// <summary>Cooling nodes that take a node's heat.</summary>
    public ReadOnlySpan<int> CoolersOf(int node) => _nodes[node] is { } about ? about.Coolers.AsSpan() : default;

    /// <summary>Nodes whose heat a cooling node takes, in order of ordinal.</summary>
    public ReadOnlySpan<int> CooledBy(int node) => _cooled[node];

    /// <summary>What stands directly below a node, by kind, then natural order of name.</summary>
    public ReadOnlySpan<int> ChildrenOf(int node) => node < 0 ? _sites : _children[node];

    /// <summary>The nearest node of a kind at or above a node, or −1.</summary>
    public int Above(int node, NodeKind kind)
    {
        while (node >= 0 && KindOf(node) != kind)
        {
            node = ParentOf(node);
        }

        return node < 0 ? -1 : node;
    }

    /// <summary>Who uses a node: itself says it, or the nearest above that does; null if nobody.</summary>
    public string? TenantOf(int node) => Nearest(node, about => about.Hall?.Tenant ?? about.Parties?.Tenant);

    /// <summary>Who runs a node: itself says it, or the nearest above that does; null if nobody.</summary>
    public string? OperatorOf(int node) => Nearest(node, about => about.Hall?.Operator ?? about.Parties?.Operator);

    /// <summary>Whose a node is: itself says it, or the nearest above that does; null if nobody.</summary>
    public string? OwnerOf(int node) => Nearest(node, about => about.Hall?.Owner ?? about.Parties?.Owner);

    /// <summary>Path of a node from its site, such as <c>site/hall/r01/01</c>.</summary>
    public string PathOf(int node)
    {
        var (depth, length) = (0, -1);
        for (var above = node; above >= 0; above = ParentOf(above))
        {
            depth++;
            length += NameOf(above).Length + 1;
        }

        return depth == 0 ? "" : string.Create(length, (Graph: this, Node: node), static (text, at) =>
        {
            var end = text.Length;
            for (var above = at.Node; above >= 0; above = at.Graph.ParentOf(above))
            {
                var name = at.Graph.NameOf(above);
                name.CopyTo(text[(end - name.Length)..]);
                end -= name.Length + 1;
                if (end >= 0)
                {
                    text[end] = '/';
                }
            }
        });
    }

    /// <summary>Path of a place, inside racks too, such as <c>site/hall/r01/01/05/0</c>, or <c>…/u12-rear</c> at a free position.</summary>
    public string PathOf(StableKey key) => key.Part == 0
        ? PathOf(key.Node)
        : $"{PathOf(key.Node)}/{PartPathOf(key)}";

    /// <summary>Path of a part or free position relative to its rack.</summary>
    public string PartPathOf(StableKey key)
    {
        if (RackPosition.IsFree(key.Part))
        {
            return RackPosition.Of(key.Part).ToString();
        }

        // A thing may have been placed by an earlier build of its rack.
        return BuildOf(key.Node) is { } build && key.Part < build.Parts.Length
            ? build.Parts[key.Part].Path
            : FormattableString.Invariant($"part-{key.Part}");
    }

    /// <summary>The child with a name, or −1; a parent of −1 means among the sites.</summary>
    public int ChildOf(int parent, string name)
    {
        // By kind, then by name: each kind's run is searched by halving.
        var children = ChildrenOf(parent);
        while (!children.IsEmpty)
        {
            var kind = KindOf(children[0]);
            var (low, high) = (0, children.Length);
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = KindOf(children[middle]) == kind ? (middle + 1, high) : (low, middle);
            }

            var run = children[..low];
            children = children[low..];
            (low, high) = (0, run.Length - 1);
            while (low <= high)
            {
                var middle = (low + high) / 2;
                switch (NaturalOrder.Comparer.Compare(NameOf(run[middle]), name))
                {
                    case 0:
                        return run[middle];
                    case < 0:
                        low = middle + 1;
                        break;
                    default:
                        high = middle - 1;
                        break;
                }
            }
        }

        return -1;
    }

    /// <summary>The programme or organisation of a name, or −1.</summary>
    public int RegisterOf(NodeKind kind, string name)
    {
        foreach (var node in _registers)
        {
            if (KindOf(node) == kind && NameOf(node) == name)
            {
                return node;
            }
        }

        return -1;
    }

    /// <summary>The node of a path, or −1; whoever asks for a caller asks a <see cref="FleetView"/>.</summary>
    public int FindPath(string path)
    {
        var node = -1;
        foreach (var segment in path.Split('/'))
        {
            node = ChildOf(node, segment);
            if (node < 0)
            {
                return -1;
            }
        }

        return node;
    }

    /// <summary>The fleet as a caller with this scope sees it.</summary>
    public FleetView Within(PlaceScope scope) => new(this, scope);

    /// <summary>The same nodes with the assets of a ledger, whose facts about nodes are those that the graph was made of.</summary>
    public FleetGraph WithLedger(FactLedger ledger)
    {
        var sums = Sums;
        if (ledger.RacksRestatedSince(Assets.Ledger) is not { } restated)
        {
            sums = PlaceSumsColumn.Empty.Edit(NodeCount).ToColumn();
        }
        else if (restated.Count > 0)
        {
            var edit = sums.Edit(NodeCount);
            foreach (var rack in restated)
            {
                edit.Forget(ParentOf(rack));
            }

            sums = edit.ToColumn();
        }

        return new(
            ledger.Revision, AsOfMs, _nodes, _children, _cooled, _sites, _registers, _ruleMakers, Power, new AssetTable(ledger, AsOfMs), sums, _places);
    }

    internal FleetGraphEdit Edit(FactLedger ledger, FactsAfter facts, ChangeSetId revision, long asOfMs, SkuCatalogue catalogue) => new(
        this, _nodes, _children, _cooled, _sites, _registers, _ruleMakers, ledger, facts, revision, asOfMs, catalogue);

    private string? Nearest(int node, Func<FleetNode, string?> say)
    {
        for (; node >= 0; node = ParentOf(node))
        {
            if (_nodes[node] is { } about && say(about) is { } said)
            {
                return said;
            }
        }

        return null;
    }
}

/// <summary>A rule that binds series to places below the node that declares it.</summary>
/// <param name="DeclaredAt">Node ordinal; place templates are relative to it.</param>
/// <param name="Rule">The rule.</param>
public readonly record struct BindingRule(int DeclaredAt, BindingRuleFact Rule);
