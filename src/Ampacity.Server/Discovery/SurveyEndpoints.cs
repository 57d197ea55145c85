using System.Text.Json;
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

    private static readonly TimeSpan ToldEvery = TimeSpan.FromMilliseconds(200);

    private const string AsksAddresses = "A sweep asks addresses, not places: it cannot be narrowed to a scope.";

    public static void MapSurveys(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/fleet/v1/surveys", BeginAsync).WithName("BeginSurvey").WithTags("surveys")
            .WithSummary("Begins a sweep over BMCs; reads only").Produces<SurveyProgress>(202).ProducesProblem(400).ProducesProblem(403).ProducesProblem(409);
        routes.MapGet("/api/fleet/v1/surveys/progress", Progress).WithName("ShowSurveyProgress").WithTags("surveys")
            .WithSummary("How far the sweep is; with Accept: text/event-stream until it ends").Produces<SurveyProgress>().ProducesProblem(403).ProducesProblem(404);
        routes.MapDelete("/api/fleet/v1/surveys/progress", StopAsync).WithName("StopSurvey").WithTags("surveys")
            .WithSummary("Ends the sweep; what it saw is kept, what is left can be resumed").Produces<SurveyProgress>().ProducesProblem(403).ProducesProblem(404);
        routes.MapGet("/api/fleet/v1/surveys/latest", LatestAsync).WithName("ShowLatestSurvey").WithTags("surveys")
            .WithSummary("What the newest survey saw").Produces<SurveyAnswer>().ProducesProblem(404);
    }

    private static async Task<IResult> BeginAsync(HttpContext context, SurveyRunner runner, FactStore store, CurrentFleet fleet, DriftBook drift, SurveyRequest request)
    {
        if (FleetRequest.RefuseNarrowed(context, AsksAddresses) is { } refused)
        {
            return refused;
        }

        IReadOnlyList<SurveyTarget> targets;
        var trust = request.TrustOnFirstUse;
        try
        {
            if (request.Resume)
            {
                if (await runner.TakeUnfinishedAsync(context.RequestAborted) is not { Left.Count: > 0 } unfinished)
                {
                    return Problems.NotFound("An unfinished sweep", "Begin one: ampacity discover <addresses>.");
                }

                (targets, trust) = (unfinished.Left, unfinished.Heading.TrustOnFirstUse);
            }
            else
            {
                targets = await TargetsAsync(fleet, drift, request, context.RequestAborted);
            }
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            return Problems.BadRequest(error.Message);
        }

        var book = await runner.AccountsAsync(context.RequestAborted);
        if (book.Count == 0)
        {
            return Problems.BadRequest("No account for BMCs is set: ampacity credentials set <user> --password-stdin");
        }

        if (!runner.TryBegin(targets, book, request.By ?? "unknown", trust))
        {
            return Problems.Conflict("A survey is under way: wait for it, GET /api/fleet/v1/surveys/progress says how far it is.");
        }

        // The sweep runs whether or not the asker still waits, so it is audited in any case.
        await store.AppendAuditAsync(
            request.By ?? "unknown",
            trust ? "survey, trusting new certificates" : "survey",
            request.Resume ? "resumed" : request.FromIntent ? "from intent" : request.Hosts is not null ? "a list of hosts" : string.Join(' ', request.Targets!), CancellationToken.None);
        return Results.Accepted("/api/fleet/v1/surveys/progress", runner.Progress);
    }

    // Addresses and ranges, a list of hosts, and what the inventory declares: one of them or several.
    private static async Task<IReadOnlyList<SurveyTarget>> TargetsAsync(CurrentFleet fleet, DriftBook drift, SurveyRequest request, CancellationToken cancellationToken)
    {
        if ((request.Targets?.Count ?? 0) == 0 && request.Hosts is null && !request.FromIntent)
        {
            throw new FormatException($"targets names 1 to {MostTargets} addresses or ranges, such as 10.1.0.0/24 or 10.1.0.5-10.1.0.40; or give hosts, or fromIntent.");
        }

        if (request.Targets?.Count > MostTargets || request.Targets?.Contains(null!) == true)
        {
            throw new FormatException($"targets names 1 to {MostTargets} addresses or ranges, such as 10.1.0.0/24 or 10.1.0.5-10.1.0.40.");
        }

        var targets = new List<SurveyTarget>();
        foreach (var text in request.Targets ?? [])
        {
            // Counted as they come: a thousand texts of a /16 each are 65 million targets.
            targets.AddRange(SurveyTargets.Parse(text, request.Port, request.Scheme));
            Limit(targets.Count, text);
        }

        if (request.Hosts is { } hosts)
        {
            targets.AddRange(HostList.Parse(hosts, request.Port, request.Scheme));
        }

        if (request.FromIntent)
        {
            targets.AddRange(IntendedTargets.Of(fleet.GraphAt(fleet.NowMs), await drift.SeenAsync(cancellationToken), request.Port, request.Scheme));
            if (targets.Count == 0)
            {
                throw new FormatException("No declared asset says where its BMC is (address), and no survey saw one with a declared MAC: name addresses.");
            }
        }

        Limit(targets.Count, "the list");

        // What names an account counts before what names none.
        return [.. targets.GroupBy(target => target.Address, StringComparer.OrdinalIgnoreCase).Select(group => group.FirstOrDefault(target => target.Account is not null) ?? group.First())];

        static void Limit(int count, string text)
        {
            if (count > SurveyTargets.MaxTargets)
            {
                throw new FormatException($"The targets up to {text} are {count} addresses; one sweep takes {SurveyTargets.MaxTargets}. Sweep a part at a time.");
            }
        }
    }

    private static async Task<IResult> Progress(HttpContext context, SurveyRunner runner, TimeProvider time)
    {
        if (FleetRequest.RefuseNarrowed(context, AsksAddresses) is { } refused)
        {
            return refused;
        }

        if (runner.Progress is not { } progress)
        {
            return Problems.NotFound("A sweep", "None was begun since this server started.");
        }

        if (!context.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase))
        {
            return Results.Ok(progress);
        }

        context.Response.Headers.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        SurveyProgress? told = null;
        do
        {
            progress = runner.Progress!;
            if (progress != told)
            {
                told = progress;
                await context.Response.WriteAsync($"data: {JsonSerializer.Serialize(progress, RestJson.Options)}\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }

            await Task.Delay(ToldEvery, time, context.RequestAborted);
        }
        while (told.State == SurveyState.Running);
        return Results.Empty;
    }

    private static async Task<IResult> StopAsync(HttpContext context, SurveyRunner runner, FactStore store)
    {
        if (FleetRequest.RefuseNarrowed(context, AsksAddresses) is { } refused)
        {
            return refused;
        }

        if (!await runner.StopAsync())
        {
            return Problems.NotFound("A sweep under way", "GET /api/fleet/v1/surveys/progress says how the last one ended.");
        }

        await store.AppendAuditAsync("local", "stop survey", "", CancellationToken.None);
        return Results.Ok(runner.Progress);
    }

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
/// <param name="Port">Port of every BMC that says none.</param>
/// <param name="Scheme">https, or http for simulators.</param>
/// <param name="By">Who looks.</param>
/// <param name="TrustOnFirstUse">Trust the certificate that each BMC shows now, and pin it: for BMCs with certificates of their own making.</param>
/// <param name="Hosts">A list of hosts: CSV with the columns address, port, scheme, platform, account.</param>
/// <param name="FromIntent">Where the inventory says that BMCs are, and where surveys saw declared ones.</param>
/// <param name="Resume">What an unfinished sweep did not get to; all else is as it was asked.</param>
public sealed record SurveyRequest(
    IReadOnlyList<string>? Targets = null, int Port = 443, string Scheme = "https", string? By = null, bool TrustOnFirstUse = false,
    string? Hosts = null, bool FromIntent = false, bool Resume = false);
