using System.Text.Json;
using Ampacity.Fleet;
using Ampacity.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/imports/device-types</c>: files of NetBox's device-type library become SKUs of the site's own.</summary>
internal static class DeviceTypeEndpoints
{
    private const string SpansTheFleet = "The catalogue is the whole fleet's: an import cannot be narrowed to a scope.";

    /// <summary>Longest name of a file, characters; it becomes part of a claim's source.</summary>
    private const int NameMax = 300;

    public static void MapDeviceTypes(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/fleet/v1/imports/device-types", ImportAsync).WithName("ImportDeviceTypes").WithTags("imports")
            .WithSummary("NetBox device, module and rack types become SKUs in the data folder, at once and for good unless dryRun; a file that is refused keeps no other out")
            .Accepts<DeviceTypeRequest>("application/json").Produces<DeviceTypeAnswer>()
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(413).ProducesProblem(503);

    private static async Task<IResult> ImportAsync(HttpContext context, CurrentFleet fleet, FactStore store, TimeProvider time)
    {
        if (FleetRequest.RefuseNarrowed(context, SpansTheFleet) is { } refused)
        {
            return refused;
        }

        // A whole library is one request, so that two files of one SKU meet; others have the server's limit.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = DeviceTypeRequest.MaxBytes;
        }

        DeviceTypeRequest? request;
        try
        {
            request = await JsonSerializer.DeserializeAsync<DeviceTypeRequest>(context.Request.Body, RestJson.Options, context.RequestAborted);
        }
        catch (JsonException error)
        {
            return Problems.BadRequest($"The body is {{\"files\": [{{\"name\", \"text\"}}], \"author\", \"dryRun\"}}: {error.Message}");
        }

        if (request?.Files is not { Count: > 0 and <= SkuAddition.MaxFiles } files || files.Any(file => file is not { Name.Length: > 0 and <= NameMax, Text: not null }))
        {
            return Problems.BadRequest($"files holds 1 to {SkuAddition.MaxFiles:N0} files as {{name, text}}; a name has up to {NameMax} characters.");
        }

        if (string.IsNullOrWhiteSpace(request.Author) || request.Author.Length > FactStore.AuthorCharsMax)
        {
            return Problems.BadRequest($"author says who imports, in up to {FactStore.AuthorCharsMax} characters.");
        }

        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var report = await fleet.AddSkusAsync(
            catalogue =>
            {
                var read = DeviceTypeLibrary.Read(files.Select(file => (file.Name, file.Text)), catalogue, today);
                return (read, read.Addition);
            },
            request.DryRun,
            context.RequestAborted);
        if (!request.DryRun && report.Addition.Added.Length > 0)
        {
            await store.AppendAuditAsync(request.Author, "import", FormattableString.Invariant($"device types: {report.Addition.Added.Length} SKUs, first {report.Addition.Added[0]}"), CancellationToken.None);
        }

        return Results.Ok(DeviceTypeAnswer.Of(report, request.DryRun));
    }
}

/// <summary>Files of NetBox's device-type library.</summary>
/// <param name="Files">Name and text of each; a folder <c>device-types/</c> in the name says that it must be one.</param>
/// <param name="Author">Who imports.</param>
/// <param name="DryRun">Say what would become of them only.</param>
public sealed record DeviceTypeRequest(IReadOnlyList<FileText> Files, string Author, bool DryRun = false)
{
    /// <summary>Longest body: 128 MiB. The community's library has 4,449 files of 4 kB on average, 18 MB.</summary>
    public const long MaxBytes = 128L << 20;

    /// <summary>Longest single file, bytes.</summary>
    public const int MaxFileBytes = DataFile.MaxBytes;
}
