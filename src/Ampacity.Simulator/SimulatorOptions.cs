using System.Net;

namespace Ampacity.Simulator;

/// <summary>What a simulated BMC sits on.</summary>
public enum SimulatedKind
{
    /// <summary>An NVIDIA GB200 or GB300 compute tray.</summary>
    NvidiaComputeTray,

    /// <summary>A BlueField DPU of a compute tray, with a BMC of its own.</summary>
    Dpu,

    /// <summary>An NVLink switch tray.</summary>
    NvSwitchTray,

    /// <summary>A power shelf of an NVL72 or OCP rack.</summary>
    PowerShelf,

    /// <summary>Accelerators on a universal base board after OCP's UBB profile, in AMD's names.</summary>
    UbbTray,

    /// <summary>Custom accelerators on a universal base board with Ethernet between them.</summary>
    EthernetTray,

    /// <summary>An Ethernet switch tray.</summary>
    SwitchTray,

    /// <summary>A rack PDU.</summary>
    RackPdu,

    /// <summary>A coolant distribution unit.</summary>
    CoolantUnit,
}

/// <summary>A compute tray to simulate, or whatever else of a rack or hall has a BMC.</summary>
/// <param name="Place">Path of the place it stands at; names the tray, nothing else.</param>
/// <param name="Address">Loopback address of its BMC, such as 127.80.1.1; each tray its own.</param>
/// <param name="Mac">MAC of its BMC, lower case with colons.</param>
/// <param name="Serial">The tray's serial number.</param>
/// <param name="Accelerators">GPUs in a generated tree, 1 to 64; a captured tree has its own.</param>
/// <param name="Processors">CPUs in a generated tree, 1 to 16.</param>
/// <param name="AcceleratorDesignWatts">Watts of one accelerator at full load.</param>
/// <param name="ProcessorDesignWatts">Watts of one processor at full load.</param>
public sealed record SimulatedTray(
    string Place, IPAddress Address, string Mac, string Serial, int Accelerators, int Processors, double AcceleratorDesignWatts, double ProcessorDesignWatts)
{
    /// <summary>What it is.</summary>
    public SimulatedKind Kind { get; init; } = SimulatedKind.NvidiaComputeTray;

    /// <summary>Path of its rack, whose trays run one job and share the shelves' supplies; null for one that stands alone.</summary>
    public string? Rack { get; init; }

    /// <summary>Paths of the racks that a PDU feeds or a coolant unit cools.</summary>
    public IReadOnlyList<string> Racks { get; init; } = [];

    /// <summary>Its slot in the rack, 0 when it has none.</summary>
    public int Slot { get; init; }

    /// <summary>Product that its service root says; null for the usual one of its kind.</summary>
    public string? Product { get; init; }

    /// <summary>Model; null for an invented one.</summary>
    public string? Model { get; init; }

    /// <summary>Part number; null for an invented one.</summary>
    public string? Part { get; init; }

    /// <summary>Model of its accelerators; null for an invented one.</summary>
    public string? AcceleratorModel { get; init; }

    /// <summary>Supplies of a shelf, phases' outlets of a PDU; 0 for none.</summary>
    public int Supplies { get; init; }

    /// <summary>What a supply, PDU or coolant unit is rated for, watts.</summary>
    public double RatedWatts { get; init; }

    /// <summary>Name of its host; null for one made from its MAC.</summary>
    public string? Hostname { get; init; }

    /// <summary>It shows the identifiers of its captured tree as they are.</summary>
    public bool KeepsIdentity { get; init; }

    /// <summary>A captured tree of its own; null for the options' or a generated one.</summary>
    public string? TreeFile { get; init; }
}

/// <summary>Something wrong with a tray.</summary>
/// <param name="Place">Which tray.</param>
/// <param name="Offline">Its BMC does not listen.</param>
/// <param name="Serial">It reports this serial instead of its own: another tray was put there.</param>
public sealed record TrayFault(string Place, bool Offline = false, string? Serial = null);

/// <summary>What to simulate.</summary>
public sealed record SimulatorOptions
{
    /// <summary>
    /// The BMCs; at most 65,536. Up to <see cref="OwnListeners"/> each has a listener of its own, so that an address without a BMC refuses a
    /// connection; more share one socket on the loopback device, which accepts it and breaks it.
    /// </summary>
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

    /// <summary>Most BMCs that have a listener each; 0: all share one socket. 17,750 listeners would take as many descriptors.</summary>
    public int OwnListeners { get; init; } = 256;

    /// <summary>Serve over TLS with a certificate that is made for the run and signs itself.</summary>
    public bool Tls { get; init; }

    /// <summary>How BMCs behave beyond what their trees say; by default they answer at once and hold to the specification.</summary>
    public PlatformBehaviour Behaviour { get; init; } = PlatformBehaviour.Ideal;

    /// <summary>Each kind of BMC behaves as usual for it, instead of all alike.</summary>
    public bool UsualBehaviours { get; init; }

    /// <summary>Whether answers take their time; without it behaviours are as slow as nothing.</summary>
    public bool MeasuredLatency { get; init; } = true;

    /// <summary>Serve exporters of the trays' hosts at the BMCs' addresses: ports 9400, 5000 and 9100.</summary>
    public bool Exporters { get; init; }

    /// <summary>What goes wrong, and when.</summary>
    public IReadOnlyList<FaultRule> FaultRules { get; init; } = [];

    /// <summary>What the racks do.</summary>
    public JobWave Workload { get; init; } = JobWave.Training;

    /// <summary>How many times faster than the wall clock the simulated time runs; all instants that a BMC says are of that time.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>What is wrong from the start.</summary>
    public IReadOnlyList<TrayFault> Faults { get; init; } = [];

    internal PlatformBehaviour BehaviourOf(SimulatedKind kind)
    {
        var behaviour = UsualBehaviours ? PlatformBehaviours.Usual(kind) : Behaviour;
        return MeasuredLatency ? behaviour : behaviour.WithoutLatency();
    }
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
    SimulatedTray Tray, Uri Address, bool Offline, long RequestCount, int MostConcurrent, int LiveSessions, long SessionCount)
{
    /// <summary>Event streams and subscriptions open now.</summary>
    public int LiveListeners { get; init; }
}
