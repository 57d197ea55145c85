using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>What an export knows while it writes: the graph, what can be named how, and what a file cannot say.</summary>
internal sealed class ExportPlace(FleetView view, FactLedger ledger, string under)
{
    private readonly HashSet<int> _hiding = [];
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

    /// <summary>What is said of a node, without what leads out of the reader's scope: that is noted, not told.</summary>
    public FleetNode About(int node)
    {
        var about = Graph.NodeOf(node)!;
        if (View.SeesAll)
        {
            return about;
        }

        var seen = about with
        {
            Feeds = about.Feeds.RemoveAll(feed => !View.Sees(feed.Source)),
            Coolers = about.Coolers.RemoveAll(cooler => !View.Sees(cooler)),
            Links = about.Links.RemoveAll(link => !View.Sees(link.Peer) || (link.Plane >= 0 && !View.Sees(link.Plane))),
            BoundTo = about.BoundTo >= 0 && View.Sees(about.BoundTo) ? about.BoundTo : -1,
        };
        var hidden = about.Feeds.Length - seen.Feeds.Length + about.Coolers.Length - seen.Coolers.Length + about.Links.Length - seen.Links.Length
            + (about.BoundTo == seen.BoundTo ? 0 : 1);
        if (hidden > 0 && _hiding.Add(node))
        {
            Omitted.Add(string.Create(CultureInfo.InvariantCulture, $"{Graph.PathOf(node)}: {hidden} of its feeds, coolers and links, which are outside your scope"));
        }

        return seen;
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
