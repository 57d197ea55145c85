namespace Ampacity.Redfish;

/// <summary>What a sensor means by its type, unit, place and name.</summary>
internal static class SensorRules
{
    /// <summary>What a sensor, or a member of it, means.</summary>
    /// <param name="path">Path of the sensor.</param>
    /// <param name="member">Empty for its reading, else a pointer such as <c>/ApparentVA</c>.</param>
    /// <param name="facts">What was said about it, or null.</param>
    /// <param name="names">Names of components.</param>
    /// <param name="shownBy">Path of the resource that lists it, or null.</param>
    public static ValueMeaning Map(string path, string member, PropertyFacts? facts, ComponentNames names, string? shownBy)
    {
        var slash = path.LastIndexOf('/');
        var id = path[(slash + 1)..];
        var sensors = path.LastIndexOf("/Sensors/", StringComparison.Ordinal);
        var chassisPath = sensors > 0 ? path[..sensors] : path[..Math.Max(slash, 0)];
        var chassis = chassisPath[(chassisPath.LastIndexOf('/') + 1)..];
        var said = $"{id} {facts?.Name}";
        var type = facts?.ReadingType;
        var units = facts?.ReadingUnits;
        switch (member)
        {
            case "" or "/Reading":
                break;
            case "/ApparentVA":
                return Beside("hw_apparent_power_volt_amperes", ValueTraits.None);
            case "/ReactiveVAR":
                return Beside("hw_reactive_power_vars", ValueTraits.None);
            case "/PowerFactor":
                return Beside("hw_power_factor_ratio", ValueTraits.PowerFactor);
            case "/SpeedRPM":
                return Beside(SensorWords.IsPump(said, facts?.PhysicalContext) ? "hw_pump_speed_rpm" : "hw_fan_speed_rpm", ValueTraits.None);
            case "/PeakReading" or "/LowestReading" or "/AverageReading" or "/LifetimeReading":
                return ValueMeaning.Refused(RefusalReason.Aggregate);
            case "/SetPoint" or "/AllowableMin" or "/AllowableMax" or "/DefaultSetPoint" or "/ReadingRangeMax" or "/ReadingRangeMin" or "/Accuracy" or "/Precision"
                or "/MaxAllowableOperatingValue" or "/MinAllowableOperatingValue" or "/AdjustedMaxAllowableOperatingValue" or "/AdjustedMinAllowableOperatingValue"
                or "/SensingFrequency" or "/Calibration":
                return ValueMeaning.Refused(RefusalReason.Setting);
            default:
                return ValueMeaning.Refused(member.StartsWith("/Oem/", StringComparison.Ordinal) ? RefusalReason.Setting : RefusalReason.NoFamily);
        }

        var unit = ReadingUnit.Of(type, units, said);
        if (unit.Quantity == Quantity.None)
        {
            return ValueMeaning.Refused(RefusalReason.NoUnit);
        }

        var supply = SensorWords.SupplyOf(id);
        var side = SensorWords.SideOf(id);
        var inferred = unit.IsInferred ? ValueTraits.Inferred : ValueTraits.None;
        var (owner, part) = OwnerOf(id, chassis, chassisPath, facts, names);
        var isWhole = owner is not null && part.Length == 0 && !SensorWords.IsLimit(id) && unit.Quantity is Quantity.Power or Quantity.Energy;
        var whole = isWhole && owner is not null && part.Length == 0 && !SensorWords.IsLimit(id);
        var component = owner is not null ? (part.Length == 0 ? owner : $"{owner}/{part}") : supply is not null ? Supply(supply, side, id) : NameOf(path, names);
        return unit.Quantity switch
        {
            Quantity.Temperature when SensorWords.IsMargin(id) => Of("hw_temperature_margin_kelvins"),
            Quantity.Temperature when SensorWords.IsDelta(id) => Of("hw_coolant_temperature_difference_kelvins"),
            Quantity.Temperature when SensorWords.CoolantSide(said, facts?.PhysicalContext) is { } at => Of("hw_coolant_temperature_celsius", ("coolant_side", at)),
            Quantity.Temperature => Of("hw_temperature_celsius"),
            Quantity.Power when SensorWords.IsLimit(id) => Of("hw_power_limit_watts"),
            Quantity.Power when whole => Of("hw_power_watts"),
            Quantity.Power when supply is not null && side == "input" => Of("hw_power_supply_input_watts") with { Component = supply },
            Quantity.Power when supply is not null && side == "output" => Of("hw_power_supply_output_watts") with { Component = supply },
            Quantity.Power when IsShelfTotal(id, side) => Of("hw_power_shelf_power_watts", ("power_side", side)) with { Component = "" },
            Quantity.Power => Of("hw_sensor_power_watts"),
            Quantity.ApparentPower => Of("hw_apparent_power_volt_amperes"),
            Quantity.ReactivePower => Of("hw_reactive_power_vars"),
            Quantity.Energy when whole => Energy("hw_energy_joules_total"),
            Quantity.Energy => Energy("hw_sensor_energy_joules_total"),
            Quantity.Voltage => Of("hw_voltage_volts"),
            Quantity.Current => Of("hw_current_amperes"),
            Quantity.Frequency when facts?.PhysicalContext is "Memory" => Of("hw_frequency_hertz", ("hw_frequency_domain", "memory")),
            Quantity.Frequency when facts?.PhysicalContext is "CPU" or "GPU" or "Accelerator" || id.Contains("CpuFreq", StringComparison.OrdinalIgnoreCase) => Of("hw_cpu_speed_hertz"),
            Quantity.Frequency => Of("hw_line_frequency_hertz"),
            Quantity.Rotation => Of(SensorWords.IsPump(said, facts?.PhysicalContext) ? "hw_pump_speed_rpm" : "hw_fan_speed_rpm"),
            Quantity.Humidity => Of("hw_humidity_ratio"),
            Quantity.Ratio when SensorWords.IsPowerFactor(id) => Of("hw_power_factor_ratio"),
            Quantity.Ratio when SensorWords.IsPump(said, facts?.PhysicalContext) => Of("hw_pump_speed_ratio"),
            Quantity.Ratio when SensorWords.IsFan(said, facts?.PhysicalContext) => Of("hw_fan_speed_ratio"),
            Quantity.Ratio when id.Contains("CoreUtil", StringComparison.Ordinal) => Of("hw_cpu_utilization_ratio"),
            Quantity.Ratio => Of("hw_sensor_ratio"),
            Quantity.Pressure when SensorWords.IsDelta(id) => Of("hw_coolant_pressure_difference_kilopascals"),
            Quantity.Pressure when SensorWords.CoolantSide(said, facts?.PhysicalContext) is { } at => Of("hw_coolant_pressure_kilopascals", ("coolant_side", at)),
            Quantity.Pressure => Of("hw_sensor_pressure_kilopascals"),
            Quantity.LiquidFlow => Of("hw_coolant_flow_liters_per_minute"),
            Quantity.AirFlow => Of("hw_air_flow_cubic_meters_per_minute"),
            Quantity.Heat => Of("hw_coolant_heat_watts"),
            Quantity.Length => Of("hw_altitude_meters"),
            _ => ValueMeaning.Refused(RefusalReason.NoFamily),
        };

        ValueMeaning Of(string family, params (string, string)[] labels) =>
            new(family, component, unit.Factor, inferred, RefusalReason.None) { Labels = labels };

        ValueMeaning Energy(string family) => Of(family) with
        {
            Traits = inferred | ValueTraits.Counter | (unit.Factor == 1 ? ValueTraits.Joules : ValueTraits.KilowattHours),
        };

        ValueMeaning Beside(string family, ValueTraits traits) =>
            new(family, shownBy is null ? NameOf(path, names) : names.Of(shownBy).Name, 1, traits, RefusalReason.None);
    }

    // Whose reading it is, when the sensor says so or stands in a chassis that the survey knows as a component; and of which part of it.
    private static (string? Owner, string Part) OwnerOf(string id, string chassis, string chassisPath, PropertyFacts? facts, ComponentNames names)
    {
        if (facts?.Related is { } related && related.Contains("/Processors/", StringComparison.Ordinal))
        {
            return (names.Of(related).Name, SensorWords.PartOf(id, chassis));
        }

        var (name, isKnown) = names.Of(chassisPath);
        return isKnown && !name.Contains('/', StringComparison.Ordinal) ? (name, SensorWords.PartOf(id, chassis)) : (null, "");
    }

    private static string Supply(string supply, string side, string id)
    {
        var rest = SensorWords.Words(id).Where(word => word != supply && word != supply.Replace("psu", "ps", StringComparison.Ordinal)
            && word is not ("input" or "output" or "in" or "out" or "standby" or "power" or "voltage" or "current" or "energy" or "temp" or "temperature" or "total" or "powerfactor"));
        return string.Join('/', new[] { supply, side, string.Join('-', rest) }.Where(one => one.Length > 0));
    }

    private static bool IsShelfTotal(string id, string side) => side is "input" or "output" && SensorWords.Words(id).SequenceEqual(["total", "power", side == "input" ? "in" : "out"]);

    private static string NameOf(string path, ComponentNames names) => names.Of(path).Name;
}
