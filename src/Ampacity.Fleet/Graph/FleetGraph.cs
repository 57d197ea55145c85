namespace Ampacity.Fleet;

/// <summary>
/// The fleet as of one instant, as columns by node ordinal: what the program thinks with. Places, power nodes and cooling nodes share one
/// space of ordinals; what is inside a rack is its build, and depth-first order is a permutation beside the columns.
/// </summary>
/// <remarks>
/// Immutable: readers take one and never lock. Ordinals come only from a <see cref="FleetView"/>, so that nothing is read without a scope;
/// the columns here answer for an ordinal that a view gave.
/// </remarks>
public sealed class FleetGraph
{
    private readonly NodeKind[] _kinds;
    private readonly string[] _names;
    private readonly int[] _parents;
    private readonly RackBuild?[] _builds;
    private readonly NodeDetails[] _details;
    private readonly int[][] _coolers;
    private readonly Dictionary<(int Parent, string Name), int> _children = [];

    internal FleetGraph(
        ChangeSetId revision,
        long asOfMs,
        NodeKind[] kinds,
        string[] names,
        int[] parents,
        RackBuild?[] builds,
        NodeDetails[] details,
        int[][] coolers,
        Permutation places,
        PowerGraph power,
        AssetTable assets,
        IReadOnlyList<BindingRule> bindingRules)
    {
        Revision = revision;
        AsOfMs = asOfMs;
        _kinds = kinds;
        _names = names;
        _parents = parents;
        _builds = builds;
        _details = details;
        _coolers = coolers;
        Places = places;
        Power = power;
        Assets = assets;
        BindingRules = bindingRules;
        foreach (var node in places.Order)
        {
            _children[(parents[node], names[node])] = node;
        }
    }

    /// <summary>A fleet without anything in it.</summary>
    public static FleetGraph Empty { get; } = FleetGraphBuilder.Build(FactLedger.Empty, 0, SkuCatalogue.Empty);

    /// <summary>Newest change set that it holds.</summary>
    public ChangeSetId Revision { get; }

    /// <summary>The instant it describes, UTC milliseconds.</summary>
    public long AsOfMs { get; }

    /// <summary>Length of the columns: one more than the highest ordinal ever given.</summary>
    public int NodeCount => _kinds.Length;

    /// <summary>Depth-first order of all nodes; power and cooling nodes stand below the place that declares them.</summary>
    public Permutation Places { get; }

    /// <summary>What feeds what.</summary>
    public PowerGraph Power { get; }

    /// <summary>Things with an id of their own, and where they are.</summary>
    public AssetTable Assets { get; }

    /// <summary>Declared binding rules, nearest hall first, then by rank.</summary>
    public IReadOnlyList<BindingRule> BindingRules { get; }

    /// <summary>Kind of a node; <see cref="NodeKind.None"/> if it does not exist at this instant.</summary>
    public NodeKind KindOf(int node) => (uint)node < (uint)_kinds.Length ? _kinds[node] : NodeKind.None;

    /// <summary>Name among its siblings.</summary>
    public string NameOf(int node) => _names[node];

    /// <summary>What holds it, or −1 for a site.</summary>
    public int ParentOf(int node) => _parents[node];

    /// <summary>What is said of it beside its existence.</summary>
    public NodeDetails DetailsOf(int node) => _details[node];

    /// <summary>Build of a rack, or null for other nodes and racks without a pinned SKU.</summary>
    public RackBuild? BuildOf(int node) => _builds[node];

    /// <summary>Cooling nodes that take a node's heat.</summary>
    public ReadOnlySpan<int> CoolersOf(int node) => _coolers[node];

    /// <summary>The nearest node of a kind at or above a node, or −1.</summary>
    public int Above(int node, NodeKind kind)
    {
        while (node >= 0 && _kinds[node] != kind)
        {
            node = _parents[node];
        }

        return node;
    }

    /// <summary>Path of a node from its site, such as <c>site/hall/r01/01</c>.</summary>
    public string PathOf(int node) => _parents[node] < 0 ? _names[node] : $"{PathOf(_parents[node])}/{_names[node]}";

    /// <summary>Path of a place, inside racks too, such as <c>site/hall/r01/01/05/0</c>.</summary>
    public string PathOf(StableKey key) =>
        key.Part == 0 ? PathOf(key.Node) : $"{PathOf(key.Node)}/{_builds[key.Node]!.Parts[key.Part].Path}";

    /// <summary>The child with a name, or −1; a parent of −1 means among the sites.</summary>
    internal int ChildOf(int parent, string name) => _children.GetValueOrDefault((parent, name), -1);

    /// <summary>The fleet as a caller with this scope sees it.</summary>
    public FleetView Within(PlaceScope scope) => new(this, scope);
}

/// <summary>What is said of a node beside its existence; null where nobody said it.</summary>
/// <param name="Hall">A hall's floor and people.</param>
/// <param name="Position">A rack's floor position.</param>
/// <param name="Sku">A rack's pinned SKU revision.</param>
/// <param name="Programme">A rack's programme.</param>
/// <param name="Cooling">A cooling node's capacity.</param>
/// <param name="Power">A power node's rating as stated.</param>
/// <param name="State">A rack's lifecycle state.</param>
public readonly record struct NodeDetails(
    HallFact? Hall,
    FloorPositionFact? Position,
    string? Sku,
    string? Programme,
    CoolingRatingFact? Cooling,
    PowerRatingFact? Power,
    LifecycleState? State);

/// <summary>A rule that binds series to places below the node that declares it.</summary>
/// <param name="DeclaredAt">Node ordinal; place templates are relative to it.</param>
/// <param name="Rule">The rule.</param>
public readonly record struct BindingRule(int DeclaredAt, BindingRuleFact Rule);
