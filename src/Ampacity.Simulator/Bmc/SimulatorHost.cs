using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Ampacity.Simulator;

/// <summary>
/// Serves the BMCs of many trays, each on its own loopback address and all on one port, over plain HTTP. One Kestrel listener an address, so
/// that only loopback can reach them; that is meant for up to 256 BMCs. (17,750 listeners take as many descriptors; a fleet of that size
/// wants one socket bound to the loopback device.)
/// </summary>
/// <remarks>Any thread.</remarks>
public sealed class SimulatorHost : IAsyncDisposable
{
    private const int MaxTrays = 256;

    private readonly WebApplication _application;
    private readonly Dictionary<IPAddress, SimulatedBmc> _bmcs;
    private readonly int _port;

    private SimulatorHost(WebApplication application, Dictionary<IPAddress, SimulatedBmc> bmcs, int port)
    {
        _application = application;
        _bmcs = bmcs;
        _port = port;
    }

    /// <summary>The BMCs with what each has seen so far, in order of the trays' addresses.</summary>
    public IReadOnlyList<SimulatedEndpoint> Endpoints =>
        [.. _bmcs.Values.Select(bmc => new SimulatedEndpoint(
            bmc.Tray, new Uri($"http://{bmc.Tray.Address}:{_port}"), bmc.Offline, bmc.Requests, bmc.MostConcurrent,
            bmc.SessionTable.Ids.Count, bmc.SessionTable.Opened))];

    /// <summary>Starts serving; returns when every listener is open.</summary>
    /// <exception cref="ArgumentException">No tray, too many, an address that is not loopback or used twice, or a fault of a tray that is not there.</exception>
    /// <exception cref="IOException">The port is taken on one of the addresses, or the tree file cannot be read.</exception>
    public static async Task<SimulatorHost> StartAsync(SimulatorOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        Check(options);
        var captured = options.TreeFile is null ? null : await BmcTree.LoadAsync(options.TreeFile, cancellationToken);
        var generated = new Dictionary<(int, int), BmcTree>();
        var bmcs = new Dictionary<IPAddress, SimulatedBmc>();
        foreach (var tray in options.Trays)
        {
            if (captured is null && !generated.ContainsKey((tray.Accelerators, tray.Processors)))
            {
                generated[(tray.Accelerators, tray.Processors)] = GeneratedTree.Of(tray.Accelerators, tray.Processors);
            }

            var resources = new TrayResources(captured ?? generated[(tray.Accelerators, tray.Processors)], tray, options.Seed, time);
            bmcs.Add(tray.Address, new SimulatedBmc(tray, resources, options, time));
        }

        var byPlace = bmcs.Values.ToDictionary(bmc => bmc.Tray.Place, StringComparer.Ordinal);
        foreach (var fault in options.Faults)
        {
            byPlace[fault.Place].Offline |= fault.Offline;
            byPlace[fault.Place].Resources.SerialOverride = fault.Serial ?? byPlace[fault.Place].Resources.SerialOverride;
        }

        var port = options.Port == 0 ? FreePort(options.Trays[0].Address) : options.Port;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            foreach (var bmc in bmcs.Values.Where(bmc => !bmc.Offline))
            {
                kestrel.Listen(bmc.Tray.Address, port);
            }
        });
        var application = builder.Build();
        application.Run(context => bmcs[context.Connection.LocalIpAddress!].AnswerAsync(context));
        try
        {
            await application.StartAsync(cancellationToken);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }

        return new SimulatorHost(application, bmcs, port);
    }

    /// <summary>Switches a BMC off (its connections break) or on again. One that was off from the start does not listen and stays so.</summary>
    /// <exception cref="ArgumentException">No such tray.</exception>
    public void SetOffline(string place, bool offline) => At(place).Offline = offline;

    /// <summary>Makes a tray report another serial, or its own again with null.</summary>
    /// <exception cref="ArgumentException">No such tray.</exception>
    public void SetSerial(string place, string? serial) => At(place).Resources.SerialOverride = serial;

    /// <summary>Ends all sessions of a BMC, as its reboot does.</summary>
    /// <exception cref="ArgumentException">No such tray.</exception>
    public void ForgetSessions(string place) => At(place).SessionTable.CloseAll();

    /// <summary>Stops serving.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(CancellationToken.None);
        await _application.DisposeAsync();
    }

    private SimulatedBmc At(string place) =>
        _bmcs.Values.FirstOrDefault(bmc => bmc.Tray.Place == place) ?? throw new ArgumentException($"no simulated tray at '{place}'", nameof(place));

    private static void Check(SimulatorOptions options)
    {
        void Require(bool holds, string what)
        {
            if (!holds)
            {
                throw new ArgumentException(what, nameof(options));
            }
        }

        Require(options.Trays.Count is > 0 and <= MaxTrays, $"{options.Trays.Count} trays: 1 to {MaxTrays} can be simulated");
        Require(options.Trays.DistinctBy(tray => tray.Address).Count() == options.Trays.Count, "two trays have one address");
        Require(options.Trays.DistinctBy(tray => tray.Place).Count() == options.Trays.Count, "two trays have one place");
        foreach (var tray in options.Trays)
        {
            Require(IPAddress.IsLoopback(tray.Address), $"{tray.Address} of {tray.Place} is not a loopback address");
            Require(tray.Accelerators is >= 1 and <= 64 && tray.Processors is >= 1 and <= 16, $"{tray.Place}: 1 to 64 accelerators and 1 to 16 processors");
        }

        foreach (var fault in options.Faults)
        {
            Require(options.Trays.Any(tray => tray.Place == fault.Place), $"a fault names '{fault.Place}', where no tray is simulated");
        }
    }

    private static int FreePort(IPAddress address)
    {
        using var probe = new TcpListener(address, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
