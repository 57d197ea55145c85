using System.Globalization;
using Ampacity.Collect;
using Ampacity.Fleet;
using Ampacity.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/events</c>: leaks, trips, inputs lost, logins refused.</summary>
internal static class EventEndpoints
{
    private const int RowsMax = 10_000;

    // Rows looked through for a page of a narrowed caller or a place, so that a page of few costs no walk over everything.
    private const int LookedThroughMax = 100_000;

    public static void MapEvents(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/fleet/v1/events", ListAsync).WithName("ListEvents").WithTags("events")
            .WithSummary("What happened to hardware, newest first: leaks, trips, inputs lost, logins refused, with evidence")
            .Produces<Page<EventAnswer>>().ProducesProblem(400);

    private static async Task<IResult> ListAsync(
        HttpContext context, CurrentFleet fleet, FactStore store, string? kind = null, string? severity = null, string? bmc = null, string? under = null,
        string? limit = null, string? after = null)
    {
        if (FleetQuestion.RefuseUnknown(context, "kind", "severity", "bmc", "under", "limit", "after", "asOf", "knownAt") is { } unknown)
        {
            return unknown;
        }

        var count = 200;
        var before = long.MaxValue;
        if (limit is not null && !(int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is >= 1 and <= RowsMax))
        {
            return Problems.BadRequest($"limit is a number from 1 to {RowsMax}.");
        }

        if (after is not null && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out before))
        {
            return Problems.BadRequest("after is the next of the page before.");
        }

        if (!TryWord<BmcEventKind>(kind, out var kindWord) || !TryWord<EventSeverity>(severity, out var severityWord))
        {
            return Problems.BadRequest(
                $"kind is one of {string.Join(", ", Enum.GetNames<BmcEventKind>())}; severity one of {string.Join(", ", Enum.GetNames<EventSeverity>())}.");
        }

        var (view, error) = await FleetRequest.ViewAsync(context, fleet);
        if (view is null)
        {
            return error!;
        }

        var whole = view.Scope is PlaceScope.WholeFleet;
        var rows = new List<EventAnswer>();
        var looked = 0;
        string? next = null;
        while (rows.Count < count && looked < LookedThroughMax)
        {
            var part = await store.ReadEventsAsync(Math.Min(1_000, count + 1), before, kindWord, severityWord, bmc?.ToLowerInvariant(), context.RequestAborted);
            foreach (var row in part)
            {
                looked++;
                before = row.Id;
                if (Sees(view, whole, row) && IsUnder(row, under))
                {
                    rows.Add(EventAnswer.Of(row));
                    if (rows.Count == count)
                    {
                        break;
                    }
                }
            }

            next = part.Count == 0 ? null : before.ToString(CultureInfo.InvariantCulture);
            if (part.Count == 0)
            {
                break;
            }
        }

        // "Nothing happened" at a place that is not there would calm whoever slipped in its name; one that is gone still has its events.
        if (rows.Count == 0 && !string.IsNullOrEmpty(under) && !view.TryFind(under.Trim('/'), out _))
        {
            return Problems.NotFound(FleetQuestion.Short(under), "GET /api/fleet/v1/places, or `ampacity tree`, lists what is there; `ampacity find` searches.");
        }

        return Results.Ok(new Page<EventAnswer>(rows, next, fleet.NowMs, view.Graph.Revision.ToString()));
    }

    // What nobody declared is seen by those who see everything.
    private static bool Sees(FleetView view, bool whole, EventRow row) =>
        whole || (row.Bmc.Length > 0 ? view.Graph.Assets.By(IdentifierKind.Mac, row.Bmc)?.Place is { } place && view.Sees(place.Node) : view.TryFind(row.Place, out var at) && view.Sees(at.Node));

    private static bool IsUnder(EventRow row, string? under) =>
        string.IsNullOrEmpty(under) || row.Place == under.Trim('/') || row.Place.StartsWith(under.Trim('/') + "/", StringComparison.Ordinal);

    private static bool TryWord<T>(string? text, out string? word)
        where T : struct, Enum
    {
        word = null;
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        word = Array.Find(Enum.GetNames<T>(), name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        return word is not null;
    }
}

/// <summary>Something that happened.</summary>
/// <param name="Id">In order of keeping.</param>
/// <param name="AtMs">When it was seen, UTC milliseconds.</param>
/// <param name="Place">Where the BMC was declared then, or where it happened; left out if nowhere.</param>
/// <param name="Asset">The asset there; left out if none was known.</param>
/// <param name="Bmc">MAC of the BMC; empty where none has part in it.</param>
/// <param name="Component">The part; left out for the BMC itself.</param>
/// <param name="Kind">What.</param>
/// <param name="Severity">Ok, Warning or Critical.</param>
/// <param name="Source">Who saw it.</param>
/// <param name="Evidence">What was read and where.</param>
public sealed record EventAnswer(
    long Id, long AtMs, string? Place, string? Asset, string Bmc, string? Component, string Kind, string Severity, string Source, string Evidence)
{
    internal static EventAnswer Of(EventRow row) => new(
        row.Id, row.AtMs, Some(row.Place), Some(row.Asset), row.Bmc, Some(row.Component), row.Kind, row.Severity, row.Source, row.Evidence);

    private static string? Some(string text) => text.Length == 0 ? null : text;
}
