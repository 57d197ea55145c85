using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>A power shelf on a rack's busbar: a flat collection of sensors and a power subsystem, as ORv3 shelves really give.</summary>
internal static class PowerShelfTree
{
    private const string Root = TreeBuilder.Root;
    private const string Shelf = $"{Root}/Chassis/PowerShelf_0";

    public static TreeTemplate Of(SimulatedTray tray)
    {
        var tree = new TreeBuilder();
        var manager = ServiceTree.Manager("PMC_0");
        var supplies = Math.Max(1, tray.Supplies);
        var chassis = ChassisTree.AddMain(tree, Shelf, "RackMount", tray, "Simulated power shelf", "AMP-SIM-SHELF", manager);
        chassis["MaxPowerWatts"] = supplies * tray.RatedWatts;
        SupplyTree.Add(tree, Shelf, supplies, tray.RatedWatts);
        tree.AddSensor(Shelf, "total_power_in", "Power", "W", (in Moment m) => Sum(in m, supplies, SupplyReadings.InputWatts), "Chassis");
        tree.AddSensor(Shelf, "total_power_out", "Power", "W", (in Moment m) => Sum(in m, supplies, SupplyReadings.OutputWatts), "Chassis");
        tree.AddSensor(Shelf, "total_current_out", "Current", "A", (in Moment m) => Sum(in m, supplies, SupplyReadings.OutputAmps), "Chassis");
        tree.AddSensor(Shelf, "efficiency", "Percent", "%", Efficiency(supplies), "Chassis", 2);
        tree.AddSensorCollections();
        tree.AddCollection($"{Root}/Chassis", "Chassis", [Shelf]);
        tree.Add($"{Root}/PowerEquipment", "#PowerEquipment.v1_2_0.PowerEquipment", new JsonObject
        {
            ["Name"] = "Power Equipment",
            ["Status"] = TreeBuilder.Ok,
            ["PowerShelves"] = TreeBuilder.Link($"{Root}/PowerEquipment/PowerShelves"),
        });
        tree.AddCollection($"{Root}/PowerEquipment/PowerShelves", "PowerDistribution", [$"{Root}/PowerEquipment/PowerShelves/1"]);
        tree.Add($"{Root}/PowerEquipment/PowerShelves/1", "#PowerDistribution.v1_4_0.PowerDistribution", new JsonObject
        {
            ["EquipmentType"] = "PowerShelf",
            ["Name"] = "Power shelf",
            ["Manufacturer"] = "Ampacity",
            ["Model"] = tray.Model ?? "Simulated power shelf",
            ["SerialNumber"] = tree.Text((in Moment m) => m.Self.Serial),
            ["FirmwareVersion"] = "1.4.2",
            ["Status"] = TreeBuilder.Ok,
            ["Metrics"] = TreeBuilder.Link($"{Root}/PowerEquipment/PowerShelves/1/Metrics"),
            ["PowerSupplies"] = TreeBuilder.Link($"{Shelf}/PowerSubsystem/PowerSupplies"),
            ["Links"] = new JsonObject { ["Chassis"] = TreeBuilder.Links([Shelf]), ["ManagedBy"] = TreeBuilder.Links([manager]) },
        });
        tree.Add($"{Root}/PowerEquipment/PowerShelves/1/Metrics", "#PowerDistributionMetrics.v1_3_0.PowerDistributionMetrics", new JsonObject
        {
            ["PowerWatts"] = tree.Excerpt($"{Shelf}/Sensors/total_power_in"),
            ["EnergykWh"] = new JsonObject { ["Reading"] = tree.Live((in Moment m) => Sum(in m, supplies, SupplyReadings.InputJoules) / 3_600_000, 6) },
        });
        ServiceTree.AddFirmware(tree, "PMC_0", "1.4.2", manager);
        ServiceTree.Add(tree, new ServiceFacts("Ampacity", tray.Product ?? "Simulated power shelf"), "PMC_0", "eth0", "1.4.2", Shelf);
        return tree.Build();
    }

    private delegate double OfSupply(in Moment m, int n);

    private static double Sum(in Moment m, int supplies, OfSupply each)
    {
        var sum = 0.0;
        for (var n = 0; n < supplies; n++)
        {
            sum += each(in m, n);
        }

        return sum;
    }

    private static Reading Efficiency(int supplies) => (in Moment m) =>
    {
        var input = Sum(in m, supplies, SupplyReadings.InputWatts);
        return input > 0 ? 100 * Sum(in m, supplies, SupplyReadings.OutputWatts) / input : double.NaN;
    };
}
