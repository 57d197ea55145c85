using System.Net;
using Microsoft.AspNetCore.Builder;

namespace Ampacity.Simulator;

/// <summary>
/// Serves many BMCs, each on its own loopback address and all on one port. A few have a listener each; many share one socket that is bound
/// to the loopback device, and the local address of a connection says which BMC is meant. Nothing but loopback can reach either.
/// </summary>
/// <remarks>Any thread.</remarks>
public sealed class SimulatorHost : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly BmcBoard _board;
    private readonly PushDelivery _push;
    private readonly int _port;
    private readonly string _scheme;

    private readonly FaultClock _faults;

    private SimulatorHost(WebApplication application, BmcBoard board, PushDelivery push, FaultClock faults, int port, string scheme)
    {
        _faults = faults;
        _application = application;
        _board = board;
        _push = push;
        _port = port;
        _scheme = scheme;
    }

    /// <summary>The BMCs with what each has seen so far, in order of the trays' addresses.</summary>
    public IReadOnlyList<SimulatedEndpoint> Endpoints =>
        [.. _board.Bmcs.Select(bmc => new SimulatedEndpoint(
            bmc.Tray, new Uri($"{_scheme}://{bmc.Tray.Address}:{_port}"), bmc.Offline, bmc.Requests, bmc.MostConcurrent,
            bmc.Sessions.Ids.Count, bmc.Sessions.Opened) { LiveListeners = bmc.Listeners })];

    /// <summary>Bytes of the trees, which BMCs of a kind share, and how many kinds there are.</summary>
    public (long Bytes, int Kinds) Templates => _board.Templates;

    /// <summary>Whether all BMCs share one socket.</summary>
    public bool IsOneSocket { get; private init; }

    /// <summary>Starts serving; returns when every listener is open.</summary>
    /// <exception cref="ArgumentException">No tray, too many, an address that is not loopback or used twice, or a fault of a tray that is not there.</exception>
    /// <exception cref="IOException">The port is taken on one of the addresses, or the tree file cannot be read.</exception>
    public static async Task<SimulatorHost> StartAsync(SimulatorOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        OptionsCheck.Hold(options);
        var push = new PushDelivery(time);
        var around = new BmcSurroundings(options, new BmcTime(time, options.Speed), push, new BmcLogin(options.Username, options.Password));
        try
        {
            var board = await BmcBoard.OfAsync(options, around, cancellationToken);
            var oneSocket = options.Trays.Count > options.OwnListeners;
            var (application, port) = await Listening.StartAsync(options, board, oneSocket, cancellationToken);
            return new SimulatorHost(application, board, push, new FaultClock(board, around.Time, options.Speed), port, options.Tls ? "https" : "http") { IsOneSocket = oneSocket };
        }
        catch
        {
            await push.DisposeAsync();
            throw;
        }
    }

    /// <summary>Switches a BMC off (its connections break) or on again. One that was off from the start does not listen and stays so.</summary>
    /// <exception cref="ArgumentException">No such tray.</exception>
    public void SetOffline(string place, bool offline) => _board.At(place).Offline = offline;

    /// <summary>Makes a tray report another serial, or its own again with null.</summary>
    /// <exception cref="ArgumentException">No such tray.</exception>
    public void SetSerial(string place, string? serial)
    {
        var self = _board.At(place).Resources.Self;
        self.Conditions = self.Conditions with { Serial = serial };
    }

    /// <summary>Ends all sessions of a BMC, as its reboot does.</summary>
    /// <exception cref="ArgumentException">No such tray.</exception>
    public void ForgetSessions(string place) => _board.At(place).Sessions.CloseAll();

    /// <summary>Stops serving.</summary>
    public async ValueTask DisposeAsync()
    {
        await _faults.DisposeAsync();
        await _application.StopAsync(CancellationToken.None);
        await _application.DisposeAsync();
        await _push.DisposeAsync();
    }
}

/// <summary>Holds options to what can be simulated.</summary>
internal static class OptionsCheck
{
    /// <summary>Most BMCs of one process: nearly four times the 17,750 of 250 racks.</summary>
    public const int MaxTrays = 65_536;

    public static void Hold(SimulatorOptions options)
    {
        static void Require(bool holds, string what)
        {
            if (!holds)
            {
                throw new ArgumentException(what);
            }
        }

        Require(options.Trays.Count is > 0 and <= MaxTrays, $"{options.Trays.Count} BMCs: 1 to {MaxTrays} can be simulated");
        Require(options.Speed is >= 1 and <= 10_000, "speed: 1 to 10,000 times the wall clock");
        var places = new HashSet<string>(StringComparer.Ordinal);
        var addresses = new HashSet<IPAddress>();
        foreach (var tray in options.Trays)
        {
            Require(addresses.Add(tray.Address), $"two BMCs have the address {tray.Address}");
            Require(places.Add(tray.Place), $"two BMCs are at {tray.Place}");
            Require(IPAddress.IsLoopback(tray.Address), $"{tray.Address} of {tray.Place} is not a loopback address");
            Require(tray.Accelerators is >= 0 and <= 64 && tray.Processors is >= 0 and <= 16, $"{tray.Place}: at most 64 accelerators and 16 processors");
        }

        foreach (var fault in options.Faults)
        {
            Require(places.Contains(fault.Place), $"a fault names '{fault.Place}', where no tray is simulated");
        }
    }
}
