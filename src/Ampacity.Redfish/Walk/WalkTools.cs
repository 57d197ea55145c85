namespace Ampacity.Redfish;

/// <summary>What every step of a walk works with.</summary>
/// <param name="walk">Reads.</param>
/// <param name="found">Is filled.</param>
/// <param name="profile">How this platform is read.</param>
/// <param name="rules">What is to be read again and again.</param>
internal sealed class WalkTools(ResourceWalk walk, WalkedHardware found, PlatformProfile profile, PlanRules rules)
{
    private SensorMeaning? _meaning;
    private int _portsAsked;

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    public ResourceWalk Walk { get; } = walk;

    public WalkedHardware Found { get; } = found;

    public PlatformProfile Profile { get; } = profile;

    public PlanRules Rules { get; } = rules;

    /// <summary>What values mean. Asked for after the parts are known, whose names it uses.</summary>
    public SensorMeaning Meaning => _meaning ??= new SensorMeaning(
        new ValueMapper(Profile, [.. Found.Parts.Select(part => (part.Uri, part.Id))]), Rules.IsWanted);

    /// <summary>Sensors that were read one by one so far.</summary>
    public int SensorsAsked { get; set; }

    /// <summary>A part out of a resource; not yet among what was found.</summary>
    public WalkedPart PartOf(ResourceReader body, WalkedKind kind, string? inUri = null) => new(kind, body.Uri, IdOf(body, inUri))
    {
        Serial = body.Identity("SerialNumber"),
        PartNumber = body.Identity("PartNumber"),
        Model = body.Name("Model"),
        Firmware = body.Name("FirmwareVersion"),
        Uuid = body.Identity("UUID"),
        State = body.Text("Status/State"),
        Health = body.Text("Status/Health"),
        Slot = SlotOf(body),
        InUri = inUri,
    };

    /// <summary>Adds a part, unless it is an empty place or there are too many. Whether it was added.</summary>
    public bool Add(WalkedPart part)
    {
        if (part.State is "Absent" && part.Kind != WalkedKind.LeakDetector)
        {
            return false; // a place without a part; a leak detector that is absent is blind, and that is worth knowing
        }

        if (Found.Parts.Count >= Walk.Limits.Parts)
        {
            Walk.Note("", "", $"more than {Walk.Limits.Parts} parts: the rest was left out");
            return false;
        }

        return Found.Add(part);
    }

    /// <summary>Ports of a part: <c>Ports</c>, or <c>NetworkPorts</c> of old adapters.</summary>
    public async Task PortsAsync(ResourceReader body, string partUri, CancellationToken cancellationToken)
    {
        if ((body.Link("Ports") ?? body.Link("NetworkPorts")) is not { } link || Profile.Manners.Skips(link))
        {
            return;
        }

        foreach (var path in (await Walk.CollectionAsync(link, "PortProtocol", cancellationToken)).Paths)
        {
            var isKnown = Walk.IsKnown(path);
            if (!isKnown && ++_portsAsked > Walk.Limits.PortsOneByOne)
            {
                Found.Ports.Add(new WalkedPort(partUri, LastSegment(path), path, null, null, null, null));
                continue;
            }

            if (await Walk.ReadAsync(path, cancellationToken) is not { } port)
            {
                continue;
            }

            if (Found.Ports.Count >= Walk.Limits.Parts)
            {
                Walk.Note(link, "", $"more than {Walk.Limits.Parts} ports: the rest was left out");
                return;
            }

            var mbps = port.Number("CurrentLinkSpeedMbps") ?? port.Number("SupportedLinkCapabilities/0/LinkSpeedMbps");
            Found.Ports.Add(new WalkedPort(
                partUri, port.Text("Id") ?? LastSegment(port.Uri), port.Uri,
                port.Text("PortProtocol") ?? port.Text("ActiveLinkTechnology"), port.Text("LinkStatus") ?? port.Text("LinkState"),
                port.Number("CurrentSpeedGbps") ?? mbps / 1_000, PeerOf(port)));
        }
    }

    /// <summary>The last segment of a path.</summary>
    public static string LastSegment(string uri) => uri[(uri.LastIndexOf('/') + 1)..];

    // The other end as the BMC says it: a link, or what LLDP heard.
    private static string? PeerOf(ResourceReader port)
    {
        foreach (var links in (ReadOnlySpan<string>)["Links/ConnectedPorts", "Links/ConnectedSwitchPorts", "Links/AssociatedEndpoints"])
        {
            if (port.Has(links) && port.Links(links, 1) is [var first, ..])
            {
                return first;
            }
        }

        var chassis = port.Name("Ethernet/LLDPReceive/ChassisId") ?? port.Name("Ethernet/LLDPReceive/SystemName");
        var remote = port.Name("Ethernet/LLDPReceive/PortId");
        return chassis is null ? remote : remote is null ? chassis : $"{chassis} {remote}";
    }

    // The profile's word, else Redfish's Id, made single by its owner's where two have it: supply 0 of two shelves.
    private string IdOf(ResourceReader body, string? inUri)
    {
        var named = Profile.Components.Select(component => component.NameOf(body.Uri)).FirstOrDefault(name => name is not null);
        var id = named ?? body.Text("Id") ?? body.Text("MemberId") ?? LastSegment(body.Uri);
        id = id.Length is 0 or > 256 ? LastSegment(body.Uri) : id;
        if (_ids.Add(id))
        {
            return id;
        }

        var owner = inUri is null ? null : Found.At(inUri)?.Id ?? LastSegment(inUri);
        var longer = owner is null ? id : $"{owner}/{id}";
        for (var number = 2; !_ids.Add(longer); number++)
        {
            longer = $"{owner ?? ""}{(owner is null ? "" : "/")}{id}~{number}";
        }

        return longer;
    }

    private static string? SlotOf(ResourceReader body) =>
        body.Text("Location/PartLocation/ServiceLabel") is { Length: > 0 } label ? label
        : body.Has("Location/PartLocation/LocationOrdinalValue") ? body.Number("Location/PartLocation/LocationOrdinalValue")?.ToString(System.Globalization.CultureInfo.InvariantCulture)
        : body.Has("Socket") ? body.Text("Socket")
        : body.Has("DeviceLocator") ? body.Text("DeviceLocator")
        : null;
}
