using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>A thing, where it is and what it is known by. Absent values are left out of the JSON.</summary>
/// <param name="Id">Our own id.</param>
/// <param name="Place">Path of where it is.</param>
/// <param name="Sku">Its SKU: its own, else what the build says of its place.</param>
/// <param name="State">Lifecycle state: its own, else that of what holds it.</param>
/// <param name="StateFrom">Path of the rack that it takes its state from; left out where it states its own.</param>
/// <param name="Serial">Serial number.</param>
/// <param name="Mac">MAC address of its BMC.</param>
/// <param name="Uuid">UUID.</param>
/// <param name="Hostname">Host name.</param>
/// <param name="AssetTag">Asset tag.</param>
/// <param name="PartNumber">The maker's part number.</param>
/// <param name="Firmware">Versions by component.</param>
/// <param name="Operator">Who runs it: its own, else its place's.</param>
/// <param name="Tenant">Who uses it.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Tags">Tags.</param>
/// <param name="Note">A remark.</param>
/// <param name="MergedInto">The asset that it turned out to be.</param>
/// <param name="SplitFrom">The asset that it was recorded as.</param>
public sealed record AssetRow(
    string Id,
    string? Place = null,
    string? Sku = null,
    string? State = null,
    string? StateFrom = null,
    string? Serial = null,
    string? Mac = null,
    string? Uuid = null,
    string? Hostname = null,
    string? AssetTag = null,
    string? PartNumber = null,
    IReadOnlyDictionary<string, string>? Firmware = null,
    string? Operator = null,
    string? Tenant = null,
    string? Owner = null,
    IReadOnlyList<string>? Tags = null,
    string? Note = null,
    string? MergedInto = null,
    string? SplitFrom = null)
{
    internal static AssetRow Of(FleetGraph graph, FleetAsset asset)
    {
        var place = asset.Place;
        var part = place is { Part: > 0 } inside ? graph.BuildOf(inside.Node)?.PartAt(inside.Part) : null;
        var state = place is { } at ? PlaceFilter.EffectiveState(graph, at, asset) : asset.State;
        return new AssetRow(asset.Id.ToString())
        {
            Place = place is { } key ? graph.PathOf(key) : null,
            Sku = asset.Sku ?? part?.Sku.ToString() ?? (place is { Part: 0 } rack ? graph.NodeOf(rack.Node)?.Sku : null),
            State = state is { } known ? LifecycleNames.Of(known) : null,
            StateFrom = state is not null && asset.State is null && place is { } held ? graph.PathOf(held.Node) : null,
            Serial = asset[IdentifierKind.Serial],
            Mac = asset[IdentifierKind.Mac],
            Uuid = asset[IdentifierKind.Uuid],
            Hostname = asset[IdentifierKind.Hostname],
            AssetTag = asset[IdentifierKind.AssetTag],
            PartNumber = asset.PartNumber,
            Firmware = asset.Firmware.IsEmpty ? null : asset.Firmware.ToDictionary(fact => fact.Component, fact => fact.Version, StringComparer.Ordinal),
            Operator = asset.Parties?.Operator ?? (place is { } o ? graph.OperatorOf(o.Node) : null),
            Tenant = asset.Parties?.Tenant ?? (place is { } t ? graph.TenantOf(t.Node) : null),
            Owner = asset.Parties?.Owner ?? (place is { } w ? graph.OwnerOf(w.Node) : null),
            Tags = asset.Tags.IsEmpty ? null : asset.Tags,
            Note = asset.Note,
            MergedInto = asset.MergedInto?.ToString(),
            SplitFrom = asset.SplitFrom?.ToString(),
        };
    }
}
