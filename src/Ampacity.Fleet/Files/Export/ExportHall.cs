using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>Writes one hall: what is said of it, and the sections of its body.</summary>
internal sealed class ExportHall(ExportPlace place)
{
    private readonly ExportPower _power = new(place);

    /// <summary>Keys that belong to the hall itself.</summary>
    public List<(string Key, string Text)> Header(int hall)
    {
        var about = place.About(hall);
        var keys = new List<(string, string)>();
        if (about.Hall is { } said)
        {
            if (said is { WidthMeters: not null } or { DepthMeters: not null })
            {
                place.Put(keys, "size", said is { WidthMeters: { } width, DepthMeters: { } depth } ? ExportRow.At(width, depth) : null, hall);
            }

            Parties(keys, new(said.Operator, said.Tenant, said.Owner));
        }

        ExportPower.Remarks(keys, about);
        if (about.Tranches.Length > 0)
        {
            keys.Add(("tranches", ExportText.Map(about.Tranches.Select(tranche => (tranche.Name, ExportText.Map(Tranche(tranche.Tranche, hall)))))));
        }

        return keys;
    }

    /// <summary>The sections of a body: a name, and either a value of its own or members.</summary>
    public List<ExportedSection> Body(int hall)
    {
        List<ExportedSection> sections =
        [
            Section("power", place.Children(hall, kind => kind.IsPower()).Select(node => (place.Graph.NameOf(node), _power.Power(node, hall)))),
            Section("cooling", place.Children(hall, kind => kind.IsCooling()).Select(node => (place.Graph.NameOf(node), _power.Cooling(node, hall)))),
        ];
        var rows = place.Children(hall, kind => kind == NodeKind.Row)
            .Select(row => (Node: row, Row: new ExportRow(place.Graph.NameOf(row), Racks(row, hall)))).ToList();
        sections.Add(Section("rows", rows.Select(row => (row.Row.Name, RowKeys(row.Node, row.Row))).Where(row => row.Item2 is not null)!));
        var others = rows.SelectMany(row => row.Row.Others()).ToList();
        sections.Add(Section("racks", others.Where(rack => !rack.IsException).Select(rack => (rack.Path, Named(rack.Path, rack.Keys, hall)))));
        sections.Add(Section("overrides", others.Where(rack => rack.IsException).Select(rack => (rack.Path, rack.Keys))));
        var removed = rows.SelectMany(row => row.Row.Removed()).ToList();
        sections.Add(new("removed", removed.Count == 0 ? null : ExportText.List(removed), []));
        sections.Add(Section("domains", new ExportDomains(place).Write(hall)));
        sections.Add(new("fabric", null, new ExportFabric(place).Write(hall)));
        sections.Add(Section("baselines", place.Graph.NodeOf(hall)!.Baselines.GroupBy(fact => fact.Sku, StringComparer.Ordinal)
            .Select(sku => (sku.Key, (List<(string Key, string Text)>)[.. sku.Select(fact => (fact.Property, ExportText.Scalar(fact.Value)))]))));
        sections.Add(Section("assets", new ExportAssets(place).Write(hall)));
        sections.Add(new("bindings", null, [.. place.Graph.NodeOf(hall)!.BindingRules.Where(rule => BindingRank.BandOf(rule.Rank) == 1).Select(rule => "- " + ExportText.Map(Binding(rule)))]));
        return [.. sections.Where(section => section.Text is not null || section.Lines.Count > 0)];
    }

    public static void Parties(List<(string Key, string Text)> keys, PartiesFact parties)
    {
        foreach (var (key, value) in new[] { ("operator", parties.Operator), ("tenant", parties.Tenant), ("owner", parties.Owner) })
        {
            if (value is not null)
            {
                keys.Add((key, ExportText.Scalar(value)));
            }
        }
    }

    internal static ExportedSection Section(string name, IEnumerable<(string Name, List<(string Key, string Text)> Keys)> members) =>
        new(name, null, [.. members.Select(member => $"{ExportText.Scalar(member.Name)}: {ExportText.Map(member.Keys)}")]);

    private List<(string Key, string Text)>? RowKeys(int node, ExportRow row)
    {
        var note = place.Graph.NodeOf(node)!.Note;
        var keys = row.Line() ?? (note is not null || place.Graph.ChildrenOf(node).IsEmpty ? [] : null);
        if (note is not null)
        {
            keys!.Add(("note", ExportText.Scalar(note)));
        }

        return keys;
    }

    // A rack of which nothing is said has no way to be written: a map must say something.
    private List<(string Key, string Text)> Named(string path, List<(string Key, string Text)> keys, int hall)
    {
        if (keys.Count == 0)
        {
            place.Omitted.Add($"{place.Graph.PathOf(hall)}/{path}: nothing is said of the rack, so a fleet file cannot name it");
        }

        return keys;
    }

    private List<ExportedRack> Racks(int row, int hall) => [.. place.Children(row, kind => kind == NodeKind.Rack).Select(rack =>
    {
        var about = place.About(rack);
        var name = about.Name;
        var number = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0 && RowSection.RackName(n) == name ? n : 0;
        return new ExportedRack(name, number, RackKeys(about, rack, hall), about.Position, about.Domains.FirstOrDefault(d => d.Part.Length == 0).Domain);
    }).OrderBy(rack => rack.Number == 0).ThenBy(rack => rack.Number).ThenBy(rack => rack.Name, NaturalOrder.Comparer)];

    private List<(string Key, string Text)> RackKeys(FleetNode about, int rack, int hall)
    {
        var keys = new List<(string, string)>();
        if (about.Sku is { } sku)
        {
            keys.Add(("sku", ExportText.Scalar(sku)));
        }

        if (about.Frame is { } frame)
        {
            var sides = new List<(string, string)>();
            if (frame.Units is { } units)
            {
                sides.Add(("height", new RackHeight(units, frame.Unit).ToString()));
            }

            place.Put(sides, "width", frame.WidthMeters is { } width ? ExportText.Length(width) : null, rack, frame.WidthMeters is not null);
            place.Put(sides, "depth", frame.DepthMeters is { } depth ? ExportText.Length(depth) : null, rack, frame.DepthMeters is not null);
            keys.Add(("frame", ExportText.Map(sides)));
        }

        if (about.Feeds.Length > 0)
        {
            keys.Add(("feeds", _power.Feeds(about, rack, hall)));
        }

        _power.Mode(keys, rack);
        _power.Coolers(keys, "cdus", about, hall);
        Text("programme", about.Programme);
        Text("state", about.State?.ToString());
        Text("tenant", about.Parties?.Tenant);
        Text("owner", about.Parties?.Owner);
        if (about.HeatSplit is { } heat)
        {
            keys.Add(("liquid", ExportText.Number(heat.LiquidShare)));
        }

        ExportPower.Remarks(keys, about);
        if (about.BoundTo >= 0)
        {
            place.Put(keys, "boundTo", PathInHall(about.BoundTo, hall), rack);
        }

        return keys;

        void Text(string key, string? value)
        {
            if (value is not null)
            {
                keys.Add((key, ExportText.Scalar(value)));
            }
        }
    }

    private string? PathInHall(int rack, int hall) => place.Graph.Above(rack, NodeKind.Hall) == hall
        ? ExportText.Scalar($"{place.Graph.NameOf(place.Graph.ParentOf(rack))}/{place.Graph.NameOf(rack)}")
        : null;

    private List<(string Key, string Text)> Tranche(TrancheFact tranche, int hall)
    {
        var keys = new List<(string, string)>();
        place.Put(keys, "power", ExportText.Watts(tranche.Watts), hall);
        place.Put(keys, "contracted", tranche.ContractedMs is { } contracted ? ExportText.Day(contracted) : null, hall, tranche.ContractedMs is not null);
        place.Put(keys, "energised", tranche.EnergisedMs is { } energised ? ExportText.Day(energised) : null, hall, tranche.EnergisedMs is not null);
        return keys;
    }

    private static List<(string Key, string Text)> Binding(BindingRuleFact rule)
    {
        var keys = new List<(string, string)> { ("match", ExportText.Scalar(rule.Match)) };
        if (rule is { AssetBy: { } by, AssetFromLabel: { } label })
        {
            keys.Add(("asset", ExportText.Map([("by", by.ToString().ToLowerInvariant()), ("from", ExportText.Scalar(label))])));
        }

        if (rule.PlaceTemplate is { } template)
        {
            keys.Add(("place", ExportText.Scalar(template)));
        }

        return keys;
    }
}

/// <summary>A section of an export.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Text">Its value where it stands on the line of the key; else null.</param>
/// <param name="Lines">Its members, one line each, deeper ones indented.</param>
internal sealed record ExportedSection(string Name, string? Text, List<string> Lines);
