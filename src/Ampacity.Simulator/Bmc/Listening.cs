using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Ampacity.Simulator;

/// <summary>Opens the sockets and hands each connection to the BMC whose address it came to.</summary>
internal static class Listening
{
    // SOL_SOCKET and SO_BINDTODEVICE of Linux (asm-generic/socket.h).
    private const int SocketLevel = 1;
    private const int BindToDevice = 25;

    /// <exception cref="IOException">A port is taken, or the socket cannot be bound to the loopback device.</exception>
    public static async Task<(WebApplication Application, int Port)> StartAsync(
        SimulatorOptions options, BmcBoard board, bool oneSocket, CancellationToken cancellationToken)
    {
        var port = options.Port == 0 && !oneSocket ? FreePort(options.Trays[0].Address) : options.Port;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        if (options.Tls)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        builder.WebHost.UseSockets(sockets =>
        {
            if (oneSocket)
            {
                sockets.CreateBoundListenSocket = OnLoopbackDevice;
                sockets.Backlog = 4096; // a sweep over a hall connects to thousands at one moment
            }
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = RequestBody.MaxBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = 8 * 1024; // bmcweb's limit
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            var certificate = options.Tls ? SelfSigned.Make() : null;
            void Serve(ListenOptions listen)
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => connection =>
                {
                    // Nobody at this address, or nobody alive: break the connection before a word is read.
                    if (board.At((connection.LocalEndPoint as IPEndPoint)?.Address) is not { IsDead: false })
                    {
                        connection.Abort();
                        return Task.CompletedTask;
                    }

                    return next(connection);
                });
                if (certificate is not null)
                {
                    listen.UseHttps(certificate);
                }
            }

            int[] ports = [port, .. options.Exporters ? Exporter.All.Select(exporter => exporter.Port) : []];
            if (oneSocket)
            {
                foreach (var each in ports)
                {
                    kestrel.Listen(IPAddress.Any, each, Serve);
                }

                return;
            }

            foreach (var bmc in board.Bmcs.Where(bmc => !bmc.Offline))
            {
                foreach (var each in ports.Where(each => each == port || Exporter.All.Any(exporter => exporter.Port == each && exporter.Kinds.Contains(bmc.Tray.Kind))))
                {
                    kestrel.Listen(bmc.Tray.Address, each, Serve);
                }
            }
        });
        var application = builder.Build();
        var exporters = options.Exporters ? Exporter.All.ToDictionary(exporter => exporter.Port) : [];
        application.Run(context => board.At(context.Connection.LocalIpAddress) is not { } bmc ? AbortAsync(context)
            : exporters.TryGetValue(context.Connection.LocalPort, out var exporter) ? exporter.AnswerAsync(context, bmc)
            : bmc.AnswerAsync(context));
        try
        {
            await application.StartAsync(cancellationToken);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }

        return (application, oneSocket ? BoundPort(application) : port);
    }

    private static Task AbortAsync(Microsoft.AspNetCore.Http.HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    private static Socket OnLoopbackDevice(EndPoint endpoint)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.SetRawSocketOption(SocketLevel, BindToDevice, Encoding.ASCII.GetBytes("lo\0"));
            socket.Bind(endpoint);
            return socket;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Dispose();
            throw new IOException($"{endpoint}: the port is taken on a loopback address; choose another with --port.", error);
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new IOException(
                $"{endpoint}: a socket cannot be bound to the loopback device ({error.Message}), which Linux 5.7 allows to everybody; simulate at most 256 BMCs, which have a listener each.", error);
        }
    }

    private static int BoundPort(WebApplication application) =>
        application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>() is { } addresses
            ? new Uri(addresses.Addresses.First()).Port
            : throw new InvalidOperationException("Bug: a started server says no address");

    private static int FreePort(IPAddress address)
    {
        using var probe = new TcpListener(address, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
