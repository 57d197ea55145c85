using System.Globalization;
using Ampacity.Fleet;
using Ampacity.Records;
using Microsoft.AspNetCore.Http;

namespace Ampacity.Server;

/// <summary>What every write to the inventory answers: the report with its revision as ETag, or who came between.</summary>
internal static class ChangeAnswer
{
    /// <summary>Plans and carries out under <c>If-Match</c>, audits, and answers.</summary>
    /// <param name="context">The request.</param>
    /// <param name="fleet">What is changed.</param>
    /// <param name="store">Where it is audited.</param>
    /// <param name="verb">Of the audit.</param>
    /// <param name="what">Of the audit.</param>
    /// <param name="author">Who changes.</param>
    /// <param name="dryRun">Plan only.</param>
    /// <param name="plan">Works the change out.</param>
    /// <param name="skus">Files of SKUs that it brings along; null for none.</param>
    /// <param name="answer">What is answered beside the change report; null for the report alone.</param>
    /// <exception cref="FeedLoopException">The feeds would hold a loop.</exception>
    public static async Task<IResult> OfAsync(
        HttpContext context, CurrentFleet fleet, FactStore store, string verb, string what, string author, bool dryRun,
        Func<FleetTimeline, long, ChangePlan> plan, IReadOnlyList<(string Name, string Text)>? skus = null, Func<ChangeReport, object>? answer = null)
    {
        if (!TryIfMatch(context, out var expected))
        {
            return Problems.BadRequest("If-Match takes one revision as an answer's ETag gave it, such as W/\"change_12\".");
        }

        try
        {
            var outcome = await fleet.ChangeAsync(plan, expected, dryRun, context.RequestAborted, skus);
            if (outcome.Plan.Errors.Count > 0)
            {
                return Problems.Files(outcome.Plan.Errors);
            }

            if (outcome.Recorded is { } recorded)
            {
                await store.AppendAuditAsync(author, verb, $"{recorded.Id}: {(what.Length > 500 ? what[..500] : what)}", CancellationToken.None);
            }

            context.Response.Headers.ETag = $"W/\"{outcome.Recorded?.Id ?? outcome.BasedOn}\"";
            var report = ChangeReport.Of(outcome, dryRun, fleet.Catalogue);
            return Results.Ok(answer is null ? report : answer(report));
        }
        catch (ChangeConflictException error)
        {
            return expected is null
                ? Problems.Conflict(error.Message)
                : Results.Problem(error.Message, statusCode: StatusCodes.Status412PreconditionFailed, title: "Somebody else changed it meanwhile");
        }
        catch (RecordStoreException error)
        {
            return Problems.Unavailable(error.Message);
        }
    }

    private static bool TryIfMatch(HttpContext context, out ChangeSetId? expected)
    {
        expected = null;
        var text = context.Request.Headers.IfMatch.ToString();
        if (text.Length == 0 || text == "*")
        {
            return true;
        }

        var tag = (text.StartsWith("W/", StringComparison.Ordinal) ? text[2..] : text).Trim('"');
        if (!tag.StartsWith("change_", StringComparison.Ordinal)
            || !long.TryParse(tag.AsSpan("change_".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        expected = new ChangeSetId(number);
        return true;
    }
}
