namespace Ampacity.Redfish;

/// <summary>What bodies say about a value beside the value: from its sensor, and from the resource that shows it as an excerpt.</summary>
/// <remarks>Immutable, any thread.</remarks>
public sealed record PropertyFacts
{
    /// <summary>Kind of the resource that shows it; Other where only a sensor was read.</summary>
    public ResourceKind Kind { get; init; }

    /// <summary>Path of that resource; empty where only a sensor was read.</summary>
    public string Path { get; init; } = "";

    /// <summary>Where it stands in that resource, such as <c>/PowerWatts</c>; a trailing <c>/Reading</c> is left out.</summary>
    public string Member { get; init; } = "";

    /// <summary>Whether the sensor itself was read.</summary>
    public bool HasSensor { get; init; }

    /// <summary>Redfish's ReadingType, or null.</summary>
    public string? ReadingType { get; init; }

    /// <summary>Units as written, or null.</summary>
    public string? ReadingUnits { get; init; }

    /// <summary>Redfish's PhysicalContext, or null.</summary>
    public string? PhysicalContext { get; init; }

    /// <summary>Redfish's ElectricalContext, or null.</summary>
    public string? ElectricalContext { get; init; }

    /// <summary>Name of the sensor or of the entry in an array, or null.</summary>
    public string? Name { get; init; }

    /// <summary>First related item, or null.</summary>
    public string? Related { get; init; }

    /// <summary>Of type and units as they came: another one means that the firmware says otherwise now.</summary>
    internal int UnitHash { get; init; }

    /// <summary>How much the resource that shows it tells of it: a supply's own metrics more than those of a chassis.</summary>
    internal byte Rank { get; init; }
}
