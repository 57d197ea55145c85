namespace Ampacity.Simulator;

/// <summary>Which BMCs of a fleet are simulated.</summary>
public enum BmcSelection
{
    /// <summary>Those of compute trays and nodes.</summary>
    ComputeTrays,

    /// <summary>All: DPUs, switch trays, power shelves, PDUs and CDUs too. A GB200 NVL72 rack has 71.</summary>
    Everything,
}
