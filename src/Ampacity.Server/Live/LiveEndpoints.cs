using System.Globalization;
using Ampacity.Fleet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/live</c>: frames of the fleet as Server-Sent Events, as they are made.</summary>
internal static class LiveEndpoints
{
    private const int MaxFrames = 1_000_000;

    public static void MapLive(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/fleet/v1/live", StreamAsync).WithName("StreamLive").WithTags("live")
            .WithSummary("What the fleet draws and nodes carry, an event each second; kinds= and frames= say which nodes and how many events")
            .Produces(200, contentType: "text/event-stream").ProducesProblem(400).ProducesProblem(503);

    private static async Task<IResult> StreamAsync(HttpContext context, LiveStream stream, ServerSettings settings, IHostApplicationLifetime host)
    {
        if (context.Request.Query.Keys.FirstOrDefault(name => name is not ("kinds" or "frames")) is { } unknown)
        {
            return Problems.BadRequest($"'{FleetQuestion.Short(unknown)}' is no parameter of {context.Request.Path}; it takes kinds and frames.");
        }

        if (!TryKinds(context.Request.Query["kinds"].ToString(), out var kinds, out var wrong))
        {
            return Problems.BadRequest($"kinds names kinds of node with commas, such as hall,ups,rack; there is no '{FleetQuestion.Short(wrong)}'.");
        }

        var asked = context.Request.Query["frames"].ToString();
        var frames = MaxFrames;
        if (asked.Length > 0 && !(int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out frames) && frames is > 0 and <= MaxFrames))
        {
            return Problems.BadRequest($"frames is a whole number from 1 to {MaxFrames}, not '{FleetQuestion.Short(asked)}'.");
        }

        if (!settings.Collects)
        {
            return Problems.Unavailable("This server makes no live frames: it was started without collection.");
        }

        if (!stream.TryEnter())
        {
            return Problems.Unavailable($"{LiveStream.MaxViewers} viewers watch already; close one, or ask GET /api/fleet/v1/power now and then.");
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, host.ApplicationStopping);
        try
        {
            await SendAsync(
                context.Response, stream, new LiveAsk(context.Request.Headers[FleetRequest.ScopeHeader].ToString(), kinds), frames, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The viewer has gone, or the server goes: that is how a stream ends.
        }
        finally
        {
            stream.Leave();
        }

        return Results.Empty;
    }

    private static async Task SendAsync(HttpResponse response, LiveStream stream, LiveAsk ask, int frames, CancellationToken end)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await response.Body.FlushAsync(end);
        for (var (hadMs, sent) = (long.MinValue, 0); sent < frames; sent++)
        {
            (hadMs, var bytes) = await stream.NextAsync(ask, hadMs, end);
            await response.Body.WriteAsync(bytes, end);
            await response.Body.FlushAsync(end);
        }
    }

    private static bool TryKinds(string text, out ulong kinds, out string wrong)
    {
        (kinds, wrong) = (text.Length == 0 ? LiveAsk.UsualKinds : 0, "");
        foreach (var name in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (char.IsAsciiDigit(name[0]) || !Enum.TryParse<NodeKind>(name, ignoreCase: true, out var kind) || !Enum.IsDefined(kind) || kind == NodeKind.None)
            {
                wrong = name;
                return false;
            }

            kinds |= 1UL << (int)kind;
        }

        return true;
    }
}
