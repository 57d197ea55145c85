using System.Text.Json;
using Ampacity.Fleet;
using Ampacity.Records;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ampacity.Server;

/// <summary>
/// Asks once, when the server listens, what people ask first: so that nobody waits for what is worked out or compiled at its first use.
/// Measured on the 10 GW fleet: the first move of a process took 195–270 ms, half of it compiling, and the next 30.
/// </summary>
/// <remarks>
/// Endpoints are called as routing calls them, without the network and without a caller; what they answer is thrown away. Nothing is
/// recorded: edits are planned only, and the store takes back what it rehearsed.
/// </remarks>
internal sealed class WarmStart(
    IServiceProvider services, EndpointDataSource endpoints, IHostApplicationLifetime lifetime, CurrentFleet fleet, FactStore store, TimeProvider time,
    ILogger<WarmStart> log)
    : BackgroundService
{
    private double _seconds;

    /// <summary>How long it took; 0 until it is done. Any thread.</summary>
    public double Seconds => Volatile.Read(ref _seconds);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await ListeningAsync(stoppingToken);
        var began = time.GetTimestamp();
        try
        {
            await AskAsync(stoppingToken);
            Volatile.Write(ref _seconds, time.GetElapsedTime(began).TotalSeconds);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server ends before it is warm.
        }
        catch (Exception error) when (error is ChangeConflictException or RecordStoreException)
        {
            log.LogInformation("The first change will be slower than the next ones: {Reason}", error.Message);
        }
        catch (Exception error)
        {
            // Our own bug. The server serves without this.
            log.LogError(error, "Bug: warming up failed");
        }
    }

    private async Task ListeningAsync(CancellationToken stoppingToken)
    {
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var started = lifetime.ApplicationStarted.Register(listening.SetResult);
        await listening.Task.WaitAsync(stoppingToken);
    }

    private async Task AskAsync(CancellationToken stoppingToken)
    {
        var view = fleet.GraphAt(fleet.NowMs).Within(PlaceScope.Whole);
        await AskAsync("Count", "?by=state", "", null, stoppingToken);
        var rack = FirstRack(view);
        if (rack < 0)
        {
            return;
        }

        var path = view.Graph.PathOf(rack);
        await AskAsync("ListPlaces", "?kind=rack&limit=10", "", null, stoppingToken);
        await AskAsync("ShowPlace", "", path, null, stoppingToken);
        await AskAsync("ShowPowerPath", $"?of={Uri.EscapeDataString(path)}", "", null, stoppingToken);
        var edits = new EditsRequest(
            [
                new EditRow("move", path) { To = $"{view.Graph.PathOf(view.Graph.ParentOf(rack))}/warm-start" },
                new EditRow("tag", path) { Tags = ["warm-start"] },
            ],
            "ampacity", null, DryRun: true);
        await AskAsync("Edit", "", "", JsonSerializer.SerializeToUtf8Bytes(edits, RestJson.Options), stoppingToken);

        var timeline = fleet.Timeline.Fleet;
        var nowMs = fleet.NowMs;
        var plan = EditPlanner.Plan(
            timeline.Ledger, timeline.At, fleet.Catalogue, [new FleetEdit.Tag(path, ["warm-start"], false, null)], "ampacity", "", nowMs);
        if (plan.Errors.Count == 0 && !plan.Draft.IsEmpty)
        {
            await store.RehearseAsync(plan.Draft, stoppingToken);
        }
    }

    private static int FirstRack(FleetView view)
    {
        foreach (var node in view.Graph.Places.Order)
        {
            if (view.Graph.KindOf(node) == NodeKind.Rack)
            {
                return node;
            }
        }

        return -1;
    }

    private async Task AskAsync(string name, string query, string path, byte[]? body, CancellationToken stoppingToken)
    {
        var endpoint = endpoints.Endpoints.FirstOrDefault(one => one.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName == name)
            ?? throw new InvalidOperationException($"Bug: no endpoint is called {name}");
        await using var scope = services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider, RequestAborted = stoppingToken };
        context.SetEndpoint(endpoint);
        context.Request.Method = body is null ? HttpMethods.Get : HttpMethods.Post;
        context.Request.QueryString = new QueryString(query);
        context.Request.RouteValues["path"] = path;
        if (body is not null)
        {
            context.Request.ContentType = "application/json";
            context.Request.ContentLength = body.Length;
            context.Request.Body = new MemoryStream(body);
            context.Features.Set<IHttpRequestBodyDetectionFeature>(new HasBody());
        }

        context.Response.Body = Stream.Null;
        await endpoint.RequestDelegate!(context);
    }

    // Without a network nobody says that there is a body.
    private sealed class HasBody : IHttpRequestBodyDetectionFeature
    {
        public bool CanHaveBody => true;
    }
}
