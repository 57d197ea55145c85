namespace Ampacity.Redfish;

/// <summary>
/// What the things of a BMC are called in the <c>component</c> label: as the survey or the profile calls them (<c>gpu0</c>), parts behind a
/// slash (<c>gpu0/NVLink_3</c>), and otherwise by Redfish's ids.
/// </summary>
/// <remarks>Immutable, any thread.</remarks>
public sealed class ComponentNames
{
    private static readonly HashSet<string> Tails = new(StringComparer.Ordinal)
    {
        "EnvironmentMetrics", "ThermalMetrics", "ProcessorMetrics", "MemoryMetrics", "SwitchMetrics", "PortMetrics", "Metrics", "LeakDetection", "Power", "Thermal",
        "PowerSupplyMetrics",
    };

    // Segments that only say what kind of thing follows, or that a chassis has such things.
    private static readonly HashSet<string> Collections = new(StringComparer.Ordinal)
    {
        "redfish", "v1", "Chassis", "Systems", "Managers", "Fabrics", "Switches", "Processors", "Memory", "Ports", "NetworkPorts", "NetworkAdapters", "NetworkDeviceFunctions",
        "PowerSubsystem", "PowerSupplies", "ThermalSubsystem", "Batteries", "Fans", "Pumps", "Reservoirs", "Heaters", "Filters", "LeakDetectors", "LeakDetection", "Sensors",
        "Controls", "PowerEquipment", "ThermalEquipment", "RackPDUs", "FloorPDUs", "PowerShelves", "TransferSwitches", "Switchgear", "ElectricalBuses", "CDUs",
        "ImmersionUnits", "HeatExchangers", "RPUs", "CoolingLoops", "Drives", "PCIeDevices", "Storage", "Controllers", "SubProcessors", "Oem", "Nvidia",
        "Mains", "Branches", "Feeders", "Subfeeds", "Outlets", "OutletGroups", "PrimaryCoolantConnectors", "SecondaryCoolantConnectors", "CoolantConnectors",
    };

    // What a bare number is a number of.
    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["Ports"] = "port",
        ["NetworkPorts"] = "port",
        ["NetworkDeviceFunctions"] = "function",
        ["PowerSupplies"] = "psu",
        ["Fans"] = "fan",
        ["Pumps"] = "pump",
        ["Batteries"] = "battery",
        ["Mains"] = "mains",
        ["Branches"] = "branch",
        ["Feeders"] = "feeder",
        ["Subfeeds"] = "subfeed",
        ["Outlets"] = "outlet",
        ["LeakDetectors"] = "leak",
        ["PrimaryCoolantConnectors"] = "primary",
        ["SecondaryCoolantConnectors"] = "secondary",
        ["Reservoirs"] = "reservoir",
        ["Filters"] = "filter",
        ["Processors"] = "cpu",
        ["Memory"] = "dimm",
        ["CDUs"] = "cdu",
        ["RackPDUs"] = "pdu",
        ["Sensors"] = "sensor",
        ["Switches"] = "switch",
    };

    private readonly Dictionary<string, string> _known;
    private readonly PlatformProfile _profile;

    /// <param name="profile">Whose patterns name components.</param>
    /// <param name="known">Path of a resource → its name, as a survey found it.</param>
    public ComponentNames(PlatformProfile profile, IReadOnlyCollection<(string Path, string Name)> known)
    {
        _profile = profile;
        _known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, name) in known)
        {
            _known.TryAdd(path.TrimEnd('/'), name);
        }
    }

    /// <summary>The name of the thing that a resource is of, and whether the survey or the profile knows it.</summary>
    public (string Name, bool IsKnown) Of(string path)
    {
        var at = path.TrimEnd('/');
        var tail = "";
        while (at.Length > "/redfish/v1".Length && at.StartsWith('/'))
        {
            if (Known(at) is { } name)
            {
                return (tail.Length == 0 ? name : $"{name}/{tail}", true);
            }

            var slash = at.LastIndexOf('/');
            var segment = at[(slash + 1)..];
            at = at[..slash];
            if (!Tails.Contains(segment) && !Collections.Contains(segment))
            {
                var collection = at[(at.LastIndexOf('/') + 1)..];
                var word = segment.All(char.IsAsciiDigit) && Kinds.TryGetValue(collection, out var kind) ? kind + segment : segment;
                tail = tail.Length == 0 ? word : $"{word}/{tail}";
            }
        }

        return (Short(tail.Length == 0 ? path.Split('/')[^1] : tail), false);
    }

    private string? Known(string path)
    {
        if (_known.TryGetValue(path, out var name))
        {
            return name;
        }

        foreach (var component in _profile.Components)
        {
            if (component.NameOf(path) is { } named)
            {
                return named;
            }
        }

        return null;
    }

    // "HGX_GPU_0/HGX_GPU_0_Power_0" says the chassis twice.
    private static string Short(string name)
    {
        var slash = name.LastIndexOf('/');
        return slash > 0 && name[(slash + 1)..].StartsWith(name[..slash], StringComparison.Ordinal) ? name[(slash + 1)..] : name;
    }
}
