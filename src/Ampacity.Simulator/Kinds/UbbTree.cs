using System.Globalization;
using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>
/// Accelerators on a universal base board, after OCP's UBB profile v1.0: a system UBB with processors OAM_n, their memory, ports and metrics,
/// and the six reports by AMD's names. Custom accelerators show the same with Ethernet between them.
/// </summary>
internal static class UbbTree
{
    private const string Root = TreeBuilder.Root;
    private const string Main = $"{Root}/Chassis/UBB";
    private const string System = $"{Root}/Systems/UBB";

    public static TreeTemplate Of(SimulatedTray tray)
    {
        var ethernet = tray.Kind == SimulatedKind.EthernetTray;
        var (protocol, port, ports, gbps) = ethernet ? ("Ethernet", "ScaleUp", 8, 800)
            : tray.Accelerators == 8 ? ("OEM", "XGMI", 7, 512) // seven links of 64 GB/s to the seven others
            : ("UALink", "UALink", 8, 800);
        var tree = new TreeBuilder();
        var telemetry = new TelemetryTree(tree, nvidia: false);
        var manager = ServiceTree.Manager("BMC");
        var oams = Enumerable.Range(0, tray.Accelerators).ToList();
        var cpus = Enumerable.Range(0, tray.Processors).ToList();
        ChassisTree.AddMain(tree, Main, tray.Supplies > 0 ? "RackMount" : "Shelf", tray, "Simulated universal base board", "AMP-SIM-UBB", manager);
        var sensors = oams.SelectMany(n => AddAccelerator(tray, tree, n, ethernet ? "Accelerator" : "GPU", protocol, port, ports, gbps, manager)).ToList();
        sensors.AddRange(cpus.SelectMany(n => AddProcessor(tray, tree, n)));
        sensors.Add(tree.AddSensor(Main, "UBB_Power", "Power", "W", (in Moment m) => m.AcceleratorsWatts(), "SystemBoard"));
        sensors.Add(tree.AddSensor(Main, "UBB_Temp_Front", "Temperature", "Cel", (in Moment m) => m.InletCelsius(2_100), "Front", 1));
        if (tray.Supplies > 0)
        {
            SupplyTree.Add(tree, Main, tray.Supplies, tray.RatedWatts);
        }

        // Where supplies are in the node it is cooled by air: fans, nothing to leak.
        ThermalTree.Add(tree, Main, tray.Supplies > 0 ? [] : ["LeakDetector_ColdPlate", "LeakDetector_Manifold"], tray.Supplies > 0 ? 10 : 0, "UBB");
        tree[$"{Main}/ThermalSubsystem/ThermalMetrics"]["TemperatureReadingsCelsius"] = new JsonArray(
            [.. sensors.Where(sensor => sensor.Contains("_Temp", StringComparison.Ordinal)).Select(sensor => tree.Excerpt(sensor, 1))]);
        NetworkTree.AddAdapters(tree, Main, "NIC", 8, 400, [], "Ethernet");
        AddEnvironment(tree);
        tree.AddSensorCollections();
        AddSystem(tree, oams, cpus, manager);
        tree.AddCollectionOfChildren($"{Root}/Chassis", "Chassis");
        AddReports(telemetry, oams, sensors, port, ports, gbps);
        ServiceTree.AddFirmware(tree, "BMC_Firmware", "1.09.0", manager);
        ServiceTree.Add(
            tree, new ServiceFacts(ethernet ? "Broadcom" : "AMD", tray.Product ?? (ethernet ? "Custom accelerator tray" : "UBB")), "BMC", "eth0", "1.09.0", Main);
        return tree.Build();
    }

    private static List<string> AddAccelerator(
        SimulatedTray tray, TreeBuilder tree, int n, string type, string protocol, string port, int ports, int gbps, string manager)
    {
        var (chassis, processor) = ($"{Root}/Chassis/OAM_{Text(n)}", $"{System}/Processors/OAM_{Text(n)}");
        tree.Add(chassis, "#Chassis.v1_22_0.Chassis", ChassisTree.Component(Main, manager));
        var sensors = new List<string>
        {
            tree.AddSensor(chassis, $"OAM_{Text(n)}_Power", "Power", "W", NvidiaReadings.AcceleratorWatts(n), "GPU"),
            tree.AddSensor(chassis, $"OAM_{Text(n)}_Energy", "EnergyJoules", "J", (in Moment m) => m.AcceleratorJoules(n), "GPU", 0),
            tree.AddSensor(chassis, $"OAM_{Text(n)}_Temp_Hotspot", "Temperature", "Cel", NvidiaReadings.AcceleratorCelsius(n), "GPU", 1),
            tree.AddSensor(chassis, $"OAM_{Text(n)}_Temp_HBM", "Temperature", "Cel", (in Moment m) => m.AcceleratorCelsius(n) + 3, "Memory", 1),
            tree.AddSensor(chassis, $"OAM_{Text(n)}_Temp_VR", "Temperature", "Cel", (in Moment m) => m.AcceleratorCelsius(n) + 6, "VoltageRegulator", 1),
        };
        AcceleratorTree.Add(tree, new AcceleratorShape(
            processor, type, n, tray.AcceleratorModel ?? "Simulated accelerator", "AMP-SIM-OAM", $"OAM52000{n:000}417", chassis, tray.AcceleratorDesignWatts,
            192 * 1024, protocol, port, ports, gbps, sensors[0], sensors[2]));
        ServiceTree.AddFirmware(tree, $"OAM_{Text(n)}_Firmware", "6.4.0", processor);
        return sensors;
    }

    private static List<string> AddProcessor(SimulatedTray tray, TreeBuilder tree, int n)
    {
        var processor = $"{System}/Processors/CPU_{Text(n)}";
        var sensors = new List<string>
        {
            tree.AddSensor(Main, $"CPU_{Text(n)}_Power", "Power", "W", (in Moment m) => m.ProcessorWatts(n), "CPU"),
            tree.AddSensor(Main, $"CPU_{Text(n)}_Temp", "Temperature", "Cel", (in Moment m) => m.ProcessorCelsius(n), "CPU", 1),
        };
        tree.Add(processor, "#Processor.v1_20_0.Processor", new JsonObject
        {
            ["ProcessorType"] = "CPU",
            ["Manufacturer"] = "Ampacity",
            ["Model"] = "Simulated CPU",
            ["PartNumber"] = "AMP-SIM-CPU",
            ["SerialNumber"] = tree.Own($"CPU52000{n:000}417"),
            ["UUID"] = tree.Uuid(500 + n),
            ["MaxTDPWatts"] = tray.ProcessorDesignWatts,
            ["Status"] = TreeBuilder.Ok,
            ["Links"] = new JsonObject { ["Chassis"] = TreeBuilder.Link(Main) },
            ["EnvironmentMetrics"] = TreeBuilder.Link($"{processor}/EnvironmentMetrics"),
        });
        tree.Add($"{processor}/EnvironmentMetrics", "#EnvironmentMetrics.v1_3_0.EnvironmentMetrics", new JsonObject
        {
            ["PowerWatts"] = tree.Excerpt(sensors[0]),
            ["TemperatureCelsius"] = tree.Excerpt(sensors[1]),
        });
        ServiceTree.AddFirmware(tree, $"CPU_{Text(n)}_Firmware", "1.2.0", processor);
        return sensors;
    }

    private static void AddEnvironment(TreeBuilder tree)
    {
        tree[Main]["EnvironmentMetrics"] = TreeBuilder.Link($"{Main}/EnvironmentMetrics");
        tree.Add($"{Main}/EnvironmentMetrics", "#EnvironmentMetrics.v1_3_0.EnvironmentMetrics", new JsonObject
        {
            ["PowerWatts"] = new JsonObject { ["Reading"] = tree.Live((in Moment m) => m.TrayWatts()) },
            ["EnergyJoules"] = new JsonObject { ["Reading"] = tree.Live((in Moment m) => m.TrayJoules(), 0) },
            ["EnergykWh"] = new JsonObject { ["Reading"] = tree.Live((in Moment m) => m.TrayJoules() / 3_600_000) },
            ["TemperatureCelsius"] = tree.Excerpt($"{Main}/Sensors/UBB_Temp_Front", 1),
        });
    }

    private static void AddSystem(TreeBuilder tree, List<int> oams, List<int> cpus, string manager)
    {
        tree.AddCollection($"{Root}/Systems", "ComputerSystem", [System]);
        tree.Add(System, "#ComputerSystem.v1_22_0.ComputerSystem", new JsonObject
        {
            ["SystemType"] = "Physical",
            ["Manufacturer"] = "Ampacity",
            ["Model"] = "Simulated universal base board",
            ["SerialNumber"] = tree.Text((in Moment m) => m.Self.Serial),
            ["UUID"] = tree.Uuid(4),
            ["PowerState"] = "On",
            ["Status"] = TreeBuilder.Ok,
            ["Processors"] = TreeBuilder.Link($"{System}/Processors"),
            ["Memory"] = TreeBuilder.Link($"{System}/Memory"),
            ["Links"] = new JsonObject { ["Chassis"] = TreeBuilder.Links([Main]), ["ManagedBy"] = TreeBuilder.Links([manager]) },
        });
        ServiceTree.AddLog(tree, System);
        tree.AddCollection($"{System}/Processors", "Processor",
            oams.Select(n => $"{System}/Processors/OAM_{Text(n)}").Concat(cpus.Select(n => $"{System}/Processors/CPU_{Text(n)}")));
        tree.AddCollection($"{System}/Memory", "Memory", oams.Select(n => $"{System}/Memory/OAM_{Text(n)}_DRAM_0"));
    }

    private static void AddReports(TelemetryTree telemetry, List<int> oams, List<string> sensors, string port, int ports, int gbps)
    {
        var sensorValues = () => sensors.Select(telemetry.Sensor).ToList();
        var processorValues = () => oams.SelectMany(n => AcceleratorTree.MetricsOf(telemetry, $"{System}/Processors/OAM_{Text(n)}", n)).ToList();
        var memoryValues = () => oams.SelectMany(n => AcceleratorTree.MemoryOf(telemetry, $"{System}/Memory/OAM_{Text(n)}_DRAM_0", n)).ToList();
        var portValues = () => oams.SelectMany(n => Enumerable.Range(0, ports)
            .SelectMany(l => AcceleratorTree.PortOf(telemetry, $"{System}/Processors/OAM_{Text(n)}/Ports/{port}_{Text(l)}", n, l, gbps))).ToList();
        var healthValues = () => oams.Select(n => telemetry.Word($"{System}/Processors/OAM_{Text(n)}#/Status/Health", AcceleratorTree.HealthOf(n))).ToList();
        telemetry.Add("PlatformSensorsMetrics_0", sensorValues());
        telemetry.Add("OAM_ProcessorMetrics_0", processorValues());
        telemetry.Add("OAM_MemoryMetrics_0", memoryValues());
        telemetry.Add("OAM_ProcessorPortMetrics_0", portValues());
        telemetry.Add("HealthRollup", healthValues());
        telemetry.Add("All", [.. sensorValues(), .. processorValues(), .. memoryValues(), .. portValues(), .. healthValues()]);
        telemetry.Finish("PT1.000S");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
