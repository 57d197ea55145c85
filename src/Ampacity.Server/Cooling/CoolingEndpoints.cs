using Ampacity.Fleet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/cooling</c>: cooling nodes, and what each takes the heat of.</summary>
internal static class CoolingEndpoints
{
    private const int RowsMax = 10_000;

    public static void MapCooling(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/fleet/v1/cooling", ListAsync).WithName("ListCooling").WithTags("cooling")
            .WithSummary("Cooling nodes with capacity, coolant and the design draw that hangs on each")
            .Produces<Page<CooledAnswer>>().Produces(304).ProducesProblem(400).ProducesProblem(404);
        routes.MapGet("/api/fleet/v1/cooling/below", BelowAsync).WithName("ShowCooledBelow").WithTags("cooling")
            .WithSummary("Everything that a cooling node cools: racks, counts, design draw")
            .Produces<CooledAnswer>().Produces(304).ProducesProblem(400).ProducesProblem(404);
    }

    private static async Task<IResult> ListAsync(HttpContext context, CurrentFleet fleet, string? under = null, string? limit = null, string? after = null)
    {
        _ = (under, limit, after);
        var (question, error) = await FleetQuestion.ReadAsync(context, fleet, null, "under", "limit", "after");
        return error ?? FleetQuestion.Answer(() =>
        {
            StableKey? start = question!.Text("under") is null ? null : question.Place("under");
            var limit = question.Number("limit", 1000, 1, RowsMax);
            var cursor = default(PlaceCursor);
            if (question.Text("after") is { } after && !PlaceCursor.TryAfter(question.View, fleet.Timeline.Ledger, after, false, out cursor))
            {
                throw new QuestionException($"after names {FleetQuestion.Short(after)}, which never was a place: give the next of the page before.");
            }

            var nodes = PlaceWalk.Places(question.View, start, false, cursor)
                .Where(key => question.Graph.KindOf(key.Node).IsCooling()).Take(limit + 1).ToArray();
            CooledAnswer[] rows = [.. nodes.Take(limit).Select(key =>
                CooledAnswer.From(question, key.Node, CooledBelow.Of(question.View, fleet.Catalogue, key.Node), 0))];
            return Results.Ok(question.Page(rows, nodes.Length > limit ? rows[^1].Of : null));
        });
    }

    private static async Task<IResult> BelowAsync(HttpContext context, CurrentFleet fleet, string? of = null, string? limit = null)
    {
        _ = (of, limit);
        var (question, error) = await FleetQuestion.ReadAsync(context, fleet, null, "of", "limit");
        return error ?? FleetQuestion.Answer(() =>
        {
            var key = question!.Place("of");
            if (key.Part > 0 || !question.Graph.KindOf(key.Node).IsCooling())
            {
                throw new QuestionException($"{FleetQuestion.Short(question.Text("of")!)} is no cooling node: of names one, such as a plant, a loop or a CDU; `ampacity list --of cooling` lists them.");
            }

            var below = CooledBelow.Of(question.View, fleet.Catalogue, key.Node);
            return Results.Ok(CooledAnswer.From(question, key.Node, below, question.Number("limit", RowsMax, 1, RowsMax)));
        });
    }
}

/// <summary>A cooling node and what it cools. Absent values are left out of the JSON.</summary>
/// <param name="Of">Path of the node.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Loop">Loop that it serves.</param>
/// <param name="CapacityWatts">Heat that it takes, W.</param>
/// <param name="ApproachKelvins">At this approach temperature, K.</param>
/// <param name="SupplyCelsius">Coolant that it gives, °C.</param>
/// <param name="ReturnCelsius">Coolant that it takes back, °C.</param>
/// <param name="FlowLitersPerMinute">Design flow, L/min.</param>
/// <param name="CooledBy">Paths of what takes its own heat.</param>
/// <param name="Racks">Racks that it cools, directly or through others.</param>
/// <param name="SoleRacks">Racks that nothing else cools.</param>
/// <param name="RacksClaimed">Racks whose SKU claims a design draw.</param>
/// <param name="DesignWatts">Their design draw, W at rack input: all of it becomes heat.</param>
/// <param name="LiquidWatts">What of it liquid takes, by the racks that state a share.</param>
/// <param name="SoleWatts">Design draw of the racks that nothing else cools.</param>
/// <param name="Nodes">What it cools; left out in the list of cooling nodes.</param>
/// <param name="IsCut">Set where there are more nodes than are listed.</param>
public sealed record CooledAnswer(
    string Of,
    string Kind,
    string? Loop,
    double? CapacityWatts,
    double? ApproachKelvins,
    double? SupplyCelsius,
    double? ReturnCelsius,
    double? FlowLitersPerMinute,
    IReadOnlyList<string>? CooledBy,
    int Racks,
    int SoleRacks,
    int RacksClaimed,
    double? DesignWatts,
    double? LiquidWatts,
    double? SoleWatts,
    IReadOnlyList<CooledRow>? Nodes,
    bool? IsCut)
{
    internal static CooledAnswer From(FleetQuestion question, int node, CooledBelow below, int limit)
    {
        var graph = question.Graph;
        var about = graph.NodeOf(node)!;
        var known = below.RacksClaimed > 0;
        string[] coolers = [.. about.Coolers.Where(question.View.Sees).Select(graph.PathOf)];
        return new CooledAnswer(
            graph.PathOf(node), about.Kind.ToString(), about.Cooling?.LoopName, about.Cooling?.CapacityWatts, about.Cooling?.ApproachKelvins,
            about.Cooling?.SupplyCelsius, about.Cooling?.ReturnCelsius, about.Cooling?.FlowLitersPerMinute, coolers.Length == 0 ? null : coolers,
            below.Racks, below.SoleRacks, below.RacksClaimed, known ? below.DesignWatts : null, below.LiquidWatts, known ? below.SoleWatts : null,
            limit == 0 ? null : [.. below.Nodes.Take(limit).Select(cooled => new CooledRow(graph.PathOf(cooled.Node), graph.KindOf(cooled.Node).ToString(), cooled.IsSole))],
            limit > 0 && below.Nodes.Length > limit ? true : null);
    }
}

/// <summary>One thing that is cooled.</summary>
/// <param name="Path">Where.</param>
/// <param name="Kind">Kind.</param>
/// <param name="IsSole">Whether nothing else cools it.</param>
public sealed record CooledRow(string Path, string Kind, bool IsSole);
