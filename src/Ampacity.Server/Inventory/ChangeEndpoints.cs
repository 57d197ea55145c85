using System.Text.Json;
using Ampacity.Fleet;
using Ampacity.Records;
using Ampacity.Samples;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/changes</c>: fleet files in, change sets out.</summary>
internal static class ChangeEndpoints
{
    private const int PageRows = 1000;
    private const int FactRows = 10_000;

    /// <summary>Facts that one page looks at for a narrowed caller; it may then be short and still have a next. Guessed: some tenths of a second.</summary>
    private const long FactLooksMax = 2_000_000;

    private const string SpansTheFleet = "A change set may reach over the whole fleet: it cannot be narrowed to a scope.";

    public static void MapChanges(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/fleet/v1/changes", ApplyAsync).WithName("ApplyFiles").WithTags("changes")
            .WithSummary("Plans fleet files, and carries them out in one transaction unless dryRun")
            .Produces<ChangeReport>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(503);
        routes.MapEdits();
        routes.MapGet("/api/fleet/v1/changes", ListAsync).WithName("ListChanges").WithTags("changes")
            .WithSummary("Change sets, newest first").Produces<Page<ChangeSetRow>>();
        routes.MapGet("/api/fleet/v1/changes/{number:long}", Show).WithName("ShowChange").WithTags("changes")
            .WithSummary("Facts that a change set recorded, with what each replaces, and those that it ended").Produces<Page<FactRow>>().ProducesProblem(400).ProducesProblem(404);
    }

    private static async Task<IResult> ApplyAsync(HttpContext context, CurrentFleet fleet, FactStore store, ApplyRequest request)
    {
        if (FleetRequest.RefuseNarrowed(context, SpansTheFleet) is { } refused)
        {
            return refused;
        }

        if (request.Files is not { Count: > 0 and <= 1000 } || request.Files.Any(file => file is not { Name: not null, Text: not null }))
        {
            return Problems.BadRequest("files holds 1 to 1,000 fleet files as {name, text}.");
        }

        if (string.IsNullOrWhiteSpace(request.Author) || request.Author.Length > FactStore.AuthorCharsMax)
        {
            return Problems.BadRequest($"author says who changes the inventory, in up to {FactStore.AuthorCharsMax} characters.");
        }

        if (request.Reason?.Length > FactStore.ReasonCharsMax)
        {
            return Problems.BadRequest($"reason takes up to {FactStore.ReasonCharsMax} characters, not {request.Reason.Length}.");
        }

        var declared = new List<DeclaredFile>();
        var errors = new List<FileError>();
        foreach (var file in request.Files)
        {
            var read = FleetFile.Parse(file.Name, file.Text, fleet.Catalogue, SelectorHint);
            errors.AddRange(read.Errors);
            if (read.Value is { } value)
            {
                declared.Add(value);
            }
        }

        // Each would take the other's facts for its own, and what both name would stand twice.
        var owners = new Dictionary<string, DeclaredFile>(StringComparer.Ordinal);
        foreach (var file in declared)
        {
            foreach (var path in file.Owns)
            {
                if (!owners.TryAdd(path, file))
                {
                    errors.Add(new FileError(file.File, file.OwnsLine, "owns", "owned-twice",
                        $"'{path}' is declared by {owners[path].File} in the same change; keep one of them, or join them"));
                }
            }
        }

        if (errors.Count > 0)
        {
            return Problems.Files(errors);
        }

        try
        {
            return await ChangeAnswer.OfAsync(
                context, fleet, store, "apply files", string.Join(' ', request.Files.Select(file => file.Name)), request.Author, request.DryRun,
                (timeline, nowMs) => ChangePlanner.Plan(
                    timeline.Ledger, timeline.At(nowMs), declared, request.Author, request.Reason ?? "", nowMs));
        }
        catch (FeedLoopException error)
        {
            return Problems.Files([new FileError(declared[0].File, 1, "power", "feed-loop", error.Message)]);
        }
    }

    // The fleet knows no selectors: the server lends it the reader that will carry the rule out.
    private static string? SelectorHint(string selector)
    {
        try
        {
            SelectorText.Parse(selector);
            return null;
        }
        catch (FormatException error)
        {
            return error.Message;
        }
    }

    private static async Task<IResult> ListAsync(HttpContext context, FactStore store, CurrentFleet fleet, long before = long.MaxValue)
    {
        if (FleetQuestion.RefuseUnknown(context, "before") is { } unknown)
        {
            return unknown;
        }

        var ledger = fleet.Timeline.Ledger;
        var (facts, scope) = (ChangeFacts.Of(ledger), new FactScope(ledger, FleetRequest.ScopeOf(context)));
        var rows = new List<ChangeSetRow>();
        var read = 0L;
        while (read < FactLooksMax)
        {
            var changes = await store.ReadChangeSetsAsync(PageRows, before, context.RequestAborted);
            foreach (var change in changes)
            {
                if (rows.Count == PageRows || read >= FactLooksMax)
                {
                    return Page(more: true);
                }

                before = change.Id.Number;

                // The store may be a change set ahead of the ledger that this answer took; a narrowed caller hears of what touches its scope.
                if (scope.SeesAll || (change.Id.CompareTo(ledger.Revision) <= 0 && Touches(change.Id)))
                {
                    rows.Add(new ChangeSetRow(change.Id.ToString(), change.Author, change.Reason, change.RecordedMs));
                }
            }

            if (changes.Count < PageRows)
            {
                return Page(more: false);
            }
        }

        return Page(more: true);

        bool Touches(ChangeSetId change)
        {
            foreach (var fact in facts.FactsOf(change))
            {
                read++;
                if (scope.Sees(fact))
                {
                    return true;
                }
            }

            return false;
        }

        IResult Page(bool more) => Results.Ok(new Page<ChangeSetRow>(
            rows, more ? before.ToString(System.Globalization.CultureInfo.InvariantCulture) : null, fleet.NowMs, fleet.Timeline.Revision.ToString()));
    }

    private static IResult Show(HttpContext context, CurrentFleet fleet, long number, long after = 0)
    {
        var id = new ChangeSetId(number);
        var ledger = fleet.Timeline.Ledger;
        var scope = new FactScope(ledger, FleetRequest.ScopeOf(context));
        var missing = Problems.NotFound(id.ToString(), "GET /api/fleet/v1/changes lists the change sets.");
        if (number < 1 || id.CompareTo(ledger.Revision) > 0)
        {
            return missing;
        }

        if (after < 0)
        {
            return Problems.BadRequest("after is the number of a fact: give the next of the page before.");
        }

        var view = fleet.GraphAt(fleet.NowMs).Within(FleetRequest.ScopeOf(context));
        var rows = new List<FactRow>();
        string? next = null;
        var isSeen = false;
        foreach (var recorded in ChangeFacts.Of(ledger).FactsOf(id).Where(scope.Sees))
        {
            isSeen = true;
            if (recorded.Id.Number <= after || recorded.ToFact() is not { } fact || IsCutRemain(ledger, fact, id))
            {
                continue;
            }

            if (rows.Count == FactRows)
            {
                next = rows[^1].Id["fact_".Length..];
                break;
            }

            var retracted = fact.RetractedBy == id;
            var before = retracted ? null : BeforeOf(ledger, fact, id) is { } replaced && scope.Sees(replaced) ? replaced.Value : null;
            var path = fact.Subject.Kind == SubjectKind.Node && view.Sees((int)fact.Subject.Number) ? view.Graph.PathOf((int)fact.Subject.Number) : null;
            rows.Add(new FactRow(
                fact.Id.ToString(), retracted ? "retracted" : "recorded", fact.Subject.ToString(), fact.Value.Aspect, fact.Key,
                JsonSerializer.SerializeToElement(fact.Value, RestJson.Options), fact.Valid.FromMs, fact.Valid.IsOpen ? null : fact.Valid.ToMs)
            {
                Path = path,
                Before = before is null ? null : JsonSerializer.SerializeToElement(before, RestJson.Options),
            });
        }

        return isSeen || scope.SeesAll ? Results.Ok(new Page<FactRow>(rows, next, fleet.NowMs, id.ToString())) : missing;
    }

    // A change cuts the fact before it: the part that stays is recorded too, and is no news; nor is the retraction that is told beside its successor.
    private static bool IsCutRemain(FactLedger ledger, Fact fact, ChangeSetId change)
    {
        var recorded = fact.RecordedBy == change;
        foreach (var other in ledger.HistoryOf(fact.Subject))
        {
            if (FactAspects.Of(fact.Value) != other.Aspect || other.Key != fact.Key || other.Id == fact.Id)
            {
                continue;
            }

            var seen = other.ToFact();
            if (recorded ? seen.RetractedBy == change && seen.Value.Equals(fact.Value) && seen.Valid.FromMs <= fact.Valid.FromMs && fact.Valid.ToMs <= seen.Valid.ToMs
                : seen.RecordedBy == change && !seen.Value.Equals(fact.Value))
            {
                return true;
            }
        }

        return false;
    }

    private static RecordedFact? BeforeOf(FactLedger ledger, Fact fact, ChangeSetId change)
    {
        foreach (var other in ledger.HistoryOf(fact.Subject))
        {
            if (other.Aspect == FactAspects.Of(fact.Value) && other.Key == fact.Key && other.ToFact().RetractedBy == change && other.Valid.ToMs > fact.Valid.FromMs)
            {
                return other;
            }
        }

        return null;
    }
}

/// <summary>Fleet files to plan or apply.</summary>
/// <param name="Files">Name and text of each.</param>
/// <param name="Author">Who changes.</param>
/// <param name="Reason">Why.</param>
/// <param name="DryRun">Plan only: what <c>ampacity diff</c> asks for.</param>
public sealed record ApplyRequest(IReadOnlyList<FileText> Files, string Author, string? Reason = null, bool DryRun = false);

/// <summary>A file as sent.</summary>
/// <param name="Name">Name for errors.</param>
/// <param name="Text">Content.</param>
public sealed record FileText(string Name, string Text)
{
    /// <summary>Longest file that is read, bytes.</summary>
    public const int MaxBytes = DataFile.MaxBytes;
}

/// <summary>A change set.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Author">Who.</param>
/// <param name="Reason">Why.</param>
/// <param name="RecordedMs">When it was recorded, UTC milliseconds.</param>
public sealed record ChangeSetRow(string Id, string Author, string Reason, long RecordedMs);

/// <summary>A fact of a change set.</summary>
/// <param name="Id">Its id.</param>
/// <param name="What">recorded or retracted.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Aspect">Which aspect.</param>
/// <param name="Key">Tells facts of one aspect apart.</param>
/// <param name="Value">What it says.</param>
/// <param name="ValidFromMs">First instant at which it holds, UTC milliseconds.</param>
/// <param name="ValidToMs">First instant at which it no longer holds; left out while it goes on.</param>
public sealed record FactRow(
    string Id, string What, string Subject, string Aspect, string Key, JsonElement Value, long ValidFromMs, long? ValidToMs)
{
    /// <summary>Path of the node, where it is there now.</summary>
    public string? Path { get; init; }

    /// <summary>What it replaces; left out where nothing held.</summary>
    public JsonElement? Before { get; init; }
}
