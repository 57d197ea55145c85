using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>The <c>rows</c>, <c>racks</c>, <c>overrides</c> and <c>removed</c> sections: every rack of a hall, exceptions applied.</summary>
internal sealed class RowSection(BodyReading body)
{
    /// <summary>What follows a rack's name in that of its sidecar.</summary>
    public const string SidecarSuffix = "-sidecar";

    private readonly OrderedDictionary<string, PlannedRow> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DataNode> _exceptions = new(StringComparer.Ordinal);
    private readonly HashSet<string> _removed = new(StringComparer.Ordinal);

    public List<DeclaredRow> Rows { get; } = [];

    public List<DeclaredRack> Racks { get; } = [];

    /// <summary>Where each rack is said, for errors about it; parallel to <see cref="Racks"/>.</summary>
    public List<DataNode> Nodes { get; } = [];

    /// <summary>Index of each rack by its path in the hall.</summary>
    public Dictionary<string, int> Index { get; } = new(StringComparer.Ordinal);

    public FloorPlan Floor { get; } = new(body);

    /// <summary>A rack's name by its position from 1: two digits or more, never padded further, so that a row can grow.</summary>
    public static string RackName(int position) => position.ToString("00", CultureInfo.InvariantCulture);

    /// <summary>Reads all of it; false where there are more racks than one file may declare.</summary>
    public bool Read(DataNode? rows, DataNode? racks, DataNode? overrides, DataNode? removed)
    {
        foreach (var node in rows ?? Enumerable.Empty<DataNode>())
        {
            _rows.Add(node.Name, PlannedRow.Read(node, body));
        }

        if (_rows.Values.Sum(row => (long)row.RackCount) + (racks?.Members.Count ?? 0) > FleetFile.MaxRacks)
        {
            body.Errors.Add((rows ?? racks)!, "too-many-racks",
                FormattableString.Invariant($"more than {FleetFile.MaxRacks} racks; declare the hall in parts"));
            return false;
        }

        Removed(removed);
        Named(racks);
        Exceptions(overrides);
        foreach (var (name, row) in _rows)
        {
            var first = Racks.Count;
            Expand(name, row);
            Rows.Add(new(name, row.Note, row.Formerly, first, Racks.Count - first, row.Node.KeyLine));
        }

        Bind();
        return true;
    }

    private void Removed(DataNode? removed)
    {
        foreach (var path in removed?.Items ?? [])
        {
            if (_rows.ContainsKey(path.Text))
            {
                body.Errors.Add(path, "removed-stated", $"the row {path.Text} is stated here; take one of the two out");
            }

            _removed.Add(path.Text);
        }
    }

    private void Named(DataNode? racks)
    {
        foreach (var node in racks ?? Enumerable.Empty<DataNode>())
        {
            var slash = node.Name.IndexOf('/', StringComparison.Ordinal);
            var name = node.Name[..slash];
            if (!_rows.TryGetValue(name, out var row))
            {
                _rows.Add(name, row = PlannedRow.Unnumbered(node));
            }

            NotRemoved(node);
            row.Named.Add(node.Name[(slash + 1)..], node);
        }
    }

    private void Exceptions(DataNode? overrides)
    {
        foreach (var node in overrides ?? Enumerable.Empty<DataNode>())
        {
            var slash = node.Name.IndexOf('/', StringComparison.Ordinal);
            var (name, rack) = (node.Name[..slash], node.Name[(slash + 1)..]);
            if (!_rows.TryGetValue(name, out var row))
            {
                body.Errors.Add(node, "unknown-rack", $"no row is named '{name}'; {NodeNames.Hint(_rows.Keys)}");
            }
            else if (row.Named.ContainsKey(rack))
            {
                body.Errors.Add(node, "stated-twice", $"{node.Name} stands under racks, in full; write the exception there");
            }
            else if (int.Parse(rack, NumberStyles.None, CultureInfo.InvariantCulture) is var position
                && (position < 1 || position > row.RackCount || RackName(position) != rack))
            {
                body.Errors.Add(node, "unknown-rack", $"the row's racks are {name}/01 to {name}/{RackName(row.RackCount)}; name one of them");
            }
            else
            {
                NotRemoved(node);
                _exceptions.Add(node.Name, node);
            }
        }
    }

    private void NotRemoved(DataNode node)
    {
        if (_removed.Contains(node.Name))
        {
            body.Errors.Add(node, "removed-stated", $"{node.Name} is stated here and named under removed; take one of the two out");
        }
    }

    private void Expand(string name, PlannedRow row)
    {
        for (var position = 1; position <= row.RackCount; position++)
        {
            var rack = RackName(position);
            if (row.Named.ContainsKey(rack) || (_removed.Count > 0 && _removed.Contains($"{name}/{rack}")))
            {
                continue;
            }

            var node = _exceptions.Count > 0 ? _exceptions.GetValueOrDefault($"{name}/{rack}") : null;
            var terms = node is null ? row.Terms : RackTermsSection.Read(node, row.Terms, body);
            var (x, y) = node?["at"] is { } at ? ItemPosition(at) : row.At(position - 1);
            Add(name, rack, node, node ?? row.Node, terms, x, y, node?["domain"]?.Text ?? row.DomainOf(name, position));
            Floor.Place(Racks.Count - 1, Racks[^1], node ?? row.Node, row, node?["at"] is null);
            if (row.Sidecar is { } sidecar)
            {
                var beside = row.Along(x, y, Floor.WidthOf(terms));
                Add(name, rack + SidecarSuffix, null, row.Node, row.SidecarTerms(sidecar), beside.X, beside.Y, null);
                Racks[^1] = Racks[^1] with { BoundTo = Racks.Count - 2 };
                Floor.Place(Racks.Count - 1, Racks[^1], row.Node, row, stamped: true);
            }
        }

        foreach (var (rack, node) in row.Named)
        {
            var (x, y) = node["at"] is { } at ? ItemPosition(at) : (null, null);
            Add(name, rack, node, node, RackTermsSection.Read(node, RackTerms.None, body), x, y, node["domain"]?.Text);
            Floor.Place(Racks.Count - 1, Racks[^1], node, PlannedRow.Unnumbered(node), stamped: false);
        }
    }

    private void Add(
        string row, string name, DataNode? exception, DataNode at, RackTerms terms, Ampacity.Units.Meters? x, Ampacity.Units.Meters? y, string? domain)
    {
        var rack = new DeclaredRack(row, name, terms, x, y, at.KeyLine) { Formerly = exception?["formerly"]?.Text };
        if (domain is not null)
        {
            rack = rack with { Domains = [("", domain)] };
        }

        if (!Index.TryAdd(rack.Path, Racks.Count))
        {
            body.Errors.Add(at, "duplicate-name", $"a rack {rack.Path} is there already; give this one another name");
        }

        Racks.Add(rack);
        Nodes.Add(at);
    }

    private (Ampacity.Units.Meters? X, Ampacity.Units.Meters? Y) ItemPosition(DataNode at) =>
        (ItemText.Length(at.Items[0], body.Errors), ItemText.Length(at.Items[1], body.Errors));

    private void Bind()
    {
        for (var i = 0; i < Racks.Count; i++)
        {
            if (Nodes[i]["boundTo"] is not { } to)
            {
                continue;
            }

            if (!Index.TryGetValue(to.Text, out var served) || served == i)
            {
                body.Errors.Add(to, "unknown-rack", $"no other rack is at '{to.Text}'; write the path of the rack that it serves, such as r01/07");
            }
            else
            {
                Racks[i] = Racks[i] with { BoundTo = served };
            }
        }
    }
}
