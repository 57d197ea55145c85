namespace Ampacity.Redfish;

/// <summary>Supplies, shelves, circuits, outlets, batteries.</summary>
internal static partial class MemberRules
{
    private static readonly string[] EdpMembers = ["SetPoint", "AllowableMax", "AllowableMin", "Persistency"];
    private static readonly string[] Lines =
        ["Line1", "Line2", "Line3", "Neutral", "Line1ToNeutral", "Line2ToNeutral", "Line3ToNeutral", "Line1ToLine2", "Line2ToLine3", "Line3ToLine1"];

    private static IEnumerable<(ResourceKind, MemberRule[])> Electrical()
    {
        yield return (ResourceKind.EnvironmentMetrics,
        [
            new("/TemperatureCelsius", "hw_temperature_celsius"), new("/DewPointCelsius", "hw_temperature_celsius", Part: "dewpoint"),
            new("/HumidityPercent", "hw_humidity_ratio", Percent),
            .. Power("/PowerWatts", PowerByOwner, null), .. Energy("", PowerByOwner, null),
            new("/PowerLoadPercent", "hw_sensor_ratio", Percent, Part: "load"),
            new("/Voltage", "hw_voltage_volts"), new("/CurrentAmps", "hw_current_amperes"),
            new("/FanSpeedsPercent/*", "", Sensor: "Percent"), new("/FanSpeedsPercent/*/SpeedRPM", "", Sensor: "Rotational"),
            new("/PowerLimitWatts", "", Sensor: "Power"), new("/PowerLimitWatts/SetPoint", "hw_power_limit_watts"),
            Setting("/PowerLimitWatts/AllowableMax"), Setting("/PowerLimitWatts/AllowableMin"), Setting("/PowerLimitWatts/DefaultSetPoint"),
            .. EdpMembers.Select(one => Setting("/Oem/Nvidia/EDPpPercent/" + one)),
        ]);
        yield return (ResourceKind.PowerSupplyMetrics,
        [
            new("/InputVoltage", "hw_voltage_volts", Part: "input"), new("/InputCurrentAmps", "hw_current_amperes", Part: "input"),
            .. Power("/InputPowerWatts", "hw_power_supply_input_watts", "input"), .. Power("/OutputPowerWatts", "hw_power_supply_output_watts", "output"),
            new("/RailVoltage/*", "hw_voltage_volts", Part: "rail*"), new("/RailCurrentAmps/*", "hw_current_amperes", Part: "rail*"),
            new("/RailPowerWatts/*", "hw_sensor_power_watts", Part: "rail*"),
            .. Energy("", "hw_sensor_energy_joules_total", "input"), new("/FrequencyHz", "hw_line_frequency_hertz", Part: "input"),
            new("/TemperatureCelsius", "hw_temperature_celsius"),
            new("/FanSpeedPercent", "hw_fan_speed_ratio", Percent), new("/FanSpeedPercent/SpeedRPM", "hw_fan_speed_rpm"),
            new("/FanSpeedsPercent/*", "hw_fan_speed_ratio", Percent, Part: "fan*"), new("/FanSpeedsPercent/*/SpeedRPM", "hw_fan_speed_rpm", Part: "fan*"),
            .. Phases("PolyPhaseInputVoltage", "hw_voltage_volts"), .. Phases("PolyPhaseInputCurrentAmps", "hw_current_amperes"), .. Phases("PolyPhaseInputPowerWatts", "hw_sensor_power_watts"),
        ]);
        yield return (ResourceKind.PowerSupply,
        [
            new("/LineInputStatus", "hw_power_supply_input_state"), Setting("/PowerCapacityWatts"), Setting("/NominalVoltageType"),
        ]);
        yield return (ResourceKind.BatteryMetrics,
        [
            new("/ChargePercent", "hw_battery_charge_ratio", Percent), new("/StoredEnergyWattHours", "hw_battery_stored_joules", 3_600),
            new("/DischargeCycles", "hw_battery_discharge_cycles"), new("/TemperatureCelsius", "hw_temperature_celsius"),
            new("/InputVoltage", "hw_voltage_volts", Part: "input"), new("/InputCurrentAmps", "hw_current_amperes", Part: "input"),
            new("/OutputVoltages/*", "hw_voltage_volts", Part: "output*"), new("/OutputCurrentAmps/*", "hw_current_amperes", Part: "output*"),
            new("/CellVoltages/*", "hw_voltage_volts", Part: "cell*"),
        ]);
        yield return (ResourceKind.Battery,
        [
            new("/StateOfHealthPercent", "hw_battery_health_ratio", Percent), Setting("/CapacityActualWattHours"), Setting("/CapacityRatedWattHours"),
            Setting("/CapacityActualAmpHours"), Setting("/CapacityRatedAmpHours"), Setting("/MaxDischargeRateAmps"), Setting("/MaxChargeRateAmps"), Setting("/MaxChargeVoltage"),
        ]);
        yield return (ResourceKind.Circuit, CircuitOf("hw_circuit_"));
        yield return (ResourceKind.Outlet, [.. CircuitOf("hw_pdu_outlet_"), Setting("/PowerOffDelaySeconds"), Setting("/PowerOnDelaySeconds"), Setting("/PowerCycleDelaySeconds"), Setting("/PowerRestoreDelaySeconds")]);
        yield return (ResourceKind.PowerDistributionMetrics,
        [
            .. Power("/PowerWatts", "hw_pdu_power_watts", null), .. Energy("", "hw_pdu_energy_joules_total", null),
            new("/PowerLoadPercent", "hw_sensor_ratio", Percent, Part: "load"),
            new("/TemperatureCelsius", "hw_temperature_celsius"), new("/HumidityPercent", "hw_humidity_ratio", Percent), new("/AbsoluteHumidity", "", Refusal: RefusalReason.NoFamily),
        ]);
        yield return (ResourceKind.Control,
        [
            new("/SetPoint", ControlSetPoint), new("/Sensor", "", Sensor: ""),
            Setting("/AllowableMax"), Setting("/AllowableMin"), Setting("/SettingMin"), Setting("/SettingMax"), Setting("/SettingRangeMin"), Setting("/SettingRangeMax"),
            Setting("/DefaultSetPoint"), Setting("/DeadBand"), Setting("/Increment"),
        ]);
    }

    private static MemberRule[] CircuitOf(string prefix) =>
    [
        .. Power("/PowerWatts", prefix + "power_watts", null), .. Energy("", prefix + "energy_joules_total", null),
        new("/CurrentAmps", prefix + "current_amperes"), new("/Voltage", prefix + "voltage_volts"), new("/FrequencyHz", "hw_line_frequency_hertz"),
        new("/CurrentAmps/CrestFactor", "", Refusal: RefusalReason.NoFamily), new("/CurrentAmps/THDPercent", "", Refusal: RefusalReason.NoFamily),
        .. Phases("PolyPhaseCurrentAmps", prefix + "current_amperes"), .. Phases("PolyPhaseVoltage", prefix + "voltage_volts"),
        .. Phases("PolyPhasePowerWatts", prefix + "power_watts"),
        .. Lines.Select(line => new MemberRule($"/PolyPhaseEnergykWh/{line}", prefix + "energy_joules_total", KilowattHour, Part: PhaseName(line), Traits: Counts)),
        new("/UnbalancedCurrentPercent", "hw_sensor_ratio", Percent, Part: "unbalanced-current"), new("/UnbalancedVoltagePercent", "hw_sensor_ratio", Percent, Part: "unbalanced-voltage"),
        new("/PowerLoadPercent", "hw_sensor_ratio", Percent, Part: "load"), new("/BreakerState", "hw_breaker_state"),
        Setting("/RatedCurrentAmps"), Setting("/PowerControlLocked"),
    ];

    // A power excerpt says real power, and beside it what is not.
    private static MemberRule[] Power(string member, string family, string? part) =>
    [
        new(member, family),
        new(member + "/ApparentVA", "hw_apparent_power_volt_amperes", Part: part), new(member + "/ReactiveVAR", "hw_reactive_power_vars", Part: part),
        new(member + "/PowerFactor", "hw_power_factor_ratio", Part: part, Traits: ValueTraits.PowerFactor),
        new(member + "/PhaseAngleDegrees", "", Refusal: RefusalReason.NoFamily),
        Aggregate(member + "/PeakReading"), Aggregate(member + "/AverageReading"), Aggregate(member + "/LowestReading"),
    ];

    private static MemberRule[] Energy(string at, string family, string? part) =>
    [
        new(at + "/EnergyJoules", family == PowerByOwner ? EnergyByOwner : family, Part: part, Traits: Counts | ValueTraits.Joules),
        new(at + "/EnergykWh", family == PowerByOwner ? EnergyByOwner : family, KilowattHour, Part: part, Traits: Counts | ValueTraits.KilowattHours),
        Aggregate(at + "/EnergykWh/LifetimeReading"), new(at + "/EnergykWh/ApparentkVAh", "", Refusal: RefusalReason.NoFamily), new(at + "/EnergykWh/ReactivekVARh", "", Refusal: RefusalReason.NoFamily),
    ];

    private static IEnumerable<MemberRule> Phases(string member, string family) => Lines.SelectMany(line =>
        family.EndsWith("power_watts", StringComparison.Ordinal)
            ? Power($"/{member}/{line}", family, null).Select(rule => rule with { Part = PhaseName(line) })
            : [new MemberRule($"/{member}/{line}", family, Part: PhaseName(line)), new MemberRule($"/{member}/{line}/CrestFactor", "", Refusal: RefusalReason.NoFamily), new MemberRule($"/{member}/{line}/THDPercent", "", Refusal: RefusalReason.NoFamily)]);

    // Line1 → L1, Line1ToLine2 → L1-L2, Line1ToNeutral → L1-N.
    private static string PhaseName(string line) =>
        line.Replace("Line", "L", StringComparison.Ordinal).Replace("Neutral", "N", StringComparison.Ordinal).Replace("To", "-", StringComparison.Ordinal);

    /// <summary>Stands for a family that depends on whose power it is.</summary>
    public const string PowerByOwner = "power by owner";

    /// <summary>Stands for a family that depends on whose energy it is.</summary>
    public const string EnergyByOwner = "energy by owner";

    /// <summary>Stands for the setpoint of a control, whose family depends on its unit.</summary>
    public const string ControlSetPoint = "setpoint";
}
