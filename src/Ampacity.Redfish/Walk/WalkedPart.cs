namespace Ampacity.Redfish;

/// <summary>What a part is.</summary>
public enum WalkedKind
{
    /// <summary>A GPU, TPU or other accelerator: one package.</summary>
    Accelerator,

    /// <summary>A host processor.</summary>
    Processor,

    /// <summary>Anything else.</summary>
    Other,

    /// <summary>Memory: HBM stacks and DIMMs.</summary>
    Memory,

    /// <summary>A switch of a scale-up, PCIe or network fabric.</summary>
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

    /// <summary>One of several dies of an accelerator's package, which firmware lists as a processor of its own.</summary>
    AcceleratorDie,
}

/// <summary>A part of what a BMC manages.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Uri">Its resource.</param>
/// <param name="Id">Its name in the <c>component</c> label where the profile gives one, else Redfish's Id; each once in a BMC.</param>
public sealed record WalkedPart(WalkedKind Kind, string Uri, string Id)
{
    /// <summary>Serial number, or null where firmware has none.</summary>
    public string? Serial { get; init; }

    /// <summary>Part number.</summary>
    public string? PartNumber { get; init; }

    /// <summary>Model.</summary>
    public string? Model { get; init; }

    /// <summary>Firmware version.</summary>
    public string? Firmware { get; init; }

    /// <summary>UUID.</summary>
    public string? Uuid { get; init; }

    /// <summary><c>Status.State</c> as written.</summary>
    public string? State { get; init; }

    /// <summary><c>Status.Health</c> as written; never a roll-up.</summary>
    public string? Health { get; init; }

    /// <summary>A leak detector's own <c>DetectorState</c> as written.</summary>
    public string? DetectorState { get; init; }

    /// <summary>Number or label of its place as firmware writes it.</summary>
    public string? Slot { get; init; }

    /// <summary>Resource of the part that it is in.</summary>
    public string? InUri { get; init; }
}
