using Ampacity.Tsdb;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary>Whether the server lives, whether it can do its work, and its own metrics.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => Results.Text("ampacity lives\n")).ExcludeFromDescription();
        routes.MapGet("/readyz", (SampleStore samples, CurrentFleet fleet) => samples.Statistics is { Failure: { } failure }
            ? Results.Text($"not ready: {failure}\n", statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text($"ready: {samples.Statistics.Series} series, inventory at {fleet.Timeline.Revision}\n")).ExcludeFromDescription();
        routes.MapGet("/metrics", (SelfMetrics metrics) => Results.Text(metrics.Write(), "text/plain; version=0.0.4")).ExcludeFromDescription();
    }
}
