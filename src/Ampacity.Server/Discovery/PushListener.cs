using System.Net;
using Ampacity.Collect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;

namespace Ampacity.Server;

/// <summary>
/// Listens for what BMCs push, at an address of its own, where nothing else is served: the server's own stays on loopback. What comes is believed by
/// the address and Context that its subscription was given (<see cref="PushDesk"/>).
/// </summary>
internal sealed class PushListener(ServerSettings settings) : IHostedService
{
    // 20,000 BMCs that push at one time are refused in part; each tries again after its own wait.
    private const int MaxConnections = 4_096;

    private WebApplication? _listener;

    /// <summary>Takes what comes; null where no address was set.</summary>
    public PushDesk? Desk { get; } = settings.BmcPush is { } address ? new PushDesk(ReadAddress(address)) : null;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (Desk is null)
        {
            return;
        }

        var address = ReadAddress(settings.BmcPush!);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "ampacity-push" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = PushDesk.MaxBodyBytes;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
            kestrel.Listen(IPAddress.Parse(address.Host.Trim('[', ']')), address.Port);
        });
        _listener = builder.Build();
        _listener.Run(TakeAsync);
        try
        {
            await _listener.StartAsync(cancellationToken);
        }
        catch (IOException error)
        {
            throw new StartException($"{settings.BmcPush} cannot be listened on: {(error.InnerException ?? error).Message.TrimEnd('.')}. Choose another with --bmc-push.", error);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_listener is { } listener)
        {
            await listener.StopAsync(cancellationToken);
            await listener.DisposeAsync();
        }
    }

    /// <summary>The address of a setting.</summary>
    /// <exception cref="StartException">It is no http address of this machine with a port.</exception>
    internal static Uri ReadAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttp && url.PathAndQuery == "/" && url.Port > 0
            && IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
            ? url
            : throw new StartException($"--bmc-push {text}: give the address of this machine at which BMCs reach it, with a port, such as http://10.0.0.5:7481.");

    private async Task TakeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (!HttpMethods.IsPost(context.Request.Method) || !path.StartsWith(PushDesk.Path, StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        try
        {
            using var body = await PooledBody.ReadAsync(context.Request, PushDesk.MaxBodyBytes, context.RequestAborted);
            if (body.IsOverLimit)
            {
                context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
                return;
            }

            // An unknown address and a wrong Context look the same from outside. Nothing but Full is worth sending again.
            context.Response.StatusCode = Desk!.Take(path[PushDesk.Path.Length..], body.Memory.Span) switch
            {
                PushOutcome.Taken => StatusCodes.Status204NoContent,
                PushOutcome.NotUnderstood => StatusCodes.Status400BadRequest,
                PushOutcome.Full => StatusCodes.Status503ServiceUnavailable,
                _ => StatusCodes.Status404NotFound,
            };
        }
        catch (BadHttpRequestException tooMuch)
        {
            context.Response.StatusCode = tooMuch.StatusCode; // larger than it said, or too slow
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Features.Get<IHttpRequestLifetimeFeature>()?.Abort(); // the BMC went
        }
    }
}
