namespace Ampacity.Fleet;

/// <summary>What an export knows while it writes: the graph, what can be named how, and what a file cannot say.</summary>
internal sealed class ExportPlace(FleetView view, FactLedger ledger, string under)
{
    private readonly int _top = under == DeclaredFile.WholeFleet ? -1 : view.Graph.FindPath(under);

    public FleetView View { get; } = view;

    public FleetGraph Graph { get; } = view.Graph;

    /// <summary>What is there and cannot be written, in words.</summary>
    public List<string> Omitted { get; } = [];

    /// <summary>The children of a kind that may be seen.</summary>
    public IEnumerable<int> Children(int node, Func<NodeKind, bool> kind) =>
        Graph.ChildrenOf(node).ToArray().Where(child => kind(Graph.KindOf(child)) && View.Sees(child));

    /// <summary>How a place names a node: bare if it is the nearest of that name around it and in the file, else by its path.</summary>
    public string NameOf(int node, int from)
    {
        var name = Graph.NameOf(node);
        for (var around = from; around >= 0; around = Graph.ParentOf(around))
        {
            if (Graph.ChildOf(around, name) is var near && near >= 0)
            {
                if (near == node)
                {
                    return name;
                }

                var kind = Graph.KindOf(near);
                if (kind.IsPower() || kind.IsCooling())
                {
                    break;
                }
            }

            if (around == _top)
            {
                break;
            }
        }

        return Graph.PathOf(node);
    }

    /// <summary>The mode that somebody stated, or null.</summary>
    public FeedModeFact? ModeOf(int node) =>
        ledger.Holding(Subject.Node(node), FactAspect.FeedMode, "", Graph.AsOfMs)?.Value as FeedModeFact;

    /// <summary>Takes a written value, or notes that there is none.</summary>
    public void Put(List<(string Key, string Text)> keys, string key, string? text, int node, bool isThere = true)
    {
        if (text is not null)
        {
            keys.Add((key, text));
        }
        else if (isThere)
        {
            Omit(node, key);
        }
    }

    public void Omit(int node, string what) => Omitted.Add($"{Graph.PathOf(node)}: {what} has a value that a fleet file cannot say");
}
