using System.Globalization;
using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>Network adapters of a chassis with a port each.</summary>
internal static class NetworkTree
{
    /// <summary>Adds a chassis with adapters of one port, and the collection of adapters.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="chassis">Path of the chassis; it is added when it is not there.</param>
    /// <param name="name">Begin of the adapters' names.</param>
    /// <param name="count">How many.</param>
    /// <param name="gbps">Speed of a port, Gbit/s.</param>
    /// <param name="resource">The chassis as it is when it has to be added.</param>
    /// <param name="protocol">PortProtocol.</param>
    public static void AddAdapters(TreeBuilder tree, string chassis, string name, int count, int gbps, JsonObject resource, string protocol)
    {
        if (!tree.Has(chassis))
        {
            tree.Add(chassis, "#Chassis.v1_22_0.Chassis", resource);
        }

        tree[chassis]["NetworkAdapters"] = TreeBuilder.Link($"{chassis}/NetworkAdapters");
        for (var n = 0; n < count; n++)
        {
            var adapter = $"{chassis}/NetworkAdapters/{name}_{n}";
            var port = $"{adapter}/Ports/1";
            var (key, at) = (8_000 + n, n);
            tree.Add(adapter, "#NetworkAdapter.v1_9_0.NetworkAdapter", new JsonObject
            {
                ["Manufacturer"] = "Ampacity",
                ["Model"] = "Simulated adapter",
                ["PartNumber"] = "AMP-SIM-NIC",
                ["SerialNumber"] = tree.Own($"NIC52000{n.ToString("000", CultureInfo.InvariantCulture)}417"),
                ["Ports"] = TreeBuilder.Link($"{adapter}/Ports"),
                ["Status"] = TreeBuilder.Ok,
            });
            tree.AddCollection($"{adapter}/Ports", "Port", [port]);
            tree.Add(port, "#Port.v1_10_0.Port", new JsonObject
            {
                ["PortProtocol"] = protocol,
                ["PortType"] = "BidirectionalPort",
                ["PortId"] = "1",
                ["LinkState"] = "Enabled",
                ["LinkStatus"] = "LinkUp",
                ["CurrentSpeedGbps"] = gbps,
                ["MaxSpeedGbps"] = gbps,
                ["Ethernet"] = new JsonObject
                {
                    ["LLDPEnabled"] = true,
                    ["LLDPReceive"] = new JsonObject
                    {
                        // What the switch at the other end says of itself: each adapter's number is that of its switch, unless cables are swapped.
                        ["ChassisId"] = tree.Text((in Moment m) => $"leaf-{Far(in m, at)}"),
                        ["ChassisIdSubtype"] = "LocalAssign",
                        ["PortId"] = tree.Text((in Moment m) => string.Create(CultureInfo.InvariantCulture, $"{m.Self.Tray.Slot:X2}:{Far(in m, at):X2}")),
                        ["PortIdSubtype"] = "LocalAssign",
                    },
                    ["AssociatedMACAddresses"] = new JsonArray(tree.Own(string.Create(CultureInfo.InvariantCulture, $"02:5b:10:20:{n:x2}:41"))),
                },
                ["Status"] = TreeBuilder.Ok,
                ["Metrics"] = TreeBuilder.Link($"{port}/Metrics"),
            });
            tree.Add($"{port}/Metrics", "#PortMetrics.v1_5_0.PortMetrics", new JsonObject
            {
                ["RXBytes"] = tree.Live((in Moment m) => 0.1 * gbps * 125_000_000.0 * m.Self.Scale(key) * m.LoadSeconds, 0),
                ["TXBytes"] = tree.Live((in Moment m) => 0.1 * gbps * 125_000_000.0 * m.Self.Scale(key + 500) * m.LoadSeconds, 0),
                ["RXErrors"] = 0,
                ["TXErrors"] = 0,
            });
        }

        tree.AddCollection($"{chassis}/NetworkAdapters", "NetworkAdapter", Enumerable.Range(0, count).Select(n => $"{chassis}/NetworkAdapters/{name}_{n}"));
    }

    private static int Far(in Moment m, int n) => BmcConditions.Has(m.Self.Conditions.SwappedPorts, n & ~1) || BmcConditions.Has(m.Self.Conditions.SwappedPorts, n | 1) ? n ^ 1 : n;
}
