using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>Cooling of a chassis: leak detectors and fans.</summary>
internal static class ThermalTree
{
    /// <summary>
    /// A ThermalSubsystem with leak detectors, and fans where a tray has some. The state of a detector follows the tray's conditions; its
    /// parent goes on saying OK, as that of a captured GB200 tray does.
    /// </summary>
    /// <param name="tree">The tree.</param>
    /// <param name="chassis">Path of the chassis.</param>
    /// <param name="detectors">Names of its detectors; their order is their bit in the conditions.</param>
    /// <param name="fans">Fans, numbered from 0.</param>
    /// <param name="name">Begin of the sensors' names.</param>
    public static void Add(TreeBuilder tree, string chassis, IReadOnlyList<string> detectors, int fans, string name)
    {
        var thermal = $"{chassis}/ThermalSubsystem";
        var subsystem = new JsonObject { ["Name"] = "Thermal Subsystem", ["Status"] = TreeBuilder.Ok };
        if (fans > 0)
        {
            subsystem["Fans"] = TreeBuilder.Link($"{thermal}/Fans");
            for (var n = 0; n < fans; n++)
            {
                var key = 3_000 + n;
                var speed = tree.AddSensor(chassis, $"{name}_FAN_{n}_FRONT", "Rotational", "{rev}/min", (in Moment m) => Rpm(in m, key), "Fan", 0);
                var percent = tree.AddSensor(chassis, $"{name}_FAN_{n}_PWM", "Percent", "%", (in Moment m) => Rpm(in m, key) / 200, "Fan", 1);
                var excerpt = tree.Excerpt(percent, 1);
                excerpt["SpeedRPM"] = tree.Live(tree.Sensors[speed], 0);
                tree.Add($"{thermal}/Fans/{name}_FAN_{n}", "#Fan.v1_5_0.Fan", new JsonObject
                {
                    ["SpeedPercent"] = excerpt,
                    ["PhysicalContext"] = "SystemBoard",
                    ["HotPluggable"] = true,
                    ["Status"] = TreeBuilder.Ok,
                });
            }

            tree.AddCollectionOfChildren($"{thermal}/Fans", "Fan");
        }

        if (detectors.Count > 0)
        {
            subsystem["LeakDetection"] = TreeBuilder.Link($"{thermal}/LeakDetection");
            AddLeaks(tree, $"{thermal}/LeakDetection", detectors);
        }

        subsystem["ThermalMetrics"] = TreeBuilder.Link($"{thermal}/ThermalMetrics");
        tree.Add($"{thermal}/ThermalMetrics", "#ThermalMetrics.v1_0_1.ThermalMetrics", new JsonObject
        {
            ["TemperatureSummaryCelsius"] = new JsonObject
            {
                ["Intake"] = new JsonObject { ["Reading"] = tree.Live((in Moment m) => m.InletCelsius(2_100), 1) },
                ["Exhaust"] = new JsonObject { ["Reading"] = tree.Live((in Moment m) => m.InletCelsius(2_100) + (9 * m.Warm), 1) },
            },
        });
        tree.Add(thermal, "#ThermalSubsystem.v1_3_0.ThermalSubsystem", subsystem);
        tree[chassis]["ThermalSubsystem"] = TreeBuilder.Link(thermal);
    }

    /// <summary>Leak detection with its detectors, at a path.</summary>
    public static void AddLeaks(TreeBuilder tree, string path, IReadOnlyList<string> detectors)
    {
        for (var n = 0; n < detectors.Count; n++)
        {
            var bit = n;
            tree.Add($"{path}/LeakDetectors/{detectors[n]}", "#LeakDetector.v1_1_0.LeakDetector", new JsonObject
            {
                ["DetectorState"] = tree.Text((in Moment m) => IsLeaking(in m, bit) ? "Critical" : "OK"),
                ["LeakDetectorType"] = "Moisture",
                ["PhysicalContext"] = "CoolingSubsystem",
                ["Status"] = new JsonObject
                {
                    ["State"] = "Enabled",
                    ["Health"] = tree.Text((in Moment m) => IsLeaking(in m, bit) ? "Critical" : "OK"),
                },
            });
        }

        tree.AddCollection($"{path}/LeakDetectors", "LeakDetector", detectors.Select(name => $"{path}/LeakDetectors/{name}"));
        tree.Add(path, "#LeakDetection.v1_0_0.LeakDetection", new JsonObject
        {
            ["Name"] = "Leak Detection Systems",
            ["LeakDetectors"] = TreeBuilder.Link($"{path}/LeakDetectors"),
            ["Status"] = new JsonObject { ["State"] = "Enabled", ["Health"] = "OK", ["HealthRollup"] = "OK" },
        });
    }

    private static bool IsLeaking(in Moment m, int bit) => BmcConditions.Has(m.Self.Conditions.Leaking, bit);

    // 6,000 to 14,000 rev/min as it warms; no two fans are alike.
    private static double Rpm(in Moment m, int key) => (6_000 + (8_000 * m.Warm)) * m.Self.Scale(key);
}
