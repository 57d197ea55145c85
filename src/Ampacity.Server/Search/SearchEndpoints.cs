using Ampacity.Fleet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/search</c>: anything by any text that people have in hand.</summary>
internal static class SearchEndpoints
{
    public static void MapSearch(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/fleet/v1/search", SearchAsync).WithName("Search").WithTags("search")
            .WithSummary("Places, assets, programmes and SKUs by serial, name, MAC, UUID, host name, asset tag, tag, part of a path, programme or "
                + "SKU: exact first, then prefixes, then the rest; a whole serial, MAC, UUID or asset id alone unless everything is true")
            .Produces<SearchAnswer>().Produces(304).ProducesProblem(400);

    private static async Task<IResult> SearchAsync(HttpContext context, CurrentFleet fleet, string? q = null, string? limit = null, string? everything = null)
    {
        _ = (q, limit, everything);
        var (question, error) = await FleetQuestion.ReadAsync(context, fleet, null, "q", "limit", "everything");
        return error ?? FleetQuestion.Answer(() =>
        {
            var text = question!.Text("q")?.Trim() ?? "";
            if (text.Length is < FleetSearch.CharsMin or > FleetSearch.CharsMax)
            {
                throw new QuestionException($"q is what to search for, in {FleetSearch.CharsMin} to {FleetSearch.CharsMax} characters.");
            }

            var most = question.Number("limit", 50, 1, 1000);
            var found = FleetSearch.Find(question.View, fleet.Catalogue, text, most, question.Flag("everything"), context.RequestAborted);
            return Results.Ok(new SearchAnswer(
                [.. found.Hits.Select(hit => SearchRow.Of(question.Graph, hit))], found.IsCut, question.AtMs, question.Graph.Revision.ToString())
            {
                IsWhole = found.IsWhole,
            });
        });
    }
}

/// <summary>What a search found.</summary>
/// <param name="Items">Exact hits first, then prefixes, then the rest.</param>
/// <param name="IsCut">Whether there is more: ask for more letters, or with a higher <c>limit</c>.</param>
/// <param name="AsOfMs">Instant described, UTC milliseconds.</param>
/// <param name="Revision">Newest change set in it.</param>
public sealed record SearchAnswer(IReadOnlyList<SearchRow> Items, bool IsCut, long AsOfMs, string Revision)
{
    /// <summary>Whether the text is a whole serial, MAC, UUID or asset id: then nothing else was looked for; <c>everything=true</c> looks.</summary>
    public bool IsWhole { get; init; }
}

/// <summary>One thing found.</summary>
/// <param name="Rank">exact, prefix or contains.</param>
/// <param name="Field">Which of its texts was hit: serial, mac, uuid, hostname, assetTag, name, path, tag, partNumber, sku, title, programme, organisation, id.</param>
/// <param name="Text">That text.</param>
/// <param name="Kind">What it is: Asset, Sku, or the kind of place.</param>
/// <param name="Path">Where it is, or the place itself; left out for what is nowhere.</param>
/// <param name="AssetId">The asset; left out for places.</param>
/// <param name="Sku">The SKU revision; left out for the rest.</param>
public sealed record SearchRow(string Rank, string Field, string Text, string Kind, string? Path, string? AssetId, string? Sku)
{
    internal static SearchRow Of(FleetGraph graph, SearchHit hit)
    {
        var kind = hit.Asset is not null ? "Asset"
            : hit.Sku is not null ? "Sku"
            : hit.Node is { Part: > 0 } inside ? (graph.BuildOf(inside.Node)?.PartAt(inside.Part)?.Kind ?? PartKind.Slot).ToString()
            : hit.Node is { } key ? graph.KindOf(key.Node).ToString()
            : nameof(NodeKind.Programme);
        return new SearchRow(
            PlaceRow.Camel(hit.Rank.ToString()), hit.Field, hit.Text, kind, hit.Node is { } place ? graph.PathOf(place) : null, hit.Asset?.ToString(), hit.Sku);
    }
}
