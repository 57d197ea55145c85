using Ampacity.Collect;
using Ampacity.Samples;
using Microsoft.AspNetCore.Http;

namespace Ampacity.Server;

/// <summary>How a request that brings samples is taken, whatever its format: room, body, what became of it, refusals.</summary>
internal sealed class ReceiveRequest(SampleGate gate, SampleIntake intake, ReceiveMeter meter, StoredSeries stored)
{
    // Seconds after which a sender may try again: when the store takes nothing, and when others are before it.
    private const string StoreRetrySeconds = "5";
    private const string QueueRetrySeconds = "1";

    /// <summary>Takes a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="way">Who counts it.</param>
    /// <param name="receiveAsync">Reads the body and appends; throws <see cref="ReceiveRejectedException"/> and <see cref="SeriesStoreException"/>.</param>
    /// <param name="answer">Makes the answer to a request that was read.</param>
    /// <param name="refuse">Makes the answer to one that was not, from status and sentence.</param>
    public async Task<IResult> TakeAsync(
        HttpContext context,
        WayMeter way,
        Func<ReadOnlyMemory<byte>, ValueTask<ReceiveResult>> receiveAsync,
        Func<ReceiveResult, IResult> answer,
        Func<int, string, IResult> refuse)
    {
        if (stored.RefusesSamples is { } elsewhere)
        {
            // No sender repeats what is answered so; 5xx would be sent again for ever.
            way.CountRejected();
            context.Response.Headers.Allow = "";
            return refuse(StatusCodes.Status405MethodNotAllowed, elsewhere);
        }

        var room = Math.Min(context.Request.ContentLength ?? intake.Limits.MaxBodyBytes, intake.Limits.MaxBodyBytes);
        if (!gate.TryEnter(room))
        {
            meter.CountBackPressure();
            context.Response.Headers.RetryAfter = QueueRetrySeconds;
            return refuse(StatusCodes.Status429TooManyRequests, "too many requests with samples are under way; send again later");
        }

        try
        {
            using var body = await PooledBody.ReadAsync(context.Request, intake.Limits.MaxBodyBytes, context.RequestAborted);
            if (body.IsOverLimit)
            {
                way.CountRejected();
                return refuse(StatusCodes.Status413PayloadTooLarge, $"the body is over {intake.Limits.MaxBodyBytes} bytes; send smaller requests");
            }

            var result = await receiveAsync(body.Memory);
            meter.Count(way, result);
            if (result.StatusCode == StatusCodes.Status429TooManyRequests)
            {
                context.Response.Headers.RetryAfter = StoreRetrySeconds;
            }

            return answer(result);
        }
        catch (ReceiveRejectedException error)
        {
            way.CountRejected();
            return refuse(error.StatusCode, error.Message);
        }
        catch (SeriesStoreException error)
        {
            way.CountRejected();
            context.Response.Headers.RetryAfter = StoreRetrySeconds;
            return refuse(StatusCodes.Status503ServiceUnavailable, error.Message);
        }
        finally
        {
            gate.Leave(room);
        }
    }

    /// <summary>A sentence as plain text.</summary>
    public static IResult Say(int statusCode, string message) => Results.Text(message + "\n", statusCode: statusCode);
}
