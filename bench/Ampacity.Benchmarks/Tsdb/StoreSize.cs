namespace Ampacity.Benchmarks;

/// <summary>Sizes at which the store and queries over it are measured.</summary>
public enum StoreSize
{
    /// <summary>A hall: 300 racks of 72 accelerators with 4 metrics each, 86,400 series.</summary>
    Hall,

    /// <summary>Ten of them: 864,000 series.</summary>
    TenHalls,
}
