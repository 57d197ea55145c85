using System.Collections.Immutable;
using Ampacity.Fleet;
using Ampacity.Topology;

namespace Ampacity.Server;

/// <summary>A place, power node or cooling node, with what hangs on it. Absent values are left out of the JSON.</summary>
/// <param name="Path">Where.</param>
/// <param name="Kind">Kind of node; inside racks slot or socket.</param>
/// <param name="Name">Last segment of the path.</param>
/// <param name="Depth">Segments above it.</param>
/// <param name="Key">Stable key.</param>
/// <param name="Sku">Pinned SKU of a rack, or what the build says of a part.</param>
/// <param name="SkuKind">What kind of thing that is.</param>
/// <param name="Component">Name in telemetry, such as gpu0.</param>
/// <param name="AssetId">The asset in it, if one is named.</param>
/// <param name="Serial">Its serial.</param>
/// <param name="Mac">Its BMC's MAC.</param>
/// <param name="Operator">Who runs the hall.</param>
/// <param name="Tenant">Who uses it.</param>
/// <param name="Owner">Whose property it is.</param>
/// <param name="State">Lifecycle state that holds: a part's own, else its rack's.</param>
/// <param name="Programme">Contract that a rack counts toward.</param>
/// <param name="XMeters">A rack's floor position.</param>
/// <param name="YMeters">The same, across.</param>
/// <param name="Feeds">Paths of what feeds it.</param>
/// <param name="Cdus">Paths of what cools it.</param>
/// <param name="LimitWatts">Continuous limit of a power node.</param>
/// <param name="CapacityWatts">Capacity of a cooling node.</param>
/// <param name="DesignWatts">Design draw of a rack.</param>
/// <param name="DrawWatts">Measured now: draw, or for a power node what it carries.</param>
/// <param name="TemperatureCelsius">Highest temperature read in it now.</param>
public sealed record PlaceRow(
    string Path,
    string Kind,
    string Name,
    int Depth,
    string Key,
    string? Sku = null,
    string? SkuKind = null,
    string? Component = null,
    string? AssetId = null,
    string? Serial = null,
    string? Mac = null,
    string? Operator = null,
    string? Tenant = null,
    string? Owner = null,
    string? State = null,
    string? Programme = null,
    double? XMeters = null,
    double? YMeters = null,
    IReadOnlyList<string>? Feeds = null,
    IReadOnlyList<string>? Cdus = null,
    double? LimitWatts = null,
    double? CapacityWatts = null,
    double? DesignWatts = null,
    double? DrawWatts = null,
    double? TemperatureCelsius = null)
{
    /// <summary>Tags of the place, and of the asset in it.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>A remark.</summary>
    public string? Note { get; init; }

    /// <summary>Accelerators in a rack, by its build.</summary>
    public int? Accelerators { get; init; }

    /// <summary>Floor along x: a hall's, or a rack's where no SKU says it, m.</summary>
    public double? WidthMeters { get; init; }

    /// <summary>Floor along y, m.</summary>
    public double? DepthMeters { get; init; }

    /// <summary>Height of a rack, such as <c>48 RU</c>.</summary>
    public string? Height { get; init; }

    /// <summary>Path of the rack that it serves.</summary>
    public string? BoundTo { get; init; }

    /// <summary>Share of a rack's heat that liquid takes, 0 to 1.</summary>
    public double? LiquidShare { get; init; }

    /// <summary>How it shares its load among its feeds; left out where there is one or none.</summary>
    public string? Mode { get; init; }

    /// <summary>Time of its transfer switch, s.</summary>
    public double? TransferSeconds { get; init; }

    /// <summary>Nameplate of a power node, W.</summary>
    public double? RatingWatts { get; init; }

    /// <summary>Voltage that a power node takes, V.</summary>
    public double? InputVolts { get; init; }

    /// <summary>Voltage that a power node gives, V.</summary>
    public double? OutputVolts { get; init; }

    /// <summary>Output over input at full load, 0 to 1.</summary>
    public double? Efficiency { get; init; }

    /// <summary>Loss at any load, W.</summary>
    public double? FixedLossWatts { get; init; }

    /// <summary>Energy held ready when full, J.</summary>
    public double? StoredJoules { get; init; }

    /// <summary>Coolant loop that a cooling node serves.</summary>
    public string? Loop { get; init; }

    /// <summary>Coolant that it gives, °C.</summary>
    public double? SupplyCelsius { get; init; }

    /// <summary>Coolant that it takes back, °C.</summary>
    public double? ReturnCelsius { get; init; }

    /// <summary>Approach temperature of its capacity, K.</summary>
    public double? ApproachKelvins { get; init; }

    /// <summary>Design flow, L/min.</summary>
    public double? FlowLitersPerMinute { get; init; }

    /// <summary>Coolant in the loop, L.</summary>
    public double? VolumeLiters { get; init; }

    /// <summary>How much the loop may warm without a pump, K.</summary>
    public double? AllowedRiseKelvins { get; init; }

    /// <summary>What a fabric plane is for.</summary>
    public string? Plane { get; init; }

    /// <summary>Scale-up domains; a part that is left out is the whole rack.</summary>
    public IReadOnlyList<DomainRow>? Domains { get; init; }

    /// <summary>Links to visible peers.</summary>
    public IReadOnlyList<LinkRow>? Links { get; init; }

    /// <summary>Tranches of a hall.</summary>
    public IReadOnlyList<TrancheRow>? Tranches { get; init; }

    /// <summary>Everything that hangs on it; only of the one place that was asked for.</summary>
    public PlaceAttachments? Attached { get; init; }

    internal static PlaceRow Of(FleetView view, SkuCatalogue catalogue, LiveFrame? frame, StableKey key)
    {
        var graph = view.Graph;
        var path = graph.PathOf(key);
        var asset = graph.Assets.At(key);
        var row = new PlaceRow(path, graph.KindOf(key.Node).ToString(), path[(path.LastIndexOf('/') + 1)..], path.Count(c => c == '/'), key.ToString())
        {
            AssetId = asset?.Id.ToString(),
            Serial = asset?[IdentifierKind.Serial],
            Mac = asset?[IdentifierKind.Mac],
            State = PlaceFilter.EffectiveState(graph, key, asset) is { } state ? LifecycleNames.Of(state) : null,
        };
        if (key.Part > 0)
        {
            var part = graph.BuildOf(key.Node)?.PartAt(key.Part);
            return row with
            {
                Kind = (part?.Kind ?? PartKind.Slot).ToString(),
                Sku = asset?.Sku ?? part?.Sku.ToString(),
                SkuKind = part?.SkuKind.ToString(),
                Component = part?.Component,
                DrawWatts = frame?.PowerWatts(key),
                TemperatureCelsius = frame?.TemperatureCelsius(key),
                Operator = asset?.Parties?.Operator,
                Tenant = asset?.Parties?.Tenant,
                Owner = asset?.Parties?.Owner,
                Tags = asset is { Tags.IsEmpty: false } ? asset.Tags : null,
                Note = asset?.Note,
            };
        }

        var about = graph.NodeOf(key.Node)!;
        var figures = about.Build is null ? null : BuildFigures.Of(about.Build, catalogue);
        return row with
        {
            Sku = about.Sku,
            SkuKind = about.Sku is null ? null : nameof(Ampacity.Fleet.SkuKind.Rack),
            Operator = about.Hall?.Operator ?? about.Parties?.Operator,
            Tenant = about.Hall?.Tenant ?? about.Parties?.Tenant,
            Owner = about.Hall?.Owner ?? about.Parties?.Owner,
            Programme = about.Programme,
            XMeters = about.Position?.XMeters,
            YMeters = about.Position?.YMeters,
            Feeds = Paths(view, graph.Power.FeedsOf(key.Node)),
            Cdus = Paths(view, graph.CoolersOf(key.Node)),
            LimitWatts = graph.Power.RatingOf(key.Node)?.Limit.Value,
            CapacityWatts = about.Cooling?.CapacityWatts,
            DesignWatts = figures?.DesignWatts,
            DrawWatts = frame is not null && key.Node < frame.CarriedWatts.Length && !double.IsNaN(frame.CarriedWatts[key.Node])
                ? frame.CarriedWatts[key.Node]
                : null,
            TemperatureCelsius = frame?.TemperatureCelsius(key),
            Accelerators = figures?.Accelerators,
            Tags = Tagged(about, asset),
            Note = about.Note ?? asset?.Note,
            WidthMeters = about.Hall?.WidthMeters ?? about.Frame?.WidthMeters,
            DepthMeters = about.Hall?.DepthMeters ?? about.Frame?.DepthMeters,
            Height = about.Build is { } built && catalogue.TryFind(built.Sku, out var sku) ? sku.Height?.ToString()
                : about.Frame is { Units: { } units } frameOf ? new RackHeight(units, frameOf.Unit).ToString() : null,
            BoundTo = about.BoundTo >= 0 && view.Sees(about.BoundTo) ? graph.PathOf(about.BoundTo) : null,
            LiquidShare = about.HeatSplit?.LiquidShare,
            Mode = about.Feeds.Length > 1 ? Camel(graph.Power.ModeOf(key.Node).ToString()) : null,
            TransferSeconds = about.Power?.TransferSeconds,
            RatingWatts = about.Power?.Rating?.Rating.Value,
            InputVolts = about.Voltage?.InputVolts,
            OutputVolts = about.Voltage?.OutputVolts,
            Efficiency = about.Power?.Efficiency?.OutputOverInput,
            FixedLossWatts = about.Power?.Efficiency is { FixedLossWatts: > 0 and var loss } ? loss : null,
            StoredJoules = about.StoredEnergy?.Joules,
            Loop = about.Cooling?.LoopName,
            SupplyCelsius = about.Cooling?.SupplyCelsius,
            ReturnCelsius = about.Cooling?.ReturnCelsius,
            ApproachKelvins = about.Cooling?.ApproachKelvins,
            FlowLitersPerMinute = about.Cooling?.FlowLitersPerMinute,
            VolumeLiters = about.Cooling?.VolumeLiters,
            AllowedRiseKelvins = about.Cooling?.AllowedRiseKelvins,
            Plane = about.Plane is { } plane ? Camel(plane.Kind.ToString()) : null,
            Domains = about.Domains.IsEmpty ? null
                : [.. about.Domains.Select(domain => new DomainRow(domain.Domain, domain.Part.Length == 0 ? null : domain.Part))],
            Links = about.Links.IsEmpty ? null : LinkRow.Of(view, about),
            Tranches = about.Tranches.IsEmpty ? null
                : [.. about.Tranches.Select(tranche => new TrancheRow(
                    tranche.Name, tranche.Tranche.Watts, tranche.Tranche.ContractedMs, tranche.Tranche.EnergisedMs))],
        };
    }

    internal static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static ImmutableArray<string>? Tagged(FleetNode about, FleetAsset? asset) => asset is { Tags.IsEmpty: false }
        ? [.. about.Tags.Union(asset.Tags, StringComparer.Ordinal).Order(StringComparer.Ordinal)]
        : about.Tags.IsEmpty ? null : about.Tags;

    // What feeds or cools it from outside the asker's scope is not named.
    private static string[]? Paths(FleetView view, ReadOnlySpan<int> nodes)
    {
        List<string>? paths = null;
        foreach (var node in nodes)
        {
            if (view.Sees(node))
            {
                (paths ??= new List<string>(nodes.Length)).Add(view.Graph.PathOf(node));
            }
        }

        return paths?.ToArray();
    }
}

/// <summary>A scale-up domain that a rack belongs to.</summary>
/// <param name="Domain">Name, unique in the hall.</param>
/// <param name="Part">The part of the rack that belongs to it; left out for the whole rack.</param>
public sealed record DomainRow(string Domain, string? Part = null);

/// <summary>Equal links to one peer.</summary>
/// <param name="Peer">Path of the switch or rack at the other end.</param>
/// <param name="Plane">Path of the plane.</param>
/// <param name="Count">How many.</param>
/// <param name="BitsPerSecond">Rate of one.</param>
/// <param name="Optic">Transceiver or cable kind.</param>
/// <param name="LengthMeters">Cable length.</param>
public sealed record LinkRow(string Peer, string? Plane, int Count, double? BitsPerSecond, string? Optic, double? LengthMeters)
{
    internal static LinkRow[]? Of(FleetView view, FleetNode about)
    {
        LinkRow[] rows = [.. about.Links.Where(link => view.Sees(link.Peer)).Select(link => new LinkRow(
            view.Graph.PathOf(link.Peer), link.Plane >= 0 && view.Sees(link.Plane) ? view.Graph.PathOf(link.Plane) : null, link.Count,
            link.BitsPerSecond, link.Optic, link.LengthMeters))];
        return rows.Length == 0 ? null : rows;
    }
}

/// <summary>A part of a hall's capacity.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Watts">Power at the hall's IT boundary, W.</param>
/// <param name="ContractedMs">Day of the contract, UTC milliseconds.</param>
/// <param name="EnergisedMs">Day from which it can be drawn, UTC milliseconds.</param>
public sealed record TrancheRow(string Name, double Watts, long? ContractedMs, long? EnergisedMs);
