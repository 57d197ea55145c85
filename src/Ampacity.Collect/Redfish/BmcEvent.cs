namespace Ampacity.Collect;

/// <summary>What happened.</summary>
public enum BmcEventKind
{
    /// <summary>A leak detector changed its state.</summary>
    Leak,

    /// <summary>A leak detector became blind, or sees again.</summary>
    DetectorBlind,

    /// <summary>A breaker tripped, was switched off, or closed.</summary>
    Breaker,

    /// <summary>A supply lost its input, or has it again.</summary>
    SupplyInput,

    /// <summary>A row of memory could not be replaced by a spare one.</summary>
    MemoryRemap,

    /// <summary>A BMC refused our login, or takes it again.</summary>
    Login,

    /// <summary>A BMC reported an event of its own.</summary>
    Reported,

    /// <summary>An accelerator's driver reported an error code, such as NVIDIA's XID.</summary>
    ErrorCode,
}

/// <summary>How bad it is.</summary>
public enum EventSeverity
{
    /// <summary>It is over, or is as it should be.</summary>
    Ok,

    /// <summary>To be looked at.</summary>
    Warning,

    /// <summary>To be looked at now.</summary>
    Critical,
}

/// <summary>Something that a poll, a BMC's own events or samples showed.</summary>
/// <param name="AtMs">When we saw it, UTC milliseconds.</param>
/// <param name="Mac">MAC of the BMC; empty where none has part in it.</param>
/// <param name="Component">The part, by its <c>component</c> label; empty for the BMC itself.</param>
/// <param name="Kind">What.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Source"><c>redfish poll</c>, <c>redfish event</c> or <c>samples</c>.</param>
/// <param name="Evidence">What was read and where.</param>
public sealed record BmcEvent(long AtMs, string Mac, string Component, BmcEventKind Kind, EventSeverity Severity, string Source, string Evidence)
{
    /// <summary>Path of the place where it happened; null: where the BMC is declared.</summary>
    public string? Place { get; init; }
}
