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
            .WithSummary("The fleet, or what is below a place, as CSV of a kind (racks, assets, placements or feeds)")
            .Produces<string>(200, "text/csv").ProducesProblem(400).ProducesProblem(404);

    private static async Task<IResult> ExportAsync(
        HttpContext context, CurrentFleet fleet, FileSpool spool, string? under = null, string? format = null, string? kind = null)
    {
        if (format is not "csv")
        {
            return Problems.BadRequest("format is csv.");
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
}
