using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>
/// A compute tray as the BMC of a GB200 or GB300 NVL72 shows it, written by us after the shape of real trees: names of resources, sensors and
/// reports are NVIDIA's, because it stands in for that product and is to be read by its profile; nothing else in it is NVIDIA's.
/// </summary>
internal static class NvidiaComputeTray
{
    private const string Root = TreeBuilder.Root;
    private const string Tray = $"{Root}/Chassis/Chassis_0";
    private const string Baseboard = $"{Root}/Systems/HGX_Baseboard_0";
    private const int Links = 18; // NVLinks of an accelerator
    private const int LinkGbps = 400; // a direction

    /// <summary>Names of the tray's leak detectors; their order is their bit in the conditions.</summary>
    private static readonly string[] Detectors =
        ["Chassis_0_LeakDetector_0_ColdPlate", "Chassis_0_LeakDetector_0_Manifold", "Chassis_0_LeakDetector_1_ColdPlate", "Chassis_0_LeakDetector_1_Manifold"];

    public static TreeTemplate Of(SimulatedTray tray)
    {
        var tree = new TreeBuilder();
        var telemetry = new TelemetryTree(tree, nvidia: true);
        var (gpus, cpus) = (Enumerable.Range(0, tray.Accelerators).ToList(), Enumerable.Range(0, tray.Processors).ToList());
        AddTray(tree, tray, gpus, cpus);
        var environment = new List<string>();
        foreach (var n in gpus)
        {
            environment.AddRange(AddAccelerator(tree, tray, n));
        }

        foreach (var n in cpus)
        {
            environment.AddRange(AddProcessor(tree, tray, n));
        }

        tree.Add($"{Root}/Chassis/HGX_Chassis_0", "#Chassis.v1_22_0.Chassis", Component("Module", Tray));
        environment.Add(AddSensor(tree, $"{Root}/Chassis/HGX_Chassis_0", "HGX_Chassis_0_TotalGPU_Power_0", "Power", "W"));
        tree.Add($"{Root}/Chassis/HGX_BMC_0", "#Chassis.v1_22_0.Chassis", Component("Component", $"{Root}/Chassis/HGX_Chassis_0"));
        AddSensor(tree, $"{Root}/Chassis/HGX_BMC_0", "HGX_BMC_0_Temp_0", "Temperature", "Cel");
        ThermalTree.Add(tree, Tray, Detectors, fans: 8, "Chassis_0");
        tree.AddSensor(Tray, "Chassis_0_TotalHSC_Power_0", "Power", "W", (in Moment m) => m.TrayWatts());
        NetworkTree.AddAdapters(tree, $"{Root}/Chassis/IO_Board_0", "IO_Board_0_CX7", 4, 400, Component("Component", Tray), "Ethernet");
        tree.AddSensorCollections();
        AddSystem(tree, gpus, cpus);
        tree.AddCollectionOfChildren($"{Root}/Chassis", "Chassis");
        AddReports(telemetry, gpus, environment);
        ServiceTree.AddFirmware(tree, "HGX_FW_BMC_0", "GB200Nvl-25.06-A", ServiceTree.Manager("BMC_0"));
        ServiceTree.AddFirmware(tree, "HostBMC_0", "25.06-2_NVOS", ServiceTree.Manager("BMC_0"));
        ServiceTree.Add(tree, new ServiceFacts("NVIDIA", tray.Product ?? "GB200 NVL"), "BMC_0", "eth0", "GB200Nvl-25.06-A", Tray);
        return tree.Build();
    }

    private static JsonObject Component(string type, string? within)
    {
        var chassis = new JsonObject
        {
            ["ChassisType"] = type,
            ["Manufacturer"] = "Ampacity",
            ["PowerState"] = "On",
            ["Status"] = TreeBuilder.Ok,
            ["Links"] = new JsonObject { ["ManagedBy"] = TreeBuilder.Links([ServiceTree.Manager("BMC_0")]) },
        };
        if (within is not null)
        {
            chassis["Links"]!["ContainedBy"] = TreeBuilder.Link(within);
        }

        return chassis;
    }

    private static void AddTray(TreeBuilder tree, SimulatedTray tray, List<int> gpus, List<int> cpus)
    {
        var chassis = Component("Shelf", null);
        chassis["Model"] = tray.Model ?? "Simulated compute tray";
        chassis["PartNumber"] = tray.Part ?? "AMP-SIM-TRAY";
        chassis["SerialNumber"] = tree.Text((in Moment m) => m.Self.Serial);
        chassis["UUID"] = tree.Uuid(3);
        chassis["AssetTag"] = "";
        chassis["EnvironmentMetrics"] = TreeBuilder.Link($"{Tray}/EnvironmentMetrics");
        chassis["Location"] = new JsonObject
        {
            ["PartLocation"] = new JsonObject { ["LocationType"] = "Slot", ["LocationOrdinalValue"] = tree.Live((in Moment m) => m.Self.Tray.Slot, 0) },
        };
        chassis["Oem"] = new JsonObject
        {
            ["Nvidia"] = new JsonObject
            {
                ["@odata.type"] = "#NvidiaChassis.v1_6_0.NvidiaChassis",
                ["ChassisPhysicalSlotNumber"] = tree.Live((in Moment m) => m.Self.Tray.Slot, 0),
            },
        };
        chassis["Links"]!["ComputerSystems"] = TreeBuilder.Links([Baseboard]);
        chassis["Links"]!["Contains"] = TreeBuilder.Links(gpus.Select(n => $"{Root}/Chassis/HGX_GPU_{n}").Concat(cpus.Select(n => $"{Root}/Chassis/HGX_ProcessorModule_{n}"))
            .Append($"{Root}/Chassis/HGX_Chassis_0"));
        tree.Add(Tray, "#Chassis.v1_22_0.Chassis", chassis);
        tree.Add($"{Tray}/EnvironmentMetrics", "#EnvironmentMetrics.v1_3_0.EnvironmentMetrics", new JsonObject
        {
            ["Name"] = "Environment Metrics",
            ["PowerWatts"] = new JsonObject { ["Reading"] = tree.Live((in Moment m) => m.TrayWatts()) },
            ["EnergyJoules"] = new JsonObject { ["Reading"] = tree.Live((in Moment m) => m.TrayJoules(), 0) },
            ["EnergykWh"] = new JsonObject { ["Reading"] = tree.Live((in Moment m) => m.TrayJoules() / 3_600_000) },
        });
    }

    private static List<string> AddAccelerator(TreeBuilder tree, SimulatedTray tray, int n)
    {
        var chassis = $"{Root}/Chassis/HGX_GPU_{n}";
        var processor = $"{Baseboard}/Processors/GPU_{n}";
        tree.Add(chassis, "#Chassis.v1_22_0.Chassis", Component("Component", Tray));
        var sensors = ((string[])["Energy_0", "DRAM_0_Power_0", "Power_0", "DRAM_0_Temp_0", "TEMP_0", "TEMP_1"])
            .Select(name => AddSensor(tree, chassis, $"HGX_GPU_{n}_{name}", TypeOf(name), UnitOf(name))).ToList();
        AcceleratorTree.Add(tree, new AcceleratorShape(
            processor, "GPU", n, tray.AcceleratorModel ?? "Simulated GPU", "AMP-SIM-GPU", FormattableString.Invariant($"GPU52000{n:000}417"), chassis,
            tray.AcceleratorDesignWatts, 96 * 1024, "NVLink", "NVLink", Links, LinkGbps, sensors[2], sensors[4]));
        ServiceTree.AddFirmware(tree, $"HGX_FW_GPU_{n}", "97.00.52.00.01", processor);
        return sensors;
    }

    private static List<string> AddProcessor(TreeBuilder tree, SimulatedTray tray, int n)
    {
        var (chassis, module, processor) = ($"{Root}/Chassis/HGX_CPU_{n}", $"{Root}/Chassis/HGX_ProcessorModule_{n}", $"{Baseboard}/Processors/CPU_{n}");
        tree.Add(module, "#Chassis.v1_22_0.Chassis", Component("Module", Tray));
        tree.Add(chassis, "#Chassis.v1_22_0.Chassis", Component("Component", module));
        var sensors = ((string[])["Energy_0", "Power_0", "TempAvg_0"])
            .Select(name => AddSensor(tree, chassis, $"ProcessorModule_{n}_CPU_0_{name}", TypeOf(name), name == "Energy_0" ? "J" : UnitOf(name)))
            .Concat(((string[])["Inlet_Temp_0", "Exhaust_Temp_0"]).Select(name => AddSensor(tree, module, $"HGX_ProcessorModule_{n}_{name}", "Temperature", "Cel"))).ToList();
        tree.Add(processor, "#Processor.v1_20_0.Processor", new JsonObject
        {
            ["ProcessorType"] = "CPU",
            ["Manufacturer"] = "Ampacity",
            ["Model"] = "Simulated CPU",
            ["PartNumber"] = "AMP-SIM-CPU",
            ["SerialNumber"] = tree.Own(FormattableString.Invariant($"CPU52000{n:000}417")),
            ["UUID"] = tree.Uuid(500 + n),
            ["TotalCores"] = 72,
            ["MaxTDPWatts"] = tray.ProcessorDesignWatts,
            ["Status"] = TreeBuilder.Ok,
            ["Links"] = new JsonObject { ["Chassis"] = TreeBuilder.Link(chassis) },
            ["EnvironmentMetrics"] = TreeBuilder.Link($"{processor}/EnvironmentMetrics"),
        });
        tree.Add($"{processor}/EnvironmentMetrics", "#EnvironmentMetrics.v1_3_0.EnvironmentMetrics", new JsonObject
        {
            ["PowerWatts"] = tree.Excerpt(sensors[1]),
            ["TemperatureCelsius"] = tree.Excerpt(sensors[2]),
        });
        ServiceTree.AddFirmware(tree, $"HGX_FW_CPU_{n}", "02.04.12", processor);
        return sensors;
    }

    private static void AddSystem(TreeBuilder tree, List<int> gpus, List<int> cpus)
    {
        tree.AddCollection($"{Root}/Systems", "ComputerSystem", [Baseboard]);
        tree.Add(Baseboard, "#ComputerSystem.v1_22_0.ComputerSystem", new JsonObject
        {
            ["SystemType"] = "Physical",
            ["Manufacturer"] = "Ampacity",
            ["Model"] = "Simulated baseboard",
            ["SerialNumber"] = tree.Own("BB52000000417"),
            ["UUID"] = tree.Uuid(4),
            ["PowerState"] = "On",
            ["Status"] = TreeBuilder.Ok,
            ["Processors"] = TreeBuilder.Link($"{Baseboard}/Processors"),
            ["Memory"] = TreeBuilder.Link($"{Baseboard}/Memory"),
            ["Links"] = new JsonObject { ["Chassis"] = TreeBuilder.Links([Tray]), ["ManagedBy"] = TreeBuilder.Links([ServiceTree.Manager("BMC_0")]) },
            ["Actions"] = new JsonObject
            {
                ["#ComputerSystem.Reset"] = new JsonObject
                {
                    ["target"] = $"{Baseboard}/Actions/ComputerSystem.Reset",
                    ["ResetType@Redfish.AllowableValues"] = new JsonArray("On", "ForceOff", "GracefulShutdown", "PowerCycle"),
                },
            },
        });
        tree.AddCollection($"{Baseboard}/Processors", "Processor", gpus.Select(n => $"{Baseboard}/Processors/GPU_{n}").Concat(cpus.Select(n => $"{Baseboard}/Processors/CPU_{n}")));
        tree.AddCollection($"{Baseboard}/Memory", "Memory", gpus.Select(n => $"{Baseboard}/Memory/GPU_{n}_DRAM_0"));
    }

    private static void AddReports(TelemetryTree telemetry, List<int> gpus, List<string> environment)
    {
        telemetry.Add("HGX_PlatformEnvironmentMetrics_0", [.. environment.Select(telemetry.Sensor)], 0.25);
        telemetry.Add("HGX_ProcessorMetrics_0", [.. gpus.SelectMany(n => AcceleratorTree.MetricsOf(telemetry, $"{Baseboard}/Processors/GPU_{n}", n))]);
        telemetry.Add("HGX_MemoryMetrics_0", [.. gpus.SelectMany(n => AcceleratorTree.MemoryOf(telemetry, $"{Baseboard}/Memory/GPU_{n}_DRAM_0", n))]);
        telemetry.Add("HGX_ProcessorPortMetrics_0",
            [.. gpus.SelectMany(n => Enumerable.Range(0, Links).SelectMany(l => AcceleratorTree.PortOf(telemetry, $"{Baseboard}/Processors/GPU_{n}/Ports/NVLink_{l}", n, l, LinkGbps)))]);
        telemetry.Add("HGX_HealthMetrics_0",
            [.. gpus.Select(n => telemetry.Word($"{Root}/Chassis/HGX_GPU_{n}#/Status/Health", AcceleratorTree.HealthOf(n)))]);
        telemetry.Finish("PT1.000S");
    }

    private static string AddSensor(TreeBuilder tree, string chassis, string id, string type, string units) => tree.AddSensor(
        chassis, id, type, units, NvidiaReadings.Of(id) ?? throw new InvalidOperationException($"Bug: no physics for {id}"));

    private static string TypeOf(string name) => name.StartsWith("Energy", StringComparison.Ordinal) ? "EnergyJoules"
        : name.Contains("Power", StringComparison.Ordinal) ? "Power" : "Temperature";

    // Real firmware counts an accelerator's energy in millijoules and says so nowhere but here.
    private static string UnitOf(string name) => TypeOf(name) switch { "EnergyJoules" => "mJ", "Power" => "W", _ => "Cel" };
}
