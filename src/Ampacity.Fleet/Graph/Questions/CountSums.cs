using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>What a count adds up.</summary>
internal struct CountSums
{
    public int Racks;
    public int ComputeTrays;
    public int SwitchTrays;
    public int Accelerators;
    public double DesignWatts;
    public int RacksClaimed;

    public void Add(BuildFigures figures, int racks)
    {
        Racks += racks;
        ComputeTrays += racks * figures.ComputeTrays;
        SwitchTrays += racks * figures.SwitchTrays;
        Accelerators += racks * figures.Accelerators;
        if (figures.DesignWatts is { } watts)
        {
            DesignWatts += racks * watts;
            RacksClaimed += racks;
        }
    }

    /// <summary>Parts come from another state, or go there; racks and their design draw stay with the rack's state.</summary>
    public void Add(in PartsApart parts, int sign)
    {
        ComputeTrays += sign * parts.ComputeTrays;
        SwitchTrays += sign * parts.SwitchTrays;
        Accelerators += sign * parts.Accelerators;
    }

    public readonly CountGroup ToGroup(ImmutableArray<string?> keys) =>
        new(keys, Racks, ComputeTrays, SwitchTrays, Accelerators, DesignWatts, RacksClaimed);
}
