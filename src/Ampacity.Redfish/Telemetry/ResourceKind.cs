namespace Ampacity.Redfish;

/// <summary>Kinds of resources whose values are telemetry, by Redfish's names.</summary>
public enum ResourceKind : byte
{
    /// <summary>None of the below: nothing is decoded.</summary>
    Other,

    /// <summary>A metric report.</summary>
    MetricReport,

    /// <summary>A collection; with its members in it where it was asked for with <c>$expand</c>.</summary>
    Collection,

    /// <summary>A sensor.</summary>
    Sensor,

    /// <summary>Power, energy, temperature and limits of a chassis, processor or other part.</summary>
    EnvironmentMetrics,

    /// <summary>Temperatures of a chassis.</summary>
    ThermalMetrics,

    /// <summary>Clocks, errors, throttling of a processor.</summary>
    ProcessorMetrics,

    /// <summary>Errors, bandwidth, row remapping of memory.</summary>
    MemoryMetrics,

    /// <summary>Memory itself, whose OEM part says whether rows could not be remapped.</summary>
    Memory,

    /// <summary>A processor, which says whether it is throttled.</summary>
    Processor,

    /// <summary>Bytes, frames, errors and transceivers of a port.</summary>
    PortMetrics,

    /// <summary>A port: link and speed.</summary>
    Port,

    /// <summary>Errors of a fabric switch.</summary>
    SwitchMetrics,

    /// <summary>Counters of a network adapter.</summary>
    NetworkAdapterMetrics,

    /// <summary>Counters of a network function.</summary>
    NetworkDeviceFunctionMetrics,

    /// <summary>Input, output, rails of a power supply.</summary>
    PowerSupplyMetrics,

    /// <summary>A power supply: whether its input is there.</summary>
    PowerSupply,

    /// <summary>Charge and cells of a battery.</summary>
    BatteryMetrics,

    /// <summary>A battery: its state of health.</summary>
    Battery,

    /// <summary>A circuit: mains, branch, feeder.</summary>
    Circuit,

    /// <summary>An outlet.</summary>
    Outlet,

    /// <summary>Sums of a PDU, shelf or switchboard.</summary>
    PowerDistributionMetrics,

    /// <summary>A fan.</summary>
    Fan,

    /// <summary>A pump.</summary>
    Pump,

    /// <summary>A coolant reservoir.</summary>
    Reservoir,

    /// <summary>A connector of coolant: flow, temperatures, pressures.</summary>
    CoolantConnector,

    /// <summary>A loop of coolant.</summary>
    CoolingLoop,

    /// <summary>A coolant distribution unit or the like.</summary>
    CoolingUnit,

    /// <summary>A filter.</summary>
    Filter,

    /// <summary>A heater's metrics.</summary>
    HeaterMetrics,

    /// <summary>A leak detector.</summary>
    LeakDetector,

    /// <summary>Groups of leak detectors.</summary>
    LeakDetection,

    /// <summary>A control: a limit or a setpoint.</summary>
    Control,

    /// <summary>The older resource for power.</summary>
    Power,

    /// <summary>The older resource for temperatures and fans.</summary>
    Thermal,

    /// <summary>Wear and temperature of a drive.</summary>
    DriveMetrics,
}

/// <summary>Tells what a resource is.</summary>
public static class ResourceKinds
{
    private static readonly Dictionary<byte[], ResourceKind> ByName = Enum.GetValues<ResourceKind>()
        .Where(kind => kind is not (ResourceKind.Other or ResourceKind.Collection))
        .ToDictionary(kind => System.Text.Encoding.UTF8.GetBytes(kind.ToString()), Utf8Names.Comparer);

    private static readonly Dictionary<byte[], ResourceKind>.AlternateLookup<ReadOnlySpan<byte>> Names = ByName.GetAlternateLookup<ReadOnlySpan<byte>>();

    // Last segment but one of a member's path; the resource needs no type to be known (92 bodies of a GH200 have none).
    private static readonly (string Segment, ResourceKind Kind)[] ByCollection =
    [
        ("Sensors", ResourceKind.Sensor), ("MetricReports", ResourceKind.MetricReport), ("Controls", ResourceKind.Control), ("Ports", ResourceKind.Port),
        ("LeakDetectors", ResourceKind.LeakDetector), ("Fans", ResourceKind.Fan), ("Pumps", ResourceKind.Pump), ("Reservoirs", ResourceKind.Reservoir),
        ("PowerSupplies", ResourceKind.PowerSupply), ("Batteries", ResourceKind.Battery), ("Outlets", ResourceKind.Outlet), ("Mains", ResourceKind.Circuit),
        ("Branches", ResourceKind.Circuit), ("Feeders", ResourceKind.Circuit), ("Subfeeds", ResourceKind.Circuit), ("CDUs", ResourceKind.CoolingUnit),
        ("PrimaryCoolantConnectors", ResourceKind.CoolantConnector), ("SecondaryCoolantConnectors", ResourceKind.CoolantConnector),
        ("CoolantConnectors", ResourceKind.CoolantConnector), ("CoolingLoops", ResourceKind.CoolingLoop), ("Filters", ResourceKind.Filter),
        ("Processors", ResourceKind.Processor), ("Memory", ResourceKind.Memory),
    ];

    /// <summary>The kind that an <c>@odata.type</c> names, such as <c>#Sensor.v1_7_0.Sensor</c>.</summary>
    public static ResourceKind OfType(ReadOnlySpan<byte> odataType)
    {
        if (odataType.IsEmpty || odataType[0] != (byte)'#')
        {
            return ResourceKind.Other;
        }

        var dot = odataType.IndexOf((byte)'.');
        var name = odataType[1..(dot < 0 ? odataType.Length : dot)];
        return Names.TryGetValue(name, out var kind) ? kind : name.EndsWith("Collection"u8) ? ResourceKind.Collection : ResourceKind.Other;
    }

    /// <summary>The kind that a path shows, for bodies and metric properties that state no type.</summary>
    public static ResourceKind OfPath(string path)
    {
        var segments = path.Split('?')[0].TrimEnd('/').Split('/');
        var last = segments[^1];
        var before = segments.Length > 1 ? segments[^2] : "";
        if (last is "Metrics" or "PortMetrics" or "PowerSupplyMetrics")
        {
            return segments.Length < 3 ? ResourceKind.Other : segments[^3] switch
            {
                "Ports" or "NetworkPorts" => ResourceKind.PortMetrics,
                "PowerSupplies" => ResourceKind.PowerSupplyMetrics,
                "Batteries" => ResourceKind.BatteryMetrics,
                "Processors" => ResourceKind.ProcessorMetrics,
                "Memory" => ResourceKind.MemoryMetrics,
                "Switches" => ResourceKind.SwitchMetrics,
                "NetworkAdapters" => ResourceKind.NetworkAdapterMetrics,
                "NetworkDeviceFunctions" => ResourceKind.NetworkDeviceFunctionMetrics,
                "Heaters" => ResourceKind.HeaterMetrics,
                "Drives" => ResourceKind.DriveMetrics,
                "RackPDUs" or "FloorPDUs" or "PowerShelves" or "TransferSwitches" or "Switchgear" or "ElectricalBuses" => ResourceKind.PowerDistributionMetrics,
                _ => ResourceKind.Other,
            };
        }

        if (last is "EnvironmentMetrics" or "ThermalMetrics" or "ProcessorMetrics" or "MemoryMetrics" or "SwitchMetrics" or "LeakDetection" or "Power" or "Thermal"
            && Enum.TryParse<ResourceKind>(last, out var named))
        {
            return named;
        }

        foreach (var (segment, kind) in ByCollection)
        {
            if (before == segment)
            {
                return kind;
            }
        }

        return ResourceKind.Other;
    }
}
