using System.Buffers;
using Ampacity.Collect;
using Ampacity.Samples;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary>
/// <c>POST /api/v1/write</c>: Prometheus remote write 1.0. A 2xx means that the samples survive the death of this process, and by default
/// power loss. 4xx must not be repeated; 429 and 5xx may be, later.
/// </summary>
internal static class RemoteWriteEndpoint
{
    /// <summary>Seconds after which a sender may try again when the store cannot take samples.</summary>
    private const string RetrySeconds = "5";

    public static void MapRemoteWrite(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/v1/write", TakeAsync).WithTags("Prometheus").WithName("RemoteWrite")
            .WithSummary("Prometheus remote write 1.0").DisableAntiforgery();

    private static async Task<IResult> TakeAsync(
        HttpContext context, RemoteWriteReceiver receiver, RemoteWriteLimits limits, ISeriesWriter writer, SelfMetrics metrics)
    {
        if (Unsupported(context.Request) is { } unsupported)
        {
            metrics.CountRemoteWriteRejected();
            return unsupported;
        }

        var body = await ReadAsync(context.Request, limits.MaxBodyBytes, context.RequestAborted);
        if (body.Buffer is not { } buffer)
        {
            metrics.CountRemoteWriteRejected();
            return Results.Text($"the body is over {limits.MaxBodyBytes} bytes; send smaller requests\n", statusCode: StatusCodes.Status413PayloadTooLarge);
        }

        try
        {
            // Not the request's token: once read, a batch is kept or refused whole, whether or not the sender still waits.
            var result = await receiver.ReceiveAsync(buffer.AsMemory(0, body.Length), writer, CancellationToken.None);
            metrics.CountRemoteWrite((long)result.Samples - result.Receipt.Stored + result.ExemplarsDropped + result.HistogramsDropped);
            if (result.StatusCode == StatusCodes.Status429TooManyRequests)
            {
                context.Response.Headers.RetryAfter = RetrySeconds;
            }

            return result.StatusCode == StatusCodes.Status204NoContent
                ? Results.NoContent()
                : Results.Text(result.Message + "\n", statusCode: result.StatusCode);
        }
        catch (RemoteWriteRejectedException error)
        {
            metrics.CountRemoteWriteRejected();
            return Results.Text(error.Message + "\n", statusCode: error.StatusCode);
        }
        catch (SeriesStoreException error)
        {
            metrics.CountRemoteWriteRejected();
            context.Response.Headers.RetryAfter = RetrySeconds;
            return Results.Text(error.Message + "\n", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Remote write 2.0 says so in its content type; taking it for 1.0 would store nonsense.
    private static IResult? Unsupported(HttpRequest request)
    {
        var encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Length > 0 && !encoding.Equals("snappy", StringComparison.OrdinalIgnoreCase))
        {
            return Results.Text($"Content-Encoding {encoding} is not read here; send snappy\n", statusCode: StatusCodes.Status415UnsupportedMediaType);
        }

        return request.ContentType?.Contains("io.prometheus.write.v2", StringComparison.OrdinalIgnoreCase) == true
            ? Results.Text("remote write 2.0 is not read here yet; send prometheus.WriteRequest (1.0)\n", statusCode: StatusCodes.Status415UnsupportedMediaType)
            : null;
    }

    /// <summary>Reads the body into a pooled buffer; null when it is over the limit.</summary>
    private static async Task<(byte[]? Buffer, int Length)> ReadAsync(HttpRequest request, int limitBytes, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limitBytes)
        {
            return (null, 0);
        }

        var buffer = ArrayPool<byte>.Shared.Rent((int)(request.ContentLength ?? 64 * 1024));
        var length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                if (length > limitBytes)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    return (null, 0);
                }

                var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                buffer.CopyTo(larger, 0);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }

            var read = await request.Body.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                return (buffer, length);
            }

            length += read;
        }
    }
}
