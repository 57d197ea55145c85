namespace Ampacity.Redfish;

/// <summary>Coolant, pumps, fans, leaks.</summary>
internal static partial class MemberRules
{
    private static readonly string[] Summaries = ["Ambient", "Exhaust", "Intake", "Internal"];
    private static readonly string[] ControlMembers = ["SetPoint", "AllowableMax", "AllowableMin", "DefaultSetPoint"];

    private static IEnumerable<(ResourceKind, MemberRule[])> Cooling()
    {
        yield return (ResourceKind.ThermalMetrics,
        [
            new("/TemperatureReadingsCelsius/*", "", Sensor: "Temperature"),
            .. Summaries.Select(where => new MemberRule(
                "/TemperatureSummaryCelsius/" + where, "hw_temperature_celsius", Part: where.ToLowerInvariant())),
            new("/AirFlowCubicMetersPerMinute", "hw_air_flow_cubic_meters_per_minute"), new("/DeltaPressurekPa", "hw_sensor_pressure_kilopascals", Part: "delta"),
            new("/PowerWatts", "hw_sensor_power_watts", Part: "cooling"), new("/EnergykWh", "hw_sensor_energy_joules_total", KilowattHour, Part: "cooling", Traits: Counts),
            new("/HeaterSummary/TotalPrePowerOnHeatingTimeSeconds", "", Refusal: RefusalReason.NoFamily), new("/HeaterSummary/TotalRuntimeHeatingTimeSeconds", "", Refusal: RefusalReason.NoFamily),
        ]);
        yield return (ResourceKind.Fan,
        [
            new("/SpeedPercent", "hw_fan_speed_ratio", Percent), new("/SpeedPercent/SpeedRPM", "hw_fan_speed_rpm"), new("/SecondarySpeedPercent", "hw_fan_speed_ratio", Percent, Part: "secondary"),
            new("/SecondarySpeedPercent/SpeedRPM", "hw_fan_speed_rpm", Part: "secondary"), new("/PowerWatts", "hw_sensor_power_watts"), Setting("/RatedSpeedRPM"), Setting("/RatedSecondarySpeedRPM"), Setting("/FanDiameterMm"),
        ]);
        yield return (ResourceKind.Pump,
        [
            new("/PumpSpeedPercent", "hw_pump_speed_ratio", Percent), new("/PumpSpeedPercent/SpeedRPM", "hw_pump_speed_rpm"),
            new("/InletPressurekPa", "hw_coolant_pressure_kilopascals", Label: "coolant_side=inlet"), new("/ServiceHours", "hw_service_seconds", 3_600),
            .. SetPoints("SpeedControlPercent"),
        ]);
        yield return (ResourceKind.Reservoir,
        [
            new("/FluidLevelPercent", "hw_coolant_level_ratio", Percent), new("/InternalPressurekPa", "hw_coolant_pressure_kilopascals", Label: "coolant_side=reservoir"), Setting("/CapacityLiters"),
        ]);
        yield return (ResourceKind.CoolantConnector,
        [
            new("/FlowLitersPerMinute", "hw_coolant_flow_liters_per_minute"),
            new("/SupplyTemperatureCelsius", "hw_coolant_temperature_celsius", Label: "coolant_side=supply"),
            new("/ReturnTemperatureCelsius", "hw_coolant_temperature_celsius", Label: "coolant_side=return"),
            new("/DeltaTemperatureCelsius", "hw_coolant_temperature_difference_kelvins"),
            new("/SupplyPressurekPa", "hw_coolant_pressure_kilopascals", Label: "coolant_side=supply"),
            new("/ReturnPressurekPa", "hw_coolant_pressure_kilopascals", Label: "coolant_side=return"),
            new("/DeltaPressurekPa", "hw_coolant_pressure_difference_kilopascals"),
            new("/HeatRemovedkW", "hw_coolant_heat_watts", 1_000), new("/ValvePositionPercent", "hw_valve_position_ratio", Percent),
            .. CoolantSettings("/Coolant"), Setting("/RatedFlowLitersPerMinute"), Setting("/RatedFlowPressurekPa"), Setting("/RatedPressurekPa"),
            .. SetPoints("DeltaPressureControlkPa"), .. SetPoints("DeltaTemperatureControlCelsius"), .. SetPoints("FlowControlLitersPerMinute"),
            .. SetPoints("SupplyTemperatureControlCelsius"), .. SetPoints("ReturnTemperatureControlCelsius"), .. SetPoints("ValvePositionControlPercent"),
        ]);
        yield return (ResourceKind.CoolingLoop, [new("/CoolantLevelPercent", "hw_coolant_level_ratio", Percent), .. CoolantSettings("/Coolant"), Setting("/RatedFlowLitersPerMinute")]);
        yield return (ResourceKind.CoolingUnit, [.. CoolantSettings("/Coolant"), Setting("/CoolingCapacityWatts")]);
        yield return (ResourceKind.Filter, [new("/ServiceHours", "hw_service_seconds", 3_600), Setting("/RatedServiceHours")]);
        yield return (ResourceKind.HeaterMetrics,
        [
            new("/PowerWatts", "hw_sensor_power_watts"), new("/TemperatureReadingsCelsius/*", "", Sensor: "Temperature"),
            new("/PrePowerOnHeatingTimeSeconds", "", Refusal: RefusalReason.NoFamily), new("/RuntimeHeatingTimeSeconds", "", Refusal: RefusalReason.NoFamily),
        ]);
        yield return (ResourceKind.LeakDetector,
        [
            new("/DetectorState", "hw_leak_detector_state"), new("/DetectorState/Blind", "hw_leak_detector_blind"),
            new("/Voltage", "hw_voltage_volts"), new("/CurrentAmps", "hw_current_amperes"), Setting("/ReactionDelaySeconds"),
        ]);
        yield return (ResourceKind.LeakDetection,
        [
            new("/LeakDetectorGroups/*/Detectors/*/DetectorState", "hw_leak_detector_state", Part: "detector*"),
            new("/LeakDetectorGroups/*/Detectors/*/DetectorState/Blind", "hw_leak_detector_blind", Part: "detector*"),
            new("/LeakDetectorGroups/*/HumidityPercent", "hw_humidity_ratio", Percent, Part: "group*"),
        ]);
    }

    private static MemberRule[] CoolantSettings(string at) =>
        [Setting(at + "/AdditivePercent"), Setting(at + "/DensityKgPerCubicMeter"), Setting(at + "/SpecificHeatkJoulesPerKgK"), Setting(at + "/RatedServiceHours"), Setting(at + "/ServiceHours")];

    private static IEnumerable<MemberRule> SetPoints(string control) =>
        ControlMembers.Select(one => Setting($"/{control}/{one}"));
}
