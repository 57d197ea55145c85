using System.Text;
using Ampacity.Collect;
using Ampacity.Samples;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Ampacity.Server;

/// <summary>
/// <c>POST /v1/metrics</c>: OTLP/HTTP metrics as protobuf, plain or gzip. A 200 means that what it does not name as rejected is durable.
/// </summary>
internal static class OtlpEndpoint
{
    private const string Protobuf = "application/x-protobuf";

    // google.rpc.Code, by which a refusal says what it is to a machine.
    private const int InvalidArgument = 3;
    private const int ResourceExhausted = 8;
    private const int Unavailable = 14;

    public static void MapOtlp(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/metrics", TakeAsync).WithTags("OpenTelemetry").WithName("OtlpMetrics")
            .WithSummary("OTLP/HTTP metrics, protobuf").DisableAntiforgery();

    private static async Task<IResult> TakeAsync(
        HttpContext context, OtlpReceiver receiver, SampleIntake intake, ISeriesWriter writer, ReceiveRequest request, ReceiveMeter meter)
    {
        if (!IsReadable(context.Request, out var unsupported))
        {
            meter.Otlp.CountRejected();
            return ReceiveRequest.Say(StatusCodes.Status415UnsupportedMediaType, unsupported);
        }

        return await request.TakeAsync(
            context,
            meter.Otlp,
            body => GzipBody.ReceiveAsync(
                context.Request, body, intake.Limits, plain => receiver.ReceiveAsync(plain, writer, CancellationToken.None)),
            result => Results.Bytes(Answer(result), Protobuf),
            Refuse);
    }

    private static bool IsReadable(HttpRequest request, out string unsupported)
    {
        unsupported = $"Content-Type {request.ContentType} is not read here; send OTLP metrics as {Protobuf} (of an exporter, protocol http/protobuf)";
        return MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && (type.MediaType.Equals(Protobuf, StringComparison.OrdinalIgnoreCase) || type.MediaType.Equals("application/protobuf", StringComparison.OrdinalIgnoreCase))
            && GzipBody.IsReadable(request, out unsupported);
    }

    // ExportMetricsServiceResponse {partial_success = 1 {rejected_data_points = 1, error_message = 2}}; empty when all was kept.
    private static byte[] Answer(ReceiveResult result)
    {
        var counts = result.Counts;
        var rejected = (long)counts.PointsRefused + counts.Histograms + counts.SeriesRefused + counts.SeriesOverLimit + result.Receipt.TooOld + result.Receipt.TooNew;
        if (rejected == 0)
        {
            return [];
        }

        var partial = new MemoryStream();
        partial.WriteByte((1 << 3) | 0);
        WriteVarint(partial, (ulong)rejected);
        WriteBytes(partial, 2, Encoding.UTF8.GetBytes(result.Message));
        var answer = new MemoryStream();
        WriteBytes(answer, 1, partial.ToArray());
        return answer.ToArray();
    }

    // google.rpc.Status {code = 1, message = 2}.
    private static IResult Refuse(int statusCode, string message)
    {
        var status = new MemoryStream();
        status.WriteByte((1 << 3) | 0);
        WriteVarint(status, statusCode switch
        {
            StatusCodes.Status429TooManyRequests => ResourceExhausted,
            StatusCodes.Status503ServiceUnavailable => Unavailable,
            _ => InvalidArgument,
        });
        WriteBytes(status, 2, Encoding.UTF8.GetBytes(message));
        return new ProtobufAnswer(statusCode, status.ToArray());
    }

    private static void WriteBytes(Stream stream, int field, byte[] content)
    {
        stream.WriteByte((byte)((field << 3) | 2));
        WriteVarint(stream, (ulong)content.Length);
        stream.Write(content);
    }

    private static void WriteVarint(Stream stream, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            stream.WriteByte((byte)((value & 0x7F) | 0x80));
        }

        stream.WriteByte((byte)value);
    }

    private sealed class ProtobufAnswer(int statusCode, byte[] body) : IResult
    {
        public Task ExecuteAsync(HttpContext context)
        {
            context.Response.StatusCode = statusCode;
            context.Response.ContentType = Protobuf;
            return context.Response.Body.WriteAsync(body, 0, body.Length, context.RequestAborted);
        }
    }
}
