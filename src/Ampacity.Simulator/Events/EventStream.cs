using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace Ampacity.Simulator;

/// <summary>One open stream of Server-Sent Events: events as they happen, or metric reports as they are due.</summary>
/// <remarks>Any thread offers; the request that opened it writes.</remarks>
internal sealed class EventStream(bool wantsReports) : IDisposable
{
    // A slow reader misses the oldest frames; the ids show it.
    private const int MaxWaiting = 256;

    private readonly Channel<byte[]> _frames = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly CancellationTokenSource _broken = new();

    /// <summary>Whether it carries metric reports instead of events.</summary>
    public bool WantsReports => wantsReports;

    public void Offer(long id, JsonObject body) => _frames.Writer.TryWrite(Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"id: {id}\ndata: {body.ToJsonString(LiveBody.Plain)}\n\n")));

    /// <summary>Ends it as a reboot does.</summary>
    public void Break() => _broken.Cancel();

    /// <summary>Writes until the reader goes or the stream breaks.</summary>
    /// <param name="context">The request.</param>
    /// <param name="resources">Where reports are read.</param>
    /// <param name="time">Runs the waits.</param>
    /// <param name="moment">Gives the instant of a report.</param>
    public async Task RunAsync(HttpContext context, BmcResources resources, BmcTime time, Func<Moment> moment)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _broken.Token);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache";
        await context.Response.Body.WriteAsync(":\n\n"u8.ToArray(), ended.Token);
        await context.Response.Body.FlushAsync(ended.Token);
        var reports = wantsReports ? SendReportsAsync(resources, time, moment, ended.Token) : Task.CompletedTask;
        try
        {
            await foreach (var frame in _frames.Reader.ReadAllAsync(ended.Token))
            {
                await context.Response.Body.WriteAsync(frame, ended.Token);
                await context.Response.Body.FlushAsync(ended.Token);
            }
        }
        catch (OperationCanceledException) when (_broken.IsCancellationRequested)
        {
            context.Abort();
        }
        catch (OperationCanceledException)
        {
            // The reader went; nothing is left to say.
        }

        await reports;
    }

    public void Dispose() => _broken.Dispose();

    private async Task SendReportsAsync(BmcResources resources, BmcTime time, Func<Moment> moment, CancellationToken cancel)
    {
        var paths = ReportPaths(resources);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time.Wall);
        try
        {
            for (var id = 1L; ;)
            {
                foreach (var path in paths)
                {
                    if (resources.Find(path) is { } report)
                    {
                        _frames.Writer.TryWrite(Frame(id++, report, moment()));
                    }
                }

                await timer.WaitForNextTickAsync(cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // The stream ended.
        }
    }

    /// <summary>Paths of a BMC's metric reports, in order.</summary>
    public static List<string> ReportPaths(BmcResources resources)
    {
        const string Below = "/redfish/v1/TelemetryService/MetricReports/";
        return [.. resources.Template.Paths.Where(path => path.StartsWith(Below, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    private static byte[] Frame(long id, LiveBody report, in Moment moment)
    {
        using var buffer = new Utf8Buffer();
        buffer.Append(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {id}\ndata: ")));
        report.Write(in moment, buffer);
        buffer.Append("\n\n"u8);
        return buffer.Memory.ToArray();
    }
}
