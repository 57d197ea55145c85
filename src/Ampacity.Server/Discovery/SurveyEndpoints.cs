using Ampacity.Fleet;
using Ampacity.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/surveys</c>: sweeps over Redfish and what they saw.</summary>
internal static class SurveyEndpoints
{
    /// <summary>How many target texts one survey takes; each may be a whole range.</summary>
    private const int MostTargets = 1000;

    private const string AsksAddresses = "A sweep asks addresses, not places: it cannot be narrowed to a scope.";

    public static void MapSurveys(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/fleet/v1/surveys", BeginAsync).WithName("BeginSurvey").WithTags("surveys")
            .WithSummary("Begins a sweep over BMCs; reads only").Produces<SurveyProgress>(202).ProducesProblem(400).ProducesProblem(403).ProducesProblem(409);
        routes.MapGet("/api/fleet/v1/surveys/progress", Progress).WithName("ShowSurveyProgress").WithTags("surveys")
            .WithSummary("How far the sweep is").Produces<SurveyProgress>().ProducesProblem(403).ProducesProblem(404);
        routes.MapGet("/api/fleet/v1/surveys/latest", LatestAsync).WithName("ShowLatestSurvey").WithTags("surveys")
            .WithSummary("What the newest survey saw").Produces<SurveyAnswer>().ProducesProblem(404);
    }

    private static async Task<IResult> BeginAsync(HttpContext context, SurveyRunner runner, FactStore store, SurveyRequest request)
    {
        if (FleetRequest.RefuseNarrowed(context, AsksAddresses) is { } refused)
        {
            return refused;
        }

        if (request.Targets is not { Count: > 0 and <= MostTargets } || request.Targets.Contains(null!))
        {
            return Problems.BadRequest($"targets names 1 to {MostTargets} addresses or ranges, such as 10.1.0.0/24 or 10.1.0.5-10.1.0.40.");
        }

        var targets = new List<SurveyTarget>();
        try
        {
            foreach (var text in request.Targets)
            {
                // Counted as they come: a thousand texts of a /16 each are 65 million targets.
                targets.AddRange(SurveyTargets.Parse(text, request.Port, request.Scheme));
                if (targets.Count > SurveyTargets.MaxTargets)
                {
                    return Problems.BadRequest(
                        $"The targets up to {text} are {targets.Count} addresses; one sweep takes {SurveyTargets.MaxTargets}. Sweep a part at a time.");
                }
            }
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            return Problems.BadRequest(error.Message);
        }

        if (await runner.AccountAsync(context.RequestAborted) is not { } account)
        {
            return Problems.BadRequest("No account for BMCs is set: ampacity credentials set <user> --password-stdin");
        }

        if (!runner.TryBegin(targets, account, request.By ?? "unknown", request.TrustOnFirstUse))
        {
            return Problems.Conflict("A survey is under way: wait for it, GET /api/fleet/v1/surveys/progress says how far it is.");
        }

        // The sweep runs whether or not the asker still waits, so it is audited in any case.
        await store.AppendAuditAsync(
            request.By ?? "unknown",
            request.TrustOnFirstUse ? "survey, trusting new certificates" : "survey",
            string.Join(' ', request.Targets), CancellationToken.None);
        return Results.Accepted("/api/fleet/v1/surveys/progress", runner.Progress);
    }

    private static IResult Progress(HttpContext context, SurveyRunner runner) =>
        FleetRequest.RefuseNarrowed(context, AsksAddresses) is { } refused ? refused
        : runner.Progress is { } progress ? Results.Ok(progress) : Problems.NotFound("A sweep", "None was begun since this server started.");

    private static async Task<IResult> LatestAsync(HttpContext context, CurrentFleet fleet, Surveys surveys)
    {
        var (view, error) = await FleetRequest.ViewAsync(context, fleet);
        if (view is null)
        {
            return error!;
        }

        if (await surveys.LatestAsync(context.RequestAborted) is not { } survey)
        {
            return Problems.NotFound("A survey", "Make one: ampacity discover <addresses>.");
        }

        return Results.Ok(SurveyAnswer.Of(view, survey));
    }
}

/// <summary>A sweep to make.</summary>
/// <param name="Targets">Addresses, ranges (first-last) or CIDR blocks.</param>
/// <param name="Port">Port of every BMC.</param>
/// <param name="Scheme">https, or http for simulators.</param>
/// <param name="By">Who looks.</param>
/// <param name="TrustOnFirstUse">Trust the certificate that each BMC shows now, and pin it: for BMCs with certificates of their own making.</param>
public sealed record SurveyRequest(
    IReadOnlyList<string> Targets, int Port = 443, string Scheme = "https", string? By = null, bool TrustOnFirstUse = false);
