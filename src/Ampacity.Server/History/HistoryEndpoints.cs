using System.Globalization;
using System.Text.Json;
using Ampacity.Fleet;
using Ampacity.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/history</c>: every fact ever recorded about a place or an asset.</summary>
internal static class HistoryEndpoints
{
    private const int RowsMax = 10_000;

    public static void MapHistory(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/fleet/v1/history", ShowAsync).WithName("ShowHistory").WithTags("history")
            .WithSummary("Every fact about an asset, or about all that ever bore a path and sat in it: when it holds, who recorded it, whether it is still believed")
            .Produces<Page<HistoryRow>>().Produces(304).ProducesProblem(400).ProducesProblem(404);

    private static async Task<IResult> ShowAsync(
        HttpContext context, CurrentFleet fleet, FactStore store, string? of = null, string? limit = null, string? after = null)
    {
        _ = (of, limit, after);
        var (question, error) = await FleetQuestion.ReadAsync(context, fleet, null, "of", "limit", "after");
        if (error is not null)
        {
            return error;
        }

        Fact[] facts = [];
        string? next = null;
        var refusal = FleetQuestion.Answer(() =>
        {
            var text = question!.Text("of") ?? throw new QuestionException("of names a place by its path, or an asset as asset:12 or serial:….");
            var limit = question.Number("limit", 1000, 1, RowsMax);
            var after = question.Text("after") is not { } last ? 0
                : long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id
                : throw new QuestionException("after is the next of the page before.");
            var all = All(fleet.Timeline.Ledger.KnownAt(question.Graph.Revision), question.View, text);
            facts = [.. all.Where(fact => fact.Id.Number > after).Take(limit + 1)];
            if (facts.Length > limit)
            {
                facts = facts[..limit];
                next = facts[^1].Id.Number.ToString(CultureInfo.InvariantCulture);
            }

            return Results.Empty;
        });
        if (facts.Length == 0 && refusal != Results.Empty)
        {
            return refusal;
        }

        var changes = new Dictionary<ChangeSetId, ChangeSet>();
        foreach (var id in facts.SelectMany(fact => (ChangeSetId?[])[fact.RecordedBy, fact.RetractedBy]).OfType<ChangeSetId>().Distinct())
        {
            if (await store.ReadChangeSetsAsync(1, id.Number + 1, context.RequestAborted) is [var change] && change.Id == id)
            {
                changes.Add(id, change);
            }
        }

        return Results.Ok(question!.Page<HistoryRow>([.. facts.Select(fact => HistoryRow.Of(question.View, fact, changes))], next));
    }

    // serial:…, mac:… and the like name the asset that has it at the instant asked about.
    private static bool TryIdentified(FleetView view, string text, out AssetId asset)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        asset = default;
        if (colon <= 0 || !Enum.TryParse<IdentifierKind>(text[..colon], ignoreCase: true, out var kind) || char.IsAsciiDigit(text[0])
            || !IdentifierText.TryNormalise(kind, text[(colon + 1)..], out var normal, out _) || view.Graph.Assets.By(kind, normal) is not { } found)
        {
            return false;
        }

        asset = found.Id;
        return true;
    }

    // Of what a narrowed caller may not see nobody says whether it is there.
    private static Fact[] All(FactLedger ledger, FleetView view, string text)
    {
        var facts = FleetSearch.TryAsset(text, out var asset) || TryIdentified(view, text, out asset) ? PlaceHistory.Of(ledger, asset) : PlaceHistory.Of(ledger, view.Graph, text, out _);
        var scope = new FactScope(ledger, view.Scope);
        Fact[] seen = [.. facts.Where(scope.Sees)];
        return seen.Length > 0 ? seen : throw QuestionException.Missing(text);
    }
}

/// <summary>A fact that was recorded at some time.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Subject">What it is about: <c>node:7</c> or <c>asset:12</c>.</param>
/// <param name="Aspect">Which aspect.</param>
/// <param name="Key">Tells facts of one aspect apart; left out where there is one.</param>
/// <param name="Says">What it says, for people; places by their paths as of the asked instant.</param>
/// <param name="Value">What it says, for programs.</param>
/// <param name="ValidFromMs">First instant at which it holds, UTC milliseconds.</param>
/// <param name="ValidToMs">First instant at which it no longer holds; left out while it goes on.</param>
/// <param name="ChangeSet">Who recorded it.</param>
/// <param name="Author">By whom.</param>
/// <param name="Reason">Why.</param>
/// <param name="RecordedMs">When, UTC milliseconds.</param>
/// <param name="RetractedBy">The change set from which on it is no longer believed; left out while it is.</param>
/// <param name="RetractedMs">When that was, UTC milliseconds.</param>
public sealed record HistoryRow(
    string Id,
    string Subject,
    string Aspect,
    string? Key,
    string Says,
    JsonElement Value,
    long ValidFromMs,
    long? ValidToMs,
    string ChangeSet,
    string? Author,
    string? Reason,
    long? RecordedMs,
    string? RetractedBy,
    long? RetractedMs)
{
    internal static HistoryRow Of(FleetView view, Fact fact, Dictionary<ChangeSetId, ChangeSet> changes)
    {
        var by = changes.GetValueOrDefault(fact.RecordedBy);
        var retracted = fact.RetractedBy is { } id ? changes.GetValueOrDefault(id) : null;
        var value = JsonSerializer.SerializeToElement(fact.Value, RestJson.Options);
        return new HistoryRow(
            fact.Id.ToString(), fact.Subject.ToString(), fact.Value.Aspect, fact.Key.Length == 0 ? null : fact.Key, SaysOf(view, fact.Value), value,
            fact.Valid.FromMs, fact.Valid.IsOpen ? null : fact.Valid.ToMs, fact.RecordedBy.ToString(), by?.Author, by?.Reason is { Length: > 0 } why ? why : null,
            by?.RecordedMs, fact.RetractedBy?.ToString(), retracted?.RecordedMs);
    }

    private static string SaysOf(FleetView view, FactValue value) => value is IdentifierFact identifier
        ? $"{FleetSearch.FieldOf(identifier.Kind)} {identifier.Text}"
        : FactText.Of(value, node => PathOf(view, node), view.Graph.PartPathOf);

    // A node that is gone by then, or went where the asker sees nothing, has a number only. What holds a place may be named.
    private static string PathOf(FleetView view, int node) =>
        view.Graph.NodeOf(node) is null || !(view.Sees(node) || view.Graph.ChildrenOf(node).ToArray().Any(view.Sees))
            ? string.Create(CultureInfo.InvariantCulture, $"node {node}")
            : view.Graph.PathOf(node);
}
