using Ampacity.Samples;
using Ampacity.Tsdb;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary>What an operator asks of the sample store itself.</summary>
internal static class StorageEndpoints
{
    public static void MapStorage(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/v1/admin/tsdb/flush", FlushAsync).WithTags("Prometheus").WithName("FlushSamples")
            .WithSummary("Writes what is in memory into a block and gives the journal's space back").DisableAntiforgery();

    // A seal is not ended half-way because its caller went away: it would only have to be done again.
    private static async Task<IResult> FlushAsync(SampleStore store)
    {
        try
        {
            await store.FlushAsync(CancellationToken.None);
            return Results.NoContent();
        }
        catch (SeriesStoreException error)
        {
            return Results.Problem(error.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
