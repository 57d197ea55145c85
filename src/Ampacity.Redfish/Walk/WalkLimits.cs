namespace Ampacity.Redfish;

/// <summary>How much of a BMC a walk may look at. Where one is hit, the walk says so as a failure or a quirk and keeps what it has.</summary>
public sealed record WalkLimits
{
    /// <summary>Most GETs. A GB200 tray takes about 100 with <c>$expand</c>; a DGX H100, which has none that works, over 400.</summary>
    public int Requests { get; init; } = 700;

    /// <summary>Most bytes of all bodies that are kept: 64 MB. The largest tree that we know is 9 MB.</summary>
    public long Bytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Most members of one collection; beyond it are only journals, which a walk has no business in.</summary>
    public int Members { get; init; } = 20_000;

    /// <summary>Most pages of one collection.</summary>
    public int Pages { get; init; } = 64;

    /// <summary>Most components, and most ports; a DGX H100 has 190 and 470.</summary>
    public int Parts { get; init; } = 4_096;

    /// <summary>Most oddities that are kept.</summary>
    public int Quirks { get; init; } = 1_000;

    /// <summary>Most sensors that are read one by one, where a collection does not carry them; which ones, their names decide.</summary>
    public int SensorsOneByOne { get; init; } = 150;

    /// <summary>Most ports that are read one by one, where a collection does not carry them: a DGX H100 has 325. The rest is counted.</summary>
    public int PortsOneByOne { get; init; } = 150;

    /// <summary>Most metric reports that are read to measure them.</summary>
    public int Reports { get; init; } = 64;
}
