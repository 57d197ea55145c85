using Ampacity.Units;

namespace Ampacity.Fleet;

/// <summary>A row as its line says, before its racks are stamped.</summary>
internal sealed class PlannedRow
{
    private readonly long _xMicrometers;
    private readonly long _yMicrometers;
    private readonly long _pitchMicrometers;
    private readonly bool _isPlaced;
    private readonly Meters _x;
    private readonly Meters _y;
    private RackTerms? _sidecarTerms;

    private PlannedRow(DataNode node, RackTerms terms, int rackCount, Meters? x, Meters? y, Meters? pitch)
    {
        Node = node;
        Terms = terms;
        RackCount = rackCount;
        Pitch = pitch;
        AlongY = node["direction"]?.Text == "y";
        _isPlaced = x is not null && y is not null;
        (_x, _y) = (x ?? Meters.Zero, y ?? Meters.Zero);
        (_xMicrometers, _yMicrometers, _pitchMicrometers) = (Micrometers(_x), Micrometers(_y), Micrometers(pitch ?? Meters.Zero));
    }

    public DataNode Node { get; }

    public RackTerms Terms { get; }

    public int RackCount { get; }

    public Meters? Pitch { get; }

    /// <summary>Whether racks stand side by side along y: their widths lie along y and their depths along x.</summary>
    public bool AlongY { get; }

    public string? Formerly { get; private init; }

    public string? Note { get; private init; }

    public SkuRevision? Sidecar { get; private init; }

    public int DomainRacks { get; private init; }

    public string? DomainName { get; private init; }

    /// <summary>Racks with names of their own, by name.</summary>
    public OrderedDictionary<string, DataNode> Named { get; } = new(StringComparer.Ordinal);

    /// <summary>A row that is there only because a rack is named in it.</summary>
    public static PlannedRow Unnumbered(DataNode rack) => new(rack, RackTerms.None, 0, null, null, null);

    public static PlannedRow Read(DataNode node, BodyReading body)
    {
        var errors = body.Errors;
        var at = node["at"];
        var pitch = ItemText.Length(node["pitch"], errors);
        var count = (int)(node["racks"]?.Number ?? 0);
        if (count > 1 && at is not null && node["pitch"] is null)
        {
            errors.Add(node, "no-pitch", "the row has a position but no pitch; write the distance from rack to rack, such as pitch: 600 mm");
        }

        if (count > 0 && node["sku"] is null && node["frame"] is null)
        {
            errors.Add(node, "sku-or-frame", "the row does not say what its racks are; write sku:, or frame: where they stand empty");
        }

        var domain = node["domain"];
        if (domain is { Kind: DataKind.Map } && domain["racks"] is null)
        {
            errors.Add(domain, "missing-key", "'racks' is missing; write how many consecutive racks form one scale-up domain");
        }

        // A remark on a row is about the row; everything else that its racks share is theirs.
        return new(node, RackTermsSection.Read(node, RackTerms.None, body) with { Note = null }, count,
            ItemText.Length(at?.Items[0], errors), ItemText.Length(at?.Items[1], errors), pitch)
        {
            Formerly = node["formerly"]?.Text,
            Note = node["note"]?.Text,
            Sidecar = node["sidecar"] is { } sidecar ? body.SidecarSku(sidecar) : null,
            DomainRacks = (int)(domain?["racks"]?.Number ?? 0),
            DomainName = domain?.Kind == DataKind.Text ? domain.Text : null,
        };
    }

    /// <summary>Corner of the rack at an index from 0. In whole micrometres, so that the tenth rack at 0.6 m stands at 6 m exactly.</summary>
    public (Meters? X, Meters? Y) At(int index)
    {
        if (!_isPlaced)
        {
            return (null, null);
        }

        return index == 0 || Pitch is null
            ? (_x, _y)
            : AlongY
                ? (_x, new Meters((_yMicrometers + (index * _pitchMicrometers)) / 1e6))
                : (new Meters((_xMicrometers + (index * _pitchMicrometers)) / 1e6), _y);
    }

    /// <summary>The corner behind a rack's width along the row.</summary>
    public (Meters? X, Meters? Y) Along(Meters? x, Meters? y, double? widthMeters) => widthMeters is not { } width
        ? (null, null)
        : AlongY ? (x, Shifted(y, width)) : (Shifted(x, width), y);

    /// <summary>The domain of a position from 1, or null.</summary>
    public string? DomainOf(string row, int position) => DomainRacks > 0
        ? FormattableString.Invariant($"{row}.d{((position - 1) / DomainRacks) + 1}")
        : DomainName;

    /// <summary>A sidecar is whose the rack is, and is there when the rack is; what feeds the rack is said of the rack.</summary>
    public RackTerms SidecarTerms(SkuRevision sidecar) => _sidecarTerms ??= RackTerms.None with
    {
        Sku = sidecar,
        Programme = Terms.Programme,
        State = Terms.State,
        Tenant = Terms.Tenant,
        Owner = Terms.Owner,
        Tags = Terms.Tags,
    };

    private static Meters? Shifted(Meters? from, double byMeters) =>
        from is { } meters ? new Meters((Micrometers(meters) + (long)Math.Round(byMeters * 1e6)) / 1e6) : null;

    private static long Micrometers(Meters length) => (long)Math.Round(Math.Min(length.Value, 1e9) * 1e6);
}
