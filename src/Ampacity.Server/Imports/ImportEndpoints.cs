using Ampacity.Fleet;
using Ampacity.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/imports</c>: the inventory from spreadsheets.</summary>
internal static class ImportEndpoints
{
    private const string SpansTheFleet = "An import is checked against the whole fleet: it cannot be narrowed to a scope.";

    /// <summary>Longest name of a file, characters; it is only shown.</summary>
    private const int NameMax = 300;

    public static void MapImports(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/fleet/v1/imports/csv", CsvAsync).WithName("ImportCsv").WithTags("imports")
            .WithSummary("Plans a CSV file (the body; kind racks, assets, placements or feeds), and carries it out in one transaction unless dryRun")
            .Produces<ChangeReport>()
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(409).ProducesProblem(412).ProducesProblem(413).ProducesProblem(422).ProducesProblem(503);

    private static async Task<IResult> CsvAsync(
        HttpContext context, CurrentFleet fleet, FactStore store, FileSpool spool,
        string? kind = null, string? author = null, string? name = null, string? reason = null, string? owner = null, bool dryRun = false)
    {
        if (FleetRequest.RefuseNarrowed(context, SpansTheFleet) is { } refused)
        {
            return refused;
        }

        if (!CsvKinds.TryParse(kind, out var rows))
        {
            return Problems.BadRequest($"kind is {CsvKinds.Words}.");
        }

        if (string.IsNullOrWhiteSpace(author) || author.Length > FactStore.AuthorCharsMax)
        {
            return Problems.BadRequest($"author says who changes the inventory, in up to {FactStore.AuthorCharsMax} characters.");
        }

        if (reason?.Length > FactStore.ReasonCharsMax || name?.Length > NameMax || owner?.Length > NameMax)
        {
            return Problems.BadRequest($"reason takes up to {FactStore.ReasonCharsMax} characters, name and owner up to {NameMax}.");
        }

        // This endpoint alone takes more than the server's limit: the body goes to disk, never into memory whole.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = CsvImport.MaxBytes;
        }

        await using var file = await spool.TakeAsync(context.Request, CsvImport.MaxBytes, context.RequestAborted);
        var source = new CsvSource(name is { Length: > 0 } ? name : $"{rows.Word()}.csv", rows, file);
        try
        {
            return await ChangeAnswer.OfAsync(
                context, fleet, store, "import", $"{rows.Word()} from {source.Name}", author, dryRun,
                (timeline, nowMs) => CsvImport.Plan(
                    source,
                    new CsvGround(timeline.Ledger, timeline.At(nowMs), fleet.Catalogue, nowMs, owner ?? ""),
                    author,
                    string.IsNullOrEmpty(reason) ? $"import of {source.Name}" : reason,
                    context.RequestAborted));
        }
        catch (FeedLoopException error)
        {
            return Problems.Files([new FileError(source.Name, 1, "feeds", "feed-loop", error.Message)]);
        }
    }
}
