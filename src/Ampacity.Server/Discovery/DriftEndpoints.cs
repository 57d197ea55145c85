using System.Globalization;
using Ampacity.Fleet;
using Ampacity.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/drift</c>: intent against what the surveys show together, of every address the newest look; and accepting it.</summary>
internal static class DriftEndpoints
{
    private const int IdsMax = 20_000;

    public static void MapDrift(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/fleet/v1/drift", ShowAsync).WithName("ShowDrift").WithTags("drift")
            .WithSummary("Where intent and the surveys disagree").Produces<DriftAnswer>().ProducesProblem(400).ProducesProblem(404);
        routes.MapPost("/api/fleet/v1/drift/{id}/accept", AcceptOneAsync).WithName("AcceptDrift").WithTags("drift")
            .WithSummary("Records what a drift proposes, as a change set that can be undone").Produces<ChangeReport>()
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422);
        routes.MapPost("/api/fleet/v1/drift/accept", AcceptManyAsync).WithName("AcceptDrifts").WithTags("drift")
            .WithSummary("Records what many drifts propose, in one change set").Produces<ChangeReport>()
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, CurrentFleet fleet, DriftBook book, string? place = null, string? kind = null, string? limit = null, string? after = null)
    {
        if (FleetQuestion.RefuseUnknown(context, "place", "kind", "limit", "after", "asOf", "knownAt") is { } unknown)
        {
            return unknown;
        }

        var (view, error) = await FleetRequest.ViewAsync(context, fleet);
        if (view is null)
        {
            return error!;
        }

        if (await book.OfAsync(view, context.RequestAborted) is not { } state)
        {
            return NoSurvey();
        }

        return FleetQuestion.Answer(() =>
        {
            var most = limit is { Length: > 0 } said ? int.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= DriftAnswer.RowsMax ? number
                : throw new QuestionException($"limit is a whole number from 1 to {DriftAnswer.RowsMax}, not '{FleetQuestion.Short(said)}'.") : DriftAnswer.RowsMax;
            var filter = Filter(place, kind);

            // No difference at a place that is not there is no good news; where a drift is of another time than the view, its rows know the place.
            if (filter.Place is { } asked && !view.TryFind(asked, out _) && !state.Report.Rows.Any(filter.Takes))
            {
                throw QuestionException.Missing(asked);
            }

            context.Response.Headers.Vary = FleetRequest.ScopeHeader;
            context.Response.Headers.ETag = state.Tag;
            return Results.Ok(DriftAnswer.Of(state, filter, string.IsNullOrEmpty(after) ? null : after, most));
        });
    }

    /// <summary>Reads a place and kinds with commas between.</summary>
    /// <exception cref="QuestionException">A kind is none.</exception>
    internal static DriftFilter Filter(string? place, string? kinds)
    {
        var asked = new List<DriftKind>();
        foreach (var word in (kinds ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            asked.Add(!char.IsAsciiDigit(word[0]) && Enum.TryParse<DriftKind>(word, ignoreCase: true, out var kind) && Enum.IsDefined(kind) ? kind
                : throw new QuestionException($"'{FleetQuestion.Short(word)}' is no kind of drift; there are {string.Join(", ", Enum.GetNames<DriftKind>().Select(DriftAnswerRow.Word))}."));
        }

        return new DriftFilter(string.IsNullOrWhiteSpace(place) ? null : place.Trim('/', ' '), asked);
    }

    private static Task<IResult> AcceptOneAsync(HttpContext context, CurrentFleet fleet, FactStore store, DriftBook book, string id, AcceptRequest request)
    {
        var fingerprints = request.Fingerprint is { } shown ? new Dictionary<string, string>(StringComparer.Ordinal) { [id] = shown } : null;
        return AcceptAsync(context, fleet, store, book, request.Author, request.Reason, request.DryRun, new DriftChoice([id], null, fingerprints, request.Place));
    }

    private static async Task<IResult> AcceptManyAsync(HttpContext context, CurrentFleet fleet, FactStore store, DriftBook book, AcceptManyRequest request)
    {
        if (request.Ids is null && request.Kind is null && request.Place is null && !request.All)
        {
            return Problems.BadRequest("Say which: ids, or kind, or place, or all.");
        }

        if (request.Ids?.Count > IdsMax)
        {
            return Problems.BadRequest($"ids holds at most {IdsMax}.");
        }

        try
        {
            var filter = Filter(request.Place, request.Kind);
            return await AcceptAsync(context, fleet, store, book, request.Author, request.Reason, request.DryRun, new DriftChoice(request.Ids, filter, request.Fingerprints, null));
        }
        catch (QuestionException error)
        {
            return Problems.BadRequest(error.Message);
        }
    }

    private static async Task<IResult> AcceptAsync(
        HttpContext context, CurrentFleet fleet, FactStore store, DriftBook book, string? author, string? reason, bool dryRun, DriftChoice choice)
    {
        if (FleetRequest.RefuseNarrowed(context, "A change is checked against the whole fleet: it cannot be narrowed to a scope.") is { } refused)
        {
            return refused;
        }

        if (string.IsNullOrWhiteSpace(author) || author.Length > FactStore.AuthorCharsMax || reason?.Length > FactStore.ReasonCharsMax)
        {
            return Problems.BadRequest($"author says who changes the inventory, in up to {FactStore.AuthorCharsMax} characters; reason takes up to {FactStore.ReasonCharsMax}.");
        }

        if (await book.SeenAsync(context.RequestAborted) is not { } seen)
        {
            return NoSurvey();
        }

        // An ETag of the drift names the survey that was shown, too; the revision in it is checked as for every write.
        if (context.Request.Headers.IfMatch.ToString() is { Length: > 0 } match && match.IndexOf(".s", StringComparison.Ordinal) is var dot and > 0)
        {
            var survey = FormattableString.Invariant($".s{seen.Picture.BeganAt.ToUnixTimeMilliseconds()}\"");
            if (!match.EndsWith(survey, StringComparison.Ordinal))
            {
                return Moved("A newer survey stands since the drift was shown. Look at it again, and accept what is there now.");
            }

            context.Request.Headers.IfMatch = match[..dot] + "\"";
        }

        try
        {
            return await ChangeAnswer.OfAsync(
                context, fleet, store, "accept drift", choice.ToString(), author, dryRun,
                (timeline, nowMs) => choice.Plan(timeline, seen, fleet.Catalogue, author, reason, nowMs));
        }
        catch (DriftMovedException error)
        {
            return error.IsMissing ? Problems.NotFound(error.Message, "`ampacity drift` lists what stands now.") : error.IsRefused
                ? Results.Problem(error.Message, statusCode: StatusCodes.Status422UnprocessableEntity, title: "It cannot be accepted")
                : Moved(error.Message);
        }
        catch (FeedLoopException error)
        {
            return Problems.Files([new FileError("drift", 1, choice.ToString(), "feed-loop", error.Message)]);
        }
    }

    private static IResult Moved(string detail) => Results.Problem(detail, statusCode: StatusCodes.Status412PreconditionFailed, title: "Intent or survey moved on meanwhile");

    private static IResult NoSurvey() => Problems.NotFound("A survey", "Make one: ampacity discover <addresses>.");
}

/// <summary>Accepts one drift.</summary>
/// <param name="Author">Who changes.</param>
/// <param name="Reason">Why.</param>
/// <param name="DryRun">Plan only.</param>
/// <param name="Fingerprint">The drift's as shown; refused if it is another by now.</param>
/// <param name="Place">Where a stranger stands; left out, where the drift guesses it.</param>
public sealed record AcceptRequest(string? Author, string? Reason = null, bool DryRun = false, string? Fingerprint = null, string? Place = null);

/// <summary>Accepts many drifts in one change set: those named, or all that can be accepted of a kind or below a place.</summary>
/// <param name="Author">Who changes.</param>
/// <param name="Ids">Names of drifts; left out, all that the rest selects.</param>
/// <param name="Kind">Kinds, with commas between.</param>
/// <param name="Place">Only below this path.</param>
/// <param name="All">Every one that can be accepted.</param>
/// <param name="Reason">Why.</param>
/// <param name="DryRun">Plan only.</param>
/// <param name="Fingerprints">Those of the drifts as shown, by name; one that is another by now refuses all.</param>
public sealed record AcceptManyRequest(
    string? Author, IReadOnlyList<string>? Ids = null, string? Kind = null, string? Place = null, bool All = false, string? Reason = null, bool DryRun = false,
    IReadOnlyDictionary<string, string>? Fingerprints = null);
