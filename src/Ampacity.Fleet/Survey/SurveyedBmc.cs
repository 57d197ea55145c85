namespace Ampacity.Fleet;

/// <summary>A BMC as it was seen.</summary>
/// <param name="Address">Scheme, host and port at which it answered.</param>
/// <param name="Mac">MAC of its own port, lower case with colons: its identity; null when it does not say.</param>
/// <param name="Vendor">From the service root.</param>
/// <param name="Product">From the service root.</param>
/// <param name="RedfishVersion">From the service root.</param>
/// <param name="ServiceUuid">UUID of the service root.</param>
/// <param name="ProfileId">The platform profile it was read with.</param>
/// <param name="Serial">The tray's serial number.</param>
/// <param name="Part">The tray's part number.</param>
/// <param name="Model">The tray's model.</param>
/// <param name="Components">Accelerators, processors and what else the profile names.</param>
/// <param name="ReportUris">Metric reports that it offers.</param>
/// <param name="Quirks">What is odd about it.</param>
public sealed record SurveyedBmc(
    string Address,
    string? Mac,
    string? Vendor,
    string? Product,
    string? RedfishVersion,
    string? ServiceUuid,
    string ProfileId,
    SurveyedValue? Serial,
    SurveyedValue? Part,
    SurveyedValue? Model,
    IReadOnlyList<SurveyedComponent> Components,
    IReadOnlyList<string> ReportUris,
    IReadOnlyList<SurveyedQuirk> Quirks)
{
    /// <summary>SHA-256 of the certificate that was trusted on first use, hex; it is pinned from then on. Null under the system's trust.</summary>
    public string? CertificateSha256 { get; init; }

    /// <summary>Name of the account that a list of hosts gave for it; null where none did. Never the account itself.</summary>
    public string? Account { get; init; }

    /// <summary>What it manages.</summary>
    public SurveyedBmcKind Kind { get; init; }

    /// <summary>Serial number of the board that the BMC sits on, where that is not the tray's; null when it does not say.</summary>
    public SurveyedValue? BoardSerial { get; init; }

    /// <summary>Sensors that it has.</summary>
    public int SensorCount { get; init; }

    /// <summary>Where it believes to be; null when it does not say.</summary>
    public SurveyedPosition? Position { get; init; }

    /// <summary>Firmware in its inventory, by Redfish's Id.</summary>
    public IReadOnlyList<SurveyedFirmware> Firmware { get; init; } = [];

    /// <summary>Ports of accelerators, switches and network adapters.</summary>
    public IReadOnlyList<SurveyedPort> Ports { get; init; } = [];

    /// <summary>
    /// What a poller reads here, and what it costs; empty when nothing is worth reading. Inventory gives no values: it is looked at to see that
    /// the BMC booted, was powered, has other firmware or other parts.
    /// </summary>
    public IReadOnlyList<PlannedRead> ReadPlan { get; init; } = [];
}

/// <summary>What a BMC manages.</summary>
public enum SurveyedBmcKind
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

/// <summary>Where a BMC believes to be. Firmware's word: evidence, never a placement.</summary>
/// <param name="Rack">Name of the rack, or null.</param>
/// <param name="Offset">Unit in the rack that it says, or null.</param>
/// <param name="Slot">Slot or tray number, or null.</param>
/// <param name="Source">Path, # and JSON pointer.</param>
public sealed record SurveyedPosition(string? Rack, int? Offset, int? Slot, string Source);

/// <summary>An entry of a firmware inventory.</summary>
/// <param name="Id">Redfish's Id, such as <c>HGX_FW_GPU_0</c>.</param>
/// <param name="Version">As written, trimmed; null where it is not said.</param>
/// <param name="Component"><see cref="SurveyedComponent.Id"/> it belongs to, or null when that is not said.</param>
public sealed record SurveyedFirmware(string Id, string? Version, string? Component);

/// <summary>A port as it was seen.</summary>
/// <param name="Component"><see cref="SurveyedComponent.Id"/> that it is of.</param>
/// <param name="Id">Redfish's Id of the port.</param>
/// <param name="Uri">Its resource.</param>
/// <param name="Protocol">NVLink, UALink, Ethernet … as Redfish names it; null where it is not said.</param>
/// <param name="LinkStatus">LinkUp, LinkDown, NoLink … as Redfish names it; null where it is not said.</param>
/// <param name="SpeedGbps">Current speed in Gbit/s; null where it is not said.</param>
/// <param name="Peer">What the BMC says is at the other end (a URI, a name, a MAC); null where it is not said.</param>
public sealed record SurveyedPort(
    string Component, string Id, string Uri, string? Protocol, string? LinkStatus, double? SpeedGbps, string? Peer);

/// <summary>How urgent a read is: leaks and power come before inventory.</summary>
public enum ReadClass : byte
{
    /// <summary>Leak detectors.</summary>
    Leak,

    /// <summary>Power, energy and breakers.</summary>
    Power,

    /// <summary>Temperatures and the rest of the sensors.</summary>
    Sensors,

    /// <summary>Firmware, ports, membership.</summary>
    Inventory,
}

/// <summary>How a read is sent.</summary>
public enum ReadForm : byte
{
    /// <summary>A metric report.</summary>
    Report,

    /// <summary>A collection with its members in one answer (<c>$expand</c>).</summary>
    Expanded,

    /// <summary>One resource.</summary>
    Member,
}

/// <summary>One GET that is sent again and again.</summary>
/// <param name="Uri">Path, with the query where the form has one.</param>
/// <param name="Form">How it is sent.</param>
/// <param name="Class">How urgent it is.</param>
/// <param name="PeriodSeconds">From read to read, over 0.</param>
/// <param name="Bytes">Bytes of its body when it was planned.</param>
/// <param name="Values">Values that it gave as series when it was planned.</param>
public sealed record PlannedRead(string Uri, ReadForm Form, ReadClass Class, int PeriodSeconds, int Bytes, int Values);
