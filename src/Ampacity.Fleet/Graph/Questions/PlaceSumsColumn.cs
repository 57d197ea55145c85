namespace Ampacity.Fleet;

/// <summary>
/// The sums of every place of a graph, each worked out when it is first asked for. A changed copy keeps those of all places that the change
/// does not touch, so a count after a rack moved works out two rows.
/// </summary>
/// <remarks>Any thread: two that ask at once work the same sums out twice.</remarks>
internal sealed class PlaceSumsColumn
{
    private readonly PagedArray<PlaceSums?> _sums;

    private PlaceSumsColumn(PagedArray<PlaceSums?> sums, NameNumbers names)
    {
        _sums = sums;
        Names = names;
    }

    /// <summary>The column of a graph without nodes; each graph that is built from nothing begins a line of numbers of its own.</summary>
    public static PlaceSumsColumn Empty { get; } = new(PagedArray<PlaceSums?>.Empty, new NameNumbers());

    /// <summary>Numbers for names.</summary>
    public NameNumbers Names { get; }

    /// <summary>The sums of what stands directly below a node.</summary>
    public PlaceSums Below(FleetGraph graph, SkuCatalogue catalogue, int node)
    {
        if (_sums[node] is { } known)
        {
            return known;
        }

        var made = PlaceSums.Of(graph, catalogue, Names, graph.ChildrenOf(node));
        _sums.Fill(node, made);
        return made;
    }

    /// <summary>Begins a changed copy.</summary>
    /// <param name="length">Length of the copy, at least this one's.</param>
    public Editing Edit(int length) => new(_sums.Edit(length), _sums.Length == 0 ? new NameNumbers() : Names);

    /// <summary>A copy being changed.</summary>
    public sealed class Editing(PagedArray<PlaceSums?>.Editing sums, NameNumbers names)
    {
        /// <summary>What stands below a node is not what it was; −1 is nobody.</summary>
        public void Forget(int node)
        {
            if (node >= 0)
            {
                sums[node] = null;
            }
        }

        /// <summary>The copy; the editing ends here.</summary>
        public PlaceSumsColumn ToColumn() => new(sums.ToArray(), names);
    }
}
