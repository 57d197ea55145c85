using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Ampacity.Simulator;

/// <summary>Reads the JSON that somebody sends, within limits.</summary>
internal static class RequestBody
{
    /// <summary>Longest body: a subscription with all its lists is 2 KB.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>The JSON, or null when there is none or it is none; the refusal has been written then.</summary>
    public static async Task<JsonElement?> ReadAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[4096];
        int read;
        while ((read = await context.Request.Body.ReadAsync(chunk, context.RequestAborted)) > 0)
        {
            buffer.Write(chunk, 0, read);
            if (buffer.Length > MaxBytes)
            {
                await BmcReply.ErrorAsync(context, 413, "PayloadTooLarge", $"a body is at most {MaxBytes} bytes");
                return null;
            }
        }

        try
        {
            return JsonElement.Parse(buffer.ToArray(), new JsonDocumentOptions { MaxDepth = 32 });
        }
        catch (JsonException error)
        {
            await BmcReply.ErrorAsync(context, 400, "MalformedJSON", $"the body is no JSON: {error.Message}");
            return null;
        }
    }

    /// <summary>A text of an object, or null when there is none.</summary>
    public static string? Text(JsonElement body, string name)
    {
        try
        {
            return body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (InvalidOperationException)
        {
            return null; // half of a surrogate pair is no text
        }
    }
}
