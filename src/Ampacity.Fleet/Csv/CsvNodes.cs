using System.Diagnostics.CodeAnalysis;

namespace Ampacity.Fleet;

/// <summary>Names of power and cooling nodes as cells write them: a name of the hall, its building or its site, or a path from the site.</summary>
internal sealed class CsvNodes(FleetGraph graph)
{
    private readonly Dictionary<(string Name, int Ground), int> _found = [];

    /// <summary>Finds a node.</summary>
    /// <param name="name">Name or path.</param>
    /// <param name="ground">The place from which up a name is looked for.</param>
    /// <param name="good">Which kinds are meant.</param>
    /// <param name="node">The node.</param>
    public bool TryFind(string name, int ground, Func<NodeKind, bool> good, out int node)
    {
        if (!_found.TryGetValue((name, ground), out node))
        {
            _found[(name, ground)] = node = Find(name, ground);
        }

        return node >= 0 && good(graph.KindOf(node));
    }

    /// <summary>The shortest way to write a node from a place: its name where that finds it, else its path.</summary>
    public string Write(int node, int ground)
    {
        var name = graph.NameOf(node);
        return Find(name, ground) == node ? name : graph.PathOf(node);
    }

    private int Find(string name, int ground)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            return graph.FindPath(name);
        }

        for (; ground >= 0; ground = graph.ParentOf(ground))
        {
            if (graph.ChildOf(ground, name) is var child and >= 0 && !graph.KindOf(child).IsPlace())
            {
                return child;
            }
        }

        return -1;
    }
}

/// <summary>Feed modes as they are written.</summary>
internal static class CsvModes
{
    public static string Text(FeedMode mode) => mode switch
    {
        FeedMode.ActiveActive => "active-active",
        FeedMode.Preferred => "preferred",
        _ => "catcher",
    };

    public static bool TryParse([NotNullWhen(true)] string? text, out FeedMode mode)
    {
        foreach (var known in Enum.GetValues<FeedMode>())
        {
            if (Text(known) == text)
            {
                mode = known;
                return true;
            }
        }

        mode = default;
        return false;
    }
}
