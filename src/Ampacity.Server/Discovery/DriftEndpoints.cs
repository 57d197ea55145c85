using Ampacity.Fleet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/drift</c>: intent against what the surveys show together, of every address the newest look.</summary>
internal static class DriftEndpoints
{
    public static void MapDrift(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/fleet/v1/drift", ShowAsync).WithName("ShowDrift").WithTags("drift")
            .WithSummary("Where intent and the newest survey disagree").Produces<DriftAnswer>().ProducesProblem(404);

    private static async Task<IResult> ShowAsync(HttpContext context, CurrentFleet fleet, Surveys surveys)
    {
        var (view, error) = await FleetRequest.ViewAsync(context, fleet);
        if (view is null)
        {
            return error!;
        }

        if (await surveys.PictureAsync(keepSilent: false, context.RequestAborted) is not { } survey)
        {
            return Problems.NotFound("A survey", "Make one: ampacity discover <addresses>.");
        }

        var drift = DriftFinder.Compare(view, survey);
        return Results.Ok(new DriftAnswer(
            drift.SurveyBeganMs,
            drift.SurveyEndedMs,
            drift.Matched,
            view.Graph.Revision.ToString(),
            [.. drift.Rows.Select(row => new DriftAnswerRow(
                char.ToLowerInvariant(row.Kind.ToString()[0]) + row.Kind.ToString()[1..], row.Place, row.Expected, row.Seen, row.Address, row.Evidence))]));
    }
}

/// <summary>Where intent and a survey disagree.</summary>
/// <param name="SurveyBeganMs">When the survey began, UTC milliseconds.</param>
/// <param name="SurveyEndedMs">When it ended.</param>
/// <param name="Matched">BMCs that are as they should be.</param>
/// <param name="Revision">Newest change set of the intent.</param>
/// <param name="Rows">Disagreements, by place.</param>
public sealed record DriftAnswer(long SurveyBeganMs, long SurveyEndedMs, int Matched, string Revision, IReadOnlyList<DriftAnswerRow> Rows);

/// <summary>One disagreement.</summary>
/// <param name="Kind">What disagrees, such as serialDiffers.</param>
/// <param name="Place">Where; empty if no place is known.</param>
/// <param name="Expected">What intent says.</param>
/// <param name="Seen">What was seen.</param>
/// <param name="Address">BMC that was asked.</param>
/// <param name="Evidence">Why this is believed.</param>
public sealed record DriftAnswerRow(string Kind, string Place, string? Expected, string? Seen, string? Address, string Evidence);
