using Ampacity.Fleet;
using Ampacity.Topology;

namespace Ampacity.Server;

/// <summary>Everything that hangs on the chosen place.</summary>
/// <param name="Place">What is there.</param>
/// <param name="Attached">What hangs on it.</param>
/// <param name="Paths">Ways up to what feeds it in the end; null where nothing feeds it.</param>
/// <param name="Elevation">A rack as it is drawn; null for other places.</param>
/// <param name="SkuTitle">Name of its SKU in the trade; null if the catalogue has none.</param>
public sealed record PlaceCardModel(PlaceRow Place, PlaceAttachments Attached, PowerPathAnswer? Paths, ElevationModel? Elevation, string? SkuTitle)
{
    /// <summary>Most ways up that are listed: two sides of four blocks, and some.</summary>
    private const int PathsMax = 8;

    internal static PlaceCardModel Of(FleetView view, SkuCatalogue catalogue, LiveFrame? frame, StableKey key)
    {
        var place = PlaceRow.Of(view, catalogue, frame, key);
        var isFed = key.Part == 0 && !view.Graph.NodeOf(key.Node)!.Feeds.IsEmpty;
        return new PlaceCardModel(
            place, PlaceAttachments.Of(view, catalogue, key),
            isFed ? Ways(view, key.Node) : null,
            view.Graph.KindOf(key.Node) == NodeKind.Rack ? ElevationModel.Of(view, catalogue, key) : null,
            SkuRevision.TryParse(place.Sku, out var revision) && catalogue.TryFind(revision, out var sku) ? sku.Title : null);
    }

    private static PowerPathAnswer Ways(FleetView view, int node)
    {
        var graph = view.Graph;
        var paths = PowerPaths.Up(view, node, PathsMax);
        return new PowerPathAnswer(
            graph.PathOf(node),
            [.. paths.Paths.Select(path => new PowerPathRow(
                path.Steps[^1].Share, path.LeavesScope ? true : null, path.IsTooLong ? true : null, [.. path.Steps.Select(step => PowerStepRow.Of(graph, step))]))],
            paths.Total, paths.IsCut, graph.AsOfMs, graph.Revision.ToString());
    }
}

/// <summary>A rack from the front, the rear and the side, in boxes.</summary>
/// <param name="Rack">Path of the rack.</param>
/// <param name="Units">Its height in units.</param>
/// <param name="UnitName">RU or OU.</param>
/// <param name="IsHeightStated">Whether anybody states the height.</param>
/// <param name="Boxes">What is in it.</param>
/// <param name="FreeUnits">Free units at the front.</param>
public sealed record ElevationModel(string Rack, int Units, string UnitName, bool IsHeightStated, IReadOnlyList<ElevationBox> Boxes, int FreeUnits)
{
    /// <summary>Height of one unit, px.</summary>
    public const double UnitHeight = 14;

    internal static ElevationModel Of(FleetView view, SkuCatalogue catalogue, StableKey key)
    {
        var graph = view.Graph;
        var drawn = ElevationDrawing.Of(graph, catalogue, key.Node);
        var rack = graph.PathOf(key.Node);
        return new ElevationModel(
            rack, drawn.Units, drawn.Unit.ToString(), drawn.IsHeightStated,
            [.. drawn.Items.Select(item => new ElevationBox(
                item.Name, $"{rack}/{item.Name}", item.Face, item.LowestUnit, item.Units, item.Kind is { } kind ? RackElevationLayout.Caption(kind) : "Unknown",
                item.Kind, item.Title ?? item.Sku, item.Asset is { } id ? graph.Assets.Find(id)?[IdentifierKind.Serial] : null, IsChosen(graph, key, item.Part)))],
            drawn.Free.Sum(free => free.Highest - free.Lowest + 1));
    }

    // A socket's slot is chosen with it.
    private static bool IsChosen(FleetGraph graph, StableKey key, int part) => key.Part > 0
        && (key.Part == part || (graph.BuildOf(key.Node)?.PartAt(part) is { } slot && key.Part > part && key.Part < slot.End));
}

/// <summary>One thing in the drawing of a rack.</summary>
/// <param name="Name">Last path segment.</param>
/// <param name="Path">Path.</param>
/// <param name="Face">Front, rear or side.</param>
/// <param name="LowestUnit">Lowest unit from the bottom; may be a half.</param>
/// <param name="Units">Height in units; 0 on the side.</param>
/// <param name="Caption">What kind of thing.</param>
/// <param name="Kind">The same as a kind; null if nobody said.</param>
/// <param name="Title">Name in the trade, or SKU.</param>
/// <param name="Serial">Serial of the asset in it.</param>
/// <param name="IsChosen">Whether the page shows it.</param>
public sealed record ElevationBox(
    string Name, string Path, RackFace Face, double LowestUnit, double Units, string Caption, SkuKind? Kind, string? Title, string? Serial, bool IsChosen);
