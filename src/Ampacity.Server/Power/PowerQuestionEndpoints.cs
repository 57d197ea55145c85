using Ampacity.Fleet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/power/path</c> and <c>/below</c>: where power comes from, and where it goes.</summary>
internal static class PowerQuestionEndpoints
{
    private const int PathsMax = 4096;
    private const int PathsUnsaid = 256;
    private const int RowsMax = 10_000;

    public static void MapPowerQuestions(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/fleet/v1/power/path", PathAsync).WithName("ShowPowerPath").WithTags("power")
            .WithSummary("Every way from a rack or power node up to the utility, with every rating on it")
            .Produces<PowerPathAnswer>().Produces(304).ProducesProblem(400).ProducesProblem(404);
        routes.MapGet("/api/fleet/v1/power/below", BelowAsync).WithName("ShowFedBelow").WithTags("power")
            .WithSummary("Everything that a power node feeds: racks, counts, design draw by share")
            .Produces<FedAnswer>().Produces(304).ProducesProblem(400).ProducesProblem(404);
    }

    private static async Task<IResult> PathAsync(HttpContext context, CurrentFleet fleet, string? of = null, string? limit = null)
    {
        _ = (of, limit);
        var (question, error) = await FleetQuestion.ReadAsync(context, fleet, null, "of", "limit");
        return error ?? FleetQuestion.Answer(() =>
        {
            // What is inside a rack is fed by its rack.
            var key = question!.Place("of");
            var most = question.Number("limit", PathsUnsaid, 1, PathsMax);
            return Results.Ok(PowerPathAnswer.From(question, PowerPaths.Up(question.View, key.Node, most), key.Node));
        });
    }

    private static async Task<IResult> BelowAsync(HttpContext context, CurrentFleet fleet, string? of = null, string? limit = null)
    {
        _ = (of, limit);
        var (question, error) = await FleetQuestion.ReadAsync(context, fleet, null, "of", "limit");
        return error ?? FleetQuestion.Answer(() =>
        {
            var key = question!.Place("of");
            if (key.Part > 0 || !question.Graph.KindOf(key.Node).IsPower())
            {
                throw new QuestionException($"{FleetQuestion.Short(question.Text("of")!)} is no power node: of names one, such as a UPS or a busway; `ampacity tree` shows them.");
            }

            var below = FedBelow.Of(question.View, fleet.Catalogue, key.Node);
            return Results.Ok(FedAnswer.From(question, key.Node, below, question.Number("limit", RowsMax, 1, RowsMax)));
        });
    }
}
