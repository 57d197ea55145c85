namespace Ampacity.Fleet;

/// <summary>
/// What feeds what, from the utility to the rack, by node ordinal. Racks are its leaves; their draw is given, never stored here.
/// </summary>
/// <remarks>
/// Immutable, any thread. A node may have any number of feeds; loops are refused when it is built. A changed copy shares all pages that
/// did not change; the topological order is worked out when it is first asked for.
/// </remarks>
public sealed class PowerGraph
{
    private readonly PagedArray<PowerNode?> _nodes;
    private readonly PagedArray<int[]?> _loads;
    private readonly Lazy<int[]> _topological;

    private PowerGraph(PagedArray<PowerNode?> nodes, PagedArray<int[]?> loads)
    {
        _nodes = nodes;
        _loads = loads;
        _topological = new Lazy<int[]>(() => TopologicalOrder.Sort(this));
    }

    /// <summary>A graph without nodes.</summary>
    public static PowerGraph Empty { get; } = new(PagedArray<PowerNode?>.Empty, PagedArray<int[]?>.Empty);

    /// <summary>Length of the columns: one more than the highest node ordinal.</summary>
    public int NodeCount => _nodes.Length;

    /// <summary>Every node that feeds or is fed, sources before what they feed.</summary>
    public ReadOnlySpan<int> Topological => _topological.Value;

    /// <summary>All that the graph knows of a node.</summary>
    public PowerNode NodeOf(int node) => _nodes[node] ?? PowerNode.Nothing;

    /// <summary>What feeds a node, the preferred feed first.</summary>
    public ReadOnlySpan<int> FeedsOf(int node) => _nodes[node]?.Sources;

    /// <summary>What a node feeds, in order of ordinal.</summary>
    public ReadOnlySpan<int> LoadsOf(int node) => _loads[node];

    /// <summary>How a node shares its load among its feeds.</summary>
    public FeedMode ModeOf(int node) => _nodes[node]?.Mode ?? FeedMode.ActiveActive;

    /// <summary>What a node may carry, or null where nobody said.</summary>
    public NodePower? RatingOf(int node) => _nodes[node]?.Rating;

    /// <summary>A graph of these nodes.</summary>
    /// <param name="nodes">By ordinal; null where there is none.</param>
    /// <exception cref="FeedLoopException">The feeds hold a loop; it names the nodes on it.</exception>
    public static PowerGraph Build(IReadOnlyList<PowerNode?> nodes) =>
        Empty.With(nodes.Count, Enumerable.Range(0, nodes.Count).Select(node => (node, nodes[node])));

    /// <summary>A copy with some nodes changed.</summary>
    /// <param name="nodeCount">One more than the highest ordinal, at least this graph's.</param>
    /// <param name="changes">Ordinal and what it becomes; null where it is no more. Each ordinal once.</param>
    /// <exception cref="FeedLoopException">The feeds would hold a loop; it names the nodes on it.</exception>
    public PowerGraph With(int nodeCount, IEnumerable<(int Node, PowerNode? Becomes)> changes)
    {
        var nodes = _nodes.Edit(nodeCount);
        var lost = new Dictionary<int, HashSet<int>>();
        var gained = new Dictionary<int, List<int>>();
        var rewired = new List<int>();
        foreach (var (node, becomes) in changes)
        {
            var before = FeedsOf(node);
            ReadOnlySpan<int> after = becomes?.Sources;
            nodes[node] = becomes;
            if (before.SequenceEqual(after))
            {
                continue;
            }

            rewired.Add(node);
            foreach (var source in before)
            {
                (lost.TryGetValue(source, out var set) ? set : lost[source] = []).Add(node);
            }

            foreach (var source in after)
            {
                (gained.TryGetValue(source, out var list) ? list : gained[source] = []).Add(node);
            }
        }

        var loads = _loads.Edit(nodeCount);
        foreach (var source in lost.Keys.Union(gained.Keys))
        {
            var gone = lost.GetValueOrDefault(source);
            int[] kept = gone is null ? loads[source] ?? [] : [.. (loads[source] ?? []).Where(node => !gone.Contains(node))];
            int[] now = [.. kept, .. gained.GetValueOrDefault(source) ?? []];
            Array.Sort(now);
            loads[source] = now.Length == 0 ? null : now;
        }

        var graph = new PowerGraph(nodes.ToArray(), loads.ToArray());
        graph.RefuseLoops(rewired);
        return graph;
    }

    // Few rewired nodes: each is looked for among its own sources' sources. Many: one topological order of all.
    private void RefuseLoops(List<int> rewired)
    {
        const int Few = 64; // Guessed: a walk up is about ten nodes, an order of all about a hundred thousand.
        if (rewired.Count > Few)
        {
            _ = _topological.Value;
            return;
        }

        foreach (var node in rewired)
        {
            var seen = new HashSet<int>();
            var open = new Stack<int>(FeedsOf(node).ToArray());
            while (open.TryPop(out var above))
            {
                if (above == node)
                {
                    _ = _topological.Value;
                    throw new InvalidOperationException("Bug: a loop was found that the topological order did not name");
                }

                if (seen.Add(above))
                {
                    foreach (var source in FeedsOf(above))
                    {
                        open.Push(source);
                    }
                }
            }
        }
    }
}
