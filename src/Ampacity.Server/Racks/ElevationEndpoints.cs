using Ampacity.Fleet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/racks/elevation</c>: a rack from the front, the rear and the side.</summary>
internal static class ElevationEndpoints
{
    public static void MapElevation(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/fleet/v1/racks/elevation", ShowAsync).WithName("ShowElevation").WithTags("racks")
            .WithSummary("What is in a rack and where: front, rear, side, and the free units")
            .Produces<ElevationAnswer>().Produces(304).ProducesProblem(400).ProducesProblem(404);

    private static async Task<IResult> ShowAsync(HttpContext context, CurrentFleet fleet, string? of = null)
    {
        _ = of;
        var (question, error) = await FleetQuestion.ReadAsync(context, fleet, null, "of");
        return error ?? FleetQuestion.Answer(() =>
        {
            var graph = question!.Graph;
            var key = question.Place("of");
            if (graph.KindOf(key.Node) != NodeKind.Rack)
            {
                throw new QuestionException($"{FleetQuestion.Short(question.Text("of")!)} is a {graph.KindOf(key.Node)}, no rack: of names one; `ampacity list --kind rack` lists them.");
            }

            var drawn = ElevationDrawing.Of(graph, fleet.Catalogue, key.Node);
            ElevationRow[] rows = [.. drawn.Items.Select(item => ElevationRow.Of(graph, key.Node, item))];
            return Results.Ok(new ElevationAnswer(
                graph.PathOf(key.Node), graph.NodeOf(key.Node)!.Sku, drawn.Units, drawn.Unit.ToString(), drawn.IsHeightStated,
                [.. rows.Where(row => row.Face == "front")], [.. rows.Where(row => row.Face == "rear")], [.. rows.Where(row => row.Face == "side")],
                [.. drawn.Free.Select(free => new FreeRow(free.Lowest, free.Highest))], question.AtMs, graph.Revision.ToString()));
        });
    }
}

/// <summary>A rack as it is seen.</summary>
/// <param name="Of">Path of the rack.</param>
/// <param name="Sku">Its SKU.</param>
/// <param name="Units">Height in units.</param>
/// <param name="Unit">RU or OU.</param>
/// <param name="IsHeightStated">Whether a SKU or a frame says the height; else it is that of what is in it.</param>
/// <param name="Front">From the bottom up; what a build puts into a slot goes through the whole depth.</param>
/// <param name="Rear">In the rear.</param>
/// <param name="Side">Beside the units.</param>
/// <param name="Free">Free units at the front.</param>
/// <param name="AsOfMs">Instant described, UTC milliseconds.</param>
/// <param name="Revision">Newest change set in it.</param>
public sealed record ElevationAnswer(
    string Of,
    string? Sku,
    int Units,
    string Unit,
    bool IsHeightStated,
    IReadOnlyList<ElevationRow> Front,
    IReadOnlyList<ElevationRow> Rear,
    IReadOnlyList<ElevationRow> Side,
    IReadOnlyList<FreeRow> Free,
    long AsOfMs,
    string Revision);

/// <summary>One thing in a rack.</summary>
/// <param name="Path">Where.</param>
/// <param name="Name">Last path segment.</param>
/// <param name="Face">front, rear or side.</param>
/// <param name="LowestUnit">Lowest unit from the bottom, perhaps a half; on the side its running number.</param>
/// <param name="Units">Height in the rack's units; 0 on the side.</param>
/// <param name="Sku">What it is.</param>
/// <param name="SkuKind">What kind of thing.</param>
/// <param name="Title">Its name in the trade.</param>
/// <param name="Accelerators">Accelerators in it; left out where there are none.</param>
/// <param name="AssetId">The asset in it.</param>
/// <param name="Serial">Its serial.</param>
/// <param name="State">Lifecycle state that holds.</param>
public sealed record ElevationRow(
    string Path, string Name, string Face, double LowestUnit, double Units, string? Sku, string? SkuKind, string? Title, int? Accelerators,
    string? AssetId, string? Serial, string? State)
{
    internal static ElevationRow Of(FleetGraph graph, int rack, ElevationItem item)
    {
        var asset = item.Asset is { } id ? graph.Assets.Find(id) : null;
        var key = new StableKey(rack, item.Part);
        return new ElevationRow(
            graph.PathOf(key), item.Name, PlaceRow.Camel(item.Face.ToString()), item.LowestUnit, item.Units, item.Sku, item.Kind?.ToString(), item.Title,
            item.Accelerators == 0 ? null : item.Accelerators, item.Asset?.ToString(), asset?[IdentifierKind.Serial],
            PlaceFilter.EffectiveState(graph, key, asset) is { } state ? LifecycleNames.Of(state) : null);
    }
}

/// <summary>Free units.</summary>
/// <param name="Lowest">Lowest.</param>
/// <param name="Highest">Highest.</param>
public sealed record FreeRow(int Lowest, int Highest);
