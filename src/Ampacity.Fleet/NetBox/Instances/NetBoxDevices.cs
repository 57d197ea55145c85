using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>Devices as assets in their racks, and racks as things.</summary>
internal sealed class NetBoxDevices(NetBoxWork work, NetBoxSkus skus)
{
    // Names under which the makers' BMCs go as interfaces; mgmt0 of a switch is none of them.
    private static readonly string[] BmcNames = ["bmc", "idrac", "drac", "ilo", "ipmi", "xcc", "cimc", "irmc", "imm"];

    private readonly Dictionary<long, RackSpace> _spaces = [];
    private ILookup<long, NetBoxObject> _interfaces = Enumerable.Empty<NetBoxObject>().ToLookup(_ => 0L);

    public void Read()
    {
        _interfaces = work.Export[NetBoxCollections.Interfaces].Where(port => port.IsTrue("mgmt_only")).ToLookup(port => port.Reference("device")!.Value);
        foreach (var port in work.Export[NetBoxCollections.Interfaces])
        {
            work.Report.Fields(port);
        }

        foreach (var (_, rack) in work.Racks.OrderBy(pair => pair.Key))
        {
            var keys = new List<(string, string)>();
            Identifier(keys, "serial", rack.Source, IdentifierKind.Serial, rack.Source.Text("serial"));
            Identifier(keys, "assetTag", rack.Source, IdentifierKind.AssetTag, rack.Source.Text("asset_tag"));
            if (keys.Count > 0)
            {
                rack.Assets.Add(new(rack.Source, "", keys));
            }
        }

        foreach (var device in work.Export[NetBoxCollections.Devices])
        {
            work.Report.Fields(device);
            Device(device);
        }
    }

    private void Device(NetBoxObject device)
    {
        // The SKU first: a type is declared once a device has it, wherever that device is.
        var sku = skus.Of(device);
        if (device.Reference("parent_device") is not null)
        {
            work.Report.LeftOut(device, "in-chassis", "it sits in a bay of another device, and a place inside a one-off device has no name here");
            return;
        }

        if (device.Reference("rack") is not { } rackId)
        {
            work.Report.LeftOut(device, "no-rack", "it is in no rack; an asset needs a place in a rack");
            return;
        }

        if (!work.Racks.TryGetValue(rackId, out var rack))
        {
            work.Report.LeftOut(device, "unknown-rack", "its rack is not carried over");
            return;
        }

        if (Position(device, rack, sku) is not { } position)
        {
            return;
        }

        rack.Assets.Add(new(device, position.ToString(), Keys(device, sku)));
        work.Carry(device);
    }

    private List<(string, string)> Keys(NetBoxObject device, ImportedSku sku)
    {
        var keys = new List<(string, string)> { ("sku", sku.Revision) };
        Identifier(keys, "serial", device, IdentifierKind.Serial, device.Text("serial"));
        Identifier(keys, "assetTag", device, IdentifierKind.AssetTag, device.Text("asset_tag"));
        var named = Identifier(keys, "hostname", device, IdentifierKind.Hostname, device.Text("name"));
        Identifier(keys, "bmc", device, IdentifierKind.Mac, Bmc(device));
        if (work.Find(NetBoxCollections.DeviceTypes, device.Reference("device_type"))?.Text("part_number") is { } part)
        {
            keys.Add(("part", NetBoxText.Scalar(NetBoxText.Printable(part, 128))));
        }

        if (work.TenantOf(device) is { } tenant)
        {
            keys.Add(("tenant", NetBoxText.Scalar(tenant)));
        }

        if (work.StateOf(device, NetBoxStates.OfDevice) is { } state)
        {
            keys.Add(("state", state));
        }

        var role = NetBoxWork.TagOf(device, "role", "role-") ?? NetBoxWork.TagOf(device, "device_role", "role-");
        if (work.TagsOf(device, role) is { Count: > 0 } tags)
        {
            keys.Add(("tags", NetBoxFleetText.List(tags)));
        }

        if (work.NoteOf(device, named ?? "") is { } note)
        {
            keys.Add(("note", NetBoxText.Scalar(note)));
        }

        return keys;
    }

    private string? Identifier(List<(string, string)> keys, string key, NetBoxObject item, IdentifierKind kind, string? text)
    {
        var normal = work.Identifier(item, kind, text);
        if (normal is not null)
        {
            // Always in quotes: a serial of digits is text.
            keys.Add((key, $"'{normal.Replace("'", "''", StringComparison.Ordinal)}'"));
        }

        return normal;
    }

    private string? Bmc(NetBoxObject device)
    {
        var ports = _interfaces[device.Id].Where(port => port.Text("mac_address") is not null).ToList();
        var bmcs = ports.Where(port => BmcNames.Any(name => port.Text("name")?.Contains(name, StringComparison.OrdinalIgnoreCase) == true)).ToList();
        foreach (var port in ports.Except(bmcs))
        {
            work.Report.LeftOut(port, "not-a-bmc", "a management interface whose name is not that of a BMC; its MAC address is not carried over");
        }

        if (bmcs.Count > 1)
        {
            work.Report.LeftOut(device, "many-bmcs", "it has several BMC interfaces with a MAC address; none is carried over, since only one can be");
            return null;
        }

        if (bmcs.Count == 1)
        {
            work.Carry(bmcs[0]);
        }

        return bmcs.FirstOrDefault()?.Text("mac_address");
    }

    private RackPosition? Position(NetBoxObject device, ImportedRack rack, ImportedSku sku)
    {
        if (!_spaces.TryGetValue(rack.Source.Id, out var space))
        {
            _spaces[rack.Source.Id] = space = new();
        }

        if (device.Number("position") is not { } position)
        {
            if (sku.Units is not 0)
            {
                work.Report.LeftOut(device, "no-position", "NetBox says its rack and not where in it");
                return null;
            }

            if (space.TakeSide(device.Id) is not { } side)
            {
                work.Report.LeftOut(device, "side-full", "more than 100 things of no height are in its rack");
                return null;
            }

            return side;
        }

        var halves = Halves(device, rack, position, sku.Units ?? 1);
        var height = (int)Math.Clamp(Math.Ceiling((sku.Units ?? 1) * 2), 1, 200);
        var most = rack.Source.Number("u_height") is { } units and >= 1 and <= 100 ? (int)(units * 2) + 2 : 202;
        if (halves is not { } first || first < 2 || first + height > most)
        {
            work.Report.LeftOut(device, "outside-rack", "its position is not a unit or half unit of its rack",
                position.ToString(CultureInfo.InvariantCulture));
            return null;
        }

        var face = device.Choice("face") == "rear" ? RackFace.Rear : RackFace.Front;
        if (!space.Take(first, height, face))
        {
            work.Report.LeftOut(device, "position-taken", "another device is there on the same face; who has the lower id stays");
            return null;
        }

        return new RackPosition(first, face);
    }

    // Twice our unit, which counts from the bottom and from 1. A rack may count from the top, and from another number.
    private static int? Halves(NetBoxObject device, ImportedRack rack, decimal position, decimal height)
    {
        var fromOne = position - (rack.Source.Number("starting_unit") ?? 1) + 1;
        if (rack.Source.IsTrue("desc_units"))
        {
            fromOne = (rack.Source.Number("u_height") ?? 0) - fromOne - height + 2;
        }

        var halves = fromOne * 2;
        return halves == Math.Truncate(halves) && Math.Abs(halves) < 1000 ? (int)halves : null;
    }

    /// <summary>Which half units of a rack are taken, front and rear, and which places on its side.</summary>
    private sealed class RackSpace
    {
        private readonly bool[,] _units = new bool[2, 202];
        private readonly bool[] _sides = new bool[101];

        public bool Take(int first, int count, RackFace face)
        {
            for (var unit = first; unit < first + count; unit++)
            {
                if (_units[(int)face, unit])
                {
                    return false;
                }
            }

            for (var unit = first; unit < first + count; unit++)
            {
                _units[(int)face, unit] = true;
            }

            return true;
        }

        // By id and not by count, so that the others keep their place when one goes.
        public RackPosition? TakeSide(long id)
        {
            for (var probe = 0; probe < 100; probe++)
            {
                var side = (int)((id - 1 + probe) % 100) + 1;
                if (!_sides[side])
                {
                    _sides[side] = true;
                    return new(side * 2, RackFace.Side);
                }
            }

            return null;
        }
    }
}
