using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>A thing that intent puts somewhere and that a BMC speaks for.</summary>
/// <param name="At">Its place.</param>
/// <param name="Asset">Its record.</param>
/// <param name="Mac">MAC of its BMC; null if not declared.</param>
/// <param name="Serial">Its serial; null if not declared.</param>
/// <param name="PartNumber">Its part number; null if not declared.</param>
/// <param name="Kind">What the build, or its own SKU, says that it is; null where neither does.</param>
/// <param name="Sku">SKU revision, such as <c>nvidia/gb200-compute-tray@1</c>; null where neither does.</param>
/// <param name="Parts">What the build puts inside it.</param>
public sealed record IntendedDevice(
    StableKey At, AssetId Asset, string? Mac, string? Serial, string? PartNumber, SkuKind? Kind, string? Sku, ImmutableArray<IntendedPart> Parts)
{
    /// <summary>Firmware that is declared for the asset itself.</summary>
    public ImmutableArray<FirmwareFact> Firmware { get; init; } = [];

    /// <summary>Peers that are declared for its ports, by <c>component/port</c>.</summary>
    public ImmutableArray<CableFact> Cables { get; init; } = [];

    /// <summary>Where it is in its life: its own state, else its rack's; null if nobody said.</summary>
    public LifecycleState? State { get; init; }

    /// <summary>Whether it should answer: not before it is in its place, and not while it is being repaired or after it was retired.</summary>
    public bool ShouldAnswer => State is null or (>= LifecycleState.Racked and not (LifecycleState.Failed or LifecycleState.Repair or LifecycleState.Retired));
}

/// <summary>A part of a tray as intent has it.</summary>
/// <param name="Ordinal">Local ordinal in the rack's build.</param>
/// <param name="Name">Its component name, such as <c>gpu0</c>.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Serial">Serial of the asset recorded there; null where none is.</param>
/// <param name="Asset">That asset.</param>
public sealed record IntendedPart(int Ordinal, string Name, SkuKind Kind, string? Serial, AssetId? Asset);

/// <summary>What intent says of everything that a BMC speaks for: one flat list, made once for a comparison. Immutable.</summary>
public sealed class IntendedHardware
{
    // What has a BMC of its own; a thing of another kind is looked for only if a MAC is declared for it.
    private static readonly FrozenSet<SkuKind> HasBmc = FrozenSet.Create(
        SkuKind.ComputeTray, SkuKind.SwitchTray, SkuKind.PowerShelf, SkuKind.Node, SkuKind.Cdu, SkuKind.Pdu, SkuKind.Switch, SkuKind.Storage, SkuKind.Chassis, SkuKind.Sidecar);

    private IntendedHardware(
        FleetView view, IReadOnlyList<IntendedDevice> devices, IReadOnlyDictionary<string, AssetId> loose, IReadOnlyDictionary<string, AssetId> looseMacs, IReadOnlyList<(AssetId First, AssetId Second, string What)> twice)
    {
        View = view;
        Devices = devices;
        LooseSerials = loose;
        LooseMacs = looseMacs;
        RecordedTwice = twice;
    }

    /// <summary>The fleet that it was read from.</summary>
    public FleetView View { get; }

    /// <summary>All devices in places, in order of place.</summary>
    public IReadOnlyList<IntendedDevice> Devices { get; }

    /// <summary>Serials of assets that no BMC is declared for: in stock, or in a free position. Components of trays are not among them.</summary>
    public IReadOnlyDictionary<string, AssetId> LooseSerials { get; }

    /// <summary>MACs of assets that stand in no place: in stock, or taken out.</summary>
    public IReadOnlyDictionary<string, AssetId> LooseMacs { get; }

    /// <summary>Pairs of records that share an identifier, and which.</summary>
    public IReadOnlyList<(AssetId First, AssetId Second, string What)> RecordedTwice { get; }

    /// <summary>What kinds of tray should run.</summary>
    public required HardwareBaselines Baselines { get; init; }

    /// <summary>Places of components by their declared serial.</summary>
    public required IReadOnlyDictionary<string, StableKey> ComponentSerials { get; init; }

    /// <summary>Reads what a view may see.</summary>
    public static IntendedHardware Of(FleetView view)
    {
        var graph = view.Graph;
        var inside = new Dictionary<StableKey, FleetAsset>();
        var tops = new List<FleetAsset>();
        var loose = new Dictionary<string, AssetId>(StringComparer.OrdinalIgnoreCase);
        var looseMacs = new Dictionary<string, AssetId>(StringComparer.Ordinal);
        var twice = new List<(AssetId, AssetId, string)>();
        var known = new Dictionary<string, AssetId>(StringComparer.OrdinalIgnoreCase);
        foreach (var asset in graph.Assets.All)
        {
            if (asset.MergedInto is not null || asset.State == LifecycleState.Retired || (asset.Place is { } at && !view.Sees(at.Node)) || (asset.Place is null && !view.SeesAll))
            {
                continue;
            }

            foreach (var identifier in asset.Identifiers)
            {
                if (identifier.Kind is IdentifierKind.Serial or IdentifierKind.Mac && !known.TryAdd($"{identifier.Kind} {identifier.Text.Trim()}", asset.Id))
                {
                    twice.Add((known[$"{identifier.Kind} {identifier.Text.Trim()}"], asset.Id, $"{(identifier.Kind == IdentifierKind.Mac ? "MAC" : "serial")} {identifier.Text}"));
                }
            }

            if (asset.Place is { } spot && (asset[IdentifierKind.Mac] is not null || KindAt(graph, spot) is { } kind && HasBmc.Contains(kind)))
            {
                tops.Add(asset);
            }
            else if (asset[IdentifierKind.Serial] is { } serial && (asset.Place is not { } nook || !IsInside(graph, nook)))
            {
                loose.TryAdd(serial, asset.Id);
            }

            if (asset.Place is null && asset[IdentifierKind.Mac] is { } mac)
            {
                looseMacs.TryAdd(mac, asset.Id);
            }

            if (asset.Place is { Part: > 0 } part)
            {
                inside[part] = asset;
            }
        }

        var shapes = new Dictionary<(RackBuild Build, int Part), ImmutableArray<IntendedPart>>();
        tops.Sort((left, right) => left.Place!.Value.CompareTo(right.Place!.Value));
        var components = new Dictionary<string, StableKey>(StringComparer.OrdinalIgnoreCase);
        foreach (var (place, asset) in inside)
        {
            if (asset[IdentifierKind.Serial] is { } serial)
            {
                components.TryAdd(serial, place);
            }
        }

        return new IntendedHardware(view, [.. tops.Select(asset => Device(graph, asset, inside, shapes))], loose, looseMacs, twice)
        {
            Baselines = HardwareBaselines.Of(view),
            ComponentSerials = components,
        };
    }

    /// <summary>The same over fewer racks: for looking at older surveys only where something differs now.</summary>
    public IntendedHardware In(IReadOnlySet<int> racks) =>
        new(View, [.. Devices.Where(device => racks.Contains(device.At.Node))], LooseSerials, LooseMacs, RecordedTwice) { Baselines = Baselines, ComponentSerials = ComponentSerials };

    private static IntendedDevice Device(
        FleetGraph graph, FleetAsset asset, Dictionary<StableKey, FleetAsset> inside, Dictionary<(RackBuild, int), ImmutableArray<IntendedPart>> shapes)
    {
        var place = asset.Place!.Value;
        var build = graph.BuildOf(place.Node);
        var part = build?.PartAt(place.Part);
        ImmutableArray<IntendedPart> parts = [];
        if (build is not null && part is { Ordinal: > 0 } top && asset.Sku is null)
        {
            if (!shapes.TryGetValue((build, top.Ordinal), out parts))
            {
                parts = Shape(build, top);
                shapes.Add((build, top.Ordinal), parts);
            }

            if (parts.Any(one => inside.ContainsKey(new StableKey(place.Node, one.Ordinal))))
            {
                parts = [.. parts.Select(one => inside.TryGetValue(new StableKey(place.Node, one.Ordinal), out var there)
                    ? one with { Serial = there[IdentifierKind.Serial], Asset = there.Id } : one)];
            }
        }

        return new IntendedDevice(
            place, asset.Id, asset[IdentifierKind.Mac], asset[IdentifierKind.Serial], asset.PartNumber,
            asset.Sku is null ? part?.SkuKind : null, asset.Sku ?? part?.Sku.ToString(), parts)
        {
            Firmware = asset.Firmware,
            Cables = asset.Cables,
            State = asset.State ?? graph.NodeOf(place.Node)?.State,
        };
    }

    private static ImmutableArray<IntendedPart> Shape(RackBuild build, RackPart top)
    {
        var parts = ImmutableArray.CreateBuilder<IntendedPart>();
        for (var ordinal = top.Ordinal + 1; ordinal < top.End; ordinal++)
        {
            if (build.Parts[ordinal] is { Component: { } name } part)
            {
                parts.Add(new IntendedPart(ordinal, name, part.SkuKind, null, null));
            }
        }

        return parts.ToImmutable();
    }

    private static bool IsInside(FleetGraph graph, StableKey place) => place.Part > 0 && graph.BuildOf(place.Node)?.PartAt(place.Part) is { Parent: > 0 };

    private static SkuKind? KindAt(FleetGraph graph, StableKey place) =>
        place.Part > 0 ? graph.BuildOf(place.Node)?.PartAt(place.Part)?.SkuKind : null;
}
