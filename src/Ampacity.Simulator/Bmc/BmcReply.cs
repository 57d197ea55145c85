using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Ampacity.Simulator;

/// <summary>Writes answers: bodies with their tags, and errors in the form of DSP0266.</summary>
internal static class BmcReply
{
    private const string Registry = "Base.1.18.";

    /// <summary>Writes a resource as it is at an instant, or 304 when the asker has it already.</summary>
    public static Task WriteAsync(HttpContext context, LiveBody body, in Moment moment)
    {
        using (var buffer = new Utf8Buffer())
        {
            body.Write(in moment, buffer);
            PutLink(context, body.Link);
            PutTagged(context, 200, buffer, body.StateTag());
        }

        return FlushAsync(context);
    }

    /// <summary>Writes JSON that is made for this answer.</summary>
    public static Task WriteAsync(HttpContext context, int status, JsonNode body)
    {
        using (var buffer = new Utf8Buffer())
        {
            buffer.Append(Encoding.UTF8.GetBytes(body.ToJsonString(LiveBody.Plain)));
            PutLink(context, LiveBody.LinkOf(buffer.Memory.Span));
            PutTagged(context, status, buffer, unchecked((uint)buffer.Tag()) | 1);
        }

        return FlushAsync(context);
    }

    /// <summary>The first half of a tag: what If-Match is held against.</summary>
    public static string StateTag(LiveBody body) => body.StateTag().ToString("X8", CultureInfo.InvariantCulture);

    public static Task ErrorAsync(HttpContext context, int status, string message, string text, params string[] arguments)
    {
        var code = Registry + message;
        var error = new JsonObject
        {
            ["error"] = new JsonObject
            {
                ["code"] = code,
                ["message"] = text,
                ["@Message.ExtendedInfo"] = new JsonArray(new JsonObject
                {
                    ["@odata.type"] = "#Message.v1_1_2.Message",
                    ["MessageId"] = code,
                    ["Message"] = text,
                    ["MessageArgs"] = new JsonArray([.. arguments.Select(argument => (JsonNode)argument!)]),
                    ["MessageSeverity"] = status >= 500 ? "Critical" : "Warning",
                    ["Resolution"] = "None.",
                }),
            },
        };
        context.Response.StatusCode = status;
        Put(context, Encoding.UTF8.GetBytes(error.ToJsonString(LiveBody.Plain)));
        return FlushAsync(context);
    }

    public static Task NotFoundAsync(HttpContext context, string path) =>
        ErrorAsync(context, 404, "ResourceMissingAtURI", $"no resource at {path}", path);

    public static Task RefuseMethodAsync(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        return ErrorAsync(context, 405, "OperationNotAllowed", $"allowed here: {allowed}");
    }

    public static Task BusyAsync(HttpContext context, int seconds, string why)
    {
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return ErrorAsync(context, 503, "ServiceTemporarilyUnavailable", why, seconds.ToString(CultureInfo.InvariantCulture));
    }

    private static void PutLink(HttpContext context, string link)
    {
        if (link.Length > 0)
        {
            context.Response.Headers.Link = link;
        }
    }

    private static void PutTagged(HttpContext context, int status, Utf8Buffer buffer, uint state)
    {
        var tag = string.Create(CultureInfo.InvariantCulture, $"\"{state:X8}-{unchecked((uint)buffer.Tag()):X8}\"");
        var response = context.Response;
        response.Headers.ETag = tag;
        if (status == 200 && context.Request.Headers.IfNoneMatch is { Count: > 0 } known && known.ToString().Contains(tag, StringComparison.Ordinal))
        {
            response.StatusCode = 304;
            return;
        }

        response.StatusCode = status;
        Put(context, buffer.Memory.Span);
    }

    // Copies into the answer's pipe, so that the caller's buffer is free afterwards.
    private static void Put(HttpContext context, ReadOnlySpan<byte> body)
    {
        var response = context.Response;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        var pipe = response.BodyWriter;
        while (body.Length > 0 && !HttpMethods.IsHead(context.Request.Method))
        {
            var room = pipe.GetSpan(Math.Min(body.Length, 16 * 1024));
            var count = Math.Min(room.Length, body.Length);
            body[..count].CopyTo(room);
            pipe.Advance(count);
            body = body[count..];
        }
    }

    private static Task<System.IO.Pipelines.FlushResult> FlushAsync(HttpContext context) => context.Response.BodyWriter.FlushAsync(context.RequestAborted).AsTask();
}
