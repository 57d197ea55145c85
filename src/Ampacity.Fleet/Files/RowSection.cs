using System.Collections.Immutable;
using System.Globalization;
using Ampacity.Units;

namespace Ampacity.Fleet;

/// <summary>The <c>rows</c> and <c>overrides</c> sections: rows, and every rack with its exception applied.</summary>
internal sealed class RowSection
{
    /// <summary>Low voltage ends here (IEC 60038: 1,000 V AC, 1,500 V DC); more at a rack is a slip of the pen.</summary>
    public const double MaxRackVolts = 1500;

    private readonly Dictionary<string, DeclaredPowerNode> _power;
    private readonly Dictionary<string, DeclaredCoolingNode> _cooling;
    private readonly SkuCatalogue _catalogue;
    private readonly FileErrors _errors;

    public RowSection(
        ImmutableArray<DeclaredPowerNode> power, ImmutableArray<DeclaredCoolingNode> cooling, SkuCatalogue catalogue, FileErrors errors)
    {
        _power = power.ToDictionary(n => n.Name, StringComparer.Ordinal);
        _cooling = cooling.ToDictionary(n => n.Name, StringComparer.Ordinal);
        _catalogue = catalogue;
        _errors = errors;
    }

    public List<DeclaredRow> Rows { get; } = [];

    public List<DeclaredRack> Racks { get; } = [];

    /// <summary>A rack's name by its position from 1: two digits or more, never padded further, so that a row can grow.</summary>
    public static string RackName(int position) => position.ToString("00", CultureInfo.InvariantCulture);

    public void Read(DataNode? rows, DataNode? overrides)
    {
        foreach (var node in rows ?? Enumerable.Empty<DataNode>())
        {
            if (Row(node) is { } row)
            {
                Rows.Add(row);
            }
        }

        if (rows is not null && Rows.Sum(row => (long)row.RackCount) > FleetFile.MaxRacks)
        {
            _errors.Add(rows, "too-many-racks", FormattableString.Invariant($"more than {FleetFile.MaxRacks} racks; declare the hall in parts"));
            return;
        }

        var exceptions = Exceptions(overrides, rows);
        foreach (var row in Rows)
        {
            Expand(row, rows!.Members[row.Name], exceptions);
        }
    }

    private DeclaredRow? Row(DataNode node)
    {
        var sku = Sku(node["sku"]!);
        var at = node["at"];
        var pitch = FleetFile.Length(node["pitch"], _errors);
        var count = (int)node["racks"]!.Number;
        if (count > 1 && at is not null && node["pitch"] is null)
        {
            _errors.Add(node, "no-pitch", "the row has a position but no pitch; write the distance from rack to rack, such as pitch: 600 mm");
        }

        var (x, y) = (FleetFile.Length(at?.Items[0], _errors), FleetFile.Length(at?.Items[1], _errors));
        return sku is null ? null : new(node.Name, sku.Value, count, x, y, pitch, Feeds(node["feeds"]) ?? [],
            FleetFile.Mode(node["mode"]) ?? FeedMode.ActiveActive, Cdus(node["cdus"]) ?? [], node["programme"]?.Text, node.KeyLine);
    }

    private Dictionary<string, DataNode> Exceptions(DataNode? overrides, DataNode? rows)
    {
        var exceptions = new Dictionary<string, DataNode>(StringComparer.Ordinal);
        var counts = Rows.ToDictionary(row => row.Name, row => row.RackCount, StringComparer.Ordinal);
        foreach (var node in overrides ?? Enumerable.Empty<DataNode>())
        {
            var slash = node.Name.IndexOf('/', StringComparison.Ordinal);
            var (row, rack) = (node.Name[..slash], node.Name[(slash + 1)..]);
            if (!counts.TryGetValue(row, out var count))
            {
                // A row that is itself in error has been reported; its exceptions are not to blame.
                if (rows?[row] is null)
                {
                    _errors.Add(node, "unknown-rack", $"no row is named '{row}'; {PowerSection.NamesOf(counts.Keys)}");
                }
            }
            else if (int.Parse(rack, NumberStyles.None, CultureInfo.InvariantCulture) is var position
                && (position < 1 || position > count || RackName(position) != rack))
            {
                _errors.Add(node, "unknown-rack", $"the row's racks are {row}/01 to {row}/{RackName(count)}; name one of them");
            }
            else
            {
                exceptions.Add(node.Name, node);
            }
        }

        return exceptions;
    }

    private void Expand(DeclaredRow row, DataNode rowNode, Dictionary<string, DataNode> exceptions)
    {
        for (var position = 1; position <= row.RackCount; position++)
        {
            var name = RackName(position);
            var node = exceptions.GetValueOrDefault($"{row.Name}/{name}");
            var sku = node?["sku"] is { } text ? Sku(text) ?? row.Sku : row.Sku;
            Racks.Add(new(row.Name, name, sku, row.X + (row.Pitch ?? Meters.Zero) * (position - 1), row.Y,
                Feeds(node?["feeds"]) ?? row.Feeds, FleetFile.Mode(node?["mode"]) ?? row.Mode, Cdus(node?["cdus"]) ?? row.Cdus,
                node?["programme"]?.Text ?? row.Programme, node?.KeyLine ?? row.Line));

            // The last rack's right side is free. Half a millimetre forgives what the sum of floats adds.
            if (row.Pitch is { } pitch && position < row.RackCount
                && _catalogue.TryFind(sku, out var build) && build.Width is { } width && width.Value > pitch.Value + 0.0005)
            {
                _errors.Add(node ?? rowNode, "racks-overlap",
                    $"{row.Name}/{name} is {width} wide and the next one begins after {pitch}; widen the pitch or give the wide rack a row of its own");
                if (node is null)
                {
                    return;
                }
            }
        }
    }

    private SkuRevision? Sku(DataNode node)
    {
        if (!SkuRevision.TryParse(node.Text, out var revision))
        {
            _errors.Add(node, "bad-sku", $"'{node.Text}' is no SKU revision; write one such as nvidia/gb200-nvl72@1");
            return null;
        }

        if (!_catalogue.TryFind(revision, out var sku))
        {
            var racks = _catalogue.Skus.Where(s => s.Kind == SkuKind.Rack).Select(s => s.Revision.ToString());
            _errors.Add(node, "unknown-sku", $"the catalogue has no {revision}; {PowerSection.NamesOf(racks)}, or add its file");
            return null;
        }

        if (sku.Kind != SkuKind.Rack)
        {
            _errors.Add(node, "not-a-rack", $"{revision} is a {sku.Kind}; a row is made of racks");
            return null;
        }

        return revision;
    }

    private ImmutableArray<string>? Feeds(DataNode? names)
    {
        foreach (var feed in names?.Items ?? [])
        {
            if (!_power.TryGetValue(feed.Text, out var node))
            {
                _errors.Add(feed, "unknown-feed", $"no power node is named '{feed.Text}'; {PowerSection.NamesOf(_power.Keys)}");
            }
            else if (node.Rating is PowerRating.CurrentAtVoltage { Rating.LineToLine.Value: > MaxRackVolts } rating)
            {
                _errors.Add(feed, "feed-voltage",
                    $"{feed.Text} is at {rating.Rating.LineToLine}; a rack takes at most 1,500 V, so put a transformer between them");
            }
        }

        return names is null ? null : [.. names.Items.Select(n => n.Text)];
    }

    private ImmutableArray<string>? Cdus(DataNode? names)
    {
        foreach (var cdu in names?.Items ?? [])
        {
            if (!_cooling.TryGetValue(cdu.Text, out var node))
            {
                _errors.Add(cdu, "unknown-cdu", $"no cooling node is named '{cdu.Text}'; {PowerSection.NamesOf(_cooling.Keys)}");
            }
            else if (node.Kind != NodeKind.Cdu)
            {
                _errors.Add(cdu, "unknown-cdu", $"'{cdu.Text}' is a {node.Kind}; racks are cooled by a Cdu");
            }
        }

        return names is null ? null : [.. names.Items.Select(n => n.Text)];
    }
}
