using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>Writes planes, switches and links; links that are alike become one line.</summary>
internal sealed class ExportFabric(ExportPlace place)
{
    private readonly FleetGraph _graph = place.Graph;

    /// <summary>The lines below <c>fabric:</c>.</summary>
    public List<string> Write(int hall)
    {
        var lines = new List<string>();
        Append("planes", place.Children(hall, kind => kind == NodeKind.Plane).Select(plane => (_graph.NameOf(plane), Plane(plane))));
        var switches = place.Children(hall, kind => kind == NodeKind.Switch).ToList();
        Append("switches", switches.Select(node => (_graph.NameOf(node), Switch(node, hall))));
        var racks = place.Children(hall, kind => kind == NodeKind.Row).SelectMany(row => place.Children(row, kind => kind == NodeKind.Rack)).ToList();
        var links = Links(hall, [.. racks, .. switches]).ToList();
        if (links.Count > 0)
        {
            lines.Add("links:");
            lines.AddRange(links.Select(link => $"  - {link}"));
        }

        return lines;

        void Append(string key, IEnumerable<(string Name, List<(string Key, string Text)> Keys)> members)
        {
            var section = ExportHall.Section(key, members);
            if (section.Lines.Count > 0)
            {
                lines.Add($"{key}:");
                lines.AddRange(section.Lines.Select(line => $"  {line}"));
            }
        }
    }

    private List<(string Key, string Text)> Plane(int node)
    {
        var about = place.About(node);
        var keys = new List<(string, string)>();
        place.Put(keys, "kind", about.Plane?.Kind switch
        {
            PlaneKind.ScaleUp => "scale-up",
            PlaneKind.ScaleOut => "scale-out",
            PlaneKind.Storage => "storage",
            PlaneKind.Management => "management",
            _ => null,
        }, node);
        if (about.Note is { } note)
        {
            keys.Add(("note", ExportText.Scalar(note)));
        }

        return keys;
    }

    private List<(string Key, string Text)> Switch(int node, int hall)
    {
        var about = place.About(node);
        var keys = new List<(string, string)>();
        if (about.Sku is { } sku)
        {
            keys.Add(("sku", ExportText.Scalar(sku)));
        }

        if (about.BoundTo >= 0)
        {
            place.Put(keys, "rack", _graph.Above(about.BoundTo, NodeKind.Hall) == hall ? End(about.BoundTo, hall) : null, node);
        }

        if (about.Note is { } note)
        {
            keys.Add(("note", ExportText.Scalar(note)));
        }

        return keys;
    }

    private IEnumerable<string> Links(int hall, List<int> ends)
    {
        // Who has the same link to the same peer, then which peers the same ends have the same link to.
        var toPeer = new Dictionary<LinkFact, List<int>>();
        foreach (var end in ends)
        {
            foreach (var link in place.About(end).Links)
            {
                (toPeer.TryGetValue(link, out var from) ? from : toPeer[link] = []).Add(end);
            }
        }

        return toPeer.GroupBy(pair => (pair.Key with { Peer = -1 }, Ends: From(pair.Value, hall)))
            .Select(group => (group.Key, To: group.Select(pair => End(pair.Key.Peer, hall)).Order(NaturalOrder.Comparer).ToList()))
            .OrderBy(line => line.Key.Item1.Plane).ThenBy(line => line.Key.Ends, StringComparer.Ordinal).ThenBy(line => line.To[0], StringComparer.Ordinal)
            .Select(line => ExportText.Map(Link(line.Key.Item1, line.Key.Ends, line.To, hall)));
    }

    private List<(string Key, string Text)> Link(LinkFact link, string from, List<string> to, int hall)
    {
        var keys = new List<(string, string)> { ("from", from), ("to", $"[{string.Join(", ", to)}]") };
        if (link.Plane >= 0)
        {
            place.Put(keys, "plane", _graph.ParentOf(link.Plane) == hall ? ExportText.Scalar(_graph.NameOf(link.Plane)) : null, hall);
        }

        keys.Add(("count", link.Count.ToString(CultureInfo.InvariantCulture)));
        place.Put(keys, "rate", link.BitsPerSecond is { } rate ? ExportText.BitRate(rate) : null, hall, link.BitsPerSecond is not null);
        place.Put(keys, "optic", link.Optic is { } optic ? ExportText.Scalar(optic) : null, hall, isThere: false);
        place.Put(keys, "length", link.LengthMeters is { } length ? ExportText.Length(length) : null, hall, link.LengthMeters is not null);
        return keys;
    }

    // All racks of a row are written row/*.
    private string From(List<int> ends, int hall)
    {
        var there = ends.ToHashSet();
        var names = new List<string>();
        foreach (var end in ends)
        {
            var row = _graph.ParentOf(end);
            if (_graph.KindOf(row) != NodeKind.Row || place.Children(row, kind => kind == NodeKind.Rack).Any(rack => !there.Contains(rack)))
            {
                names.Add(End(end, hall));
            }
            else if (names.Count == 0 || names[^1] != $"{_graph.NameOf(row)}/*")
            {
                names.Add($"{_graph.NameOf(row)}/*");
            }
        }

        return $"[{string.Join(", ", names.Select(name => name.EndsWith('*') ? $"'{name}'" : name))}]";
    }

    private string End(int node, int hall) => ExportText.Scalar(_graph.Above(node, NodeKind.Hall) != hall
        ? _graph.PathOf(node)
        : _graph.KindOf(node) == NodeKind.Rack ? $"{_graph.NameOf(_graph.ParentOf(node))}/{_graph.NameOf(node)}" : _graph.NameOf(node));
}
