using System.Diagnostics.CodeAnalysis;

namespace Ampacity.Fleet;

/// <summary>
/// Finds places in racks by their paths. Rows of one rack stand together in most files, so the rack of the row before is tried first;
/// nothing is allocated for a rack that was found before.
/// </summary>
internal sealed class CsvPlaces(FleetGraph graph)
{
    private readonly Dictionary<string, int> _racks = new(StringComparer.Ordinal);
    private string _path = "";
    private int _rack = -1;
    private RackBuild? _build;

    /// <summary>Finds a place.</summary>
    /// <param name="path">Such as <c>site/hall/r01/01/05/gpu0</c>.</param>
    /// <param name="place">Where.</param>
    /// <param name="rule">Broken rule, where there is no such place.</param>
    /// <param name="hint">What to write instead.</param>
    public bool TryFind(ReadOnlySpan<char> path, out StableKey place, [NotNullWhen(false)] out string? rule, [NotNullWhen(false)] out string? hint)
    {
        (place, rule, hint) = (default, null, null);
        if (!(_rack >= 0 && path.StartsWith(_path) && (path.Length == _path.Length || path[_path.Length] == '/')) && !Rack(path))
        {
            rule = "unknown-rack";
            hint = $"no rack is at '{CsvCells.Shown(path)}'; {Nearest(path.ToString())}";
            return false;
        }

        if (path.Length == _path.Length)
        {
            place = StableKey.Of(_rack);
            return true;
        }

        var inside = path[(_path.Length + 1)..];
        if (_build is not null && _build.TryFind(inside, out var part))
        {
            place = new StableKey(_rack, part);
            return true;
        }

        if (inside.Length <= 12 && RackPosition.TryParse(inside.ToString(), out var position))
        {
            place = new StableKey(_rack, position.Ordinal);
            return true;
        }

        rule = "unknown-slot";
        hint = _build is null
            ? $"{_path} has no build, so only positions such as u12, u12-rear and side-1 are there, not '{CsvCells.Shown(inside)}'"
            : $"{_build.Sku} has nothing at '{CsvCells.Shown(inside)}'; its slots are {Slots(_build)}, and free positions are written u12, u12-rear, side-1";
        return false;
    }

    // A rack stands at site/hall/row/rack or site/building/hall/row/rack: at the fourth or fifth segment.
    private bool Rack(ReadOnlySpan<char> path)
    {
        var known = _racks.GetAlternateLookup<ReadOnlySpan<char>>();
        var segments = 0;
        for (var at = 0; at <= path.Length && segments < 6; at++)
        {
            if (at < path.Length && path[at] != '/')
            {
                continue;
            }

            if (++segments < 4)
            {
                continue;
            }

            if (known.TryGetValue(path[..at], out _path!, out _rack))
            {
                _build = graph.BuildOf(_rack);
                return true;
            }

            if (graph.FindPath(path[..at].ToString()) is var found and >= 0 && graph.KindOf(found) == NodeKind.Rack)
            {
                (_path, _rack, _build) = (path[..at].ToString(), found, graph.BuildOf(found));
                _racks.Add(_path, found);
                return true;
            }
        }

        (_path, _rack, _build) = ("", -1, null);
        return false;
    }

    private string Nearest(string path)
    {
        var node = -1;
        foreach (var segment in path.Split('/').Take(6))
        {
            if (graph.ChildOf(node, segment) is not (var child and >= 0))
            {
                break;
            }

            node = child;
        }

        return node < 0
            ? "its first segment is no site; a rack is site/hall/row/rack"
            : $"{graph.PathOf(node)} is there, and what follows is not; import racks first";
    }

    private static string Slots(RackBuild build)
    {
        string[] slots = [.. build.Parts.Where(part => part.Kind == PartKind.Slot).Select(part => part.Name)];
        return slots.Length <= 12 ? string.Join(", ", slots) : $"{string.Join(", ", slots[..6])} … {slots[^1]}";
    }
}
