using System.Text.Json;

namespace Ampacity.Fleet;

/// <summary>One cable that carries power, from a feed or an outlet to the inlet of a device.</summary>
/// <param name="Cable">The cable.</param>
/// <param name="Feed">Id of the power feed that it leaves; null where it leaves an outlet.</param>
/// <param name="OutletDevice">The device whose outlet it leaves; null where it leaves a feed.</param>
/// <param name="Device">The device whose inlet it ends at.</param>
/// <param name="DeviceHasOutlets">Whether that device passes power on.</param>
internal sealed record NetBoxLink(NetBoxObject Cable, long? Feed, NetBoxObject? OutletDevice, NetBoxObject Device, bool DeviceHasOutlets);

/// <summary>Reads cables, and says of every cable that carries no power what it joins.</summary>
internal sealed class NetBoxCables(NetBoxWork work)
{
    private const string FeedType = "dcim.powerfeed";
    private const string PortType = "dcim.powerport";
    private const string OutletType = "dcim.poweroutlet";
    private readonly HashSet<long> _withOutlets = [.. work.Export[NetBoxCollections.PowerOutlets].Select(o => o.Reference("device")!.Value)];

    public IReadOnlyList<NetBoxLink> Read()
    {
        foreach (var port in work.Export[NetBoxCollections.PowerPorts].Concat(work.Export[NetBoxCollections.PowerOutlets]))
        {
            work.Report.Fields(port);
            if (work.Find(NetBoxCollections.Devices, port.Reference("device")) is null)
            {
                work.Report.LeftOut(port, "unknown-device", "its device is not in the export");
            }
            else
            {
                work.Carry(port);
            }
        }

        var links = new List<NetBoxLink>();
        foreach (var cable in work.Export[NetBoxCollections.Cables])
        {
            Cable(cable, links);
        }

        return links;
    }

    private void Cable(NetBoxObject cable, List<NetBoxLink> links)
    {
        var (a, b) = (Ends(cable, "a_terminations"), Ends(cable, "b_terminations"));
        if (a.Count == 0 || b.Count == 0)
        {
            work.Report.LeftOut(cable, "to-nothing", "one of its ends is nowhere");
            return;
        }

        if (!a.Concat(b).Any(end => end.Type is FeedType or PortType or OutletType))
        {
            var (from, to) = (Word(a[0].Type), Word(b[0].Type));
            work.Report.LeftOut(cable, string.CompareOrdinal(from, to) <= 0 ? $"joins:{from}:{to}" : $"joins:{to}:{from}",
                "it carries no power; ports of networks and consoles are not read");
            return;
        }

        work.Report.Fields(cable);
        switch (cable.Choice("status"))
        {
            case "planned":
                work.Report.LeftOut(cable, "planned", "it is planned and connects nothing yet");
                return;
            case null or "connected":
                break;
            case var status:
                work.Report.Changed(cable, "status", "its status is not connected; it still feeds what it ends at", NetBoxText.Printable(status, 40));
                break;
        }

        var before = links.Count;
        foreach (var from in a)
        {
            foreach (var to in b)
            {
                if (Link(cable, from, to) is { } link)
                {
                    links.Add(link);
                }
            }
        }

        if (links.Count > before)
        {
            work.Carry(cable);
        }
    }

    private NetBoxLink? Link(NetBoxObject cable, (string Type, long Id) from, (string Type, long Id) to)
    {
        if (from.Type == PortType && to.Type != PortType)
        {
            (from, to) = (to, from);
        }

        if (to.Type != PortType || from.Type is not (FeedType or OutletType))
        {
            work.Report.LeftOut(cable, $"joins:{Word(from.Type)}:{Word(to.Type)}", "power goes from a feed or an outlet to an inlet (power port)");
            return null;
        }

        var device = Device(NetBoxCollections.PowerPorts, to.Id);
        var source = from.Type == FeedType
            ? work.Find(NetBoxCollections.PowerFeeds, from.Id)
            : Device(NetBoxCollections.PowerOutlets, from.Id);
        if (device is null || source is null)
        {
            work.Report.LeftOut(cable, "unknown-end", "what it ends at is not in the export",
                FormattableString.Invariant($"{(device is null ? to.Type : from.Type)} {(device is null ? to.Id : from.Id)}"));
            return null;
        }

        return new(cable, from.Type == FeedType ? source.Id : null, from.Type == OutletType ? source : null, device, _withOutlets.Contains(device.Id));
    }

    private NetBoxObject? Device(string ports, long port) =>
        work.Find(NetBoxCollections.Devices, work.Find(ports, port)?.Reference("device"));

    // {"object_type": "dcim.powerport", "object_id": 7, "object": {…}}
    private static List<(string Type, long Id)> Ends(NetBoxObject cable, string field)
    {
        var ends = new List<(string, long)>();
        foreach (var end in cable.List(field))
        {
            if (end.ValueKind == JsonValueKind.Object && NetBoxObject.Text(end, "object_type") is { } type
                && end.TryGetProperty("object_id", out var id) && NetBoxObject.IdOf(id) is { } number)
            {
                ends.Add((NetBoxText.Printable(type, 64), number));
            }
        }

        return ends;
    }

    private static string Word(string type) => type[(type.LastIndexOf('.') + 1)..];
}
