namespace Ampacity.Redfish;

/// <summary>A value with the place it was read from, so that a person can look it up.</summary>
/// <param name="Value">As written by the firmware, trimmed.</param>
/// <param name="Source">Path, # and JSON pointer.</param>
public sealed record WalkedValue(string Value, string Source);

/// <summary>What a BMC manages.</summary>
public enum WalkedBmcKind
{
    /// <summary>It does not say, or nothing of the below.</summary>
    Other,

    /// <summary>A compute tray or server.</summary>
    ComputeTray,

    /// <summary>A tray of scale-up or network switches.</summary>
    SwitchTray,

    /// <summary>A DPU or network adapter with a BMC of its own.</summary>
    Dpu,

    /// <summary>A power shelf or battery shelf.</summary>
    PowerShelf,

    /// <summary>A rack or floor PDU, a transfer switch, a switchboard.</summary>
    Pdu,

    /// <summary>A coolant distribution unit or other cooling equipment.</summary>
    Cdu,
}

/// <summary>Where a BMC believes to be.</summary>
/// <param name="Rack">Name of the rack, or null.</param>
/// <param name="Offset">Unit in the rack, or null.</param>
/// <param name="Slot">Slot or tray number, or null.</param>
/// <param name="Source">Path, # and JSON pointer.</param>
public sealed record WalkedPosition(string? Rack, int? Offset, int? Slot, string Source);

/// <summary>An entry of a firmware inventory.</summary>
/// <param name="Id">Redfish's Id.</param>
/// <param name="Version">As written, trimmed; null where it is not said.</param>
/// <param name="PartUri">Resource of the part that it belongs to, or null.</param>
public sealed record WalkedFirmware(string Id, string? Version, string? PartUri);

/// <summary>A port.</summary>
/// <param name="PartUri">Resource of the part that it is of.</param>
/// <param name="Id">Redfish's Id.</param>
/// <param name="Uri">Its resource.</param>
/// <param name="Protocol">As Redfish names it, or null.</param>
/// <param name="LinkStatus">As Redfish names it, or null.</param>
/// <param name="SpeedGbps">Current speed in Gbit/s, or null.</param>
/// <param name="Peer">What is at the other end, or null.</param>
public sealed record WalkedPort(
    string PartUri, string Id, string Uri, string? Protocol, string? LinkStatus, double? SpeedGbps, string? Peer);

/// <summary>A sensor.</summary>
/// <param name="Uri">Its resource.</param>
/// <param name="ReadingType">As written, or null.</param>
/// <param name="Units">As written, or null.</param>
/// <param name="State">Its <c>Status.State</c>, or null.</param>
/// <param name="Name">As written, or null.</param>
/// <param name="PhysicalContext">As written, or null.</param>
/// <param name="IsRead">Whether its body was seen; a sensor of which only the link was seen is counted, no more.</param>
public sealed record WalkedSensor(string Uri, string? ReadingType, string? Units, string? State, string? Name, string? PhysicalContext, bool IsRead);

/// <summary>A set point that could be written; we never do.</summary>
/// <param name="Uri">Its resource.</param>
/// <param name="Type">ControlType as written, or null.</param>
/// <param name="SetPoint">What is set, or null.</param>
/// <param name="Mode">ControlMode as written, or null. A set point of 0 with mode Disabled is no cap.</param>
public sealed record WalkedControl(string Uri, string? Type, double? SetPoint, string? Mode);

/// <summary>What a walk has found of one BMC, filled bit by bit, so that running out of time or requests keeps what was seen.</summary>
/// <remarks>One thread at a time.</remarks>
public sealed class WalkedHardware
{
    private readonly Dictionary<string, WalkedPart> _byUri = new(ResourcePaths.Comparer);
    private readonly List<WalkedPart> _parts = [];
    private readonly HashSet<string> _named = new(ResourcePaths.Comparer);

    /// <summary>What the service root says.</summary>
    public BmcHints Hints { get; internal set; } = new(null, null, null, [], []);

    /// <summary>UUID of the service root.</summary>
    public string? ServiceUuid { get; internal set; }

    /// <summary>The profile that it was read with; null before it is known.</summary>
    public PlatformProfile? Profile { get; internal set; }

    /// <summary>What it manages.</summary>
    public WalkedBmcKind Kind { get; internal set; }

    /// <summary>MAC of the BMC's own port.</summary>
    public WalkedValue? Mac { get; internal set; }

    /// <summary>The tray's serial number.</summary>
    public WalkedValue? Serial { get; internal set; }

    /// <summary>The tray's part number.</summary>
    public WalkedValue? Part { get; internal set; }

    /// <summary>The tray's model.</summary>
    public WalkedValue? Model { get; internal set; }

    /// <summary>Serial number of the board that the BMC sits on, where that is another than the tray's.</summary>
    public WalkedValue? BoardSerial { get; internal set; }

    /// <summary>Firmware version of the BMC itself.</summary>
    public WalkedValue? ManagerFirmware { get; internal set; }

    /// <summary>Where it believes to be.</summary>
    public WalkedPosition? Position { get; internal set; }

    /// <summary>Parts, each once.</summary>
    public IReadOnlyList<WalkedPart> Parts => _parts;

    /// <summary>Ports of parts.</summary>
    public List<WalkedPort> Ports { get; } = [];

    /// <summary>Firmware inventory.</summary>
    public List<WalkedFirmware> Firmware { get; } = [];

    /// <summary>Sensors.</summary>
    public List<WalkedSensor> Sensors { get; } = [];

    /// <summary>Controls.</summary>
    public List<WalkedControl> Controls { get; } = [];

    /// <summary>Metric reports that it offers, in its order.</summary>
    public List<string> Reports { get; } = [];

    /// <summary>Definitions of metric reports.</summary>
    public List<string> ReportDefinitions { get; } = [];

    /// <summary>Kinds of power and thermal equipment that it has, as Redfish names their collections.</summary>
    public HashSet<string> Equipment { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the root links power equipment, be it empty.</summary>
    public bool HasPowerEquipment { get; internal set; }

    /// <summary>Switches that are not PCIe or storage.</summary>
    public int NetworkSwitches { get; internal set; }

    /// <summary>Path of the manager that answers us; empty when that is not known.</summary>
    internal string Manager { get; set; } = "";

    /// <summary>Path of the chassis that the answering manager sits in.</summary>
    internal string? ManagerChassis { get; set; }

    /// <summary>Chassis by path, for what parts take from them.</summary>
    internal Dictionary<string, ResourceReader> Chassis { get; } = new(ResourcePaths.Comparer);

    /// <summary>Serial numbers in the assemblies of chassis, by the chassis' path.</summary>
    internal Dictionary<string, WalkedValue> AssemblySerials { get; } = new(ResourcePaths.Comparer);

    /// <summary>What can be read again and again.</summary>
    public List<PlanSource> Sources { get; } = [];

    /// <summary>What a poller reads.</summary>
    public ReadPlan Plan { get; internal set; } = ReadPlan.Empty;

    /// <summary>What shows that it booted, was powered, has other firmware or other parts: looked at now and then, no values.</summary>
    public IReadOnlyList<PlanRead> Watches { get; internal set; } = [];

    /// <summary>The part at a resource, or null.</summary>
    public WalkedPart? At(string? uri) => uri is null ? null : _byUri.GetValueOrDefault(uri.TrimEnd('/'));

    /// <summary>The serial of the chassis that a processor is, by its link or, where it has none, by its Id in the chassis' own.</summary>
    internal WalkedValue? SerialOfChassis(string? link, string id)
    {
        foreach (var (path, chassis) in Chassis)
        {
            var name = WalkTools.LastSegment(path);
            if (link is not null ? !ResourcePaths.Comparer.Equals(path, link) : name != id && !name.EndsWith("_" + id, StringComparison.Ordinal))
            {
                continue;
            }

            // A tray's own serial is no processor's, and neither is that of its root of trust.
            if (chassis.Text("ChassisType") is not ("Component" or "Module" or "Card" or "Expansion") || name.Contains("RoT", StringComparison.Ordinal))
            {
                continue;
            }

            if (IdentityText.Clean(chassis.Text("SerialNumber")) is { } serial)
            {
                return new WalkedValue(serial, path + "#/SerialNumber");
            }

            if (AssemblySerials.TryGetValue(path, out var assembled))
            {
                return assembled;
            }
        }

        return null;
    }

    /// <summary>A sensor that an excerpt names: it is there, whether or not a collection lists it.</summary>
    internal void AddNamed(string sensor)
    {
        if (sensor.Contains("/Sensors/", StringComparison.OrdinalIgnoreCase) && !sensor.Contains('#', StringComparison.Ordinal))
        {
            _named.Add(sensor);
        }
    }

    /// <summary>Sensors that excerpts name and no collection lists, in order.</summary>
    internal List<string> OnlyNamed()
    {
        _named.ExceptWith(Sensors.Select(sensor => sensor.Uri));
        return [.. _named.Order(StringComparer.Ordinal)];
    }

    internal bool Add(WalkedPart part)
    {
        if (!_byUri.TryAdd(part.Uri, part))
        {
            return false;
        }

        _parts.Add(part);
        return true;
    }

    internal void Replace(WalkedPart part)
    {
        _byUri[part.Uri] = part;
        _parts[_parts.FindIndex(known => ResourcePaths.Comparer.Equals(known.Uri, part.Uri))] = part;
    }

    /// <summary>The part is also listed at another path.</summary>
    internal void Alias(string uri, WalkedPart part) => _byUri.TryAdd(uri, part);
}
