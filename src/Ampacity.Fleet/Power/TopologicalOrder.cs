namespace Ampacity.Fleet;

/// <summary>The feeds hold a loop: a node would feed itself.</summary>
/// <param name="loop">Node ordinals on the loop, each fed by the next one, the first one again at the end.</param>
/// <param name="names">The same by their paths; null where nobody knows them.</param>
public sealed class FeedLoopException(IReadOnlyList<int> loop, IEnumerable<string>? names = null) : Exception(names is null
    ? $"the feeds hold a loop through {loop.Count - 1} nodes: power would feed itself"
    : $"power would feed itself: {string.Join(" fedBy ", names)}; take out one of these")
{
    /// <summary>Node ordinals on the loop, the first one again at the end.</summary>
    public IReadOnlyList<int> Loop { get; } = loop;
}

/// <summary>Orders nodes so that sources stand before what they feed (Kahn).</summary>
internal static class TopologicalOrder
{
    public static int[] Sort(PowerGraph graph)
    {
        var waiting = new int[graph.NodeCount];
        var order = new List<int>(graph.NodeCount);
        for (var node = 0; node < waiting.Length; node++)
        {
            waiting[node] = graph.FeedsOf(node).Length;
            if (waiting[node] == 0 && !graph.LoadsOf(node).IsEmpty)
            {
                order.Add(node);
            }
        }

        for (var i = 0; i < order.Count; i++)
        {
            foreach (var load in graph.LoadsOf(order[i]))
            {
                if (--waiting[load] == 0)
                {
                    order.Add(load);
                }
            }
        }

        var stuck = Array.FindIndex(waiting, count => count > 0);
        return stuck < 0 ? [.. order] : throw new FeedLoopException(LoopFrom(stuck, waiting, graph));
    }

    // Every node still waiting has a source still waiting: walking up must come round.
    private static List<int> LoopFrom(int node, int[] waiting, PowerGraph graph)
    {
        var path = new List<int>();
        var seen = new HashSet<int>();
        while (seen.Add(node))
        {
            path.Add(node);
            node = graph.FeedsOf(node).ToArray().First(source => waiting[source] > 0);
        }

        var loop = path[path.IndexOf(node)..];
        loop.Add(node);
        return loop;
    }
}
