namespace Ampacity.Redfish;

/// <summary>Whether a sensor is worth reading by default, and how urgent it is: what says watts, joules, degrees, speed, flow, pressure or level.</summary>
internal static class SensorMeaning
{
    /// <summary>Its class, or null when it is not read by default: voltages and clocks inside a tray, shares of a core's time.</summary>
    public static PlanClass? ClassOf(WalkedSensor sensor, PlatformProfile profile)
    {
        var path = SensorWalk.KeyOf(sensor.Uri);
        if (profile.Map(path) is var (rule, _))
        {
            return ClassOfName(rule.Name);
        }

        if (profile.IsLeftOut(path))
        {
            return null;
        }

        return sensor.ReadingType switch
        {
            "Power" or "EnergyJoules" or "EnergykWh" or "EnergyWh" => PlanClass.Power,
            "Temperature" or "Rotational" or "LiquidFlow" or "LiquidFlowLPM" or "LiquidLevel" or "Pressure" or "PressurePa" or "PressurekPa"
                or "Heat" or "Humidity" or "AirFlow" or "AirFlowCMM" => PlanClass.Sensors,
            null or "" => ClassOfUnits(sensor.Units) ?? ClassOfName(WalkTools.LastSegment(path)) ?? ClassOfName(sensor.Name ?? ""),
            _ => null,
        };
    }

    /// <summary>The class of a canonical name or a sensor's own name.</summary>
    public static PlanClass? ClassOfName(string name) => NameRank(name) switch
    {
        0 => PlanClass.Power,
        1 => PlanClass.Sensors,
        _ => null,
    };

    /// <summary>0 for names that say power or energy, 1 for temperatures and the like, 2 for the rest.</summary>
    public static int NameRank(string name)
    {
        static bool Has(string name, params ReadOnlySpan<string> words)
        {
            foreach (var word in words)
            {
                if (name.Contains(word, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }

            return false;
        }

        return Has(name, "power", "watt", "energy", "_pwr") ? 0
            : Has(name, "temp", "tmp", "ambient", "fan", "flow", "pressure", "inlet", "exhaust", "leak", "coolant", "pump") ? 1
            : 2;
    }

    private static PlanClass? ClassOfUnits(string? units) => units switch
    {
        "W" or "Watts" or "kW" or "J" or "mJ" or "kW.h" or "kWh" => PlanClass.Power,
        "Cel" or "C" or "RPM" or "{rev}/min" or "L/min" or "kPa" => PlanClass.Sensors,
        _ => null,
    };
}
