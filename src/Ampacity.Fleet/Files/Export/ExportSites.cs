using System.Globalization;
using System.Text;

namespace Ampacity.Fleet;

/// <summary>Writes sites, buildings and halls; bodies that several halls have become templates, and halls in sequence one line.</summary>
internal sealed class ExportSites(ExportPlace place, StringBuilder text)
{
    private readonly ExportHall _halls = new(place);
    private readonly ExportPower _power = new(place);
    private readonly Dictionary<int, string> _bodies = [];
    private readonly Dictionary<string, string> _templates = new(StringComparer.Ordinal);

    /// <summary>Everything, with programmes and organisations.</summary>
    public void Fleet()
    {
        foreach (var section in new ExportRegisters(place).Write())
        {
            FleetFileWriter.Append(text, section, "");
        }

        var sites = place.Graph.Sites.ToArray().Where(place.View.Sees).ToList();
        if (sites.Count > 0)
        {
            Sites(sites);
        }
    }

    /// <summary>One site or building.</summary>
    public void Under(int node)
    {
        if (place.Graph.KindOf(node) == NodeKind.Site)
        {
            Sites([node]);
            return;
        }

        Templates([node]);
        text.Append(CultureInfo.InvariantCulture, $"sites:\n  {Name(place.Graph.ParentOf(node))}:\n    buildings:\n");
        Premises(node, "      ");
    }

    private void Sites(List<int> sites)
    {
        Templates(sites);
        text.Append("sites:\n");
        foreach (var site in sites)
        {
            Premises(site, "  ");
        }
    }

    private void Templates(List<int> premises)
    {
        foreach (var hall in premises.SelectMany(node => place.Children(node, kind => kind is NodeKind.Hall or NodeKind.Building))
            .SelectMany(node => place.Graph.KindOf(node) == NodeKind.Hall ? [node] : place.Children(node, kind => kind == NodeKind.Hall)))
        {
            var body = new StringBuilder();
            foreach (var section in _halls.Body(hall))
            {
                FleetFileWriter.Append(body, section, "");
            }

            _bodies[hall] = body.ToString();
        }

        foreach (var group in _bodies.Values.GroupBy(body => body, StringComparer.Ordinal).Where(group => group.Key.Length > 0 && group.Skip(1).Any()))
        {
            _templates.Add(group.Key, FormattableString.Invariant($"t{_templates.Count + 1}"));
        }

        if (_templates.Count > 0)
        {
            text.Append("templates:\n");
            foreach (var (body, name) in _templates)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {name}:\n").Append(Indented(body, "    "));
            }
        }
    }

    private void Premises(int node, string indent)
    {
        var about = place.About(node);
        text.Append(indent).Append(Name(node)).Append(':');
        var start = text.Length;
        text.Append('\n');
        var inside = indent + "  ";
        var keys = new List<(string Key, string Text)>();
        if (about.Parties is { } parties)
        {
            ExportHall.Parties(keys, parties);
        }

        ExportPower.Remarks(keys, about);
        foreach (var (key, value) in keys)
        {
            text.Append(inside).Append(key).Append(": ").Append(value).Append('\n');
        }

        FleetFileWriter.Append(text, ExportHall.Section("power", place.Children(node, kind => kind.IsPower())
            .Select(child => (place.Graph.NameOf(child), _power.Power(child, node)))), inside);
        FleetFileWriter.Append(text, ExportHall.Section("cooling", place.Children(node, kind => kind.IsCooling())
            .Select(child => (place.Graph.NameOf(child), _power.Cooling(child, node)))), inside);
        var buildings = place.Children(node, kind => kind == NodeKind.Building).ToList();
        if (buildings.Count > 0)
        {
            text.Append(inside).Append("buildings:\n");
            foreach (var building in buildings)
            {
                Premises(building, inside + "  ");
            }
        }

        Halls(node, inside);
        if (text.Length == start + 1)
        {
            text.Length = start;
            text.Append(" {}\n");
        }
    }

    private void Halls(int premises, string indent)
    {
        var halls = place.Children(premises, kind => kind == NodeKind.Hall).ToList();
        if (halls.Count == 0)
        {
            return;
        }

        text.Append(indent).Append("halls:\n");
        for (var first = 0; first < halls.Count;)
        {
            var line = Line(halls[first]);
            var last = first;
            while (line is not null && last + 1 < halls.Count && Line(halls[last + 1]) == line
                && HallRange.Names($"{place.Graph.NameOf(halls[first])}-{place.Graph.NameOf(halls[last + 1])}")?.Count == last + 2 - first)
            {
                last++;
            }

            var name = first == last ? Name(halls[first]) : ExportText.Scalar($"{place.Graph.NameOf(halls[first])}-{place.Graph.NameOf(halls[last])}");
            text.Append(indent).Append("  ").Append(name).Append(':');
            if (line is not null)
            {
                text.Append(' ').Append(line).Append('\n');
            }
            else
            {
                text.Append('\n');
                foreach (var (key, value) in _halls.Header(halls[first]))
                {
                    text.Append(indent).Append("    ").Append(key).Append(": ").Append(value).Append('\n');
                }

                text.Append(Indented(_bodies[halls[first]], indent + "    "));
            }

            first = last + 1;
        }
    }

    // A hall that a template makes, or of which nothing stands inside, on one line; null for one with a body of its own.
    private string? Line(int hall)
    {
        var body = _bodies[hall];
        if (body.Length == 0)
        {
            return ExportText.Map(_halls.Header(hall));
        }

        return _templates.TryGetValue(body, out var template) ? ExportText.Map([("use", template), .. _halls.Header(hall)]) : null;
    }

    private string Name(int node) => ExportText.Scalar(place.Graph.NameOf(node));

    private static string Indented(string body, string indent) =>
        string.Concat(body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"{indent}{line}\n"));
}
