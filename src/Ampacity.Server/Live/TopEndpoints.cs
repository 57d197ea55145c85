using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/top</c>: what the fleet does now, and where it is worst.</summary>
internal static class TopEndpoints
{
    private const int RowsMax = 10_000;
    private const int UsualRows = 100;

    public static void MapTop(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/fleet/v1/top", ShowAsync).WithName("ShowTop").WithTags("places")
            .WithSummary("Power and temperature now, of all that is seen and by place, the worst first")
            .Produces<TopAnswer>().ProducesProblem(400).ProducesProblem(404);

    private static async Task<IResult> ShowAsync(
        HttpContext context, CurrentFleet fleet, LiveFleet live, string? under = null, string? by = null, string? sort = null, string? limit = null)
    {
        _ = (under, by, sort, limit);
        if (context.Request.Query.ContainsKey("asOf") || context.Request.Query.ContainsKey("knownAt"))
        {
            return Problems.BadRequest("top is about now: ask /api/v1/query about another time.");
        }

        // Ages grow without a frame or a change, so no answer is the one that the asker has.
        context.Request.Headers.IfNoneMatch = default;
        var (question, error) = await FleetQuestion.ReadAsync(context, fleet, live, "under", "by", "sort", "limit");
        return error ?? FleetQuestion.Answer(() => Results.Ok(TopQuestion.Ask(
            question!.View, question.Frame, fleet.Catalogue, question.Text("under") is null ? null : question.Place("under"),
            Word(question, "by", TopGroup.Rack), Word(question, "sort", TopSort.Power), question.Number("limit", UsualRows, 0, RowsMax), fleet.NowMs)));
    }

    private static T Word<T>(FleetQuestion question, string name, T unsaid)
        where T : struct, Enum => question.Text(name) is not { } text ? unsaid
        : !char.IsAsciiDigit(text[0]) && Enum.TryParse<T>(text, ignoreCase: true, out var word) && Enum.IsDefined(word) ? word
        : throw new QuestionException($"{name} is one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}, not '{FleetQuestion.Short(text)}'.");
}
