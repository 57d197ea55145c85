namespace Ampacity.Fleet;

/// <summary>What a SKU is a kind of, in the trade's words. New kinds are added at the end.</summary>
public enum SkuKind : byte
{
    /// <summary>A rack with all that the vendor puts into it, or an empty frame.</summary>
    Rack,

    /// <summary>A tray with processors and accelerators.</summary>
    ComputeTray,

    /// <summary>A tray with switches of the scale-up fabric.</summary>
    SwitchTray,

    /// <summary>An accelerator, such as a GPU.</summary>
    Accelerator,

    /// <summary>A host processor.</summary>
    Processor,

    /// <summary>A shelf of power supplies on the rack's busbar.</summary>
    PowerShelf,

    /// <summary>One power supply.</summary>
    Supply,

    /// <summary>A coolant distribution unit.</summary>
    Cdu,

    /// <summary>A switch that stands for itself.</summary>
    Switch,

    /// <summary>A network adapter or DPU.</summary>
    Adapter,

    /// <summary>A drive.</summary>
    Drive,

    /// <summary>Any other part.</summary>
    Other,

    /// <summary>What leads coolant to and from the trays of a rack.</summary>
    Manifold,

    /// <summary>A battery backup unit: stored energy on the rack's busbar.</summary>
    Bbu,

    /// <summary>A power distribution unit: outlets behind an inlet.</summary>
    Pdu,

    /// <summary>A cabinet beside a rack that powers or cools it, and belongs to it.</summary>
    Sidecar,

    /// <summary>A pluggable transceiver.</summary>
    Optic,

    /// <summary>A fan or fan module.</summary>
    Fan,

    /// <summary>A frame that holds nodes, blades or line cards.</summary>
    Chassis,

    /// <summary>A server that stands for itself, such as an 8-way accelerator node.</summary>
    Node,

    /// <summary>A card with ports in a modular switch.</summary>
    LineCard,

    /// <summary>A transfer switch of rack size.</summary>
    TransferSwitch,

    /// <summary>A console server.</summary>
    ConsoleServer,

    /// <summary>A panel of passive ports.</summary>
    PatchPanel,

    /// <summary>A storage system or its controller.</summary>
    Storage,
}
