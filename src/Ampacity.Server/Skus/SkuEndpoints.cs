using Ampacity.Fleet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/skus</c>: what can be pinned, with every claim about it.</summary>
internal static class SkuEndpoints
{
    public static void MapSkus(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/fleet/v1/skus", ListAsync).WithName("ListSkus").WithTags("skus")
            .WithSummary("SKU revisions of the catalogue").Produces<Page<SkuRow>>().Produces(304).ProducesProblem(400);
        routes.MapGet("/api/fleet/v1/skus/{**sku}", ShowAsync).WithName("ShowSku").WithTags("skus")
            .WithSummary("One SKU revision, such as nvidia/gb200-nvl72@1, with its claims and its build")
            .Produces<SkuRow>().Produces(304).ProducesProblem(404);
    }

    private static async Task<IResult> ListAsync(HttpContext context, CurrentFleet fleet, string? kind = null, string? vendor = null)
    {
        _ = (kind, vendor);
        var (question, error) = await FleetQuestion.ReadAsync(context, fleet, null, "kind", "vendor");
        return error ?? FleetQuestion.Answer(() =>
        {
            var (kinds, vendors) = (question!.Values("kind"), question.Values("vendor"));
            return Results.Ok(question.Page<SkuRow>([.. fleet.Catalogue.Skus
                .Where(sku => kinds.Length == 0 || kinds.Contains(sku.Kind.ToString(), StringComparer.OrdinalIgnoreCase))
                .Where(sku => vendors.Length == 0 || vendors.Contains(sku.Revision.Id.Vendor, StringComparer.Ordinal))
                .Select(sku => SkuRow.Of(sku, null))]));
        });
    }

    private static async Task<IResult> ShowAsync(HttpContext context, CurrentFleet fleet, string sku)
    {
        var (question, error) = await FleetQuestion.ReadAsync(context, fleet, null);
        return error ?? FleetQuestion.Answer(() =>
        {
            if (!SkuRevision.TryParse(sku, out var revision) || !fleet.Catalogue.TryFind(revision, out var found))
            {
                return Problems.NotFound(FleetQuestion.Short(sku), "GET /api/fleet/v1/skus lists the catalogue.");
            }

            var racks = 0;
            foreach (var node in question!.Graph.Places.Order)
            {
                racks += question.Graph.NodeOf(node)!.Sku == sku && question.View.Sees(node) ? 1 : 0;
            }

            return Results.Ok(SkuRow.Of(found, racks));
        });
    }
}

/// <summary>A SKU revision. Absent values are left out of the JSON.</summary>
/// <param name="Sku">Id and revision.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Title">Its name in the trade.</param>
/// <param name="Height">Height in rack units, such as 48 RU.</param>
/// <param name="WidthMeters">Width, m.</param>
/// <param name="DesignWatts">What planners provide at its input, W.</param>
/// <param name="Racks">Visible racks that pin it; only of the one SKU asked for.</param>
/// <param name="Claims">Every claim about it.</param>
/// <param name="Build">What sits in it; only of the one SKU asked for.</param>
public sealed record SkuRow(
    string Sku, string Kind, string Title, string? Height, double? WidthMeters, double? DesignWatts, int? Racks,
    IReadOnlyList<Claim> Claims, IReadOnlyList<BuildRow>? Build)
{
    internal static SkuRow Of(Sku sku, int? racks) => new(
        sku.Revision.ToString(), sku.Kind.ToString(), sku.Title, sku.Height?.ToString(), sku.Width?.Value, sku.DesignWatts?.Value, racks, sku.Claims,
        racks is null ? null : [.. sku.Build.Select(item => new BuildRow(
            PlaceRow.Camel(item.Kind.ToString()), item.First, item.Last, item.Child.ToString(), item.NamePattern, item.ComponentPattern))]);
}

/// <summary>One line of a build.</summary>
/// <param name="In">slot or socket.</param>
/// <param name="First">First rack unit, or first socket.</param>
/// <param name="Last">Last one.</param>
/// <param name="Sku">What sits there.</param>
/// <param name="Name">How places are named; <c>{n}</c> is the number.</param>
/// <param name="Component">How telemetry names what sits there.</param>
public sealed record BuildRow(string In, int First, int Last, string Sku, string Name, string? Component);
