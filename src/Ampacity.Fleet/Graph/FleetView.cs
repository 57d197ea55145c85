namespace Ampacity.Fleet;

/// <summary>What a caller with a scope sees of a <see cref="FleetGraph"/>: the only way to come by an ordinal.</summary>
/// <remarks>
/// Immutable, any thread. The nodes above a visible subtree can be named (a path must be printable) but not entered: they are not
/// <see cref="Sees(int)"/>. A power or cooling node outside the subtrees is not seen, even if it feeds a visible rack.
/// </remarks>
public sealed class FleetView
{
    private readonly bool[]? _visible;

    internal FleetView(FleetGraph graph, PlaceScope scope)
    {
        Graph = graph;
        Scope = scope;
        _visible = scope switch
        {
            PlaceScope.WholeFleet => null,
            PlaceScope.PlaceSubtrees subtrees => Mark(graph, subtrees.Paths.Select(path => graph.FindPath(path))),
            PlaceScope.TenantHalls tenants => Mark(graph, HallsOf(graph, tenants)),
            _ => throw new InvalidOperationException($"Bug: no reading of scope {scope}"),
        };
    }

    /// <summary>The graph behind it.</summary>
    public FleetGraph Graph { get; }

    /// <summary>The scope it was made with.</summary>
    public PlaceScope Scope { get; }

    /// <summary>Whether nothing is hidden: then a question over many nodes need not ask for each.</summary>
    public bool SeesAll => _visible is null;

    /// <summary>Whether a node exists and may be seen.</summary>
    public bool Sees(int node) => Graph.KindOf(node) != NodeKind.None && (_visible is null || _visible[node]);

    /// <summary>Visible nodes at and below a node, depth first.</summary>
    public IEnumerable<int> Below(int node)
    {
        var open = new Stack<int>([node]);
        while (open.TryPop(out var at))
        {
            if (Sees(at))
            {
                yield return at;
            }

            var children = Graph.ChildrenOf(at);
            for (var i = children.Length - 1; i >= 0; i--)
            {
                open.Push(children[i]);
            }
        }
    }

    /// <summary>Visible nodes, depth first.</summary>
    public IEnumerable<int> Nodes() => Graph.Sites.ToArray().SelectMany(Below);

    /// <summary>Visible programmes and organisations: they span the sites, so only the whole fleet sees them.</summary>
    public IEnumerable<int> Registers(NodeKind kind) => Graph.Registers.ToArray().Where(node => Graph.KindOf(node) == kind && Sees(node));

    /// <summary>Visible nodes whose parent is not visible: where a drawing of the tree begins.</summary>
    public IEnumerable<int> Roots() => Nodes().Where(node => Graph.ParentOf(node) < 0 || !Sees(Graph.ParentOf(node)));

    /// <summary>Finds a visible place by its path, inside racks too.</summary>
    public bool TryFind(string path, out StableKey key)
    {
        key = default;
        var node = -1;
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < segments.Length; i++)
        {
            var child = Graph.ChildOf(node, segments[i]);
            if (child >= 0)
            {
                node = child;
                continue;
            }

            // Past the rack the rest of the path names a part of its build, or a free position.
            if (node < 0 || !Sees(node) || Graph.KindOf(node) != NodeKind.Rack)
            {
                return false;
            }

            var part = -1;
            if (Graph.BuildOf(node)?.TryFind(string.Join('/', segments[i..]), out part) != true)
            {
                if (i != segments.Length - 1 || !RackPosition.TryParse(segments[i], out var position))
                {
                    return false;
                }

                part = position.Ordinal;
            }

            key = new StableKey(node, part);
            return true;
        }

        key = StableKey.Of(node);
        return node >= 0 && Sees(node);
    }

    private static IEnumerable<int> HallsOf(FleetGraph graph, PlaceScope.TenantHalls tenants)
    {
        foreach (var node in graph.Places.Order.ToArray())
        {
            if (graph.NodeOf(node) is { } about && (about.Hall?.Tenant ?? about.Parties?.Tenant) is { } tenant
                && tenants.Names.Contains(tenant, StringComparer.Ordinal))
            {
                yield return node;
            }
        }
    }

    private static bool[] Mark(FleetGraph graph, IEnumerable<int> roots)
    {
        var visible = new bool[graph.NodeCount];
        foreach (var root in roots.Where(root => root >= 0))
        {
            foreach (var node in graph.Places.Subtree(root))
            {
                visible[node] = true;
            }
        }

        return visible;
    }
}
