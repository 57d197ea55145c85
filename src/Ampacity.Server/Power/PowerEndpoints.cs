using Ampacity.Fleet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/power</c>: what every power node carries now, and what a trip would do.</summary>
internal static class PowerEndpoints
{
    /// <summary>Most nodes one question may trip: more is a site blackout, not a contingency.</summary>
    private const int MostTripped = 1000;

    public static void MapPower(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/fleet/v1/power", ShowAsync).WithName("ListPower").WithTags("power")
            .WithSummary("Power nodes with what they carry, their limit and their headroom")
            .Produces<TripAnswer>().ProducesProblem(400);
        routes.MapPost("/api/fleet/v1/power/whatif", AskAsync).WithName("AskTrip").WithTags("power")
            .WithSummary("What happens when these nodes trip; nothing is switched")
            .Produces<TripAnswer>().ProducesProblem(400).ProducesProblem(404);
    }

    private static Task<IResult> ShowAsync(HttpContext context, CurrentFleet fleet, LiveFleet live, string basis = "measured") =>
        FleetQuestion.RefuseUnknown(context, "basis", "asOf", "knownAt") is { } unknown ? Task.FromResult(unknown)
            : Enum.TryParse<DrawBasis>(basis, ignoreCase: true, out var known) && Enum.IsDefined(known)
            ? AnswerAsync(context, fleet, live, [], known)
            : Task.FromResult(Problems.BadRequest("basis is measured or design."));

    private static Task<IResult> AskAsync(HttpContext context, CurrentFleet fleet, LiveFleet live, TripRequest request) =>
        request.Trip is not { Count: > 0 and <= MostTripped } || request.Trip.Contains(null!)
            ? Task.FromResult(Problems.BadRequest($"trip names 1 to {MostTripped} power nodes by path."))
            : AnswerAsync(context, fleet, live, request.Trip, request.Basis);

    private static async Task<IResult> AnswerAsync(
        HttpContext context, CurrentFleet fleet, LiveFleet live, IReadOnlyList<string> paths, DrawBasis basis)
    {
        // In a query string a number counts as a name of an enum.
        if (!Enum.IsDefined(basis))
        {
            return Problems.BadRequest("basis is measured or design.");
        }

        var (view, error) = await FleetRequest.ViewAsync(context, fleet);
        if (view is null)
        {
            return error!;
        }

        var tripped = new HashSet<int>();
        foreach (var path in paths)
        {
            if (!view.TryFind(path, out var key))
            {
                return Problems.NotFound(path, "GET /api/fleet/v1/power, or `ampacity tree`, lists the power nodes.");
            }

            if (key.Part > 0 || !view.Graph.KindOf(key.Node).IsPower())
            {
                return Problems.BadRequest($"{path} is a {PlaceRow.Of(view, fleet.Catalogue, null, key).Kind}, not a power node: trip what feeds it.");
            }

            tripped.Add(key.Node);
        }

        return Results.Ok(TripQuestion.Ask(view, FleetRequest.FrameFor(context, live), fleet.Catalogue, tripped, basis));
    }
}

/// <summary>A what-if to ask.</summary>
/// <param name="Trip">Paths of the power nodes that trip together.</param>
/// <param name="Basis">Whose watts; measured unless said.</param>
public sealed record TripRequest(IReadOnlyList<string> Trip, DrawBasis Basis = DrawBasis.Measured);
