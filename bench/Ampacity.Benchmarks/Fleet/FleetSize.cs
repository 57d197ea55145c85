namespace Ampacity.Benchmarks;

/// <summary>Sizes at which questions to the fleet are measured.</summary>
public enum FleetSize
{
    /// <summary>One hall of 300 racks, its trays and accelerators with serials: 30,000 things.</summary>
    Hall,

    /// <summary>257 such halls: 77,100 racks, 7.6 million things with serials, 15.9 million facts.</summary>
    TenGigawatts,
}
