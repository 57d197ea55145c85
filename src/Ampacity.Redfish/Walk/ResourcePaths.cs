namespace Ampacity.Redfish;

/// <summary>
/// Tells paths apart. HPE writes one resource as <c>/redfish/v1/Systems/1</c> and <c>/redfish/v1/systems/1</c>, so the standard's own names are
/// compared without case; names that a service gave (<c>gpu0</c>, <c>GPU0</c>) are two.
/// </summary>
internal sealed class ResourcePaths : IEqualityComparer<string>
{
    /// <summary>The one there is.</summary>
    public static readonly ResourcePaths Comparer = new();

    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "redfish", "v1", "Chassis", "Systems", "Managers", "Fabrics", "PowerEquipment", "ThermalEquipment", "TelemetryService", "UpdateService",
        "SessionService", "Processors", "Memory", "Storage", "Drives", "Sensors", "Controls", "Assembly", "Thermal", "Power", "ThermalSubsystem",
        "PowerSubsystem", "EnvironmentMetrics", "ThermalMetrics", "PowerSupplies", "Batteries", "Fans", "Pumps", "LeakDetection", "LeakDetectors",
        "NetworkAdapters", "NetworkInterfaces", "NetworkPorts", "Ports", "Metrics", "ProcessorMetrics", "MemoryMetrics", "Switches",
        "FirmwareInventory", "MetricReports", "MetricReportDefinitions", "MetricDefinitions", "EthernetInterfaces", "PowerShelves", "RackPDUs",
        "FloorPDUs", "TransferSwitches", "Switchgear", "ElectricalBuses", "CDUs", "HeatExchangers", "ImmersionUnits", "RPUs", "CoolingLoops",
        "Mains", "Branches", "Feeders", "Subfeeds", "Outlets", "PrimaryCoolantConnectors", "SecondaryCoolantConnectors", "Reservoirs",
    };

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup = Names.GetAlternateLookup<ReadOnlySpan<char>>();

    private ResourcePaths()
    {
    }

    /// <summary>A path without fragment and trailing slash.</summary>
    public static string Of(string uri)
    {
        var hash = uri.IndexOf('#', StringComparison.Ordinal);
        return (hash < 0 ? uri : uri[..hash]).TrimEnd('/');
    }

    /// <inheritdoc/>
    public bool Equals(string? x, string? y)
    {
        if (x is null || y is null || x.Length != y.Length)
        {
            return ReferenceEquals(x, y);
        }

        if (string.Equals(x, y, StringComparison.Ordinal))
        {
            return true;
        }

        if (!string.Equals(x, y, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        foreach (var range in x.AsSpan().Split('/'))
        {
            var segment = x.AsSpan(range);
            if (!segment.SequenceEqual(y.AsSpan(range)) && !Lookup.Contains(segment))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public int GetHashCode(string obj) => string.GetHashCode(obj, StringComparison.OrdinalIgnoreCase);
}
