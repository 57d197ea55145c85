using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Ampacity.Tests;

/// <summary>A BMC with one metric report, one leak detector and an event service, whose streams and subscriptions a test drives frame by frame.</summary>
internal sealed class EventBmc : IAsyncDisposable
{
    public const string Report = "/redfish/v1/TelemetryService/MetricReports/Power";
    public const string Detector = "/redfish/v1/Chassis/C/ThermalSubsystem/LeakDetection/LeakDetectors/L1";
    private const string Service = "/redfish/v1/EventService";

    private readonly WebApplication _application;
    private readonly ConcurrentDictionary<string, Channel<string?>> _streams = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _log = new();
    private int _made;

    private EventBmc()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _application = builder.Build();
        _application.Run(AnswerAsync);
    }

    public Uri Address => new(_application.Urls.First());

    /// <summary>Status of an attempt at a stream; 200 opens it.</summary>
    public int StreamStatus { get; set; } = 200;

    /// <summary>Answers nothing at all: as one that reboots.</summary>
    public bool IsAway { get; set; }

    /// <summary>Watts that the report says.</summary>
    public double Watts { get; set; } = 100;

    /// <summary>Subscriptions: path → body.</summary>
    public ConcurrentDictionary<string, JsonElement> Subscriptions { get; } = new(StringComparer.Ordinal);

    /// <summary>Last-Event-ID of the newest stream.</summary>
    public string? LastEventId { get; private set; }

    public int Sessions { get; private set; }

    public int Count(string what) => _log.Count(line => line == what);

    public static async Task<EventBmc> StartAsync(CancellationToken cancellationToken)
    {
        var bmc = new EventBmc();
        await bmc._application.StartAsync(cancellationToken);
        return bmc;
    }

    /// <summary>Whether a stream of a format is open.</summary>
    public bool HasStream(string format) => _streams.ContainsKey(format);

    /// <summary>Sends a frame over the stream of a format.</summary>
    public void Send(string format, string id, string json) => _streams[format].Writer.TryWrite($"id: {id}\ndata: {json}\n\n");

    /// <summary>Breaks a stream off, or ends it properly.</summary>
    public void Break(string format)
    {
        if (_streams.TryRemove(format, out var stream))
        {
            stream.Writer.TryWrite(null);
        }
    }

    /// <summary>A metric report as SSE carries it: without a path of its own.</summary>
    public static string ReportFrame(double watts, string time) => FormattableString.Invariant(
        $$$"""{"@odata.type":"#MetricReport.v1_4_2.MetricReport","Id":"Power","Timestamp":"{{{time}}}","MetricValues":[{"MetricProperty":"/redfish/v1/Chassis/C/EnvironmentMetrics#/PowerWatts","MetricValue":"{{{watts}}}","Timestamp":"{{{time}}}"}]}""");

    /// <summary>An event as NVIDIA's trays send it: without MemberId and EventType.</summary>
    public static string EventFrame(string id, string severity, string context = "") =>
        $$$"""{"@odata.type":"#Event.v1_7_0.Event","Id":"{{{id}}}",{{{(context.Length > 0 ? $"\"Context\":\"{context}\"," : "")}}}"Events":[{"EventId":"{{{id}}}","EventTimestamp":"2026-01-01T00:00:00-0600","MessageId":"Environmental.1.0.LeakDetected","Message":"a leak","MessageSeverity":"{{{severity}}}","OriginOfCondition":{"@odata.id":"{{{Detector}}}"}}]}""";

    public async ValueTask DisposeAsync()
    {
        foreach (var format in _streams.Keys)
        {
            Break(format);
        }

        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _application.StopAsync(soon.Token);
        await _application.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var (method, path) = (context.Request.Method, context.Request.Path.Value!);
        if (IsAway)
        {
            context.Abort();
            return;
        }

        _log.Enqueue($"{method} {path}");
        switch (method, path)
        {
            case ("POST", "/redfish/v1/SessionService/Sessions"):
                Sessions++;
                context.Response.Headers["X-Auth-Token"] = "t";
                context.Response.Headers.Location = "/redfish/v1/SessionService/Sessions/1";
                context.Response.StatusCode = 201;
                break;
            case ("GET", Report):
                await context.Response.WriteAsync(ReportFrame(Watts, "2026-01-01T00:00:00Z"));
                break;
            case ("GET", Detector):
                await context.Response.WriteAsync("""{"@odata.type":"#LeakDetector.v1_1_0.LeakDetector","DetectorState":"OK"}""");
                break;
            case ("GET", Service):
                await context.Response.WriteAsync($$$"""{"ServerSentEventUri":"{{{Service}}}/SSE","EventFormatTypes":["Event","MetricReport"],"Subscriptions":{"@odata.id":"{{{Service}}}/Subscriptions"}}""");
                break;
            case ("GET", Service + "/SSE"):
                await StreamAsync(context);
                break;
            case ("GET", Service + "/Subscriptions"):
                await context.Response.WriteAsync($$"""{"Members":[{{string.Join(',', Subscriptions.Keys.Select(key => $$"""{"@odata.id":"{{key}}"}"""))}}]}""");
                break;
            case ("POST", Service + "/Subscriptions"):
                var made = $"{Service}/Subscriptions/{Interlocked.Increment(ref _made)}";
                Subscriptions[made] = (await JsonDocument.ParseAsync(context.Request.Body)).RootElement;
                context.Response.Headers.Location = made;
                context.Response.StatusCode = 201;
                break;
            case ("DELETE", _):
                Subscriptions.TryRemove(path, out _);
                Sessions -= path.StartsWith("/redfish/v1/SessionService", StringComparison.Ordinal) ? 1 : 0;
                context.Response.StatusCode = 204;
                break;
            case ("GET", _) when Subscriptions.TryGetValue(path, out var subscription):
                await context.Response.WriteAsync(subscription.GetRawText());
                break;
            default:
                context.Response.StatusCode = 404;
                break;
        }
    }

    private async Task StreamAsync(HttpContext context)
    {
        if (StreamStatus != 200)
        {
            context.Response.StatusCode = StreamStatus;
            return;
        }

        var format = context.Request.Query["$filter"].ToString().Contains("MetricReport", StringComparison.Ordinal) ? "MetricReport" : "Event";
        LastEventId = context.Request.Headers["Last-Event-ID"].FirstOrDefault();
        var frames = Channel.CreateUnbounded<string?>();
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(": hello\n\n");
        await context.Response.Body.FlushAsync();
        _streams[format] = frames;
        try
        {
            await foreach (var frame in frames.Reader.ReadAllAsync(context.RequestAborted))
            {
                if (frame is null)
                {
                    context.Abort();
                    return;
                }

                await context.Response.WriteAsync(frame);
                await context.Response.Body.FlushAsync();
            }
        }
        catch (OperationCanceledException)
        {
            _streams.TryRemove(KeyValuePair.Create(format, frames)); // the reader closed it
        }
    }
}
