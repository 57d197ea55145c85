namespace Ampacity.Fleet;

/// <summary>A value with the place it was read from, so that a person can look it up.</summary>
/// <param name="Value">As written by the firmware, trimmed.</param>
/// <param name="Source">Path, # and JSON pointer.</param>
public sealed record SurveyedValue(string Value, string Source);

/// <summary>What a component is.</summary>
public enum SurveyedKind
{
    /// <summary>A GPU, TPU or other accelerator.</summary>
    Accelerator,

    /// <summary>A host processor.</summary>
    Processor,

    /// <summary>Anything else.</summary>
    Other,

    /// <summary>Memory: HBM stacks and DIMMs.</summary>
    Memory,

    /// <summary>A switch of a scale-up or network fabric.</summary>
    FabricSwitch,

    /// <summary>A network adapter or DPU.</summary>
    NetworkAdapter,

    /// <summary>A power supply.</summary>
    PowerSupply,

    /// <summary>A circuit, mains, branch or outlet of power equipment.</summary>
    Circuit,

    /// <summary>A pump.</summary>
    Pump,

    /// <summary>A fan.</summary>
    Fan,

    /// <summary>A leak detector.</summary>
    LeakDetector,

    /// <summary>A drive.</summary>
    Drive,

    /// <summary>One of several dies of an accelerator's package, which firmware lists as a processor of its own; no accelerator by itself.</summary>
    AcceleratorDie,
}

/// <summary>A component of a tray as it was seen.</summary>
/// <param name="Id">Its name in the <c>component</c> label where the profile gives one (<c>gpu0</c>), else Redfish's Id.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Uri">Its resource.</param>
/// <param name="Serial">Serial number, or null where the firmware has none.</param>
/// <param name="Part">Part number.</param>
/// <param name="Model">Model.</param>
/// <param name="Firmware">Firmware version.</param>
public sealed record SurveyedComponent(
    string Id, SurveyedKind Kind, string Uri, string? Serial, string? Part, string? Model, string? Firmware)
{
    /// <summary>Redfish's <c>Status.State</c> as written; null where it is not said. Absent is a place without a part, not a part.</summary>
    public string? State { get; init; }

    /// <summary>Redfish's <c>Status.Health</c> as written; never a roll-up.</summary>
    public string? Health { get; init; }

    /// <summary>A leak detector's <c>DetectorState</c> as written; null for everything else.</summary>
    public string? DetectorState { get; init; }

    /// <summary>Number or label of its place in the tray as firmware writes it; null where it is not said.</summary>
    public string? Slot { get; init; }

    /// <summary>UUID; null where firmware has none.</summary>
    public string? Uuid { get; init; }

    /// <summary><see cref="Id"/> of the component it is in: the package of a die, the shelf of a supply; null at the top.</summary>
    public string? In { get; init; }
}

/// <summary>Something odd that was seen and survived.</summary>
/// <param name="Uri">The resource.</param>
/// <param name="Property">The property, or empty.</param>
/// <param name="What">What is odd.</param>
public sealed record SurveyedQuirk(string Uri, string Property, string What);
