namespace Ampacity.Fleet;

/// <summary>Finds nodes that feed or cool themselves in the end, and names the loop.</summary>
internal static class NodeLoops
{
    // A loop through a whole site is told by its beginning.
    private const int MaxNamed = 20;

    /// <summary>Checks nodes by name; feeds that none of them bears are somebody else's.</summary>
    /// <param name="nodes">Names, what feeds or cools each, and where it is said.</param>
    /// <param name="cooling">Whether the edges are <c>cooledBy</c> instead of <c>fedBy</c>.</param>
    /// <param name="errors">Where loops are told.</param>
    public static void Check(
        IReadOnlyList<(string Name, IEnumerable<string> FedBy, DataNode At)> nodes, bool cooling, FileErrors errors)
    {
        var (rule, verb, edge) = cooling ? ("cooling-loop", "cools", "cooledBy") : ("feed-loop", "feeds", "fedBy");
        var byName = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < nodes.Count; i++)
        {
            byName.TryAdd(nodes[i].Name, i);
        }

        int[][] feeds = [.. nodes.Select(node => node.FedBy.Where(byName.ContainsKey).Select(name => byName[name]).ToArray())];
        var done = new bool[nodes.Count];
        var onPath = new bool[nodes.Count];
        // Depth first with an explicit stack: a chain of 300,000 nodes is legal text and must not overflow ours.
        var path = new List<(int Node, int Next)>();
        for (var start = 0; start < nodes.Count; start++)
        {
            Push(start);
            while (path.Count > 0)
            {
                var (node, next) = path[^1];
                if (next == feeds[node].Length)
                {
                    done[node] = true;
                    onPath[node] = false;
                    path.RemoveAt(path.Count - 1);
                    continue;
                }

                path[^1] = (node, next + 1);
                var feed = feeds[node][next];
                if (onPath[feed])
                {
                    var names = path.Select(p => p.Node).SkipWhile(n => n != feed).Append(feed).Take(MaxNamed).Select(n => nodes[n].Name);
                    errors.Add(nodes[node].At, rule, $"it {verb} itself: {string.Join($" {edge} ", names)}; take out one of these");
                    continue;
                }

                Push(feed);
            }
        }

        void Push(int node)
        {
            if (!done[node])
            {
                path.Add((node, 0));
                onPath[node] = true;
            }
        }
    }
}
