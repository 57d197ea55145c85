using Ampacity.Fleet;
using Ampacity.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/edits</c>: changes other than by files; and taking a change set back.</summary>
internal static class EditEndpoints
{
    private const string SpansTheFleet = "An edit is checked against the whole fleet: it cannot be narrowed to a scope.";

    public static void MapEdits(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/fleet/v1/edits", EditAsync).WithName("Edit").WithTags("changes")
            .WithSummary("Plans edits, and carries all of them out in one transaction unless dryRun")
            .Produces<ChangeReport>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(503);
        routes.MapPost("/api/fleet/v1/changes/{number:long}/undo", UndoAsync).WithName("UndoChange").WithTags("changes")
            .WithSummary("Takes a change set back by another one; refused where later changes touched the same facts")
            .Produces<ChangeReport>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(412).ProducesProblem(422);
    }

    private static async Task<IResult> EditAsync(HttpContext context, CurrentFleet fleet, FactStore store, EditsRequest request)
    {
        if (Refuse(context, request.Author, request.Reason) is { } refused)
        {
            return refused;
        }

        if (request.Edits is not { Count: > 0 and <= EditPlanner.EditsMax } || request.Edits.Contains(null!))
        {
            return Problems.BadRequest($"edits holds 1 to {EditPlanner.EditsMax} edits as {{verb, what, …}}; more come as files or CSV.");
        }

        var edits = new List<FleetEdit>();
        for (var index = 0; index < request.Edits.Count; index++)
        {
            if (!EditReader.TryRead(request.Edits[index], out var edit, out var hint))
            {
                return Problems.BadRequest($"edits[{index}]: {hint}");
            }

            edits.Add(edit);
        }

        var what = string.Join("; ", request.Edits.Take(10).Select(edit => $"{edit.Verb} {edit.What}"));
        try
        {
            return await ChangeAnswer.OfAsync(
                context, fleet, store, "edit", what, request.Author!, request.DryRun,
                (timeline, nowMs) => EditPlanner.Plan(
                    timeline.Ledger, timeline.At, fleet.Catalogue, edits, request.Author!, request.Reason ?? "", nowMs));
        }
        catch (FeedLoopException error)
        {
            return Problems.Files([new FileError("edits", 1, edits[0].What, "feed-loop", error.Message)]);
        }
    }

    private static async Task<IResult> UndoAsync(HttpContext context, CurrentFleet fleet, FactStore store, long number, UndoRequest request)
    {
        if (Refuse(context, request.Author, request.Reason) is { } refused)
        {
            return refused;
        }

        var id = new ChangeSetId(number);
        if (number < 1 || id.CompareTo(fleet.Timeline.Revision) > 0)
        {
            return Problems.NotFound(id.ToString(), "GET /api/fleet/v1/changes lists the change sets.");
        }

        try
        {
            return await ChangeAnswer.OfAsync(
                context, fleet, store, "undo", id.ToString(), request.Author!, request.DryRun,
                (timeline, nowMs) => UndoPlanner.Plan(
                    timeline.Ledger, timeline.At, id, request.Author!, string.IsNullOrEmpty(request.Reason) ? $"undo of {id}" : request.Reason, nowMs));
        }
        catch (FeedLoopException error)
        {
            return Problems.Files([new FileError("undo", 1, id.ToString(), "feed-loop", error.Message)]);
        }
    }

    private static IResult? Refuse(HttpContext context, string? author, string? reason)
    {
        if (FleetRequest.RefuseNarrowed(context, SpansTheFleet) is { } refused)
        {
            return refused;
        }

        if (string.IsNullOrWhiteSpace(author) || author.Length > FactStore.AuthorCharsMax)
        {
            return Problems.BadRequest($"author says who changes the inventory, in up to {FactStore.AuthorCharsMax} characters.");
        }

        return reason?.Length > FactStore.ReasonCharsMax
            ? Problems.BadRequest($"reason takes up to {FactStore.ReasonCharsMax} characters, not {reason.Length}.")
            : null;
    }
}

/// <summary>Edits to plan or carry out, all or none.</summary>
/// <param name="Edits">1 to 1,000.</param>
/// <param name="Author">Who changes.</param>
/// <param name="Reason">Why.</param>
/// <param name="DryRun">Plan only.</param>
public sealed record EditsRequest(IReadOnlyList<EditRow>? Edits, string? Author, string? Reason = null, bool DryRun = false);

/// <summary>Who takes a change back.</summary>
/// <param name="Author">Who.</param>
/// <param name="Reason">Why.</param>
/// <param name="DryRun">Plan only.</param>
public sealed record UndoRequest(string? Author, string? Reason = null, bool DryRun = false);

/// <summary>One edit; which members it takes its verb says.</summary>
/// <param name="Verb">change, correct, end, tag, untag, state, move, retire, merge, split, swap-bmc, bind or unbind.</param>
/// <param name="What">A path, <c>asset:12</c>, <c>serial:…</c>, or an identifier.</param>
public sealed record EditRow(string? Verb, string? What)
{
    /// <summary>Field of change, correct and end.</summary>
    public string? Field { get; init; }

    /// <summary>Value of change and correct; left out, correct takes the field away.</summary>
    public string? Value { get; init; }

    /// <summary>From when, RFC 3339 or seconds since 1970; left out, now. For correct an instant at which the wrong value holds.</summary>
    public string? At { get; init; }

    /// <summary>Begin of the span of correct.</summary>
    public string? From { get; init; }

    /// <summary>End of the span of correct; left out, no end.</summary>
    public string? Until { get; init; }

    /// <summary>Where a move goes, or the state of state.</summary>
    public string? To { get; init; }

    /// <summary>Feeds of a moved rack.</summary>
    public IReadOnlyList<string>? Feeds { get; init; }

    /// <summary>CDUs of a moved rack.</summary>
    public IReadOnlyList<string>? Cdus { get; init; }

    /// <summary>Where a moved rack stands, such as [2 m, 4 m].</summary>
    public string? Position { get; init; }

    /// <summary>Who is in the way goes where the moved asset was.</summary>
    public bool Swap { get; init; }

    /// <summary>Who is in the way has no place then.</summary>
    public bool ToStock { get; init; }

    /// <summary>Retires what is in a rack with it.</summary>
    public bool WithContents { get; init; }

    /// <summary>The asset that a merged one turned out to be.</summary>
    public string? Into { get; init; }

    /// <summary>Whose values win in a merge: what or into.</summary>
    public string? Keep { get; init; }

    /// <summary>What the new asset of a split takes.</summary>
    public IReadOnlyList<string>? Takes { get; init; }

    /// <summary>Tags of tag and untag.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>MAC of the new board of swap-bmc.</summary>
    public string? Mac { get; init; }

    /// <summary>Selector of bind: which series.</summary>
    public string? Match { get; init; }

    /// <summary>Identifier by which bind finds the asset: serial, mac, uuid or hostname.</summary>
    public string? AssetBy { get; init; }

    /// <summary>Label that holds it.</summary>
    public string? AssetFrom { get; init; }

    /// <summary>Path of bind in the hall, with $label for a label's value.</summary>
    public string? Place { get; init; }

    /// <summary>When a rule of bind is tried: first (left out too), last, or the name of the rule that it replaces.</summary>
    public string? Order { get; init; }

    /// <summary>Name of the rule that unbind ends: override-1, rule-1, fallback-1.</summary>
    public string? Rule { get; init; }
}
