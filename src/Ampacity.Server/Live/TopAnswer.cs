namespace Ampacity.Server;

/// <summary>What the fleet, as far as the asker sees it, does now. Draw is measured at rack input by what is read in racks; absent values are left out of the JSON.</summary>
/// <param name="AtMs">Instant of the readings, UTC milliseconds; null before the first frame.</param>
/// <param name="AgeMs">How long ago that was.</param>
/// <param name="OldestReadingMs">Age of the oldest reading that counts, of the whole fleet; null where nothing was read.</param>
/// <param name="DrawWatts">What all racks together draw, W; null where nothing was read.</param>
/// <param name="DesignWatts">What their SKUs claim by design, W.</param>
/// <param name="RacksRead">Racks of which something was read.</param>
/// <param name="Racks">Racks.</param>
/// <param name="HottestCelsius">The highest temperature, °C.</param>
/// <param name="HottestPath">Where.</param>
/// <param name="Rows">The places asked for, the worst first.</param>
/// <param name="Unlisted">How many places there are beyond those.</param>
public sealed record TopAnswer(
    long? AtMs, long? AgeMs, long? OldestReadingMs, double? DrawWatts, double? DesignWatts, int RacksRead, int Racks, double? HottestCelsius, string? HottestPath,
    IReadOnlyList<TopRow> Rows, int Unlisted);

/// <summary>One place now.</summary>
/// <param name="Path">Where.</param>
/// <param name="Kind">Kind of node.</param>
/// <param name="DrawWatts">What its racks draw; of a power node what it carries, W.</param>
/// <param name="BoundWatts">What that is held against, W: the limit of a power node, else the design draw of the racks.</param>
/// <param name="Load">Draw as a share of it.</param>
/// <param name="TemperatureCelsius">Highest temperature in it, °C.</param>
/// <param name="RacksRead">Racks in it of which something was read.</param>
/// <param name="Racks">Racks in it.</param>
public sealed record TopRow(
    string Path, string Kind, double? DrawWatts, double? BoundWatts, double? Load, double? TemperatureCelsius, int RacksRead, int Racks);

/// <summary>By what places are told apart.</summary>
public enum TopGroup
{
    /// <summary>Sites.</summary>
    Site,

    /// <summary>Halls.</summary>
    Hall,

    /// <summary>Rows.</summary>
    Row,

    /// <summary>Racks.</summary>
    Rack,

    /// <summary>Nodes of the power graph.</summary>
    Power,
}

/// <summary>What makes a place worse than another.</summary>
public enum TopSort
{
    /// <summary>It draws more.</summary>
    Power,

    /// <summary>It is hotter.</summary>
    Temperature,

    /// <summary>It is nearer to its limit or design draw.</summary>
    Load,

    /// <summary>Less of it is read.</summary>
    Unread,
}
