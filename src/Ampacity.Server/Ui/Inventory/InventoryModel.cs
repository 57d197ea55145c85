using System.Collections.Immutable;
using Ampacity.Fleet;
using Ampacity.Topology;

namespace Ampacity.Server;

/// <summary>Everything that the inventory page shows of one view and one address. Immutable.</summary>
/// <param name="View">What the reader may see.</param>
/// <param name="Query">The address.</param>
/// <param name="Key">The chosen place; null for the whole fleet.</param>
/// <param name="IsMissing">Whether the address names a place that is not there.</param>
/// <param name="Tab">What of the place is shown.</param>
/// <param name="Counts">Counts at the head; null where nothing is counted, such as below a breaker.</param>
/// <param name="Rows">The page of the table.</param>
/// <param name="Total">Lines of the table on all pages.</param>
/// <param name="Wrong">What of the filter cannot be asked.</param>
public sealed record InventoryModel(
    FleetView View, InventoryQuery Query, StableKey? Key, bool IsMissing, InventoryTab Tab, InventoryCounts? Counts, IReadOnlyList<BelowRow> Rows,
    int Total, string? Wrong)
{
    /// <summary>Lines of one page of the table.</summary>
    public const int PageRows = 50;

    /// <summary>Pages of the table, at least 1.</summary>
    public int Pages => Math.Max(1, (Total + PageRows - 1) / PageRows);

    /// <summary>The page shown, from 1: one behind the last is the last.</summary>
    public int Page => Math.Min(Query.Page, Pages);

    /// <summary>Path of the chosen place, or empty.</summary>
    public string Path => Key is { } key ? View.Graph.PathOf(key) : "";

    /// <summary>Whether the chosen place is a rack or in one.</summary>
    public bool IsInRack => Key is { } key && View.Graph.KindOf(key.Node) == NodeKind.Rack;

    /// <summary>Reads a page.</summary>
    public static InventoryModel Of(FleetView view, SkuCatalogue catalogue, LiveFrame? frame, InventoryQuery query)
    {
        StableKey? key = null;
        if (query.At is { } path)
        {
            if (!view.TryFind(path, out var found))
            {
                return new InventoryModel(view, query, null, true, InventoryTab.Below, null, [], 0, null);
            }

            key = found;
        }

        var kind = key is { } at ? view.Graph.KindOf(at.Node) : NodeKind.None;
        var tab = key is null ? InventoryTab.Below
            : query.Tab ?? (kind is NodeKind.Site or NodeKind.Building or NodeKind.Hall or NodeKind.Row ? InventoryTab.Below : InventoryTab.Place);
        var counts = key is null || (kind.IsPlace() && key.Value.Part == 0) ? InventoryCounts.Of(view, catalogue, key?.Node ?? -1) : null;
        var model = new InventoryModel(view, query, key, false, tab, counts, [], 0, null);
        return tab == InventoryTab.Below ? model.WithRows(catalogue, frame) : model;
    }

    private InventoryModel WithRows(SkuCatalogue catalogue, LiveFrame? frame)
    {
        var filter = Query.ToFilter(out var wrong);
        if (wrong is not null)
        {
            return this with { Wrong = wrong };
        }

        // What is below is walked once: matches are counted, and those of the page are kept.
        var (from, total) = ((Query.Page - 1L) * PageRows, 0);
        var (kept, last) = (new List<StableKey>(), new List<StableKey>());
        foreach (var key in Below())
        {
            if (!filter.Matches(View, key))
            {
                continue;
            }

            if (total % PageRows == 0)
            {
                last.Clear();
            }

            last.Add(key);
            if (total >= from && total < from + PageRows)
            {
                kept.Add(key);
            }

            total++;
        }

        return this with { Total = total, Rows = [.. (kept.Count > 0 ? kept : last).Select(key => BelowRow.Of(View, catalogue, frame, key, Key))] };
    }

    private IEnumerable<StableKey> Below()
    {
        if (!Query.AllLevels && !Query.IsFiltered)
        {
            return Key is { } of ? PlaceWalk.Children(View, of)
                : View.SeesAll ? View.Graph.ChildrenOf(-1).ToArray().Select(StableKey.Of) : View.Roots().Select(StableKey.Of);
        }

        // Inside racks only once one is chosen: a fleet has millions of sockets.
        return PlaceWalk.Places(View, Key, parts: IsInRack).Where(key => key != Key);
    }
}

/// <summary>The counts at the head of the page.</summary>
/// <param name="Total">All racks at and below the place.</param>
/// <param name="ByState">By lifecycle state.</param>
/// <param name="BySku">By SKU.</param>
/// <param name="ByProgramme">By programme.</param>
/// <param name="ByTenant">By tenant.</param>
public sealed record InventoryCounts(
    CountGroup Total, ImmutableArray<CountGroup> ByState, ImmutableArray<CountGroup> BySku, ImmutableArray<CountGroup> ByProgramme,
    ImmutableArray<CountGroup> ByTenant)
{
    /// <summary>Counts at and below a node; −1 for everything.</summary>
    public static InventoryCounts Of(FleetView view, SkuCatalogue catalogue, int node)
    {
        var byState = FleetCounts.Of(view, catalogue, node, CountBy.State);
        return new InventoryCounts(
            byState.Total, byState.Groups, FleetCounts.Of(view, catalogue, node, CountBy.Sku).Groups,
            FleetCounts.Of(view, catalogue, node, CountBy.Programme).Groups, FleetCounts.Of(view, catalogue, node, CountBy.Tenant).Groups);
    }
}

/// <summary>A line of the table of what is below a place.</summary>
/// <param name="Place">What is there.</param>
/// <param name="Label">Its path from the chosen place on.</param>
/// <param name="Tenant">Who uses it, said by itself or by what holds it.</param>
/// <param name="Racks">Racks at and below it; null where it holds none by its kind.</param>
/// <param name="DesignWatts">Their design draw, W; null where nobody claims one.</param>
public sealed record BelowRow(PlaceRow Place, string Label, string? Tenant, int? Racks, double? DesignWatts)
{
    internal static BelowRow Of(FleetView view, SkuCatalogue catalogue, LiveFrame? frame, StableKey key, StableKey? under)
    {
        var place = PlaceRow.Of(view, catalogue, frame, key);
        var kind = key.Part > 0 ? NodeKind.None : view.Graph.KindOf(key.Node);
        var isAbove = kind is NodeKind.Site or NodeKind.Building or NodeKind.Hall or NodeKind.Row;
        var total = isAbove ? FleetCounts.Of(view, catalogue, key.Node).Total : null;
        return new BelowRow(
            place, under is { } above ? place.Path[(view.Graph.PathOf(above).Length + 1)..] : place.Path,
            place.Tenant ?? view.Graph.TenantOf(key.Node), total?.Racks, total is { RacksClaimed: > 0 } ? total.DesignWatts : place.DesignWatts);
    }
}
