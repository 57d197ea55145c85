using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>A DPU with a BMC of its own, after the shape of BlueField-3: one chassis, two ports, Arm cores.</summary>
internal static class DpuTree
{
    private const string Root = TreeBuilder.Root;
    private const string Card = $"{Root}/Chassis/Card1";
    private const string System = $"{Root}/Systems/Bluefield";

    public static TreeTemplate Of(SimulatedTray tray)
    {
        var tree = new TreeBuilder();
        var manager = ServiceTree.Manager("Bluefield_BMC");
        ChassisTree.AddMain(tree, Card, "Card", tray, "Simulated DPU", "AMP-SIM-DPU", manager);
        tree.AddSensor(Card, "power_envelope", "Power", "W", (in Moment m) => 60 + (15 * m.Warm * m.Self.Scale(1)), "SystemBoard");
        tree.AddSensor(Card, "soc_temperature", "Temperature", "Cel", (in Moment m) => 45 + (20 * m.Warm * m.Self.Scale(2)), "CPU");
        tree.AddSensor(Card, "p0_temperature", "Temperature", "Cel", (in Moment m) => 42 + (9 * m.Self.Scale(3)), "NetworkingDevice");
        tree.AddSensorCollections();
        NetworkTree.AddAdapters(tree, Card, "Bluefield_NIC", 2, 200, [], "Ethernet");
        tree.AddCollection($"{Root}/Chassis", "Chassis", [Card]);
        tree.AddCollection($"{Root}/Systems", "ComputerSystem", [System]);
        tree.Add(System, "#ComputerSystem.v1_22_0.ComputerSystem", new JsonObject
        {
            ["SystemType"] = "DPU",
            ["Manufacturer"] = "Ampacity",
            ["Model"] = "Simulated DPU",
            ["SerialNumber"] = tree.Text((in Moment m) => m.Self.Serial),
            ["UUID"] = tree.Uuid(4),
            ["PowerState"] = "On",
            ["Status"] = TreeBuilder.Ok,
            ["ProcessorSummary"] = new JsonObject { ["CoreCount"] = 16, ["Count"] = 1 },
            ["Links"] = new JsonObject { ["Chassis"] = TreeBuilder.Links([Card]), ["ManagedBy"] = TreeBuilder.Links([manager]) },
        });
        ServiceTree.AddFirmware(tree, "DPU_NIC", "32.45.1020", Card);
        ServiceTree.AddFirmware(tree, "DPU_UEFI", "4.11.0-13", Card);
        ServiceTree.AddFirmware(tree, "BMC_Firmware", "BF-25.04-7", manager);
        ServiceTree.Add(tree, new ServiceFacts("Nvidia", tray.Product ?? "BlueField-3 DPU"), "Bluefield_BMC", "oob0", "BF-25.04-7", Card);
        return tree.Build();
    }
}
