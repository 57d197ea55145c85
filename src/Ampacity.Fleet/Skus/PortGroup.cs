using System.Globalization;
using Ampacity.Units;

namespace Ampacity.Fleet;

/// <summary>What a port is for.</summary>
public enum PortKind : byte
{
    /// <summary>Data or management network.</summary>
    Network,

    /// <summary>A serial console of the thing itself.</summary>
    Console,

    /// <summary>A port to other things' consoles.</summary>
    ConsoleServer,

    /// <summary>Where power comes in.</summary>
    PowerInlet,

    /// <summary>Where power goes out.</summary>
    PowerOutlet,

    /// <summary>Coolant in or out.</summary>
    Coolant,

    /// <summary>The front of a panel.</summary>
    PanelFront,

    /// <summary>The rear of a panel.</summary>
    PanelRear,

    /// <summary>A bay for a module: supply, fan, line card.</summary>
    ModuleBay,

    /// <summary>A bay for a device: node, blade.</summary>
    DeviceBay,

    /// <summary>A part that is listed with no bay of its own.</summary>
    Item,
}

/// <summary>Ports of one SKU that differ in their number only. They stay in the build: no place and no fact is made of them.</summary>
/// <param name="Kind">What they are for.</param>
/// <param name="NamePattern">Their name, <c>{n}</c> being the number.</param>
/// <param name="First">Number of the first.</param>
/// <param name="Count">How many; 1 to 4,096.</param>
/// <param name="Line">Line in its file.</param>
public sealed record PortGroup(PortKind Kind, string NamePattern, int First, int Count, int Line)
{
    /// <summary>Most ports of one group, and most groups and ports of one SKU; the largest known device type has 341 lines.</summary>
    public const int MaxCount = 4096, MaxGroups = 5000, MaxPorts = 20_000;

    /// <summary>Speed of each in bit/s and one direction; null if not stated.</summary>
    public double? BitsPerSecond { get; init; }

    /// <summary>The optic that it takes, such as <c>dr4</c>; empty if not stated.</summary>
    public string Optic { get; init; } = "";

    /// <summary>The connector as its source names it, such as <c>osfp</c> or <c>iec-60320-c20</c>; empty if not stated.</summary>
    public string Connector { get; init; } = "";

    /// <summary>The fabric plane that it is meant for: scale-up, scale-out, storage, management; empty if not stated.</summary>
    public string Plane { get; init; } = "";

    /// <summary>Whether it only manages the thing.</summary>
    public bool IsManagement { get; init; }

    /// <summary>What each can draw at most, as its label says; null if not stated. Of a supply: its nameplate, not a draw.</summary>
    public Watts? MaximumWatts { get; init; }

    /// <summary>What each is planned to draw; null if not stated.</summary>
    public Watts? AllocatedWatts { get; init; }

    /// <summary>Outlets: the inlet behind them; panel fronts: the rear port. Empty if not stated.</summary>
    public string From { get; init; } = "";

    /// <summary>Outlets: the phase leg A, B or C; empty if not stated.</summary>
    public string Leg { get; init; } = "";

    /// <summary>What is printed beside it, where that is not its name.</summary>
    public string Label { get; init; } = "";

    /// <summary>Anything else that is said of it.</summary>
    public string Note { get; init; } = "";

    /// <summary>The name of one of them.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    public string NameOf(int index) =>
        NamePattern.Replace("{n}", (First + index).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
