using Ampacity.Collect;
using Ampacity.Samples;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/imports/samples</c>: history from a CSV or Parquet file, which is the body.</summary>
internal static class SampleImportEndpoint
{
    /// <summary>Largest file: 64 GiB, what a month of a hall may be; a CSV is read as it comes, a Parquet file lies on disk meanwhile.</summary>
    private const long MaxBytes = 64L << 30;

    private const string SpansTheFleet = "Samples are of series, and whose they are is known only once they are there: an import cannot be narrowed to a scope.";

    public static void MapSampleImport(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/fleet/v1/imports/samples", TakeAsync).WithName("ImportSamples").WithTags("imports")
            .WithSummary("Back-fills samples from a file (the body; format csv or parquet); sent again, it changes nothing")
            .Produces<SampleImportAnswer>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(405).ProducesProblem(413).ProducesProblem(503);

    private static async Task<IResult> TakeAsync(
        HttpContext context, SampleFileReceiver receiver, ISeriesWriter writer, FileSpool spool, ReceiveMeter meter, StoredSeries stored,
        string? format = null, string? time = null, string? timeUnit = null, [FromQuery] string[]? value = null, string? metric = null,
        string? metricColumn = null, [FromQuery] string[]? label = null, [FromQuery] string[]? skip = null, [FromQuery] string[]? extraLabel = null)
    {
        if (FleetRequest.RefuseNarrowed(context, SpansTheFleet) is { } refused)
        {
            return refused;
        }

        if (stored.RefusesSamples is { } elsewhere)
        {
            meter.Files.CountRejected();
            return Results.Problem(elsewhere, statusCode: StatusCodes.Status405MethodNotAllowed);
        }

        if (format is not ("csv" or "parquet"))
        {
            return Problems.BadRequest("format is csv or parquet.");
        }

        var extra = (extraLabel ?? []).Select(pair => pair.Split('=', 2)).ToArray();
        if (extra.Any(pair => pair.Length < 2 || pair[0].Length == 0))
        {
            return Problems.BadRequest("extraLabel is name=value.");
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = MaxBytes;
        }

        var mapping = new SampleFileMapping
        {
            TimeColumn = time,
            TimeUnit = timeUnit,
            ValueColumns = value ?? [],
            Metric = metric,
            MetricColumn = metricColumn,
            LabelColumns = label ?? [],
            SkippedColumns = skip ?? [],
            ExtraLabels = [.. extra.Select(pair => (pair[0], pair[1]))],
        };
        try
        {
            SampleFileReport report;
            if (format == "csv")
            {
                report = await receiver.ReceiveCsvAsync(context.Request.Body, mapping, writer, context.RequestAborted);
            }
            else
            {
                await using var file = await spool.TakeAsync(context.Request, MaxBytes, context.RequestAborted);
                report = await receiver.ReceiveParquetAsync(file, mapping, writer, context.RequestAborted);
            }

            meter.Files.CountTaken(report.Samples - report.Stored);
            return Results.Ok(SampleImportAnswer.Of(report));
        }
        catch (ReceiveRejectedException error)
        {
            meter.Files.CountRejected();
            return Results.Problem(error.Message, statusCode: error.StatusCode);
        }
        catch (SeriesStoreException error)
        {
            meter.Files.CountRejected();
            return Results.Problem(
                $"{error.Message}. What was stored before stays; import the file again when the store takes samples.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
