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

    /// <summary>Orders a forest depth first.</summary>
    /// <param name="parents">Parent's ordinal by ordinal, −1 for a root, −2 for no node here.</param>
    /// <param name="compareSiblings">Order of two children of one parent.</param>
    /// <exception cref="InvalidOperationException">The parents hold a loop, which the reader of facts should have refused.</exception>
    public static Permutation DepthFirst(ReadOnlySpan<int> parents, Comparison<int> compareSiblings)
    {
        var children = new List<int>?[parents.Length];
        var roots = new List<int>();
        var alive = 0;
        for (var node = 0; node < parents.Length; node++)
        {
            if (parents[node] == -2)
            {
                continue;
            }

            alive++;
            (parents[node] < 0 ? roots : children[parents[node]] ??= []).Add(node);
        }

        var order = new int[alive];
        var position = new int[parents.Length];
        var end = new int[parents.Length];
        Array.Fill(position, -1);
        var at = 0;
        var open = new Stack<(int Node, bool Leaving)>();
        Push(roots);
        while (open.TryPop(out var step))
        {
            if (step.Leaving)
            {
                end[step.Node] = at;
                continue;
            }

            position[step.Node] = at;
            order[at++] = step.Node;
            open.Push((step.Node, true));
            if (children[step.Node] is { } below)
            {
                Push(below);
            }
        }

        return at == alive
            ? new Permutation(order, position, end)
            : throw new InvalidOperationException($"Bug: {alive - at} nodes hang in a loop of parents");

        void Push(List<int> siblings)
        {
            siblings.Sort(compareSiblings);
            for (var i = siblings.Count - 1; i >= 0; i--)
            {
                open.Push((siblings[i], false));
            }
        }
    }
}
