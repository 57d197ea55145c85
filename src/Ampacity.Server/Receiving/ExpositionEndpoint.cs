using System.Globalization;
using Ampacity.Collect;
using Ampacity.Samples;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary>
/// <c>POST /api/v1/import/prometheus</c>: a page of Prometheus text or OpenMetrics, as a file or a script has it. Parameters as VictoriaMetrics
/// users know them: <c>timestamp</c> (milliseconds, for samples that bring no time) and <c>extra_label=name=value</c>, as often as needed.
/// </summary>
internal static class ExpositionEndpoint
{
    public static void MapExposition(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/v1/import/prometheus", TakeAsync).WithTags("Prometheus").WithName("ImportPrometheus")
            .WithSummary("Prometheus text exposition or OpenMetrics").DisableAntiforgery();

    private static async Task<IResult> TakeAsync(
        HttpContext context, ExpositionReceiver receiver, SampleIntake intake, ISeriesWriter writer, ReceiveRequest request, ReceiveMeter meter, TimeProvider time)
    {
        if (!GzipBody.IsReadable(context.Request, out var unsupported))
        {
            meter.Exposition.CountRejected();
            return ReceiveRequest.Say(StatusCodes.Status415UnsupportedMediaType, unsupported);
        }

        if (!TryReadOptions(context.Request, time, out var options, out var wrong))
        {
            meter.Exposition.CountRejected();
            return ReceiveRequest.Say(StatusCodes.Status400BadRequest, wrong);
        }

        return await request.TakeAsync(
            context,
            meter.Exposition,
            body => GzipBody.ReceiveAsync(
                context.Request, body, intake.Limits, page => receiver.ReceiveAsync(page, options, writer, CancellationToken.None)),
            result => result.StatusCode == StatusCodes.Status204NoContent
                ? Results.NoContent()
                : ReceiveRequest.Say(result.StatusCode, result.Message),
            ReceiveRequest.Say);
    }

    private static bool TryReadOptions(HttpRequest request, TimeProvider time, out ExpositionOptions options, out string wrong)
    {
        wrong = "";
        options = new ExpositionOptions(time.GetUtcNow().ToUnixTimeMilliseconds())
        {
            Format = request.ContentType?.StartsWith("application/openmetrics-text", StringComparison.OrdinalIgnoreCase) == true
                ? ExpositionFormat.OpenMetrics : ExpositionFormat.Any,
        };
        if (request.Query.TryGetValue("timestamp", out var text))
        {
            if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var timestampMs))
            {
                wrong = $"timestamp={text}: say whole milliseconds since 1970, as timestamp=1767225600000";
                return false;
            }

            options = options with { TimestampMs = timestampMs };
        }

        var extra = new List<(string, string)>();
        foreach (var label in request.Query["extra_label"])
        {
            var at = label!.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
            {
                wrong = $"extra_label={label}: say a name and a value, as extra_label=site=abilene";
                return false;
            }

            extra.Add((label[..at], label[(at + 1)..]));
        }

        options = options with { ExtraLabels = extra };
        return true;
    }
}
