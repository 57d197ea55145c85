using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>
/// Names across the levels of a file: what a hall takes from its building and its site, what is named by its path from the root, and
/// loops that lead through both.
/// </summary>
internal sealed class PowerChainCheck(FileErrors errors)
{
    private readonly List<Level> _levels = [];
    private readonly List<(NodeReference Reference, string From)> _byPath = [];

    /// <summary>Adds the power nodes of a hall, a building or a site.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="power">Its power nodes.</param>
    /// <param name="section">Where they are said.</param>
    /// <param name="around">Where its names are looked up, its own first.</param>
    /// <param name="own">Its own names.</param>
    public void Add(string path, ImmutableArray<DeclaredPowerNode> power, DataNode? section, NodeNames[] around, NodeNames own) =>
        _levels.Add(new(path, power, section, around, own));

    /// <summary>Looks up what a place does not bear itself in what holds it.</summary>
    public void Resolve(OuterNames outer, string path, IReadOnlyList<NodeNames> around)
    {
        foreach (var reference in outer.References)
        {
            if (reference.At.Text.Contains('/', StringComparison.Ordinal))
            {
                _byPath.Add((reference, path));
                continue;
            }

            var names = around.FirstOrDefault(names => names.TryFind(reference.At.Text, out _));
            if (names is null)
            {
                reference.Unknown([.. _levels.Where(level => level.Path == path).Select(level => level.Own), .. around], errors);
            }
            else if (names.TryFind(reference.At.Text, out var node))
            {
                reference.Check(node, errors);
            }
        }
    }

    /// <summary>Checks paths from the root; one that leads out of what the file owns is left to whoever knows what holds.</summary>
    public void Check(OwnedPlaces owned)
    {
        if (_byPath.Count == 0)
        {
            return;
        }

        var byPath = new Dictionary<string, Level>(StringComparer.Ordinal);
        foreach (var level in _levels)
        {
            byPath.TryAdd(level.Path, level);
        }

        foreach (var (reference, _) in _byPath)
        {
            var slash = reference.At.Text.LastIndexOf('/');
            var (holder, name) = (reference.At.Text[..slash], reference.At.Text[(slash + 1)..]);
            if (byPath.TryGetValue(holder, out var level) && level.Own.TryFind(name, out var node))
            {
                reference.Check(node, errors);
            }
            else if (owned.OwnerOf(holder) is not null)
            {
                reference.Unknown(level is null ? [] : [level.Own], errors);
            }
        }

        if (!errors.Any)
        {
            NodeLoops.Check([.. _levels.SelectMany(Nodes)], cooling: false, errors);
        }
    }

    // Full paths, so that a loop through several levels is one graph.
    private static IEnumerable<(string Name, IEnumerable<string> FedBy, DataNode At)> Nodes(Level level) => level.Power.Select(node => (
        $"{level.Path}/{node.Name}",
        node.FedBy.Select(feed => feed.From.Contains('/', StringComparison.Ordinal) ? feed.From : PathOf(level, feed.From)),
        level.Section!.Members[node.Name]));

    private static string PathOf(Level level, string name)
    {
        var holder = level.Path;
        foreach (var names in level.Around)
        {
            if (names.TryFind(name, out _))
            {
                return $"{holder}/{name}";
            }

            // What holds a level is one segment up.
            holder = holder[..Math.Max(0, holder.LastIndexOf('/'))];
        }

        return name;
    }

    private sealed record Level(string Path, ImmutableArray<DeclaredPowerNode> Power, DataNode? Section, NodeNames[] Around, NodeNames Own);
}
