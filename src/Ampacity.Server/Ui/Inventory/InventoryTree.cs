using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>A line of the tree of places.</summary>
/// <param name="Node">Node ordinal.</param>
/// <param name="Depth">Levels above it, from 0.</param>
/// <param name="Name">Its name.</param>
/// <param name="Path">Its path.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="IsOpen">Whether its children are listed; null where it has none.</param>
/// <param name="IsChosen">Whether the page shows it.</param>
public sealed record TreeLine(int Node, int Depth, string Name, string Path, NodeKind Kind, bool? IsOpen, bool IsChosen);

/// <summary>
/// The tree of places as lines: sites, and below each what somebody opened. Only open levels are walked, so 77,000 racks cost nothing
/// until their row is opened. Pure.
/// </summary>
public static class InventoryTree
{
    /// <summary>The lines.</summary>
    /// <param name="view">What the reader may see.</param>
    /// <param name="opened">Paths that the reader opened.</param>
    /// <param name="closed">Paths that the reader closed although the chosen place is in them.</param>
    /// <param name="chosen">Node ordinal of the chosen place, or −1; what holds it is open.</param>
    public static IReadOnlyList<TreeLine> Of(FleetView view, IReadOnlySet<string> opened, IReadOnlySet<string> closed, int chosen)
    {
        var graph = view.Graph;
        var above = new HashSet<int>();
        for (var node = chosen; node >= 0; node = graph.ParentOf(node))
        {
            above.Add(node);
        }

        var lines = new List<TreeLine>();
        foreach (var root in view.SeesAll ? graph.ChildrenOf(-1).ToArray() : view.Roots())
        {
            Add(root, 0, graph.PathOf(root));
        }

        return lines;

        void Add(int node, int depth, string path)
        {
            if (!graph.KindOf(node).IsPlace())
            {
                return;
            }

            var hasChildren = HasPlaces(node);
            var isOpen = hasChildren && (opened.Contains(path) || (above.Contains(node) && !closed.Contains(path)));
            lines.Add(new TreeLine(node, depth, depth == 0 ? path : graph.NameOf(node), path, graph.KindOf(node), hasChildren ? isOpen : null, node == chosen));
            foreach (var child in isOpen ? graph.ChildrenOf(node) : default)
            {
                if (view.Sees(child))
                {
                    Add(child, depth + 1, $"{path}/{graph.NameOf(child)}");
                }
            }
        }

        // Children stand by kind, places first.
        bool HasPlaces(int node)
        {
            foreach (var child in graph.ChildrenOf(node))
            {
                if (graph.KindOf(child).IsPlace() && view.Sees(child))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
