using System.Globalization;
using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>A coolant distribution unit: two pumps, a filter, a reservoir, leak detectors, and both sides with their heat balance.</summary>
internal static class CoolantUnitTree
{
    private const string Root = TreeBuilder.Root;
    private const string Unit = $"{Root}/ThermalEquipment/CDUs/1";
    private const string Chassis = $"{Root}/Chassis/CDU";
    private const double FacilitySupplyCelsius = 30;
    private const double ApproachKelvins = 5;

    public static TreeTemplate Of(SimulatedTray tray)
    {
        var tree = new TreeBuilder();
        var manager = ServiceTree.Manager("CDU");
        ChassisTree.AddMain(tree, Chassis, "RackMount", tray, "Simulated CDU", "AMP-SIM-CDU", manager);
        var flow = (Reading)((in Moment m) => m.FlowLitersPerMinute());
        AddConnector(tree, "Primary", "Facility", (in Moment _) => FacilitySupplyCelsius, flow, tray.RatedWatts);
        AddConnector(tree, "Secondary", "Racks", (in Moment _) => FacilitySupplyCelsius + ApproachKelvins, flow, tray.RatedWatts);
        for (var n = 1; n <= 2; n++)
        {
            AddPump(tree, n);
        }

        tree.AddSensor(Chassis, "SystemTemperature", "Temperature", "Cel", (in Moment m) => m.InletCelsius(2_300), "Chassis", 1);
        tree.AddSensor(Chassis, "SystemRelativeHumidity", "Humidity", "%", (in Moment m) => 35 + (10 * m.Self.Share(2_301)), "Chassis", 1);
        tree.AddSensor(Chassis, "PumpPower", "Power", "W", PumpWatts, "Pump", 1);
        ThermalTree.AddLeaks(tree, $"{Unit}/LeakDetection", ["Moisture", "DripPan", "Rope"]);
        AddReservoir(tree);
        tree.AddSensorCollections();
        tree.AddCollection($"{Root}/Chassis", "Chassis", [Chassis]);
        AddEquipment(tree, tray, manager);
        ServiceTree.AddFirmware(tree, "CDU_Firmware", "3.2.0", manager);
        ServiceTree.Add(tree, new ServiceFacts("Ampacity", tray.Product ?? "Simulated CDU"), "CDU", "eth0", "3.2.0", Chassis);
        return tree.Build();
    }

    // A pump's power goes with the cube of its speed: 12 kW of a unit of 1 MW at full flow.
    private static double PumpWatts(in Moment m)
    {
        var speed = m.FlowLitersPerMinute() / ServedReadings.RatedFlow(Math.Max(1, m.Self.Tray.RatedWatts));
        return 0.012 * m.Self.Tray.RatedWatts * speed * speed * speed;
    }

    private static void AddEquipment(TreeBuilder tree, SimulatedTray tray, string manager)
    {
        tree.Add($"{Root}/ThermalEquipment", "#ThermalEquipment.v1_1_0.ThermalEquipment", new JsonObject
        {
            ["Name"] = "Cooling Equipment",
            ["Status"] = TreeBuilder.Ok,
            ["CDUs"] = TreeBuilder.Link($"{Root}/ThermalEquipment/CDUs"),
        });
        tree.AddCollection($"{Root}/ThermalEquipment/CDUs", "CoolingUnit", [Unit]);
        tree.Add(Unit, "#CoolingUnit.v1_2_0.CoolingUnit", new JsonObject
        {
            ["EquipmentType"] = "CDU",
            ["Name"] = "Coolant distribution unit",
            ["Manufacturer"] = "Ampacity",
            ["Model"] = tray.Model ?? "Simulated CDU",
            ["PartNumber"] = tray.Part ?? "AMP-SIM-CDU",
            ["SerialNumber"] = tree.Text((in Moment m) => m.Self.Serial),
            ["FirmwareVersion"] = "3.2.0",
            ["CoolingCapacityWatts"] = (long)tray.RatedWatts,
            ["Coolant"] = new JsonObject
            {
                ["CoolantType"] = "Water",
                ["AdditivePercent"] = 25,
                ["DensityKgPerCubicMeter"] = ServedReadings.KilogramsPerLiter * 1_000,
                ["SpecificHeatkJoulesPerKgK"] = ServedReadings.KilojoulesPerKilogramKelvin,
            },
            ["Status"] = TreeBuilder.Ok,
            ["Pumps"] = TreeBuilder.Link($"{Unit}/Pumps"),
            ["Filters"] = TreeBuilder.Link($"{Unit}/Filters"),
            ["Reservoirs"] = TreeBuilder.Link($"{Unit}/Reservoirs"),
            ["PrimaryCoolantConnectors"] = TreeBuilder.Link($"{Unit}/PrimaryCoolantConnectors"),
            ["SecondaryCoolantConnectors"] = TreeBuilder.Link($"{Unit}/SecondaryCoolantConnectors"),
            ["LeakDetection"] = TreeBuilder.Link($"{Unit}/LeakDetection"),
            ["EnvironmentMetrics"] = TreeBuilder.Link($"{Unit}/EnvironmentMetrics"),
            ["Links"] = new JsonObject { ["Chassis"] = TreeBuilder.Links([Chassis]), ["ManagedBy"] = TreeBuilder.Links([manager]) },
        });
        tree.Add($"{Unit}/EnvironmentMetrics", "#EnvironmentMetrics.v1_3_0.EnvironmentMetrics", new JsonObject
        {
            ["TemperatureCelsius"] = tree.Excerpt($"{Chassis}/Sensors/SystemTemperature", 1),
            ["HumidityPercent"] = tree.Excerpt($"{Chassis}/Sensors/SystemRelativeHumidity", 1),
            ["PowerWatts"] = tree.Excerpt($"{Chassis}/Sensors/PumpPower", 1),
        });
    }

    private static void AddConnector(TreeBuilder tree, string side, string loop, Reading supply, Reading flow, double ratedWatts)
    {
        string Sensor(string name, string type, string units, Reading reading) => tree.AddSensor(Chassis, side + name, type, units, reading, "CoolingSubsystem");
        var path = $"{Unit}/{side}CoolantConnectors/1";
        var flowing = Sensor("Flow", "LiquidFlowLPM", "L/min", flow);
        var supplied = Sensor("SupplyTemp", "Temperature", "Cel", supply);
        var returned = Sensor("ReturnTemp", "Temperature", "Cel", (in Moment m) => supply(in m) + m.RiseKelvins());
        var rise = Sensor("DeltaTemp", "Temperature", "Cel", (in Moment m) => m.RiseKelvins());
        var heat = Sensor("HeatRemoved", "Heat", "kW", (in Moment m) => m.HeatKilowatts());
        var pressure = Sensor("SupplyPressure", "PressurekPa", "kPa", (in Moment m) => 180 + (120 * m.FlowLitersPerMinute() / ServedReadings.RatedFlow(Math.Max(1, ratedWatts))));
        var back = Sensor("ReturnPressure", "PressurekPa", "kPa", (in Moment m) => 110 + (10 * m.Self.Share(2_310)));
        tree.AddCollection($"{Unit}/{side}CoolantConnectors", "CoolantConnector", [path]);
        tree.Add(path, "#CoolantConnector.v1_1_0.CoolantConnector", new JsonObject
        {
            ["CoolantConnectorType"] = "Pair",
            ["CoolingLoopName"] = loop,
            ["RatedFlowLitersPerMinute"] = Math.Round(ServedReadings.RatedFlow(ratedWatts), 1),
            ["FlowLitersPerMinute"] = tree.Excerpt(flowing),
            ["SupplyTemperatureCelsius"] = tree.Excerpt(supplied),
            ["ReturnTemperatureCelsius"] = tree.Excerpt(returned),
            ["DeltaTemperatureCelsius"] = tree.Excerpt(rise),
            ["SupplyPressurekPa"] = tree.Excerpt(pressure),
            ["ReturnPressurekPa"] = tree.Excerpt(back),
            ["HeatRemovedkW"] = tree.Excerpt(heat),
            ["Status"] = TreeBuilder.Ok,
        });
    }

    private static void AddPump(TreeBuilder tree, int n)
    {
        var id = n.ToString(CultureInfo.InvariantCulture);
        var speed = tree.AddSensor(Chassis, $"Pump{id}Speed", "Percent", "%",
            (in Moment m) => 100 * m.FlowLitersPerMinute() / ServedReadings.RatedFlow(Math.Max(1, m.Self.Tray.RatedWatts)) * m.Self.Scale(2_320 + n), "Pump", 1);
        tree.Add($"{Unit}/Pumps/{id}", "#Pump.v1_1_0.Pump", new JsonObject
        {
            ["PumpType"] = "Liquid",
            ["Model"] = "Simulated pump",
            ["SerialNumber"] = tree.Own($"PMP52000{n:000}417"),
            ["PumpSpeedPercent"] = PumpSpeed(tree, speed),
            ["ServiceHours"] = tree.Live((in Moment m) => m.Seconds / 3_600, 1),
            ["Status"] = TreeBuilder.Ok,
        });
        tree.AddCollectionOnce($"{Unit}/Pumps", "Pump", [$"{Unit}/Pumps/1", $"{Unit}/Pumps/2"]);
    }

    private static JsonObject PumpSpeed(TreeBuilder tree, string sensor)
    {
        var (percent, excerpt) = (tree.Sensors[sensor], tree.Excerpt(sensor, 1));
        excerpt["SpeedRPM"] = tree.Live((in Moment m) => 36 * percent(in m), 0);
        return excerpt;
    }

    private static void AddReservoir(TreeBuilder tree)
    {
        tree.AddCollection($"{Unit}/Reservoirs", "Reservoir", [$"{Unit}/Reservoirs/1"]);
        tree.Add($"{Unit}/Reservoirs/1", "#Reservoir.v1_0_0.Reservoir", new JsonObject
        {
            ["ReservoirType"] = "Reserve",
            ["CapacityLiters"] = 50,
            ["FluidLevelPercent"] = new JsonObject { ["Reading"] = tree.Live((in Moment m) => m.Self.Conditions.Leaking == 0 ? 86 : 61, 1) },
            ["FluidLevelStatus"] = tree.Text((in Moment m) => m.Self.Conditions.Leaking == 0 ? "OK" : "Low"),
            ["Status"] = TreeBuilder.Ok,
        });
        tree.AddCollection($"{Unit}/Filters", "Filter", [$"{Unit}/Filters/1"]);
        tree.Add($"{Unit}/Filters/1", "#Filter.v1_0_0.Filter", new JsonObject
        {
            ["ServiceHours"] = tree.Live((in Moment m) => m.Seconds / 3_600 % 10_000, 1),
            ["RatedServiceHours"] = 10_000,
            ["Replaceable"] = true,
            ["Status"] = TreeBuilder.Ok,
        });
    }
}
