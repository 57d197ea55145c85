using System.Globalization;
using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>A rack PDU: three-phase mains, branches and outlets, in PowerEquipment/RackPDUs.</summary>
internal static class RackPduTree
{
    private const string Root = TreeBuilder.Root;
    private const string Pdu = $"{Root}/PowerEquipment/RackPDUs/1";
    private const string Chassis = $"{Root}/Chassis/PDU";
    private const double PhaseVolts = 240;
    private const double PowerFactor = 0.98;

    public static TreeTemplate Of(SimulatedTray tray)
    {
        var tree = new TreeBuilder();
        var manager = ServiceTree.Manager("BMC");
        var outlets = Math.Clamp(tray.Supplies, 1, 48);
        var branches = 3;
        ChassisTree.AddMain(tree, Chassis, "RackMount", tray, "Simulated rack PDU", "AMP-SIM-PDU", manager);
        tree.AddSensor(Chassis, "PDUPower", "Power", "W", (in Moment m) => Watts(in m), "PowerSubsystem");
        tree.AddSensor(Chassis, "PDUEnergy", "EnergykWh", "kW.h", (in Moment m) => Joules(in m) / 3_600_000, "PowerSubsystem");
        tree.AddSensor(Chassis, "PDULoad", "Percent", "%", (in Moment m) => 100 * Watts(in m) / m.Self.Tray.RatedWatts, "PowerSubsystem", 2);
        tree.AddSensor(Chassis, "PDUTemp", "Temperature", "Cel", (in Moment m) => m.InletCelsius(2_200), "Exhaust", 1);
        AddCircuit(tree, $"{Pdu}/Mains/AC1", "Mains", "MainsAC1", 1, tray.RatedWatts);
        for (var n = 0; n < branches; n++)
        {
            AddCircuit(tree, $"{Pdu}/Branches/{(char)('A' + n)}", "Branch", $"Branch{(char)('A' + n)}", 1.0 / branches, tray.RatedWatts / branches);
        }

        for (var n = 0; n < outlets; n++)
        {
            AddOutlet(tree, n, outlets, branches);
        }

        tree.AddSensorCollections();
        tree.AddCollection($"{Root}/Chassis", "Chassis", [Chassis]);
        tree.AddCollection($"{Pdu}/Mains", "Circuit", [$"{Pdu}/Mains/AC1"]);
        tree.AddCollection($"{Pdu}/Branches", "Circuit", Enumerable.Range(0, branches).Select(n => $"{Pdu}/Branches/{(char)('A' + n)}"));
        tree.AddCollection($"{Pdu}/Outlets", "Outlet", Enumerable.Range(1, outlets).Select(n => $"{Pdu}/Outlets/{n.ToString(CultureInfo.InvariantCulture)}"));
        AddEquipment(tree, tray, manager);
        ServiceTree.AddFirmware(tree, "PDU_Firmware", "4.3.0", manager);
        ServiceTree.Add(tree, new ServiceFacts("Ampacity", tray.Product ?? "Simulated rack PDU"), "BMC", "eth0", "4.3.0", Chassis);
        return tree.Build();
    }

    private static double Watts(in Moment m) => m.ServedWatts();

    private static double Joules(in Moment m) => m.ServedJoules();

    private static void AddEquipment(TreeBuilder tree, SimulatedTray tray, string manager)
    {
        tree.Add($"{Root}/PowerEquipment", "#PowerEquipment.v1_2_0.PowerEquipment", new JsonObject
        {
            ["Name"] = "Power Equipment",
            ["Status"] = TreeBuilder.Ok,
            ["RackPDUs"] = TreeBuilder.Link($"{Root}/PowerEquipment/RackPDUs"),
        });
        tree.AddCollection($"{Root}/PowerEquipment/RackPDUs", "PowerDistribution", [Pdu]);
        tree.Add(Pdu, "#PowerDistribution.v1_4_0.PowerDistribution", new JsonObject
        {
            ["EquipmentType"] = "RackPDU",
            ["Name"] = "Rack PDU",
            ["Manufacturer"] = "Ampacity",
            ["Model"] = tray.Model ?? "Simulated rack PDU",
            ["PartNumber"] = tray.Part ?? "AMP-SIM-PDU",
            ["SerialNumber"] = tree.Text((in Moment m) => m.Self.Serial),
            ["FirmwareVersion"] = "4.3.0",
            ["PowerCapacityVA"] = Math.Round(tray.RatedWatts / PowerFactor),
            ["Status"] = TreeBuilder.Ok,
            ["Mains"] = TreeBuilder.Link($"{Pdu}/Mains"),
            ["Branches"] = TreeBuilder.Link($"{Pdu}/Branches"),
            ["Outlets"] = TreeBuilder.Link($"{Pdu}/Outlets"),
            ["Metrics"] = TreeBuilder.Link($"{Pdu}/Metrics"),
            ["Links"] = new JsonObject { ["Chassis"] = TreeBuilder.Links([Chassis]), ["ManagedBy"] = TreeBuilder.Links([manager]) },
        });
        tree.Add($"{Pdu}/Metrics", "#PowerDistributionMetrics.v1_3_0.PowerDistributionMetrics", new JsonObject
        {
            ["PowerWatts"] = PowerExcerpt(tree, $"{Chassis}/Sensors/PDUPower"),
            ["EnergykWh"] = tree.Excerpt($"{Chassis}/Sensors/PDUEnergy"),
            ["PowerLoadPercent"] = tree.Excerpt($"{Chassis}/Sensors/PDULoad", 2),
            ["TemperatureCelsius"] = tree.Excerpt($"{Chassis}/Sensors/PDUTemp", 1),
        });
    }

    private static void AddCircuit(TreeBuilder tree, string path, string type, string name, double share, double ratedWatts)
    {
        var volts = tree.AddSensor(Chassis, $"Voltage{name}", "Voltage", "V", (in Moment m) => Volts(in m), "PowerSubsystem", 2);
        var amps = tree.AddSensor(Chassis, $"Current{name}", "Current", "A", (in Moment m) => Watts(in m) * share / PowerFactor / 3 / Volts(in m), "PowerSubsystem");
        var watts = tree.AddSensor(Chassis, $"Power{name}", "Power", "W", (in Moment m) => Watts(in m) * share, "PowerSubsystem");
        var energy = tree.AddSensor(Chassis, $"Energy{name}", "EnergykWh", "kW.h", (in Moment m) => Joules(in m) * share / 3_600_000, "PowerSubsystem");
        tree.Add(path, "#Circuit.v1_7_0.Circuit", new JsonObject
        {
            ["CircuitType"] = type,
            ["PhaseWiringType"] = "ThreePhase5Wire",
            ["NominalVoltage"] = "AC400V",
            ["RatedCurrentAmps"] = Math.Round(ratedWatts / PowerFactor / 3 / PhaseVolts, 1),
            ["BreakerState"] = "Normal",
            ["CriticalCircuit"] = type == "Mains",
            ["Voltage"] = tree.Excerpt(volts, 2),
            ["CurrentAmps"] = tree.Excerpt(amps),
            ["PowerWatts"] = PowerExcerpt(tree, watts),
            ["EnergykWh"] = tree.Excerpt(energy),
            ["FrequencyHz"] = new JsonObject { ["Reading"] = tree.Live((in Moment m) => 60 + (0.02 * (m.Self.Share(77) - 0.5)), 3) },
            ["Status"] = TreeBuilder.Ok,
        });
    }

    private static void AddOutlet(TreeBuilder tree, int n, int outlets, int branches)
    {
        var name = $"Outlet{(n + 1).ToString(CultureInfo.InvariantCulture)}";
        var watts = tree.AddSensor(Chassis, $"Power{name}", "Power", "W", (in Moment m) => Watts(in m) / outlets, "PowerOutlet");
        tree.Add($"{Pdu}/Outlets/{(n + 1).ToString(CultureInfo.InvariantCulture)}", "#Outlet.v1_4_0.Outlet", new JsonObject
        {
            ["Name"] = name,
            ["OutletType"] = "IEC_60320_C19",
            ["PhaseWiringType"] = "OnePhase3Wire",
            ["NominalVoltage"] = "AC240V",
            ["PowerState"] = "On",
            ["PowerEnabled"] = true,
            ["PowerWatts"] = PowerExcerpt(tree, watts),
            ["Status"] = TreeBuilder.Ok,
            ["Links"] = new JsonObject { ["BranchCircuit"] = TreeBuilder.Link($"{Pdu}/Branches/{(char)('A' + (n % branches))}") },
        });
    }

    private static JsonObject PowerExcerpt(TreeBuilder tree, string sensor)
    {
        var (watts, excerpt) = (tree.Sensors[sensor], tree.Excerpt(sensor));
        excerpt["ApparentVA"] = tree.Live((in Moment m) => watts(in m) / PowerFactor);
        excerpt["PowerFactor"] = PowerFactor;
        return excerpt;
    }

    private static double Volts(in Moment m) => PhaseVolts * (0.99 + (0.02 * m.Self.Share(78)));
}
