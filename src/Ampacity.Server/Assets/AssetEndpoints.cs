using Ampacity.Fleet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/assets</c> and <c>placements</c>: things, and where they are.</summary>
internal static class AssetEndpoints
{
    private const int PageRows = 10_000;

    /// <summary>
    /// Assets read for one page: with a filter that few pass a page may hold fewer rows than asked, even none, and still have a next.
    /// Guessed: about 0.2 s of reading.
    /// </summary>
    private const int ReadMax = 200_000;

    private static readonly string[] Filters = ["under", "sku", "state", "tenant", "owner", "partNumber", "tag", "identifier"];

    public static void MapAssets(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/fleet/v1/assets", ListAsync).WithName("ListAssets").WithTags("assets")
            .WithSummary("Assets by id; every filter must hold. A page may hold fewer rows than its limit and still have a next")
            .Produces<Page<AssetRow>>().Produces(304).ProducesProblem(400).ProducesProblem(404);
        routes.MapGet("/api/fleet/v1/assets/{id}", ShowAsync).WithName("ShowAsset").WithTags("assets")
            .WithSummary("One asset by its id, asset_12 or asset:12").Produces<AssetRow>().Produces(304).ProducesProblem(404);
        routes.MapGet("/api/fleet/v1/placements", PlacementsAsync).WithName("ListPlacements").WithTags("assets")
            .WithSummary("Which asset is in which place, depth first")
            .Produces<Page<PlacementRow>>().Produces(304).ProducesProblem(400).ProducesProblem(404);
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, CurrentFleet fleet, string? under = null, string? sku = null, string? state = null, string? tenant = null,
        string? owner = null, string? partNumber = null, string? tag = null, string? identifier = null, string? limit = null, string? after = null)
    {
        _ = (under, sku, state, tenant, owner, partNumber, tag, identifier, limit, after);
        var (question, error) = await FleetQuestion.ReadAsync(context, fleet, null, [.. Filters, "limit", "after"]);
        return error ?? FleetQuestion.Answer(() => List(question!, context.RequestAborted));
    }

    private static IResult List(FleetQuestion question, CancellationToken cancellationToken)
    {
        var graph = question.Graph;
        var most = question.Number("limit", 1000, 1, PageRows);
        var filter = AssetFilter.Read(question);
        var after = 0L;
        if (question.Text("after") is { } text)
        {
            after = FleetSearch.TryAsset(text, out var last) ? last.Number : throw new QuestionException("after is the next of the page before.");
        }

        var rows = new List<AssetRow>();
        var read = 0;
        var newest = 0L;
        foreach (var id in filter.Candidates(question, after))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (rows.Count == most || read++ == ReadMax)
            {
                return Results.Ok(question.Page(rows, new AssetId(newest).ToString()));
            }

            newest = id.Number;
            if (graph.Assets.Find(id) is { } asset && filter.Matches(question.View, asset))
            {
                rows.Add(AssetRow.Of(graph, asset));
            }
        }

        return Results.Ok(question.Page(rows));
    }

    private static async Task<IResult> ShowAsync(HttpContext context, CurrentFleet fleet, string id)
    {
        var (question, error) = await FleetQuestion.ReadAsync(context, fleet, null);
        return error ?? FleetQuestion.Answer(() =>
            FleetSearch.TryAsset(id, out var number) && question!.Graph.Assets.Find(number) is { } asset && AssetFilter.Sees(question.View, asset.Place)
                ? Results.Ok(AssetRow.Of(question.Graph, asset))
                : throw QuestionException.Missing(id));
    }

    private static async Task<IResult> PlacementsAsync(
        HttpContext context, CurrentFleet fleet, string? under = null, string? limit = null, string? after = null)
    {
        _ = (under, limit, after);
        var (question, error) = await FleetQuestion.ReadAsync(context, fleet, null, "under", "limit", "after");
        return error ?? FleetQuestion.Answer(() =>
        {
            var (view, graph) = (question!.View, question.Graph);
            StableKey? start = question.Text("under") is null ? null : question.Place("under");
            var most = question.Number("limit", 1000, 1, PageRows);
            var cursor = default(PlaceCursor);
            if (question.Text("after") is { } text && !PlaceCursor.TryAfter(view, fleet.Timeline.Ledger, text, true, out cursor))
            {
                throw new QuestionException($"after names {FleetQuestion.Short(text)}, which never was a place: give the next of the page before.");
            }

            var rows = new List<PlacementRow>();
            foreach (var (key, id) in Placed(view, start, cursor))
            {
                if (rows.Count == most)
                {
                    return Results.Ok(question.Page(rows, rows[^1].Place));
                }

                var fact = graph.Assets.PlacedSince(id);
                rows.Add(new PlacementRow(graph.PathOf(key), id.ToString(), graph.Assets.Find(id)?[IdentifierKind.Serial], fact.FromMs, fact.IsOpen ? null : fact.ToMs));
            }

            return Results.Ok(question.Page(rows));
        });
    }

    // Rack by rack, so that the empty parts of a build are not asked for one by one.
    private static IEnumerable<(StableKey Key, AssetId Id)> Placed(FleetView view, StableKey? under, PlaceCursor after)
    {
        var graph = view.Graph;
        var skip = after is { IsDefault: false, Part: { } part } && after.Position < graph.Places.Order.Length
            ? (Node: graph.Places.Order[after.Position], Part: part)
            : (Node: -1, Part: 0);
        var first = under is { Part: > 0 } inside ? inside.Part : 0;
        var end = first > 0 ? graph.BuildOf(under!.Value.Node)?.PartAt(first)?.End ?? first + 1 : int.MaxValue;
        StableKey? node = under is { } root ? StableKey.Of(root.Node) : null;
        var from = after.IsDefault ? after : new PlaceCursor(after.Position, null);
        foreach (var rack in PlaceWalk.Places(view, node, parts: false, from).Where(key => graph.KindOf(key.Node) == NodeKind.Rack))
        {
            foreach (var (placed, id) in graph.Assets.In(rack.Node))
            {
                if (placed >= first && placed < end && (rack.Node != skip.Node || placed > skip.Part))
                {
                    yield return (new StableKey(rack.Node, placed), id);
                }
            }
        }
    }
}

/// <summary>An asset in a place.</summary>
/// <param name="Place">Path.</param>
/// <param name="AssetId">The asset.</param>
/// <param name="Serial">Its serial.</param>
/// <param name="ValidFromMs">Since when, UTC milliseconds.</param>
/// <param name="ValidToMs">Until when; left out while it goes on.</param>
public sealed record PlacementRow(string Place, string AssetId, string? Serial, long ValidFromMs, long? ValidToMs);
