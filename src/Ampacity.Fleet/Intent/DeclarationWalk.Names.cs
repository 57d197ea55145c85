using System.Globalization;

namespace Ampacity.Fleet;

// How names become ordinals: of this hall, of what holds it, by path, and by the name that something had until now.
internal sealed partial class DeclarationWalk
{
    private int Resolve(string name, Ground ground, string rule, int line)
    {
        for (var around = ground; around is not null; around = around.Outer)
        {
            if (around.Names.TryGetValue(name, out var known))
            {
                return known;
            }
        }

        // Only a path can be unknown here: the reader has checked the names.
        var node = planner.FindPath(name);
        if (node < 0)
        {
            planner.Refuse(new(file.File, line, ground.Path, rule,
                $"nothing is at '{name}'; write the path from the root of a node that is declared, such as abilene/sub-1"));
        }

        return node;
    }

    private int StateNode(NodeKind kind, string name, int parent, string? formerly, string basis, int line)
    {
        if (formerly is null || planner.FindNode(parent, name) >= 0)
        {
            return planner.State(kind, name, parent);
        }

        // Relative to the hall; a path with more segments than any place of a hall has is from the root.
        var former = basis.Length == 0 ? planner.FindPath(formerly) : planner.FindPath($"{basis}/{formerly}");
        if (former < 0 && formerly.Count(c => c == '/') >= 2)
        {
            former = planner.FindPath(formerly);
        }

        if (former < 0)
        {
            planner.Refuse(new(file.File, line, basis.Length == 0 ? name : $"{basis}/{name}", "unknown-formerly",
                $"nothing is at '{formerly}', so it cannot have become {name}; correct formerly, or take it out if {name} is new"));
        }

        return planner.State(kind, name, parent, former);
    }

    private static string Key(int node) => node.ToString(CultureInfo.InvariantCulture);
}
