using Ampacity.Fleet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/places</c>: the tree, and one place with everything attached.</summary>
internal static class PlaceEndpoints
{
    /// <summary>Most rows of one page: a row is about 300 bytes of JSON, so a page stays below 3 MB.</summary>
    private const int PageRows = 10_000;

    private static readonly string[] ListParameters = ["under", .. PlaceFilterText.Parameters, "parts", "limit", "after"];

    public static void MapPlaces(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/fleet/v1/places", ListAsync).WithName("ListPlaces").WithTags("places")
            .WithSummary("Places, power, cooling and fabric nodes, depth first; every filter must hold, and of values with commas any")
            .Produces<Page<PlaceRow>>().Produces(304).ProducesProblem(400).ProducesProblem(404);
        routes.MapGet("/api/fleet/v1/places/{**path}", ShowAsync).WithName("ShowPlace").WithTags("places")
            .WithSummary("One place with everything attached, and what is directly below it, inside racks too")
            .Produces<Page<PlaceRow>>().Produces(304).ProducesProblem(400).ProducesProblem(404);
    }

    // The parameters are read by the question, which also refuses those that are unknown; they stand here for the description.
    private static async Task<IResult> ListAsync(
        HttpContext context, CurrentFleet fleet, LiveFleet live, string? under = null, string? kind = null, string? sku = null, string? vendor = null,
        string? state = null, string? programme = null, string? tenant = null, string? @operator = null, string? owner = null, string? tag = null,
        string? name = null, string? feed = null, string? cdu = null, string? parts = null, string? limit = null, string? after = null)
    {
        _ = (under, kind, sku, vendor, state, programme, tenant, @operator, owner, tag, name, feed, cdu, parts, limit, after);
        var (question, error) = await FleetQuestion.ReadAsync(context, fleet, live, ListParameters);
        return error ?? FleetQuestion.Answer(() => List(question!, fleet));
    }

    private static IResult List(FleetQuestion question, CurrentFleet fleet)
    {
        var view = question.View;
        StableKey? start = question.Text("under") is null ? null : question.Place("under");
        var filter = PlaceFilterText.Read(question);
        var parts = question.Flag("parts");
        var limit = question.Number("limit", PageRows, 1, PageRows);
        var cursor = default(PlaceCursor);
        if (question.Text("after") is { } after
            && !PlaceCursor.TryAfter(view, fleet.Timeline.Ledger, after, parts, out cursor))
        {
            throw new QuestionException($"after names {FleetQuestion.Short(after)}, which never was a place: give the next of the page before.");
        }

        var rows = new List<PlaceRow>();
        string? next = null;
        foreach (var key in PlaceWalk.Places(view, start, parts, cursor))
        {
            if (!filter.Matches(view, key))
            {
                continue;
            }

            if (rows.Count == limit)
            {
                next = rows[^1].Path;
                break;
            }

            rows.Add(PlaceRow.Of(view, fleet.Catalogue, question.Frame, key));
        }

        return Results.Ok(question.Page(rows, next));
    }

    private static async Task<IResult> ShowAsync(HttpContext context, CurrentFleet fleet, LiveFleet live, string path)
    {
        var (question, error) = await FleetQuestion.ReadAsync(context, fleet, live);
        return error ?? FleetQuestion.Answer(() =>
        {
            var view = question!.View;
            if (!view.TryFind(path, out var key))
            {
                throw QuestionException.Missing(path);
            }

            var place = PlaceRow.Of(view, fleet.Catalogue, question.Frame, key) with { Attached = PlaceAttachments.Of(view, fleet.Catalogue, key) };
            return Results.Ok(question.Page<PlaceRow>(
                [place, .. PlaceWalk.Children(view, key).Select(below => PlaceRow.Of(view, fleet.Catalogue, question.Frame, below))]));
        });
    }
}
