using Ampacity.Fleet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/fabric</c>: planes, switches, and the links of a subtree.</summary>
internal static class FabricEndpoints
{
    private const int PageRows = 10_000;

    public static void MapFabric(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/fleet/v1/fabric", ListAsync).WithName("ListFabric").WithTags("fabric")
            .WithSummary("Planes, switches, and racks with links, depth first; each with its links and scale-up domains")
            .Produces<Page<FabricRow>>().Produces(304).ProducesProblem(400).ProducesProblem(404);

    private static async Task<IResult> ListAsync(HttpContext context, CurrentFleet fleet, string? under = null, string? limit = null, string? after = null)
    {
        _ = (under, limit, after);
        var (question, error) = await FleetQuestion.ReadAsync(context, fleet, null, "under", "limit", "after");
        return error ?? FleetQuestion.Answer(() =>
        {
            var (view, graph) = (question!.View, question.Graph);
            StableKey? start = question.Text("under") is null ? null : question.Place("under");
            var most = question.Number("limit", 1000, 1, PageRows);
            var cursor = default(PlaceCursor);
            if (question.Text("after") is { } text && !PlaceCursor.TryAfter(view, fleet.Timeline.Ledger, text, false, out cursor))
            {
                throw new QuestionException($"after names {FleetQuestion.Short(text)}, which never was a place: give the next of the page before.");
            }

            var nodes = PlaceWalk.Places(view, start, false, cursor).Where(key => key.Part == 0).Select(key => (Key: key, About: graph.NodeOf(key.Node)!))
                .Where(node => node.About.Kind.IsFabric() || !node.About.Links.IsEmpty || !node.About.Domains.IsEmpty).Take(most + 1).ToArray();
            FabricRow[] rows = [.. nodes.Take(most).Select(node => new FabricRow(
                graph.PathOf(node.Key.Node), node.About.Kind.ToString(), node.About.Plane is { } plane ? PlaceRow.Camel(plane.Kind.ToString()) : null,
                node.About.Sku, LinkRow.Of(view, node.About),
                node.About.Domains.IsEmpty ? null
                    : [.. node.About.Domains.Select(domain => new DomainRow(domain.Domain, domain.Part.Length == 0 ? null : domain.Part))]))];
            return Results.Ok(question.Page(rows, nodes.Length > most ? rows[^1].Path : null));
        });
    }
}

/// <summary>A node of the fabric. Absent values are left out of the JSON.</summary>
/// <param name="Path">Where.</param>
/// <param name="Kind">Plane, Switch or Rack.</param>
/// <param name="Plane">What a plane is for: scaleUp, scaleOut, storage or management.</param>
/// <param name="Sku">What a switch or rack is.</param>
/// <param name="Links">Links to visible peers.</param>
/// <param name="Domains">Scale-up domains that a rack belongs to.</param>
public sealed record FabricRow(
    string Path, string Kind, string? Plane, string? Sku, IReadOnlyList<LinkRow>? Links, IReadOnlyList<DomainRow>? Domains);
