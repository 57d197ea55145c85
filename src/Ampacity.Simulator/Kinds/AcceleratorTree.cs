using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>What an accelerator's resources need to know.</summary>
/// <param name="Path">Path of its Processor.</param>
/// <param name="Type">ProcessorType.</param>
/// <param name="Number">Its number, from 0.</param>
/// <param name="Model">Model.</param>
/// <param name="Part">Part number.</param>
/// <param name="SerialShape">A serial; its last digits are each BMC's own.</param>
/// <param name="Chassis">Path of its chassis.</param>
/// <param name="DesignWatts">Power at full load, watts.</param>
/// <param name="MemoryMiB">HBM, MiB.</param>
/// <param name="PortProtocol">Protocol of its scale-up ports.</param>
/// <param name="PortName">Begin of the ports' names.</param>
/// <param name="Ports">How many.</param>
/// <param name="PortGbps">Speed of one, Gbit/s a direction.</param>
/// <param name="PowerSensor">Path of its power sensor.</param>
/// <param name="TemperatureSensor">Path of its temperature sensor.</param>
internal sealed record AcceleratorShape(
    string Path, string Type, int Number, string Model, string Part, string SerialShape, string Chassis, double DesignWatts, int MemoryMiB,
    string PortProtocol, string PortName, int Ports, int PortGbps, string PowerSensor, string TemperatureSensor);

/// <summary>An accelerator as Processor with memory, ports, metrics and a power limit; the same for every vendor, whose names differ.</summary>
internal static class AcceleratorTree
{
    public static void Add(TreeBuilder tree, AcceleratorShape shape)
    {
        var n = shape.Number;
        var system = shape.Path[..shape.Path.IndexOf("/Processors/", StringComparison.Ordinal)];
        var memory = $"{system}/Memory/{TreeText.Last(shape.Path)}_DRAM_0";
        tree.Add(shape.Path, "#Processor.v1_20_0.Processor", new JsonObject
        {
            ["ProcessorType"] = shape.Type,
            ["Manufacturer"] = "Ampacity",
            ["Model"] = shape.Model,
            ["PartNumber"] = shape.Part,
            ["SerialNumber"] = tree.Own(shape.SerialShape),
            ["UUID"] = tree.Uuid(100 + n),
            ["MaxTDPWatts"] = shape.DesignWatts,
            ["MemorySummary"] = new JsonObject { ["TotalMemorySizeMiB"] = shape.MemoryMiB },
            ["Location"] = new JsonObject { ["PartLocation"] = new JsonObject { ["LocationType"] = "Embedded", ["ServiceLabel"] = TreeText.Last(shape.Path), ["LocationOrdinalValue"] = n } },
            ["Status"] = new JsonObject
            {
                ["State"] = tree.Text((in Moment m) => BmcConditions.Has(m.Self.Conditions.GoneAccelerators, n) ? "Absent" : "Enabled"),
                ["Health"] = tree.Text(HealthOf(n)),
            },
            ["Metrics"] = TreeBuilder.Link($"{shape.Path}/ProcessorMetrics"),
            ["EnvironmentMetrics"] = TreeBuilder.Link($"{shape.Path}/EnvironmentMetrics"),
            ["Ports"] = TreeBuilder.Link($"{shape.Path}/Ports"),
            ["Links"] = new JsonObject { ["Chassis"] = TreeBuilder.Link(shape.Chassis), ["Memory"] = TreeBuilder.Links([memory]) },
        });
        tree.Add($"{shape.Path}/ProcessorMetrics", "#ProcessorMetrics.v1_6_1.ProcessorMetrics", new JsonObject
        {
            ["BandwidthPercent"] = tree.Live((in Moment m) => 100 * m.AcceleratorBusy(n), 1),
            ["OperatingSpeedMHz"] = tree.Live((in Moment m) => Clock(in m, n), 0),
            ["CacheMetricsTotal"] = new JsonObject { ["LifeTime"] = Ecc(tree, n, 4_000) },
            ["PCIeErrors"] = new JsonObject { ["CorrectableErrorCount"] = 0, ["FatalErrorCount"] = 0, ["NonFatalErrorCount"] = 0 },
            ["PowerLimitThrottleDuration"] = "PT0S",
            ["ThermalLimitThrottleDuration"] = "PT0S",
        });
        tree.Add($"{shape.Path}/EnvironmentMetrics", "#EnvironmentMetrics.v1_3_0.EnvironmentMetrics", new JsonObject
        {
            ["PowerWatts"] = tree.Excerpt(shape.PowerSensor),
            ["TemperatureCelsius"] = tree.Excerpt(shape.TemperatureSensor),
            ["EnergyJoules"] = new JsonObject { ["Reading"] = tree.Live((in Moment m) => m.AcceleratorJoules(n), 0) },
            ["EnergykWh"] = new JsonObject { ["Reading"] = tree.Live((in Moment m) => m.AcceleratorJoules(n) / 3_600_000) },
            ["PowerLimitWatts"] = new JsonObject
            {
                ["SetPoint"] = shape.DesignWatts,
                ["AllowableMin"] = Math.Round(shape.DesignWatts / 7),
                ["AllowableMax"] = shape.DesignWatts,
                ["ControlMode"] = "Automatic",
            },
        });
        AddControl(tree, shape);
        AddMemory(tree, memory, shape);
        AddPorts(tree, shape);
    }

    /// <summary>Health of an accelerator as its conditions have it.</summary>
    public static Wording HealthOf(int n) => (in Moment m) => BmcConditions.Has(m.Self.Conditions.GoneAccelerators, n) ? "Critical" : "OK";

    /// <summary>What a report says of a processor.</summary>
    public static IEnumerable<ReportedValue> MetricsOf(TelemetryTree telemetry, string processor, int n) =>
    [
        telemetry.Value($"{processor}/ProcessorMetrics#/BandwidthPercent", (in Moment m) => 100 * m.AcceleratorBusy(n)),
        telemetry.Value($"{processor}/ProcessorMetrics#/OperatingSpeedMHz", (in Moment m) => Clock(in m, n), 0),
        telemetry.Value($"{processor}/ProcessorMetrics#/CacheMetricsTotal/LifeTime/CorrectableECCErrorCount", (in Moment m) => Errors(in m, 4_000 + n), 0),
        telemetry.Value($"{processor}/ProcessorMetrics#/CacheMetricsTotal/LifeTime/UncorrectableECCErrorCount", Never, 0),
        telemetry.Value($"{processor}/ProcessorMetrics#/PCIeErrors/CorrectableErrorCount", Never, 0),
        telemetry.Value($"{processor}/EnvironmentMetrics#/PowerLimitWatts/SetPoint", (in Moment m) => m.Self.LimitWatts(n)),
    ];

    /// <summary>What a report says of an accelerator's memory.</summary>
    public static IEnumerable<ReportedValue> MemoryOf(TelemetryTree telemetry, string memory, int n) =>
    [
        telemetry.Value($"{memory}/MemoryMetrics#/BandwidthPercent", (in Moment m) => 70 * m.AcceleratorBusy(n)),
        telemetry.Value($"{memory}/MemoryMetrics#/CapacityUtilizationPercent", (in Moment m) => 88 * m.Self.Scale(6_000 + n)),
        telemetry.Value($"{memory}/MemoryMetrics#/LifeTime/CorrectableECCErrorCount", (in Moment m) => Errors(in m, 5_000 + n), 0),
        telemetry.Value($"{memory}/MemoryMetrics#/LifeTime/UncorrectableECCErrorCount", Never, 0),
    ];

    /// <summary>What a report says of a scale-up port.</summary>
    public static IEnumerable<ReportedValue> PortOf(TelemetryTree telemetry, string port, int n, int link, int gbps) =>
    [
        telemetry.Value($"{port}#/CurrentSpeedGbps", (in Moment _) => gbps),
        telemetry.Value($"{port}/Metrics#/RXBytes", (in Moment m) => Bytes(in m, n, link, gbps), 0),
        telemetry.Value($"{port}/Metrics#/TXBytes", (in Moment m) => Bytes(in m, n, link + 100, gbps), 0),
    ];

    private static void AddControl(TreeBuilder tree, AcceleratorShape shape)
    {
        var control = $"{shape.Chassis}/Controls/{TreeText.Last(shape.Path)}_PowerLimit_0";
        tree.Add(control, "#Control.v1_4_0.Control", new JsonObject
        {
            ["ControlType"] = "Power",
            ["ControlMode"] = "Automatic",
            ["SetPoint"] = shape.DesignWatts,
            ["SetPointUnits"] = "W",
            ["AllowableMin"] = Math.Round(shape.DesignWatts / 7),
            ["AllowableMax"] = shape.DesignWatts,
            ["PhysicalContext"] = "GPU",
            ["Sensor"] = tree.Excerpt(shape.PowerSensor),
            ["RelatedItem"] = TreeBuilder.Links([shape.Path]),
            ["Status"] = TreeBuilder.Ok,
        });
        tree.AddPowerLimit(new PowerLimit(shape.Number, $"{shape.Path}/EnvironmentMetrics", control));
        tree.AddCollection($"{shape.Chassis}/Controls", "Control", [control]);
        tree[shape.Chassis]["Controls"] = TreeBuilder.Link($"{shape.Chassis}/Controls");
    }

    private static void AddMemory(TreeBuilder tree, string memory, AcceleratorShape shape)
    {
        var n = shape.Number;
        tree.Add(memory, "#Memory.v1_20_0.Memory", new JsonObject
        {
            ["MemoryType"] = "DRAM",
            ["MemoryDeviceType"] = "HBM3",
            ["CapacityMiB"] = shape.MemoryMiB,
            ["AllowedSpeedsMHz"] = new JsonArray(3_996),
            ["ErrorCorrection"] = "SingleBitECC",
            ["Status"] = TreeBuilder.Ok,
            ["Metrics"] = TreeBuilder.Link($"{memory}/MemoryMetrics"),
            ["Links"] = new JsonObject { ["Processors"] = TreeBuilder.Links([shape.Path]), ["Chassis"] = TreeBuilder.Link(shape.Chassis) },
        });
        tree.Add($"{memory}/MemoryMetrics", "#MemoryMetrics.v1_7_0.MemoryMetrics", new JsonObject
        {
            ["BandwidthPercent"] = tree.Live((in Moment m) => 70 * m.AcceleratorBusy(n), 1),
            ["CapacityUtilizationPercent"] = tree.Live((in Moment m) => 88 * m.Self.Scale(6_000 + n), 1),
            ["OperatingSpeedMHz"] = 3_996,
            ["LifeTime"] = Ecc(tree, n, 5_000),
        });
    }

    private static void AddPorts(TreeBuilder tree, AcceleratorShape shape)
    {
        var ports = $"{shape.Path}/Ports";
        for (var link = 0; link < shape.Ports; link++)
        {
            var (n, l, gbps) = (shape.Number, link, shape.PortGbps);
            var port = $"{ports}/{shape.PortName}_{link}";
            tree.Add(port, "#Port.v1_10_0.Port", new JsonObject
            {
                ["PortProtocol"] = shape.PortProtocol,
                ["PortType"] = "BidirectionalPort",
                ["PortId"] = link.ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["LinkState"] = "Enabled",
                ["LinkStatus"] = tree.Text((in Moment m) => BmcConditions.Has(m.Self.Conditions.GoneAccelerators, n) ? "LinkDown" : "LinkUp"),
                ["CurrentSpeedGbps"] = gbps,
                ["MaxSpeedGbps"] = gbps,
                ["Status"] = TreeBuilder.Ok,
                ["Metrics"] = TreeBuilder.Link($"{port}/Metrics"),
            });
            tree.Add($"{port}/Metrics", "#PortMetrics.v1_5_0.PortMetrics", new JsonObject
            {
                ["RXBytes"] = tree.Live((in Moment m) => Bytes(in m, n, l, gbps), 0),
                ["TXBytes"] = tree.Live((in Moment m) => Bytes(in m, n, l + 100, gbps), 0),
                ["RXErrors"] = 0,
                ["TXErrors"] = 0,
            });
        }

        tree.AddCollection(ports, "Port", Enumerable.Range(0, shape.Ports).Select(link => $"{ports}/{shape.PortName}_{link}"));
    }

    private static JsonObject Ecc(TreeBuilder tree, int n, int key) => new()
    {
        ["CorrectableECCErrorCount"] = tree.Live((in Moment m) => Errors(in m, key + n), 0),
        ["UncorrectableECCErrorCount"] = 0,
    };

    private static double Never(in Moment moment) => 0;

    // A corrected error now and then: one in two to forty days, each part at its own pace.
    private static double Errors(in Moment m, int key) => Math.Floor(m.Seconds / (86_400 * (2 + (38 * m.Self.Share(key)))));

    private static double Clock(in Moment m, int n) => 345 + (1_620 * Math.Min(1, m.AcceleratorBusy(n) * 1.2));

    // A port is used by a quarter while the job computes: bytes are the integral of the load.
    private static double Bytes(in Moment m, int n, int link, int gbps) =>
        0.25 * gbps * 125_000_000.0 * m.Self.Scale(7_000 + (200 * n) + link) * m.LoadSecondsOf(n);
}
