namespace Ampacity.Fleet;

/// <summary>What a name of a power or cooling node stands for.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="InVolts">Voltage that it takes; null if not known.</param>
/// <param name="OutVolts">Voltage that it gives; null if not known.</param>
internal readonly record struct NamedNode(NodeKind Kind, double? InVolts, double? OutVolts);

/// <summary>The power and cooling nodes of one hall, building or site by name.</summary>
internal sealed class NodeNames
{
    private readonly Dictionary<string, NamedNode> _nodes = new(StringComparer.Ordinal);

    public IEnumerable<string> Power => _nodes.Where(node => node.Value.Kind.IsPower()).Select(node => node.Key);

    public IEnumerable<string> Cooling => _nodes.Where(node => node.Value.Kind.IsCooling()).Select(node => node.Key);

    public void Add(string name, NamedNode node) => _nodes.TryAdd(name, node);

    public bool TryFind(string name, out NamedNode node) => _nodes.TryGetValue(name, out node);

    /// <summary>The names that can be meant, for hints; the first ten of many.</summary>
    internal static string Hint(IEnumerable<string> names)
    {
        var shown = names.Take(11).ToList();
        return shown.Count == 0 ? "none is declared here" : $"write one of {string.Join(", ", shown.Take(10))}{(shown.Count > 10 ? ", …" : "")}";
    }
}

/// <summary>What a name is used for.</summary>
internal enum NodeUse : byte
{
    /// <summary>It feeds a power node.</summary>
    FeedsNode,

    /// <summary>It feeds racks.</summary>
    FeedsRack,

    /// <summary>It cools a cooling node.</summary>
    CoolsNode,

    /// <summary>It cools racks.</summary>
    CoolsRack,
}

/// <summary>One use of a name, and what has to hold of the node that it names.</summary>
/// <param name="At">Where it stands in the file.</param>
/// <param name="Use">What for.</param>
/// <param name="InVolts">Voltage that the fed node takes; null if not known.</param>
internal sealed record NodeReference(DataNode At, NodeUse Use, double? InVolts)
{
    /// <summary>Low voltage ends here (IEC 60038: 1,000 V AC, 1,500 V DC); more at a rack is a slip of the pen.</summary>
    public const double MaxRackVolts = 1500;

    // 400 V and 415 V are different systems; 1 % only forgives rounding.
    private const double VoltageTolerance = 0.01;

    private bool IsFeed => Use is NodeUse.FeedsNode or NodeUse.FeedsRack;

    /// <summary>Refuses a node that cannot do what it is named for.</summary>
    public void Check(NamedNode node, FileErrors errors)
    {
        var name = At.Text;
        if (IsFeed && !node.Kind.IsPower())
        {
            errors.Add(At, "unknown-feed", $"'{name}' is a {node.Kind}; name a power node");
        }
        else if (Use == NodeUse.FeedsRack && node.OutVolts > MaxRackVolts)
        {
            errors.Add(At, "feed-voltage", FormattableString.Invariant(
                $"{name} is at {node.OutVolts:#,0.#} V; a rack takes at most 1,500 V, so put a transformer between them"));
        }
        else if (Use == NodeUse.FeedsNode && node.OutVolts is { } gives && InVolts is { } takes
            && Math.Abs(gives - takes) > VoltageTolerance * takes)
        {
            errors.Add(At, "voltage-mismatch", FormattableString.Invariant(
                $"{name} gives {gives:#,0.#} V and what it feeds takes {takes:#,0.#} V; correct one of them, or put a transformer between them"));
        }
        else if (Use == NodeUse.CoolsRack && node.Kind is not (NodeKind.Cdu or NodeKind.Manifold))
        {
            errors.Add(At, "unknown-cdu", $"'{name}' is a {node.Kind}; racks are cooled by a Cdu or a Manifold");
        }
        else if (Use == NodeUse.CoolsNode && !node.Kind.IsCooling())
        {
            errors.Add(At, "unknown-cooler", $"'{name}' is a {node.Kind}; name a cooling node");
        }
    }

    /// <summary>Refuses a name that nothing bears.</summary>
    /// <param name="names">Where it was looked for, the nearest first.</param>
    /// <param name="errors">Where to say so.</param>
    public void Unknown(IReadOnlyList<NodeNames> names, FileErrors errors)
    {
        var (rule, what) = Use switch
        {
            NodeUse.CoolsRack => ("unknown-cdu", "cooling"),
            NodeUse.CoolsNode => ("unknown-cooler", "cooling"),
            _ => ("unknown-feed", "power"),
        };
        errors.Add(At, rule, $"no {what} node is named '{At.Text}'; {NodeNames.Hint(names.SelectMany(n => IsFeed ? n.Power : n.Cooling))}");
    }
}

/// <summary>Names that a hall, a building or a site uses and does not bear itself.</summary>
internal sealed class OuterNames
{
    /// <summary>Uses to be looked up in what holds it, and paths from the root.</summary>
    public List<NodeReference> References { get; } = [];

    /// <summary>Looks a name up near, or keeps it for later.</summary>
    public void Look(NodeReference reference, NodeNames near, FileErrors errors)
    {
        if (near.TryFind(reference.At.Text, out var node))
        {
            reference.Check(node, errors);
        }
        else
        {
            References.Add(reference);
        }
    }
}
