using Ampacity.Fleet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/places</c>: the tree, and one place with what is directly below it.</summary>
internal static class PlaceEndpoints
{
    /// <summary>Most rows of one page: a row is about 300 bytes of JSON, so a page stays below 3 MB.</summary>
    private const int PageRows = 10_000;

    public static void MapPlaces(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/fleet/v1/places", ListAsync).WithName("ListPlaces").WithTags("places")
            .WithSummary("Places, power and cooling nodes, depth first")
            .Produces<Page<PlaceRow>>().ProducesProblem(400).ProducesProblem(404);
        routes.MapGet("/api/fleet/v1/places/{**path}", ShowAsync).WithName("ShowPlace").WithTags("places")
            .WithSummary("One place and what is directly below it, inside racks too")
            .Produces<Page<PlaceRow>>().ProducesProblem(404);
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, CurrentFleet fleet, LiveFleet live, string? under = null, string? kind = null, bool parts = false, string? after = null)
    {
        var (view, error) = await FleetRequest.ViewAsync(context, fleet);
        if (view is null)
        {
            return error!;
        }

        var start = default(StableKey);
        if (under is { Length: > 0 } && !view.TryFind(under, out start))
        {
            return Missing(under);
        }

        var keys = under is { Length: > 0 }
            ? start.Part > 0 ? Parts(view, start) : view.Below(start.Node).SelectMany(node => Node(view, node, parts))
            : view.Nodes().SelectMany(node => Node(view, node, parts));
        var frame = FleetRequest.FrameFor(context, live);
        var rows = new List<PlaceRow>();
        string? next = null;
        var skipping = after is { Length: > 0 };
        foreach (var key in keys)
        {
            if (skipping)
            {
                skipping = view.Graph.PathOf(key) != after;
                continue;
            }

            var row = PlaceRow.Of(view, fleet.Catalogue, frame, key);
            if (kind is { Length: > 0 } && !row.Kind.Equals(kind, StringComparison.OrdinalIgnoreCase)
                && !string.Equals(row.SkuKind, kind, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (rows.Count == PageRows)
            {
                next = rows[^1].Path;
                break;
            }

            rows.Add(row);
        }

        if (skipping)
        {
            return Problems.BadRequest($"after names {after}, which is not in this list: give the next of the page before.");
        }

        return Results.Ok(new Page<PlaceRow>(rows, next, view.Graph.AsOfMs, view.Graph.Revision.ToString()));
    }

    private static async Task<IResult> ShowAsync(HttpContext context, CurrentFleet fleet, LiveFleet live, string path)
    {
        var (view, error) = await FleetRequest.ViewAsync(context, fleet);
        if (view is null)
        {
            return error!;
        }

        if (!view.TryFind(path, out var key))
        {
            return Missing(path);
        }

        IEnumerable<StableKey> below = key.Part > 0 || view.Graph.BuildOf(key.Node) is not null
            ? Parts(view, key).Skip(1).Where(part => view.Graph.BuildOf(key.Node)!.Parts[part.Part].Parent == key.Part)
            : view.Below(key.Node).Where(node => view.Graph.ParentOf(node) == key.Node).Select(StableKey.Of);
        var frame = FleetRequest.FrameFor(context, live);
        PlaceRow[] rows = [.. below.Prepend(key).Select(place => PlaceRow.Of(view, fleet.Catalogue, frame, place))];
        return Results.Ok(new Page<PlaceRow>(rows, null, view.Graph.AsOfMs, view.Graph.Revision.ToString()));
    }

    private static IResult Missing(string path) => Problems.NotFound(path, "GET /api/fleet/v1/places, or `ampacity tree`, lists what is there.");

    private static IEnumerable<StableKey> Node(FleetView view, int node, bool parts) =>
        parts && view.Graph.BuildOf(node) is not null ? Parts(view, StableKey.Of(node)) : [StableKey.Of(node)];

    private static IEnumerable<StableKey> Parts(FleetView view, StableKey from)
    {
        var build = view.Graph.BuildOf(from.Node)!;
        for (var part = from.Part; part < build.Parts[from.Part].End; part++)
        {
            yield return new StableKey(from.Node, part);
        }
    }
}
