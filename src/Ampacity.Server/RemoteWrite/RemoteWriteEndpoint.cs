using System.Globalization;
using Ampacity.Collect;
using Ampacity.Samples;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Ampacity.Server;

/// <summary>
/// <c>POST /api/v1/write</c>: Prometheus remote write 1.0 and 2.0, told apart by Content-Type. A 2xx means that the samples survive the death
/// of this process, and by default power loss. 4xx must not be repeated; 429 and 5xx may be, later.
/// </summary>
internal static class RemoteWriteEndpoint
{
    private const string MediaType = "application/x-protobuf";
    private const string Message1 = "prometheus.WriteRequest";
    private const string Message2 = "io.prometheus.write.v2.Request";

    // What a 2.0 sender learns was written (remote write 2.0 specification, "Required Written Response Headers").
    private const string SamplesWritten = "X-Prometheus-Remote-Write-Samples-Written";
    private const string HistogramsWritten = "X-Prometheus-Remote-Write-Histograms-Written";
    private const string ExemplarsWritten = "X-Prometheus-Remote-Write-Exemplars-Written";

    public static void MapRemoteWrite(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/v1/write", TakeAsync).WithTags("Prometheus").WithName("RemoteWrite")
            .WithSummary("Prometheus remote write 1.0 and 2.0").DisableAntiforgery();

    private static async Task<IResult> TakeAsync(
        HttpContext context, RemoteWriteReceiver receiver, ISeriesWriter writer, ReceiveRequest request, ReceiveMeter meter)
    {
        if (VersionOf(context.Request, out var unsupported) is not { } version)
        {
            meter.RemoteWrite.CountRejected();
            return ReceiveRequest.Say(StatusCodes.Status415UnsupportedMediaType, unsupported);
        }

        SayWritten(context.Response, version, 0);

        // Not the request's token: once read, a batch is kept or refused whole, whether or not the sender still waits.
        return await request.TakeAsync(
            context,
            meter.RemoteWrite,
            body => receiver.ReceiveAsync(version, body, writer, CancellationToken.None),
            result =>
            {
                SayWritten(context.Response, version, result.SamplesWritten);
                return result.StatusCode == StatusCodes.Status204NoContent
                    ? Results.NoContent()
                    : ReceiveRequest.Say(result.StatusCode, result.Message);
            },
            ReceiveRequest.Say);
    }

    private static void SayWritten(HttpResponse response, RemoteWriteVersion version, int samples)
    {
        if (version == RemoteWriteVersion.V2)
        {
            response.Headers[SamplesWritten] = samples.ToString(CultureInfo.InvariantCulture);
            response.Headers[HistogramsWritten] = "0";
            response.Headers[ExemplarsWritten] = "0";
        }
    }

    // Senders of 1.0 do not always say what they send; whatever else is said must be true.
    private static RemoteWriteVersion? VersionOf(HttpRequest request, out string unsupported)
    {
        unsupported = "";
        var encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Length > 0 && !encoding.Equals("snappy", StringComparison.OrdinalIgnoreCase))
        {
            unsupported = $"Content-Encoding {encoding} is not read here; send snappy";
            return null;
        }

        if (string.IsNullOrEmpty(request.ContentType))
        {
            return RemoteWriteVersion.V1;
        }

        if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase))
        {
            var proto = type.Parameters.FirstOrDefault(parameter => parameter.Name.Equals("proto", StringComparison.OrdinalIgnoreCase))?.GetUnescapedValue();
            switch (proto.ToString())
            {
                case "" or Message1:
                    return RemoteWriteVersion.V1;
                case Message2:
                    return RemoteWriteVersion.V2;
            }
        }

        unsupported = $"Content-Type {request.ContentType} is not read here; send {MediaType} with proto={Message1} or proto={Message2}";
        return null;
    }
}
