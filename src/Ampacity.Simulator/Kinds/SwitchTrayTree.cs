using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>A tray of scale-up switches: NVLink in NVIDIA's names, or Ethernet in neutral ones.</summary>
internal static class SwitchTrayTree
{
    private const string Root = TreeBuilder.Root;
    private const int Ports = 72; // of one switch; a tray of NVLink 5 has two switches of 72

    public static TreeTemplate Of(SimulatedTray tray)
    {
        var nvidia = tray.Kind == SimulatedKind.NvSwitchTray;
        var (prefix, name, protocol, gbps) = nvidia ? ("MGX_", "NVSwitch", "NVLink", 400) : ("", "Switch", "Ethernet", 800);
        var (fabric, switches) = ($"{Root}/Fabrics/{prefix}{(nvidia ? "NVLinkFabric" : "ScaleUpFabric")}_0", nvidia ? 2 : 1);
        var tree = new TreeBuilder();
        var manager = ServiceTree.Manager("BMC_0");
        var main = $"{Root}/Chassis/System_0";
        ChassisTree.AddMain(tree, main, "Shelf", tray, "Simulated switch tray", "AMP-SIM-SWITCH", manager);
        for (var n = 0; n < switches; n++)
        {
            AddSwitch(tree, tray, n, switches, $"{prefix}{name}_{n}", name, protocol, gbps, fabric, main, manager);
        }

        ThermalTree.Add(tree, main, ["leakage1", "leakage2", "leakage3", "leakage4"], fans: 4, "System_0");
        tree.AddSensor(main, "BMC_TEMP", "Temperature", "Cel", (in Moment m) => 40 + (3 * m.Self.Share(9)), "SystemBoard");
        tree.AddSensorCollections();
        tree.AddCollectionOfChildren($"{Root}/Chassis", "Chassis");
        tree.AddCollection($"{Root}/Fabrics", "Fabric", [fabric]);
        tree.Add(fabric, "#Fabric.v1_3_0.Fabric", new JsonObject { ["FabricType"] = nvidia ? "NVLink" : "Ethernet", ["Status"] = TreeBuilder.Ok, ["Switches"] = TreeBuilder.Link($"{fabric}/Switches") });
        tree.AddCollection($"{fabric}/Switches", "Switch", Enumerable.Range(0, switches).Select(n => $"{fabric}/Switches/{name}_{n}"));
        tree.AddCollection($"{Root}/Systems", "ComputerSystem", [$"{Root}/Systems/System_0"]);
        tree.Add($"{Root}/Systems/System_0", "#ComputerSystem.v1_22_0.ComputerSystem", new JsonObject
        {
            ["SystemType"] = "Physical",
            ["Manufacturer"] = "Ampacity",
            ["SerialNumber"] = tree.Text((in Moment m) => m.Self.Serial),
            ["UUID"] = tree.Uuid(4),
            ["PowerState"] = "On",
            ["Status"] = TreeBuilder.Ok,
            ["Links"] = new JsonObject { ["Chassis"] = TreeBuilder.Links([main]), ["ManagedBy"] = TreeBuilder.Links([manager]) },
        });
        ServiceTree.AddFirmware(tree, $"{prefix}FW_BMC_0", "88.0002.1252", manager);
        ServiceTree.Add(
            tree, new ServiceFacts(nvidia ? "NVIDIA" : "Broadcom", tray.Product ?? (nvidia ? "P3809" : "Ethernet scale-up switch tray"), Expand: !nvidia),
            "BMC_0", "eth0", "88.0002.1252", main);
        return tree.Build();
    }

    private static void AddSwitch(
        TreeBuilder tree, SimulatedTray tray, int n, int switches, string chassisName, string name, string protocol, int gbps, string fabric, string main, string manager)
    {
        var (chassis, path) = ($"{Root}/Chassis/{chassisName}", $"{fabric}/Switches/{name}_{n}");
        var rated = (tray.RatedWatts > 0 ? tray.RatedWatts : 1_400) / switches;
        tree.Add(chassis, "#Chassis.v1_22_0.Chassis", ChassisTree.Component(main, manager));
        tree.AddSensor(chassis, $"{chassisName}_Power_0", "Power", "W", (in Moment m) => rated * (0.6 + (0.3 * m.Load)) * m.Self.Scale(20 + n), "ASIC");
        tree.AddSensor(chassis, $"{chassisName}_TEMP_0", "Temperature", "Cel", (in Moment m) => 42 + (22 * m.Warm * m.Self.Scale(30 + n)), "ASIC");
        tree.Add(path, "#Switch.v1_8_0.Switch", new JsonObject
        {
            ["SwitchType"] = protocol,
            ["Manufacturer"] = "Ampacity",
            ["Model"] = "Simulated switch",
            ["SerialNumber"] = tree.Own($"SW52000{n:000}417"),
            ["UUID"] = tree.Uuid(200 + n),
            ["FirmwareVersion"] = "35_2014_4652",
            ["CurrentBandwidthGbps"] = 2 * gbps * Ports,
            ["MaxBandwidthGbps"] = 2 * gbps * Ports,
            ["Status"] = TreeBuilder.Ok,
            ["Ports"] = TreeBuilder.Link($"{path}/Ports"),
            ["Links"] = new JsonObject { ["Chassis"] = TreeBuilder.Link(chassis) },
        });
        for (var link = 0; link < Ports; link++)
        {
            var (port, key) = ($"{path}/Ports/{protocol}_{link}", 10_000 + (n * 200) + link);
            tree.Add(port, "#Port.v1_10_0.Port", new JsonObject
            {
                ["PortProtocol"] = protocol,
                ["PortType"] = "DownstreamPort",
                ["PortId"] = $"{protocol}_{link}",
                ["LinkState"] = "Enabled",
                ["LinkStatus"] = "LinkUp",
                ["CurrentSpeedGbps"] = gbps,
                ["MaxSpeedGbps"] = gbps,
                ["Status"] = TreeBuilder.Ok,
                ["Metrics"] = TreeBuilder.Link($"{port}/Metrics"),
            });
            tree.Add($"{port}/Metrics", "#PortMetrics.v1_5_0.PortMetrics", new JsonObject
            {
                ["RXBytes"] = tree.Live((in Moment m) => 0.25 * gbps * 125_000_000.0 * m.Self.Scale(key) * m.LoadSeconds, 0),
                ["TXBytes"] = tree.Live((in Moment m) => 0.25 * gbps * 125_000_000.0 * m.Self.Scale(key + 100) * m.LoadSeconds, 0),
                ["RXErrors"] = 0,
                ["TXErrors"] = 0,
            });
        }

        tree.AddCollection($"{path}/Ports", "Port", Enumerable.Range(0, Ports).Select(link => $"{path}/Ports/{protocol}_{link}"));
        ServiceTree.AddFirmware(tree, $"{chassisName.Replace(name, $"FW_{name}", StringComparison.Ordinal)}", "35.2014.4652", path);
    }
}
