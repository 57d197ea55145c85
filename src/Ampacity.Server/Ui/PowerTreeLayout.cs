using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>Where a rack's power path is drawn: the rack at the bottom, what feeds it above, the utility at the top. Pure.</summary>
/// <param name="Nodes">Cards, sources before what they feed.</param>
/// <param name="Edges">Feeds between them.</param>
/// <param name="Width">Width of the drawing, px.</param>
/// <param name="Height">Height of the drawing, px.</param>
/// <param name="IsCut">Whether nodes were left out because there are too many.</param>
public sealed record PowerTreeLayout(
    IReadOnlyList<TreeBox> Nodes, IReadOnlyList<TreeEdge> Edges, double Width, double Height, bool IsCut)
{
    /// <summary>Size of a card and the room between cards, px.</summary>
    public const double CardWidth = 240, CardHeight = 112, GapX = 28, GapY = 46;

    /// <summary>Most cards of one tree: a rack with more than this upstream is drawn in part and says so.</summary>
    public const int NodesMax = 64;

    private const double Margin = 6;

    /// <summary>Lays out what is upstream of a rack, as far as the view sees it.</summary>
    public static PowerTreeLayout Of(FleetView view, int rack)
    {
        var power = view.Graph.Power;
        var taken = Upstream(view, rack, out var isCut);
        var levels = Levels(power, taken);
        var columns = Columns(view.Graph, taken, levels);
        var widest = levels.Values.DefaultIfEmpty(0).GroupBy(level => level).Max(level => level.Count());
        var width = (widest * (CardWidth + GapX)) - GapX;
        var counts = levels.Values.GroupBy(level => level).ToDictionary(level => level.Key, level => level.Count());
        var boxes = new Dictionary<int, TreeBox>();
        foreach (var node in power.Topological)
        {
            if (levels.TryGetValue(node, out var level))
            {
                var rowWidth = (counts[level] * (CardWidth + GapX)) - GapX;
                var x = Margin + ((width - rowWidth) / 2) + (columns[node] * (CardWidth + GapX));
                boxes[node] = new TreeBox(node, x, Margin + (level * (CardHeight + GapY)));
            }
        }

        var edges = boxes.Keys.SelectMany(node => power.FeedsOf(node).ToArray().Where(boxes.ContainsKey)
            .Select(source => new TreeEdge(boxes[source], boxes[node]))).ToArray();
        var rows = levels.Count == 0 ? 0 : levels.Values.Max() + 1;
        return new PowerTreeLayout(
            [.. boxes.Values], edges, width + (2 * Margin), (rows * (CardHeight + GapY)) - GapY + (2 * Margin), isCut);
    }

    private static HashSet<int> Upstream(FleetView view, int rack, out bool isCut)
    {
        isCut = false;
        var taken = new HashSet<int> { rack };
        var queue = new Queue<int>([rack]);
        while (queue.TryDequeue(out var node))
        {
            foreach (var source in view.Graph.Power.FeedsOf(node))
            {
                if (!view.Sees(source) || taken.Contains(source))
                {
                    continue;
                }

                if (taken.Count == NodesMax)
                {
                    isCut = true;
                    return taken;
                }

                taken.Add(source);
                queue.Enqueue(source);
            }
        }

        return taken;
    }

    // A node stands one row below the lowest of its feeds, so every edge points down.
    private static Dictionary<int, int> Levels(PowerGraph power, HashSet<int> taken)
    {
        var levels = new Dictionary<int, int>();
        foreach (var node in power.Topological)
        {
            if (!taken.Contains(node))
            {
                continue;
            }

            levels[node] = 0;
            foreach (var source in power.FeedsOf(node))
            {
                if (levels.TryGetValue(source, out var above))
                {
                    levels[node] = Math.Max(levels[node], above + 1);
                }
            }
        }

        return levels;
    }

    // Within a row by the mean place of what feeds a node, then by name: paths A and B stay side by side and do not cross.
    private static Dictionary<int, int> Columns(FleetGraph graph, HashSet<int> taken, Dictionary<int, int> levels)
    {
        var columns = new Dictionary<int, int>();
        foreach (var row in taken.Where(levels.ContainsKey).GroupBy(node => levels[node]).OrderBy(row => row.Key))
        {
            var ordered = row.OrderBy(node => MeanFeed(graph.Power, node, columns)).ThenBy(graph.NameOf, NaturalOrder.Comparer).ThenBy(node => node);
            foreach (var (node, column) in ordered.Select((node, column) => (node, column)).ToArray())
            {
                columns[node] = column;
            }
        }

        return columns;
    }

    private static double MeanFeed(PowerGraph power, int node, Dictionary<int, int> columns)
    {
        var placed = power.FeedsOf(node).ToArray().Where(columns.ContainsKey).Select(source => columns[source]).ToArray();
        return placed.Length == 0 ? 0 : placed.Average();
    }
}

/// <summary>The card of one node.</summary>
/// <param name="Node">Node ordinal.</param>
/// <param name="X">Left edge, px.</param>
/// <param name="Y">Top edge, px.</param>
public readonly record struct TreeBox(int Node, double X, double Y);

/// <summary>A feed from one card to another.</summary>
/// <param name="Source">Above.</param>
/// <param name="Load">Below.</param>
public readonly record struct TreeEdge(TreeBox Source, TreeBox Load);
