namespace Ampacity.Fleet;

/// <summary>
/// <c>formerly:</c> and <c>removed:</c> of files that are made again: what objects were called when files were last made of them, against
/// what they are called now. For one conversion.
/// </summary>
internal sealed class NetBoxFormerNames
{
    private readonly NetBoxWork _work;
    private readonly Dictionary<string, string> _nowByFormer = new(StringComparer.Ordinal);
    private readonly HashSet<string> _stated;
    private readonly Dictionary<string, List<string>> _removed = new(StringComparer.Ordinal);

    public NetBoxFormerNames(NetBoxWork work, ImportOrigins origins)
    {
        _work = work;
        _stated = [.. origins.Nodes.Keys];
        foreach (var (path, called) in origins.Nodes)
        {
            if (Before(called) is { } former)
            {
                _nowByFormer.TryAdd(former, path);
            }
        }

        var there = origins.Nodes.Values.ToHashSet(StringComparer.Ordinal);
        foreach (var (called, path) in work.Export.Before.OrderBy(pair => pair.Value, NaturalOrder.Comparer).ThenBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (called.StartsWith($"{NetBoxCollections.Racks}/", StringComparison.Ordinal) && !there.Contains(called))
            {
                Remove(Rebased(path));
            }
        }
    }

    /// <summary>Former path of a site, building or hall, from the root.</summary>
    public string? Of(ImportedPlace place) => place.Source is { } source ? Of(source, place.Path, "") : null;

    /// <summary>Former path of a rack, relative to its hall where it was in that.</summary>
    public string? Of(ImportedRack rack) => Of(rack.Source, $"{rack.Hall.Path}/{rack.Path}", rack.Hall.Path);

    /// <summary>Former path of a power node, relative to its place where it was in that.</summary>
    public string? Of(ImportedPower node) => Of(node.Source, $"{node.Place.Path}/{node.Name}", node.Place.Path);

    /// <summary>What goes from a place, by paths relative to it.</summary>
    public IReadOnlyList<string> RemovedFrom(ImportedPlace place) => _removed.GetValueOrDefault(place.Path) ?? [];

    private string? Before(string called) => _work.Export.Before.GetValueOrDefault(called);

    private string? Of(NetBoxObject source, string now, string basis)
    {
        if (Before(source.Origin) is not { } before || Rebased(before) is var former && former == now)
        {
            return null;
        }

        var relative = basis.Length > 0 && former.StartsWith($"{basis}/", StringComparison.Ordinal) ? former[(basis.Length + 1)..] : former;
        if (!_stated.Contains(former) && (basis.Length == 0 || relative.Length < former.Length || relative.Count(c => c == '/') >= 2))
        {
            return relative;
        }

        _work.Report.Changed(source, "chain-of-names",
            "something else has its former name now, or a file cannot name where it was: by these files it is another thing. Import without --write, which knows it by its number", former);
        return null;
    }

    // What holds a thing may have another name by now: a path is looked up when that has it already.
    private string Rebased(string path)
    {
        for (var end = path.LastIndexOf('/'); end > 0; end = path.LastIndexOf('/', end - 1))
        {
            if (_nowByFormer.TryGetValue(path[..end], out var now))
            {
                return now + path[end..];
            }
        }

        return path;
    }

    // Told to the nearest place that is still there: the rack to its hall, a hall that is gone to its building or site.
    private void Remove(string path)
    {
        if (_stated.Contains(path))
        {
            return;
        }

        var place = _work.Sites.Find(site => IsBelow(path, site));
        for (ImportedPlace? below; place is not null && (below = place.Below.Find(inner => IsBelow(path, inner))) is not null;)
        {
            place = below;
        }

        if (place is null)
        {
            _work.Report.Add(NetBoxRemark.LeftOut, NetBoxCollections.Sites, "site-gone", "its site is no longer in NetBox: no file of this import removes it", path);
            return;
        }

        var relative = path[(place.Path.Length + 1)..];
        var gone = place.Kind == NodeKind.Hall ? relative : relative.Split('/')[0];
        var list = _removed.TryGetValue(place.Path, out var known) ? known : _removed[place.Path] = [];
        if (!list.Contains(gone))
        {
            list.Add(gone);
        }
    }

    private static bool IsBelow(string path, ImportedPlace place) => path.StartsWith($"{place.Path}/", StringComparison.Ordinal);
}
