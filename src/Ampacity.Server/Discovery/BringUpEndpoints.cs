using Ampacity.Fleet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/bring-up/…</c>: what is known of a rack as it is brought up.</summary>
internal static class BringUpEndpoints
{
    public static void MapBringUp(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/fleet/v1/bring-up/{**rack}", ShowAsync).WithName("ShowBringUp").WithTags("drift")
            .WithSummary("Is a rack complete, right, and healthy: each check pass, fail or not verifiable, with evidence").Produces<BringUpAnswer>().ProducesProblem(404);

    private static async Task<IResult> ShowAsync(HttpContext context, CurrentFleet fleet, DriftBook drift, LiveFleet live, string rack)
    {
        var (view, error) = await FleetRequest.ViewAsync(context, fleet);
        if (view is null)
        {
            return error!;
        }

        return await BringUpAnswer.OfAsync(view, drift, FleetRequest.FrameFor(context, live), fleet.Catalogue, rack, context.RequestAborted) is { } answer
            ? Results.Ok(answer)
            : Problems.NotFound($"A rack {FleetQuestion.Short(rack)} with a survey", "`ampacity tree` lists the racks, `ampacity discover` makes a survey.");
    }
}

/// <summary>What is known of a rack as it is brought up.</summary>
/// <param name="Rack">Path of the rack.</param>
/// <param name="Sku">SKU revision that it pins.</param>
/// <param name="State">pass, fail or notVerifiable: fail if any check fails, else not verifiable if any is.</param>
/// <param name="SurveyBeganMs">When the newest survey began, UTC milliseconds.</param>
/// <param name="SurveyEndedMs">When it ended.</param>
/// <param name="Revision">Newest change set of the intent.</param>
/// <param name="Checks">Every check.</param>
public sealed record BringUpAnswer(string Rack, string? Sku, string State, long SurveyBeganMs, long SurveyEndedMs, string Revision, IReadOnlyList<BringUpCheckRow> Checks)
{
    internal static async Task<BringUpAnswer?> OfAsync(
        FleetView view, DriftBook drift, Ampacity.Topology.LiveFrame? frame, SkuCatalogue catalogue, string rack, CancellationToken cancellationToken)
    {
        if (!view.TryFind(rack.Trim('/'), out var key) || key.Part != 0 || view.Graph.KindOf(key.Node) != NodeKind.Rack
            || await ReportAsync(view, key, drift, frame, catalogue, cancellationToken) is not { } report)
        {
            return null;
        }

        return new BringUpAnswer(
            report.Rack, report.Sku, Word(report.State), report.SurveyBeganMs, report.SurveyEndedMs, view.Graph.Revision.ToString(),
            [.. report.Checks.Select(check => new BringUpCheckRow(
                check.Name, check.Question, Word(check.State), check.Summary, [.. check.Evidence.Select(line => new BringUpEvidenceRow(line.Place, Word(line.State), line.Text))]))]);
    }

    /// <summary>The report of a rack, or null if no survey was ever made.</summary>
    internal static async Task<BringUpReport?> ReportAsync(
        FleetView view, StableKey rack, DriftBook drift, Ampacity.Topology.LiveFrame? frame, SkuCatalogue catalogue, CancellationToken cancellationToken)
    {
        if (await drift.OfAsync(view, cancellationToken) is not { } state)
        {
            return null;
        }

        var design = view.Graph.BuildOf(rack.Node) is { } build ? catalogue[build.Sku].DesignWatts?.Value : null;
        return BringUpInspection.Of(rack.Node, state.Intent, state.Seen, state.Report, frame?.PowerWatts(rack), design);
    }

    private static string Word(CheckState state) => DriftAnswerRow.Word(state.ToString());
}

/// <summary>One check.</summary>
/// <param name="Name">complete, serials, components, firmware, links, leakDetectors or power.</param>
/// <param name="Question">In words.</param>
/// <param name="State">pass, fail or notVerifiable.</param>
/// <param name="Summary">The answer with numbers.</param>
/// <param name="Evidence">What it rests on: failures first, then what cannot be verified.</param>
public sealed record BringUpCheckRow(string Name, string Question, string State, string Summary, IReadOnlyList<BringUpEvidenceRow> Evidence);

/// <summary>One line of evidence.</summary>
/// <param name="Place">Path of the tray; empty for the rack as a whole.</param>
/// <param name="State">pass, fail or notVerifiable.</param>
/// <param name="Text">In words.</param>
public sealed record BringUpEvidenceRow(string Place, string State, string Text);
