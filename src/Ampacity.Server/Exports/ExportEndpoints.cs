using System.Text;
using Ampacity.Fleet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/export</c>: the inventory as files that an import reads back as no change.</summary>
internal static class ExportEndpoints
{
    public static void MapExports(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/fleet/v1/export", ExportAsync).WithName("Export").WithTags("exports")
            .WithSummary("The fleet, or what is below a place, as a fleet file, or as CSV of a kind (racks, assets, placements or feeds)")
            .Produces<string>(200, "application/yaml").Produces<string>(200, "text/csv").ProducesProblem(400).ProducesProblem(404);

    private static async Task<IResult> ExportAsync(
        HttpContext context, CurrentFleet fleet, FileSpool spool, string? under = null, string? format = null, string? kind = null)
    {
        if (FleetQuestion.RefuseUnknown(context, "under", "format", "kind", "asOf", "knownAt") is { } unknown)
        {
            return unknown;
        }

        if (format is null or "yaml")
        {
            return await FleetFileAsync(context, fleet, under, kind);
        }

        if (format is not "csv")
        {
            return Problems.BadRequest("format is yaml or csv.");
        }

        if (!CsvKinds.TryParse(kind, out var rows))
        {
            return Problems.BadRequest($"kind is {CsvKinds.Words}.");
        }

        var (view, error) = await FleetRequest.ViewAsync(context, fleet);
        if (view is null)
        {
            return error!;
        }

        var root = -1;
        if (under is { Length: > 0 })
        {
            if (!view.TryFind(under.Trim('/'), out var place) || place.Part != 0)
            {
                return Problems.NotFound(under, "GET /api/fleet/v1/places, or `ampacity tree`, lists what is there; an export is of a rack or what is above it.");
            }

            root = place.Node;
        }

        // Millions of rows go to disk first: they are made at the disk's pace, not at that of somebody's network.
        var file = spool.Make();
        try
        {
            await Task.Run(
                () =>
                {
                    using var text = new StreamWriter(file, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
                    CsvExport.Write(rows, view, root, text);
                },
                context.RequestAborted);
            file.Position = 0;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }

        context.Response.Headers.ETag = $"W/\"{view.Graph.Revision}\"";
        return Results.Stream(file, "text/csv; charset=utf-8", $"{rows.Word()}.csv");
    }

    // What a fleet file cannot say stands in comments at its head: nothing is left out in silence.
    private static async Task<IResult> FleetFileAsync(HttpContext context, CurrentFleet fleet, string? under, string? kind)
    {
        if (kind is not null)
        {
            return Problems.BadRequest("kind is for format=csv: a fleet file has everything in it.");
        }

        if (context.Request.Query.ContainsKey("asOf") || context.Request.Query.ContainsKey("knownAt"))
        {
            return Problems.BadRequest("A fleet file is exported as of now: applied, it begins now. Use format=csv to look at another time.");
        }

        var ledger = fleet.Timeline.Ledger;
        var (view, error) = await FleetRequest.ViewAsync(context, fleet);
        if (view is null)
        {
            return error!;
        }

        var place = under is { Length: > 0 } ? under.Trim('/') : DeclaredFile.WholeFleet;
        if (FleetFileWriter.Write(view, ledger, place) is not { } file)
        {
            return Problems.NotFound(place, "A fleet file is of a site, a building or a hall; GET /api/fleet/v1/places lists them.");
        }

        var omitted = string.Concat(file.Omitted.Select(line => $"# left out: {line}\n"));
        context.Response.Headers.ETag = $"W/\"{view.Graph.Revision}\"";
        return Results.Text(omitted + file.Text, "application/yaml; charset=utf-8", Encoding.UTF8);
    }
}
