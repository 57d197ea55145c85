using Ampacity.Records;
using Ampacity.Tsdb;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/backup</c>: everything as one tar, while the server goes on.</summary>
internal static class BackupEndpoints
{
    public static void MapBackup(this IEndpointRouteBuilder routes, string dataFolder)
    {
        routes.MapGet("/api/fleet/v1/backup", (HttpContext context, FactStore records, SampleStore samples, TimeProvider time) =>
        {
            if (FleetRequest.RefuseNarrowed(context, "A backup holds the whole fleet and every sample: it cannot be narrowed to a scope.") is { } refused)
            {
                return refused;
            }

            return Results.Stream(
                output => BackupArchive.WriteAsync(
                    dataFolder, records, samples, time.GetUtcNow().ToUnixTimeMilliseconds(), output, context.RequestAborted),
                "application/x-tar",
                "ampacity-backup.tar");
        }).WithName("Backup").WithTags("backup").WithSummary("Inventory, samples, keys and imported SKUs as one tar, consistent, while serving")
            .Produces(200, contentType: "application/x-tar").ProducesProblem(403);
    }
}
