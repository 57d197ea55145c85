namespace Ampacity.Fleet;

/// <summary>The feeds hold a loop: a node would feed itself.</summary>
/// <param name="loop">Node ordinals on the loop, the first one again at the end.</param>
public sealed class FeedLoopException(IReadOnlyList<int> loop)
    : Exception($"the feeds hold a loop through {loop.Count - 1} nodes: power would feed itself")
{
    /// <summary>Node ordinals on the loop, the first one again at the end.</summary>
    public IReadOnlyList<int> Loop { get; } = loop;
}

/// <summary>Orders nodes so that sources stand before what they feed (Kahn).</summary>
internal static class TopologicalOrder
{
    public static int[] Sort(int nodeCount, int[] feedStart, int[] feedSources, int[] loadStart, int[] loads)
    {
        var waiting = new int[nodeCount];
        var order = new List<int>(nodeCount);
        for (var node = 0; node < nodeCount; node++)
        {
            waiting[node] = feedStart[node + 1] - feedStart[node];
            if (waiting[node] == 0 && loadStart[node + 1] > loadStart[node])
            {
                order.Add(node);
            }
        }

        for (var i = 0; i < order.Count; i++)
        {
            foreach (var load in loads.AsSpan(loadStart[order[i]], loadStart[order[i] + 1] - loadStart[order[i]]))
            {
                if (--waiting[load] == 0)
                {
                    order.Add(load);
                }
            }
        }

        var stuck = Array.FindIndex(waiting, count => count > 0);
        return stuck < 0 ? [.. order] : throw new FeedLoopException(LoopFrom(stuck, waiting, feedStart, feedSources));
    }

    // Every node still waiting has a source still waiting: walking up must come round.
    private static List<int> LoopFrom(int node, int[] waiting, int[] feedStart, int[] feedSources)
    {
        var path = new List<int>();
        while (!path.Contains(node))
        {
            path.Add(node);
            node = feedSources.AsSpan(feedStart[node], feedStart[node + 1] - feedStart[node]).ToArray().First(source => waiting[source] > 0);
        }

        var loop = path[path.IndexOf(node)..];
        loop.Add(node);
        return loop;
    }
}
