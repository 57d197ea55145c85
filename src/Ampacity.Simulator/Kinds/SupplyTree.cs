using System.Globalization;
using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>The power subsystem of a shelf or node: supplies with their metrics, each quoting a sensor.</summary>
internal static class SupplyTree
{
    /// <summary>Adds supplies numbered from 1 and their sensors to a chassis.</summary>
    public static void Add(TreeBuilder tree, string chassis, int count, double ratedWatts)
    {
        var subsystem = $"{chassis}/PowerSubsystem";
        for (var at = 0; at < count; at++)
        {
            AddSupply(tree, chassis, $"{subsystem}/PowerSupplies/{(at + 1).ToString(CultureInfo.InvariantCulture)}", at, ratedWatts);
        }

        var supplies = Enumerable.Range(1, count).Select(n => $"{subsystem}/PowerSupplies/{n.ToString(CultureInfo.InvariantCulture)}").ToList();
        tree.AddCollection($"{subsystem}/PowerSupplies", "PowerSupply", supplies);
        tree.Add(subsystem, "#PowerSubsystem.v1_1_0.PowerSubsystem", new JsonObject
        {
            ["Name"] = "Power Subsystem",
            ["CapacityWatts"] = count * ratedWatts,
            ["Allocation"] = new JsonObject { ["AllocatedWatts"] = count * ratedWatts, ["RequestedWatts"] = count * ratedWatts },
            ["PowerSupplyRedundancy"] = new JsonArray(new JsonObject
            {
                ["RedundancyType"] = "NPlusM",
                ["MaxSupportedInGroup"] = count,
                ["MinNeededInGroup"] = count,
                ["RedundancyGroup"] = TreeBuilder.Links(supplies),
                ["Status"] = TreeBuilder.Ok,
            }),
            ["PowerSupplies"] = TreeBuilder.Link($"{subsystem}/PowerSupplies"),
            ["Status"] = TreeBuilder.Ok,
        });
        tree[chassis]["PowerSubsystem"] = TreeBuilder.Link(subsystem);
    }

    private static void AddSupply(TreeBuilder tree, string chassis, string path, int n, double ratedWatts)
    {
        string Sensor(string name, string type, string units, Reading reading, int decimals = 3) =>
            tree.AddSensor(chassis, string.Create(CultureInfo.InvariantCulture, $"psu{n + 1}_{name}"), type, units, reading, "PowerSupply", decimals);
        var inputVolts = Sensor("voltage_in", "Voltage", "V", (in Moment m) => SupplyReadings.InputVolts(in m, n), 2);
        var inputAmps = Sensor("current_in", "Current", "A", (in Moment m) => SupplyReadings.InputAmps(in m, n));
        var input = Sensor("power_in", "Power", "W", (in Moment m) => SupplyReadings.InputWatts(in m, n));
        var outputVolts = Sensor("voltage_out", "Voltage", "V", (in Moment m) => SupplyReadings.OutputVolts(in m, n), 2);
        var outputAmps = Sensor("current_out", "Current", "A", (in Moment m) => SupplyReadings.OutputAmps(in m, n));
        var output = Sensor("power_out", "Power", "W", (in Moment m) => SupplyReadings.OutputWatts(in m, n));
        var energy = Sensor("energy_in", "EnergykWh", "kW.h", (in Moment m) => SupplyReadings.InputJoules(in m, n) / 3_600_000, 6);
        var hotSpot = Sensor("temp_hotspot", "Temperature", "Cel", (in Moment m) => SupplyReadings.Celsius(in m, n), 1);
        Sensor("temp_ambient", "Temperature", "Cel", (in Moment m) => m.InletCelsius(430 + n), 1);
        var fan = Sensor("fan1", "Rotational", "{rev}/min", (in Moment m) => SupplyReadings.Rpm(in m, n), 0);
        tree.Add(path, "#PowerSupply.v1_5_0.PowerSupply", new JsonObject
        {
            ["Name"] = string.Create(CultureInfo.InvariantCulture, $"Power Supply Bay {n + 1}"),
            ["PowerSupplyType"] = "AC",
            ["Manufacturer"] = "Ampacity",
            ["Model"] = "Simulated supply",
            ["PartNumber"] = "AMP-SIM-PSU",
            ["SerialNumber"] = tree.Own(string.Create(CultureInfo.InvariantCulture, $"PSU52000{n:000}417")),
            ["FirmwareVersion"] = "01050105",
            ["PowerCapacityWatts"] = ratedWatts,
            ["HotPluggable"] = true,
            ["LineInputStatus"] = tree.Text((in Moment m) => SupplyReadings.IsFed(in m, n) ? "Normal" : "LossOfInput"),
            ["EfficiencyRatings"] = new JsonArray(
                Rating(10, ratedWatts), Rating(20, ratedWatts), Rating(50, ratedWatts), Rating(100, ratedWatts)),
            ["Location"] = new JsonObject { ["PartLocation"] = new JsonObject { ["LocationType"] = "Bay", ["LocationOrdinalValue"] = n + 1 } },
            ["Status"] = new JsonObject
            {
                ["State"] = "Enabled",
                ["Health"] = tree.Text((in Moment m) => SupplyReadings.IsLost(in m, n) ? "Critical" : "OK"),
            },
            ["Metrics"] = TreeBuilder.Link($"{path}/Metrics"),
        });
        tree.Add($"{path}/Metrics", "#PowerSupplyMetrics.v1_1_0.PowerSupplyMetrics", new JsonObject
        {
            ["InputVoltage"] = tree.Excerpt(inputVolts, 2),
            ["InputCurrentAmps"] = tree.Excerpt(inputAmps),
            ["InputPowerWatts"] = tree.Excerpt(input),
            ["EnergykWh"] = tree.Excerpt(energy, 6),
            ["OutputPowerWatts"] = tree.Excerpt(output),
            ["RailVoltage"] = new JsonArray(tree.Excerpt(outputVolts, 2)),
            ["RailCurrentAmps"] = new JsonArray(tree.Excerpt(outputAmps)),
            ["TemperatureCelsius"] = tree.Excerpt(hotSpot, 1),
            ["FanSpeedsPercent"] = new JsonArray(new JsonObject { ["DeviceName"] = "fan1", ["SpeedRPM"] = tree.Live(tree.Sensors[fan], 0), ["Reading"] = tree.Live((in Moment m) => SupplyReadings.Rpm(in m, n) / 160, 1) }),
            ["Status"] = TreeBuilder.Ok,
        });
    }

    private static JsonObject Rating(int loadPercent, double ratedWatts)
    {
        var output = ratedWatts * loadPercent / 100;
        return new JsonObject { ["LoadPercent"] = loadPercent, ["EfficiencyPercent"] = Math.Round(100 * output / SupplyLosses.InputWatts(output, ratedWatts), 1) };
    }
}
