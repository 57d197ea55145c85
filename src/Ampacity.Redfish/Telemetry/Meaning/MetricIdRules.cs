namespace Ampacity.Redfish;

/// <summary>What a MetricId without a property means: the dialect of HPE, Lenovo, Supermicro and Dell, whose definitions state no path.</summary>
/// <remarks>Every one is <see cref="ValueTraits.Inferred"/>: the unit stands in the maker's documentation, not in the report.</remarks>
internal static class MetricIdRules
{
    private static readonly Dictionary<string, (string Family, string Component, double Factor)> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["CPUUtil"] = ("hw_cpu_utilization_ratio", "cpu", 0.01),
        ["CPUUsage"] = ("hw_cpu_utilization_ratio", "cpu", 0.01),
        ["MemoryBusUtil"] = ("hw_sensor_ratio", "memory-bus", 0.01),
        ["IOBusUtil"] = ("hw_sensor_ratio", "io-bus", 0.01),
        ["CPUICUtil"] = ("hw_sensor_ratio", "cpu-interconnect", 0.01),
        ["AmbTemp"] = ("hw_temperature_celsius", "ambient", 1),
        ["SystemPowerConsumption"] = ("hw_host_power_watts", "", 1),
        ["CpuWatts"] = ("hw_sensor_power_watts", "cpus", 1),
        ["DimmWatts"] = ("hw_sensor_power_watts", "dimms", 1),
        ["GpuWatts"] = ("hw_sensor_power_watts", "gpus", 1),
        ["SystemInputPower"] = ("hw_host_power_watts", "", 1),
        ["TotalCPUPower"] = ("hw_sensor_power_watts", "cpus", 1),
        ["TotalMemoryPower"] = ("hw_sensor_power_watts", "dimms", 1),
    };

    private static readonly UriPattern CpuPower = new("CPU{n}Power");
    private static readonly string[] Windows = ["Average", "Avg", "Min", "Max", "Peak", "Lowest", "Total"];
    private static readonly string[] Settings = ["Cap", "CpuCapLim", "CpuMax", "CpuPwrSavLim", "PrMode", "PunCap", "UnachCap"];

    /// <summary>What a MetricId means, with or without @ and a context behind it.</summary>
    public static ValueMeaning Map(string id)
    {
        var at = id.IndexOf('@', StringComparison.Ordinal);
        var (name, context) = at < 0 ? (id, "") : (id[..at], id[(at + 1)..]);
        if (Known.TryGetValue(name, out var known))
        {
            return Meaning(known.Family, context.Length > 0 ? context : known.Component, known.Factor);
        }

        if (CpuPower.Apply(name, "cpu{n}") is { } cpu)
        {
            return Meaning("hw_power_watts", cpu, 1);
        }

        // Dell names a sensor by its context: the same words as for sensors say what it is.
        if (context.Length > 0 && ReadingUnit.Of(null, null, name) is { Quantity: not Quantity.None } unit)
        {
            var family = unit.Quantity switch
            {
                Quantity.Temperature => "hw_temperature_celsius",
                Quantity.Power => "hw_sensor_power_watts",
                Quantity.Voltage => "hw_voltage_volts",
                Quantity.Current => "hw_current_amperes",
                Quantity.Rotation => "hw_fan_speed_rpm",
                Quantity.Ratio => "hw_sensor_ratio",
                _ => "",
            };
            return family.Length == 0 ? ValueMeaning.Refused(RefusalReason.NoFamily) : Meaning(family, context, unit.Factor);
        }

        return ValueMeaning.Refused(
            Settings.Contains(name, StringComparer.OrdinalIgnoreCase) ? RefusalReason.Setting
            : Array.Exists(Windows, word => name.StartsWith(word, StringComparison.OrdinalIgnoreCase)) ? RefusalReason.Aggregate
            : RefusalReason.NoFamily);
    }

    private static ValueMeaning Meaning(string family, string component, double factor) =>
        new(family, component, factor, ValueTraits.Inferred, RefusalReason.None);
}
