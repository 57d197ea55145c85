using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Ampacity.Tests;

/// <summary>A BMC that opens sessions properly and answers everything else with malice.</summary>
internal sealed class HostileBmc : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly string _how;
    private int _logins;
    private int _live;

    private HostileBmc(string how, Uri address, X509Certificate2? certificate)
    {
        _how = how;
        Address = address;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, address.Port, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        _application = builder.Build();
        _application.Run(AnswerAsync);
    }

    public Uri Address { get; }

    public int Logins => Volatile.Read(ref _logins);

    public int LiveSessions => Volatile.Read(ref _live);

    public static async Task<HostileBmc> StartAsync(
        string how, CancellationToken cancellationToken, X509Certificate2? certificate = null)
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var bmc = new HostileBmc(how, new Uri($"{(certificate is null ? "http" : "https")}://127.0.0.1:{port}"), certificate);
        await bmc._application.StartAsync(cancellationToken);
        return bmc;
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _application.StopAsync(soon.Token);
        await _application.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var response = context.Response;
        var gone = context.RequestAborted;
        if (context.Request.Method == "POST")
        {
            var id = Interlocked.Increment(ref _logins);
            Interlocked.Increment(ref _live);
            response.StatusCode = 201;
            response.Headers["X-Auth-Token"] = $"token{id}";
            response.Headers.Location = $"https://elsewhere.example/redfish/v1/SessionService/Sessions/{id}";
            return;
        }

        if (context.Request.Method == "DELETE")
        {
            Interlocked.Decrement(ref _live);
            response.StatusCode = 204;
            return;
        }

        switch (_how)
        {
            case "endless":
                await WriteForeverAsync(response, new byte[8_192], TimeSpan.Zero, gone);
                break;
            case "stated":
                response.ContentLength = 5_000_000_000;
                await response.Body.WriteAsync(new byte[10], gone);
                await response.Body.FlushAsync(gone);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, gone);
                break;
            case "deep":
                await response.WriteAsync("{\"a\":" + new string('[', 200_000), gone);
                break;
            case "wrong":
                await response.WriteAsync("<html>welcome</html>", gone);
                break;
            case "array":
                await response.WriteAsync("[1]", gone);
                break;
            case "slow":
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, gone);
                break;
            case "trickle":
                await WriteForeverAsync(response, " "u8.ToArray(), TimeSpan.FromMilliseconds(20), gone);
                break;
            case "redirect":
                response.Redirect("http://127.0.0.1:1/redfish/v1/Chassis");
                break;
            case "loop401":
                response.StatusCode = 401;
                break;
            case "busy":
                response.StatusCode = 503;
                break;
            case "kind":
                await response.WriteAsync("{}", gone);
                break;
            case "surrogate":
                await response.WriteAsync("""{"Metric\ud800Values":1,"MetricValues":[]}""", gone);
                break;
            case "headers":
                response.Headers["X-Long"] = new string('x', 200_000);
                break;
            default:
                response.ContentLength = 100;
                await response.Body.WriteAsync(Encoding.UTF8.GetBytes("{"), gone);
                await response.Body.FlushAsync(gone);
                context.Abort();
                break;
        }
    }

    private static async Task WriteForeverAsync(HttpResponse response, byte[] chunk, TimeSpan pause, CancellationToken gone)
    {
        while (!gone.IsCancellationRequested)
        {
            await response.Body.WriteAsync(chunk, gone);
            await response.Body.FlushAsync(gone);
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, TimeProvider.System, gone);
            }
        }
    }
}
