using System.Text;
using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>
/// A small valid tree of a GB200-like compute tray, written by us for where no captured one is at hand. It says Vendor NVIDIA and Product GB200 NVL
/// because it stands in for that product and is to be read by its profile; nothing in it is NVIDIA's.
/// </summary>
internal static class GeneratedTree
{
    public const string EnvironmentReport = "/redfish/v1/TelemetryService/MetricReports/HGX_PlatformEnvironmentMetrics_0";
    private const string Root = "/redfish/v1";

    public static BmcTree Of(int accelerators, int processors)
    {
        var bodies = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        void Add(string path, string type, JsonObject resource)
        {
            resource["@odata.id"] = path;
            resource["@odata.type"] = type;
            resource["Id"] ??= path[(path.LastIndexOf('/') + 1)..];
            resource["Name"] ??= resource["Id"]!.GetValue<string>();
            bodies[path] = Encoding.UTF8.GetBytes(resource.ToJsonString());
        }

        void AddCollection(string path, string kind, IEnumerable<string> members)
        {
            var links = new JsonArray([.. members.Select(member => (JsonNode)Link(member))]);
            Add(path, $"#{kind}Collection.{kind}Collection", new JsonObject { ["Members@odata.count"] = links.Count, ["Members"] = links });
        }

        Add(Root, "#ServiceRoot.v1_15_0.ServiceRoot", new JsonObject
        {
            ["Id"] = "RootService",
            ["Name"] = "Root Service",
            ["Vendor"] = "NVIDIA",
            ["Product"] = "GB200 NVL",
            ["RedfishVersion"] = "1.17.0",
            ["UUID"] = "6a0f0c1e-2b3d-4c5e-8f90-a1b2c3d4e5f6",
            ["Systems"] = Link($"{Root}/Systems"),
            ["Chassis"] = Link($"{Root}/Chassis"),
            ["Managers"] = Link($"{Root}/Managers"),
            ["SessionService"] = Link($"{Root}/SessionService"),
            ["TelemetryService"] = Link($"{Root}/TelemetryService"),
            ["UpdateService"] = Link($"{Root}/UpdateService"),
            ["Links"] = new JsonObject { ["Sessions"] = Link($"{Root}/SessionService/Sessions") },
        });
        Add($"{Root}/SessionService", "#SessionService.v1_1_8.SessionService", new JsonObject
        {
            ["ServiceEnabled"] = true,
            ["SessionTimeout"] = 1800,
            ["Sessions"] = Link($"{Root}/SessionService/Sessions"),
        });

        AddCollection($"{Root}/Managers", "Manager", [$"{Root}/Managers/BMC_0"]);
        Add($"{Root}/Managers/BMC_0", "#Manager.v1_14_0.Manager", new JsonObject
        {
            ["ManagerType"] = "BMC",
            ["UUID"] = "7b1f1d2f-3c4e-4d6f-9fa1-b2c3d4e5f607",
            ["EthernetInterfaces"] = Link($"{Root}/Managers/BMC_0/EthernetInterfaces"),
        });
        AddCollection($"{Root}/Managers/BMC_0/EthernetInterfaces", "EthernetInterface", [$"{Root}/Managers/BMC_0/EthernetInterfaces/eth0"]);
        Add($"{Root}/Managers/BMC_0/EthernetInterfaces/eth0", "#EthernetInterface.v1_9_0.EthernetInterface", new JsonObject
        {
            ["MACAddress"] = "02:00:00:00:00:01",
            ["InterfaceEnabled"] = true,
        });

        var gpus = Enumerable.Range(0, accelerators).ToList();
        var cpus = Enumerable.Range(0, processors).ToList();
        AddCollection($"{Root}/Chassis", "Chassis", gpus.Select(n => $"{Root}/Chassis/HGX_GPU_{n}").Concat(cpus.Select(n => $"{Root}/Chassis/HGX_CPU_{n}"))
            .Concat(cpus.Select(n => $"{Root}/Chassis/HGX_ProcessorModule_{n}")).Append($"{Root}/Chassis/HGX_Chassis_0").Prepend($"{Root}/Chassis/Chassis_0"));
        Add($"{Root}/Chassis/Chassis_0", "#Chassis.v1_22_0.Chassis", new JsonObject
        {
            ["ChassisType"] = "Shelf",
            ["Manufacturer"] = "Ampacity",
            ["Model"] = "Simulated compute tray",
            ["PartNumber"] = "AMP-SIM-TRAY",
            ["SerialNumber"] = "1000000000001",
            ["PowerState"] = "On",
        });
        var processorPaths = new List<string>();
        var system = $"{Root}/Systems/HGX_Baseboard_0";
        foreach (var (kind, numbers) in new[] { ("GPU", gpus), ("CPU", cpus) })
        {
            foreach (var n in numbers)
            {
                Add($"{Root}/Chassis/HGX_{kind}_{n}", "#Chassis.v1_22_0.Chassis", new JsonObject { ["ChassisType"] = "Component" });
                Add($"{system}/Processors/{kind}_{n}", "#Processor.v1_20_0.Processor", new JsonObject
                {
                    ["ProcessorType"] = kind,
                    ["Model"] = $"Simulated {kind}",
                    ["PartNumber"] = $"AMP-SIM-{kind}",
                    ["SerialNumber"] = $"{kind}52000{n:000}417",
                });
                Add($"{Root}/UpdateService/FirmwareInventory/HGX_FW_{kind}_{n}", "#SoftwareInventory.v1_13_0.SoftwareInventory", new JsonObject { ["Version"] = "1.0.0" });
                processorPaths.Add($"{system}/Processors/{kind}_{n}");
            }
        }

        AddCollection($"{Root}/UpdateService/FirmwareInventory", "SoftwareInventory", bodies.Keys.Where(path => path.Contains("/FirmwareInventory/", StringComparison.Ordinal)).ToList());
        Add($"{Root}/UpdateService", "#UpdateService.v1_11_0.UpdateService", new JsonObject { ["FirmwareInventory"] = Link($"{Root}/UpdateService/FirmwareInventory") });
        AddCollection($"{Root}/Systems", "ComputerSystem", [system]);
        Add(system, "#ComputerSystem.v1_22_0.ComputerSystem", new JsonObject { ["SystemType"] = "Physical", ["Processors"] = Link($"{system}/Processors") });
        AddCollection($"{system}/Processors", "Processor", processorPaths);

        var sensors = Sensors(gpus, cpus);
        foreach (var group in sensors.GroupBy(sensor => sensor[..sensor.LastIndexOf('/')]))
        {
            AddCollection(group.Key, "Sensor", group);
            foreach (var sensor in group)
            {
                Add(sensor, "#Sensor.v1_7_0.Sensor", UnitOf(sensor));
            }
        }

        foreach (var chassis in sensors.Select(sensor => sensor[..sensor.IndexOf("/Sensors/", StringComparison.Ordinal)]).Distinct().ToList())
        {
            Add(chassis, "#Chassis.v1_22_0.Chassis", new JsonObject { ["ChassisType"] = "Component", ["Sensors"] = Link($"{chassis}/Sensors") });
        }

        Add($"{Root}/TelemetryService", "#TelemetryService.v1_3_1.TelemetryService", new JsonObject { ["MetricReports"] = Link($"{Root}/TelemetryService/MetricReports") });
        AddCollection($"{Root}/TelemetryService/MetricReports", "MetricReport", [EnvironmentReport]);
        Add(EnvironmentReport, "#MetricReport.v1_4_2.MetricReport", new JsonObject
        {
            ["MetricValues"] = new JsonArray([.. sensors.Select(sensor => (JsonNode)new JsonObject { ["MetricProperty"] = sensor, ["MetricValue"] = "nan" })]),
        });
        return new BmcTree(bodies);
    }

    private static List<string> Sensors(List<int> gpus, List<int> cpus)
    {
        var sensors = new List<string>();
        foreach (var n in gpus)
        {
            sensors.AddRange(((string[])["Energy_0", "DRAM_0_Power_0", "Power_0", "DRAM_0_Temp_0", "TEMP_0", "TEMP_1"])
                .Select(name => $"{Root}/Chassis/HGX_GPU_{n}/Sensors/HGX_GPU_{n}_{name}"));
        }

        foreach (var n in cpus)
        {
            sensors.AddRange(((string[])["Energy_0", "Power_0", "TempAvg_0"]).Select(name => $"{Root}/Chassis/HGX_CPU_{n}/Sensors/ProcessorModule_{n}_CPU_0_{name}"));
            sensors.AddRange(((string[])["Inlet_Temp_0", "Exhaust_Temp_0"])
                .Select(name => $"{Root}/Chassis/HGX_ProcessorModule_{n}/Sensors/HGX_ProcessorModule_{n}_{name}"));
        }

        sensors.Add($"{Root}/Chassis/HGX_Chassis_0/Sensors/HGX_Chassis_0_TotalGPU_Power_0");
        return sensors;
    }

    private static JsonObject UnitOf(string sensor)
    {
        var (type, unit) = sensor.Contains("Power_0", StringComparison.Ordinal) ? ("Power", "W")
            : sensor.Contains("Energy", StringComparison.Ordinal) ? ("EnergyJoules", sensor.Contains("GPU", StringComparison.Ordinal) ? "mJ" : "J")
            : ("Temperature", "Cel");
        return new JsonObject { ["ReadingType"] = type, ["ReadingUnits"] = unit, ["Reading"] = null };
    }

    private static JsonObject Link(string path) => new() { ["@odata.id"] = path };
}
