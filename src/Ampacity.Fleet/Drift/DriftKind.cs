namespace Ampacity.Fleet;

/// <summary>Kinds of disagreement between intent and survey. New kinds are added at the end.</summary>
public enum DriftKind : byte
{
    /// <summary>A declared tray that no kept survey has ever seen. Not seen is not gone.</summary>
    Missing,

    /// <summary>A BMC that answered an earlier look and does not answer the newest one.</summary>
    Dead,

    /// <summary>Something answers where a BMC was or should be, and cannot be read: refused account, time-out, certificate.</summary>
    Unreadable,

    /// <summary>A BMC answered that nobody declared.</summary>
    Unexpected,

    /// <summary>The BMC is the declared one, but the tray reports a serial that nobody declared.</summary>
    SerialDiffers,

    /// <summary>A declared tray is in another place than declared.</summary>
    WrongSlot,

    /// <summary>Two declared trays are each in the other's place: one finding.</summary>
    Swapped,

    /// <summary>Another tray, with its own BMC, stands where a declared one should.</summary>
    TrayReplaced,

    /// <summary>The declared tray answers with another BMC board: new MAC, same serials.</summary>
    BoardSwapped,

    /// <summary>Another kind of thing, or another model, than the build says.</summary>
    WrongSku,

    /// <summary>Another part number than declared.</summary>
    WrongPart,

    /// <summary>Firmware that is not the baseline's, or not the declared version.</summary>
    WrongFirmware,

    /// <summary>Two BMCs report one MAC, so neither can be told.</summary>
    MacTwice,

    /// <summary>Two BMCs report one serial.</summary>
    SerialTwice,

    /// <summary>Two records of the inventory are one thing.</summary>
    RecordedTwice,

    /// <summary>A BMC names no usable MAC: it cannot be told which tray it is.</summary>
    UnusableIdentity,

    /// <summary>The tray reports no serial, or no components, where intent states some: it can be neither confirmed nor denied.</summary>
    NotVerifiable,

    /// <summary>A component of the build that the BMC lists as absent or no longer lists.</summary>
    ComponentMissing,

    /// <summary>A component that the build does not have.</summary>
    ComponentExtra,

    /// <summary>A component with another serial than declared.</summary>
    ComponentReplaced,

    /// <summary>A link that should be up is down.</summary>
    LinkDown,

    /// <summary>A port has another peer than declared.</summary>
    Recabled,

    /// <summary>A leak detector that cannot see: unavailable, absent, or not listed although trays like this have it.</summary>
    DetectorBlind,

    /// <summary>A leak detector reports a leak. An alert before it is a drift.</summary>
    Leak,
}
