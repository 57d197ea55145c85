using Ampacity.Fleet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/counts</c>: racks, trays, accelerators and design draw by what they have in common.</summary>
internal static class CountEndpoints
{
    public static void MapCounts(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/fleet/v1/counts", CountAsync).WithName("Count").WithTags("counts")
            .WithSummary("Racks, trays, accelerators and design draw by one or two of state, sku, vendor, programme, tenant, operator, owner, "
                + "site, building, hall, row; or all nodes by kind")
            .Produces<CountAnswer>().ProducesProblem(400).ProducesProblem(404);

    private static async Task<IResult> CountAsync(HttpContext context, CurrentFleet fleet, string? by = null, string? under = null)
    {
        _ = (by, under); // Read below; named here for the description.
        var (question, error) = await FleetQuestion.ReadAsync(context, fleet, null, "by", "under");
        return error ?? FleetQuestion.Answer(() =>
        {
            CountBy[] dimensions = [.. question!.Values("by").Select(Dimension)];
            if (dimensions.Length > 2 || dimensions.Distinct().Count() < dimensions.Length || (dimensions.Length == 2 && dimensions.Contains(CountBy.Kind)))
            {
                throw new QuestionException("by takes one or two different properties, and kind only alone.");
            }

            var node = -1;
            if (question.Text("under") is not null)
            {
                var place = question.Place("under");
                node = place.Part == 0 ? place.Node : throw new QuestionException("under names a place down to the rack, not one inside it.");
            }

            var counts = FleetCounts.Of(question.View, fleet.Catalogue, node, dimensions);
            return Results.Ok(new CountAnswer(
                CountRow.Of(counts.Total, []),
                [.. dimensions.Select(dimension => PlaceRow.Camel(dimension.ToString()))],
                [.. counts.Groups.Select(group => CountRow.Of(group, dimensions))],
                [.. counts.Claims.Select(claim => new ClaimRow(PlaceRow.Camel(claim.Kind.ToString()), claim.Racks, claim.Watts))],
                question.AtMs, question.Graph.Revision.ToString()));
        });
    }

    private static CountBy Dimension(string text) =>
        char.IsAsciiLetter(text[0]) && Enum.TryParse<CountBy>(text, ignoreCase: true, out var by) && Enum.IsDefined(by)
            ? by
            : throw new QuestionException(
                $"'{FleetQuestion.Short(text)}' is nothing to count by; these are: {string.Join(", ", Enum.GetNames<CountBy>().Select(PlaceRow.Camel))}.");
}
