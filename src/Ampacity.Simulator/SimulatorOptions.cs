using System.Net;

namespace Ampacity.Simulator;

/// <summary>A compute tray to simulate.</summary>
/// <param name="Place">Path of the place it stands at; names the tray, nothing else.</param>
/// <param name="Address">Loopback address of its BMC, such as 127.80.1.1; each tray its own.</param>
/// <param name="Mac">MAC of its BMC, lower case with colons.</param>
/// <param name="Serial">The tray's serial number.</param>
/// <param name="Accelerators">GPUs in a generated tree, 1 to 64; a captured tree has its own.</param>
/// <param name="Processors">CPUs in a generated tree, 1 to 16.</param>
/// <param name="AcceleratorDesignWatts">Watts of one accelerator at full load.</param>
/// <param name="ProcessorDesignWatts">Watts of one processor at full load.</param>
public sealed record SimulatedTray(
    string Place, IPAddress Address, string Mac, string Serial, int Accelerators, int Processors, double AcceleratorDesignWatts, double ProcessorDesignWatts);

/// <summary>Something wrong with a tray.</summary>
/// <param name="Place">Which tray.</param>
/// <param name="Offline">Its BMC does not listen.</param>
/// <param name="Serial">It reports this serial instead of its own: another tray was put there.</param>
public sealed record TrayFault(string Place, bool Offline = false, string? Serial = null);

/// <summary>What to simulate.</summary>
public sealed record SimulatorOptions
{
    /// <summary>The trays; at most 256, since each BMC has a listener of its own here.</summary>
    public required IReadOnlyList<SimulatedTray> Trays { get; init; }

    /// <summary>The port of every BMC, or 0 for a free one.</summary>
    public int Port { get; init; }

    /// <summary>The account that every BMC takes.</summary>
    public required string Username { get; init; }

    /// <summary>Its password.</summary>
    public required string Password { get; init; }

    /// <summary>A captured tree (<c>.ndjson.gz</c>, one <c>{"path","body"}</c> a line), or null for a generated one.</summary>
    public string? TreeFile { get; init; }

    /// <summary>Seed of everything that differs between trays.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How long a BMC takes for an answer; real ones take 0.05 to 0.5 s.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Most sessions of one BMC; an iDRAC has 8.</summary>
    public int SessionLimit { get; init; } = 8;

    /// <summary>Idle time after which a session ends; OpenBMC has 1,800 s.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(1_800);

    /// <summary>What is wrong from the start.</summary>
    public IReadOnlyList<TrayFault> Faults { get; init; } = [];
}

/// <summary>A BMC that is being simulated, with what it has seen so far.</summary>
/// <param name="Tray">Its tray.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Offline">Whether it is switched off.</param>
/// <param name="RequestCount">Requests taken.</param>
/// <param name="MostConcurrent">Most requests at one time so far.</param>
/// <param name="LiveSessions">Sessions open now.</param>
/// <param name="SessionCount">Sessions ever opened.</param>
public sealed record SimulatedEndpoint(
    SimulatedTray Tray, Uri Address, bool Offline, long RequestCount, int MostConcurrent, int LiveSessions, long SessionCount);
