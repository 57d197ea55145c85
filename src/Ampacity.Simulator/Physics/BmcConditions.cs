namespace Ampacity.Simulator;

/// <summary>What is wrong with the hardware behind a BMC at a time. Parts are bits: bit 0 is part 0.</summary>
internal sealed record BmcConditions
{
    public static readonly BmcConditions None = new();

    /// <summary>Leak detectors that see a leak.</summary>
    public ulong Leaking { get; init; }

    /// <summary>Supplies that have tripped: no output.</summary>
    public ulong TrippedSupplies { get; init; }

    /// <summary>Supplies whose input is gone: no input and no output.</summary>
    public ulong UnfedSupplies { get; init; }

    /// <summary>Accelerators that fell off the bus.</summary>
    public ulong GoneAccelerators { get; init; }

    /// <summary>Links whose cables are swapped with their neighbour's.</summary>
    public ulong SwappedPorts { get; init; }

    /// <summary>The serial that the hardware reports instead of its own.</summary>
    public string? Serial { get; init; }

    /// <summary>The MAC that the BMC reports instead of its own: its board was replaced.</summary>
    public string? Mac { get; init; }

    /// <summary>When the BMC came up last; null: long ago.</summary>
    public DateTimeOffset? BootedAt { get; init; }

    /// <summary>The firmware that it runs instead of the one of its tree: it was updated.</summary>
    public string? Firmware { get; init; }

    /// <summary>Since when readings stand still and are flagged as stale.</summary>
    public DateTimeOffset? StaleSince { get; init; }

    /// <summary>Whether a bit is set; parts above 63 never fail.</summary>
    public static bool Has(ulong bits, int part) => part < 64 && (bits & (1UL << part)) != 0;
}
