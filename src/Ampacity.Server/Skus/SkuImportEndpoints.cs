using Ampacity.Fleet;
using Ampacity.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/imports/skus</c>: SKU files of a site's own.</summary>
internal static class SkuImportEndpoints
{
    private const string SpansTheFleet = "The catalogue is the whole fleet's: an import cannot be narrowed to a scope.";

    public static void MapSkuImport(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/fleet/v1/imports/skus", ImportAsync).WithName("ImportSkus").WithTags("imports")
            .WithSummary("SKU files go into the data folder and the catalogue, all or none, unless dryRun; a revision that is there must be the same word for word")
            .Produces<SkuImportAnswer>()
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(422).ProducesProblem(503);

    private static async Task<IResult> ImportAsync(HttpContext context, CurrentFleet fleet, FactStore store, SkuImportRequest request)
    {
        if (FleetRequest.RefuseNarrowed(context, SpansTheFleet) is { } refused)
        {
            return refused;
        }

        if (request.Files is not { Count: > 0 and <= SkuAddition.MaxFiles } files || files.Any(file => file is not { Name: not null, Text: not null }))
        {
            return Problems.BadRequest($"files holds 1 to {SkuAddition.MaxFiles:N0} SKU files as {{name, text}}.");
        }

        if (string.IsNullOrWhiteSpace(request.Author) || request.Author.Length > FactStore.AuthorCharsMax)
        {
            return Problems.BadRequest($"author says who imports, in up to {FactStore.AuthorCharsMax} characters.");
        }

        var result = await fleet.AddSkusAsync(
            catalogue =>
            {
                var read = catalogue.Add(files.Select(file => (file.Name, file.Text)));
                return (read, read.Value);
            },
            request.DryRun,
            context.RequestAborted);
        if (result.Value is not { } addition)
        {
            return Problems.Files(result.Errors);
        }

        if (!request.DryRun && addition.Added.Length > 0)
        {
            await store.AppendAuditAsync(request.Author, "import", FormattableString.Invariant($"{addition.Added.Length} SKUs, first {addition.Added[0]}"), CancellationToken.None);
        }

        return Results.Ok(new SkuImportAnswer(request.DryRun, [.. addition.Added.Select(sku => sku.ToString())], [.. addition.Unchanged.Select(sku => sku.ToString())]));
    }
}

/// <summary>SKU files to keep.</summary>
/// <param name="Files">Name and text of each.</param>
/// <param name="Author">Who imports.</param>
/// <param name="DryRun">Check them only.</param>
public sealed record SkuImportRequest(IReadOnlyList<FileText> Files, string Author, bool DryRun = false);

/// <summary>What became of SKU files.</summary>
/// <param name="DryRun">Whether they were only checked.</param>
/// <param name="Added">Revisions that are new.</param>
/// <param name="Unchanged">Revisions that were there already.</param>
public sealed record SkuImportAnswer(bool DryRun, IReadOnlyList<string> Added, IReadOnlyList<string> Unchanged);
