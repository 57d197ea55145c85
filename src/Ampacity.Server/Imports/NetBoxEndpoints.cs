using Ampacity.Fleet;
using Ampacity.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/imports/netbox</c>: what a NetBox instance holds. The server reads an export; who reads the instance holds its token.</summary>
internal static class NetBoxEndpoints
{
    private const string SpansTheFleet = "An import is checked against the whole fleet: it cannot be narrowed to a scope.";

    /// <summary>Longest name of a file, characters; it is only shown.</summary>
    private const int NameMax = 300;

    public static void MapNetBox(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/fleet/v1/imports/netbox", ImportAsync).WithName("ImportNetBox").WithTags("imports")
            .WithSummary("Plans what a NetBox export (the body, JSON) says, and carries it out in one transaction unless dryRun; with a report of what was left out")
            .Produces<NetBoxAnswer>()
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(409).ProducesProblem(412).ProducesProblem(413).ProducesProblem(422).ProducesProblem(503);
        routes.MapPost("/api/fleet/v1/imports/netbox/files", FilesAsync).WithName("ConvertNetBox").WithTags("imports")
            .WithSummary("The fleet files and SKU files that a NetBox export (the body, JSON) becomes; nothing is changed")
            .Produces<NetBoxFilesAnswer>()
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(413).ProducesProblem(422).ProducesProblem(503);
    }

    private static async Task<IResult> ImportAsync(
        HttpContext context, CurrentFleet fleet, FactStore store, NetBoxImports imports,
        string? author = null, string? name = null, string? reason = null, string? instance = null,
        bool dryRun = false, bool removeSites = false, bool acceptMissing = false)
    {
        if (Refuse(context, name, instance) is { } refused)
        {
            return refused;
        }

        if (string.IsNullOrWhiteSpace(author) || author.Length > FactStore.AuthorCharsMax)
        {
            return Problems.BadRequest($"author says who changes the inventory, in up to {FactStore.AuthorCharsMax} characters.");
        }

        if (reason?.Length > FactStore.ReasonCharsMax)
        {
            return Problems.BadRequest($"reason takes up to {FactStore.ReasonCharsMax} characters.");
        }

        return await imports.OneAtATimeAsync(async () =>
        {
            var (read, errors) = await imports.ReadAsync(context, NameOf(name), export => NetBoxDeclaration.Of(export, fleet.Catalogue, instance));
            if (read is null)
            {
                return Problems.Files(errors);
            }

            var origins = read.Import.Origins with { RemovesSites = removeSites, AcceptsMissing = acceptMissing };
            IReadOnlyList<ImportRemark> remarks = [];
            try
            {
                return await ChangeAnswer.OfAsync(
                    context, fleet, store, "import", origins.Source, author, dryRun,
                    (timeline, nowMs) =>
                    {
                        (var plan, remarks) = ChangePlanner.PlanImport(
                            timeline.Ledger, timeline.At(nowMs), read.Files, origins, author, string.IsNullOrEmpty(reason) ? $"import of {origins.Source}" : reason, nowMs);
                        return plan;
                    },
                    read.Skus,
                    change => NetBoxAnswer.Of(read.Import, origins.Source, change, remarks));
            }
            catch (FeedLoopException error)
            {
                return Problems.Files([new FileError(NameOf(name), 1, NetBoxCollections.Cables, "feed-loop", error.Message)]);
            }
        });
    }

    private static async Task<IResult> FilesAsync(
        HttpContext context, CurrentFleet fleet, NetBoxImports imports, string? name = null, string? instance = null)
    {
        if (Refuse(context, name, instance) is { } refused)
        {
            return refused;
        }

        return await imports.OneAtATimeAsync(async () =>
        {
            var (read, errors) = await imports.ReadAsync(context, NameOf(name), export => NetBoxDeclaration.Of(export, fleet.Catalogue, instance));
            return read is null ? Problems.Files(errors) : Results.Ok(NetBoxFilesAnswer.Of(read.Import));
        });
    }

    private static string NameOf(string? name) => name is { Length: > 0 } ? name : "export.json";

    private static IResult? Refuse(HttpContext context, string? name, string? instance)
    {
        if (FleetRequest.RefuseNarrowed(context, SpansTheFleet) is { } refused)
        {
            return refused;
        }

        if (name?.Length > NameMax || (instance is not null && !NetBoxInstance.IsName(instance)))
        {
            return Problems.BadRequest($"name takes up to {NameMax} characters; instance is a word of letters, digits and . - _ : / in up to {NetBoxInstance.NameMax}.");
        }

        // Imports alone take more than the server's limit: the body goes to disk first.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = NetBoxImports.MaxBytes;
        }

        return null;
    }
}
