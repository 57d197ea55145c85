namespace Ampacity.Server;

/// <summary>Whose watts a question about power is asked with.</summary>
public enum DrawBasis
{
    /// <summary>What the racks' newest readings add up to: real, but only what has a sensor.</summary>
    Measured,

    /// <summary>What the racks' SKUs claim by design: what planners must provide.</summary>
    Design,
}

/// <summary>What a trip does, for people and programs. Watts are at rack input plus stated losses above it.</summary>
/// <param name="Tripped">Paths of the nodes that are out.</param>
/// <param name="Basis">Whose watts.</param>
/// <param name="AtMs">Instant of the draw, UTC milliseconds.</param>
/// <param name="RacksRead">Racks whose draw is known on this basis.</param>
/// <param name="RacksTotal">Racks that the power graph feeds.</param>
/// <param name="ComponentsRead">On the measured basis: accelerators and processors with a reading, in visible racks.</param>
/// <param name="ComponentsTotal">Accelerators and processors that those racks' builds have. Other parts of a rack have no reading yet.</param>
/// <param name="Nodes">Power nodes, sources before what they feed.</param>
/// <param name="DarkRacks">Racks that lose all power.</param>
/// <param name="LostWatts">What those drew.</param>
/// <param name="Tightest">The live node with the least headroom left, of those that the asker sees, or null where no limit is known.</param>
/// <param name="NextToTrip">The overloaded node that trips soonest, or null if none does.</param>
public sealed record TripAnswer(
    IReadOnlyList<string> Tripped,
    DrawBasis Basis,
    long AtMs,
    int RacksRead,
    int RacksTotal,
    int ComponentsRead,
    int ComponentsTotal,
    IReadOnlyList<TripNodeRow> Nodes,
    IReadOnlyList<string> DarkRacks,
    double LostWatts,
    TripNodeRow? Tightest,
    TripNodeRow? NextToTrip);

/// <summary>One power node before and after.</summary>
/// <param name="Path">Where.</param>
/// <param name="Kind">Kind of node.</param>
/// <param name="IsLive">Whether it has power after the trip.</param>
/// <param name="BeforeWatts">What it carried.</param>
/// <param name="AfterWatts">What it carries.</param>
/// <param name="LimitWatts">Continuous limit; null if nobody said.</param>
/// <param name="HeadroomWatts">Limit less what it carries after; null without a limit, or where it is dark.</param>
/// <param name="SecondsToTrip">How long its overload curve bears the load; null if for ever.</param>
public sealed record TripNodeRow(
    string Path,
    string Kind,
    bool IsLive,
    double BeforeWatts,
    double AfterWatts,
    double? LimitWatts,
    double? HeadroomWatts,
    double? SecondsToTrip);
