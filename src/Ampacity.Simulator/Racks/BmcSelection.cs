namespace Ampacity.Simulator;

/// <summary>Which BMCs of a fleet are simulated.</summary>
public enum BmcSelection
{
    /// <summary>Those of compute trays and nodes.</summary>
    ComputeTrays,

    /// <summary>All of the racks: DPUs, switch trays, power shelves and rack PDUs too. A GB200 NVL72 rack has 71.</summary>
    Racks,

    /// <summary>All: the PDUs and CDUs that the fleet declares as nodes too.</summary>
    Everything,
}
