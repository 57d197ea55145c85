namespace Ampacity.Redfish;

/// <summary>The older resources Power and Thermal: read where the newer ones are missing.</summary>
internal static partial class MemberRules
{
    private static readonly string[] Sides = ["Upper", "Lower"];
    private static readonly string[] Levels = ["NonCritical", "Critical", "Fatal", "CriticalUser", "CautionUser"];

    private static IEnumerable<(ResourceKind, MemberRule[])> Older()
    {
        yield return (ResourceKind.Power,
        [
            new("/PowerControl/*/PowerConsumedWatts", HostPower),
            new("/PowerControl/*/PowerLimit/LimitInWatts", "hw_power_limit_watts", Part: "control*"),
            Setting("/PowerControl/*/PowerLimit/CorrectionInMs"), Setting("/PowerControl/*/PowerAllocatedWatts"), Setting("/PowerControl/*/PowerAvailableWatts"),
            Setting("/PowerControl/*/PowerCapacityWatts"), Setting("/PowerControl/*/PowerRequestedWatts"), Setting("/PowerControl/*/PowerMetrics/IntervalInMin"),
            Aggregate("/PowerControl/*/PowerMetrics/AverageConsumedWatts"), Aggregate("/PowerControl/*/PowerMetrics/MaxConsumedWatts"), Aggregate("/PowerControl/*/PowerMetrics/MinConsumedWatts"),
            new("/PowerSupplies/*/PowerInputWatts", "hw_power_supply_input_watts", Part: "*"), new("/PowerSupplies/*/PowerOutputWatts", "hw_power_supply_output_watts", Part: "*"),
            new("/PowerSupplies/*/LastPowerOutputWatts", "hw_power_supply_output_watts", Part: "*"), new("/PowerSupplies/*/LineInputVoltage", "hw_voltage_volts", Part: "*/input"),
            new("/PowerSupplies/*/EfficiencyPercent", "hw_sensor_ratio", Percent, Part: "*/efficiency"), new("/PowerSupplies/*/LineInputStatus", "hw_power_supply_input_state", Part: "*"),
            Setting("/PowerSupplies/*/PowerCapacityWatts"),
            Aggregate("/PowerSupplies/*/Oem/Hpe/AveragePowerOutputWatts"), Aggregate("/PowerSupplies/*/Oem/Hpe/MaxPowerOutputWatts"), Setting("/PowerSupplies/*/Oem/Hpe/BayNumber"),
            Setting("/PowerSupplies/*/Oem/Supermicro/SensorNumber"), Setting("/Oem/Supermicro/Battery/SensorNumber"),
            new("/Voltages/*/ReadingVolts", "hw_voltage_volts", Part: "*"),
            Setting("/Voltages/*/MaxReadingRange"), Setting("/Voltages/*/MinReadingRange"), Setting("/Voltages/*/SensorNumber"), Setting("/Voltages/*/Oem/Ami/OwnerLUN"),
            .. Bounds("/Voltages/*"),
        ]);
        yield return (ResourceKind.Thermal,
        [
            new("/Temperatures/*/ReadingCelsius", "hw_temperature_celsius", Part: "*"), Setting("/Temperatures/*/DeltaReadingCelsius"),
            Setting("/Temperatures/*/MaxReadingRange"), Setting("/Temperatures/*/MinReadingRange"), Setting("/Temperatures/*/MaxReadingRangeTemp"), Setting("/Temperatures/*/MinReadingRangeTemp"),
            Setting("/Temperatures/*/SensorNumber"), Setting("/Temperatures/*/Oem/Ami/OwnerLUN"), Setting("/Temperatures/*/Oem/Hpe/LocationXmm"), Setting("/Temperatures/*/Oem/Hpe/LocationYmm"),
            Setting("/Temperatures/*/AdjustedMaxAllowableOperatingValue"), Setting("/Temperatures/*/MaxAllowableOperatingValue"), Setting("/Temperatures/*/MinAllowableOperatingValue"),
            .. Bounds("/Temperatures/*"),
            new("/Fans/*/Reading", OlderFan, Part: "*"), new("/Fans/*", OlderFan, Part: "*"), new("/Fans/*/ReadingRPM", "hw_fan_speed_rpm", Part: "*"), new("/Fans/*/SpeedRPM", "hw_fan_speed_rpm", Part: "*"),
            Setting("/Fans/*/MaxReadingRange"), Setting("/Fans/*/MinReadingRange"), Setting("/Fans/*/SensorNumber"), Setting("/Fans/*/Oem/Ami/OwnerLUN"),
            .. Bounds("/Fans/*"), Setting("/Oem/Hpe/FanPercentMinimum"),
        ]);
    }

    private static IEnumerable<MemberRule> Bounds(string at) =>
        from side in Sides
        from level in Levels
        select Setting($"{at}/{side}Threshold{level}");

    /// <summary>Stands for the power of the first power control, which is the host's; of the others nobody can know.</summary>
    public const string HostPower = "host power";

    /// <summary>Stands for a fan in percent or revolutions, as its units say.</summary>
    public const string OlderFan = "older fan";
}
