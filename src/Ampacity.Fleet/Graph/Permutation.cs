namespace Ampacity.Fleet;

/// <summary>
/// Nodes in an order in which every subtree is one range: what a sum over a tree walks. Depth-first place order is one; the programme and
/// tenant trees are others over the same ordinals.
/// </summary>
/// <remarks>Immutable, any thread. Built in time linear in the nodes.</remarks>
public sealed class Permutation
{
    private readonly int[] _order;
    private readonly int[] _position;
    private readonly int[] _end;

    private Permutation(int[] order, int[] position, int[] end)
    {
        _order = order;
        _position = position;
        _end = end;
    }

    /// <summary>Node ordinals in depth-first order; children of one parent in the order that it was built with.</summary>
    public ReadOnlySpan<int> Order => _order;

    /// <summary>Where a node stands in <see cref="Order"/>, or −1 if it is not in this tree.</summary>
    public int PositionOf(int node) => (uint)node < (uint)_position.Length ? _position[node] : -1;

    /// <summary>A node and everything below it, as ordinals in order; empty if the node is not in this tree.</summary>
    public ReadOnlySpan<int> Subtree(int node)
    {
        var position = PositionOf(node);
        return position < 0 ? default : _order.AsSpan(position, _end[node] - position);
    }

    /// <summary>Whether a node is below another, or is it.</summary>
    public bool IsWithin(int node, int ancestor)
    {
        var position = PositionOf(node);
        var begin = PositionOf(ancestor);
        return position >= 0 && begin >= 0 && position >= begin && position < _end[ancestor];
    }

    /// <summary>Orders the places of a graph depth first, sites by name, children as <see cref="FleetGraph.ChildrenOf"/> has them.</summary>
    internal static Permutation DepthFirst(FleetGraph graph)
    {
        var order = new List<int>(graph.NodeCount);
        var position = new int[graph.NodeCount];
        var end = new int[graph.NodeCount];
        Array.Fill(position, -1);
        var open = new Stack<(int Node, bool Leaving)>();
        Push(graph.Sites);
        while (open.TryPop(out var step))
        {
            if (step.Leaving)
            {
                end[step.Node] = order.Count;
                continue;
            }

            if (position[step.Node] >= 0)
            {
                throw new InvalidOperationException($"Bug: node {step.Node} hangs below two parents");
            }

            position[step.Node] = order.Count;
            order.Add(step.Node);
            open.Push((step.Node, true));
            Push(graph.ChildrenOf(step.Node));
        }

        return new Permutation([.. order], position, end);

        void Push(ReadOnlySpan<int> siblings)
        {
            for (var i = siblings.Length - 1; i >= 0; i--)
            {
                open.Push((siblings[i], false));
            }
        }
    }
}
