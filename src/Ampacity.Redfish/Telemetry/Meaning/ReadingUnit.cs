namespace Ampacity.Redfish;

/// <summary>A physical quantity; each has one unit in which families hold it.</summary>
public enum Quantity : byte
{
    /// <summary>Not known.</summary>
    None,

    /// <summary>Cel.</summary>
    Temperature,

    /// <summary>W, real power; never VA.</summary>
    Power,

    /// <summary>VA.</summary>
    ApparentPower,

    /// <summary>var.</summary>
    ReactivePower,

    /// <summary>A.</summary>
    Current,

    /// <summary>V.</summary>
    Voltage,

    /// <summary>J.</summary>
    Energy,

    /// <summary>Hz.</summary>
    Frequency,

    /// <summary>Revolutions a minute.</summary>
    Rotation,

    /// <summary>0 to 1.</summary>
    Ratio,

    /// <summary>0 to 1, of relative humidity.</summary>
    Humidity,

    /// <summary>kPa.</summary>
    Pressure,

    /// <summary>L/min.</summary>
    LiquidFlow,

    /// <summary>m³/min.</summary>
    AirFlow,

    /// <summary>W of heat that a coolant takes away.</summary>
    Heat,

    /// <summary>m.</summary>
    Length,
}

/// <summary>How a reading comes to the unit of its quantity.</summary>
/// <param name="Quantity">What it is.</param>
/// <param name="Factor">What it is multiplied by.</param>
/// <param name="IsInferred">The BMC did not say it, or said two things.</param>
public readonly record struct ReadingUnit(Quantity Quantity, double Factor, bool IsInferred)
{
    private static readonly Dictionary<string, (Quantity Quantity, double Factor)> Types = new(StringComparer.Ordinal)
    {
        ["Temperature"] = (Quantity.Temperature, 1),
        ["Power"] = (Quantity.Power, 1),
        ["Current"] = (Quantity.Current, 1),
        ["Voltage"] = (Quantity.Voltage, 1),
        ["EnergyJoules"] = (Quantity.Energy, 1),
        ["EnergykWh"] = (Quantity.Energy, 3_600_000),
        ["EnergyWh"] = (Quantity.Energy, 3_600),
        ["Frequency"] = (Quantity.Frequency, 1),
        ["Rotational"] = (Quantity.Rotation, 1),
        ["Percent"] = (Quantity.Ratio, 0.01),
        ["Valve"] = (Quantity.Ratio, 0.01),
        ["Humidity"] = (Quantity.Humidity, 0.01),
        ["PressurekPa"] = (Quantity.Pressure, 1),
        ["PressurePa"] = (Quantity.Pressure, 0.001),
        ["Pressure"] = (Quantity.Pressure, 0.001),
        ["LiquidFlowLPM"] = (Quantity.LiquidFlow, 1),
        ["LiquidFlow"] = (Quantity.LiquidFlow, 60),
        ["AirFlow"] = (Quantity.AirFlow, 0.028316846592),
        ["AirFlowCMM"] = (Quantity.AirFlow, 1),
        ["Heat"] = (Quantity.Heat, 1_000),
        ["Altitude"] = (Quantity.Length, 1),
    };

    // UCUM, and what firmware writes for it.
    private static readonly Dictionary<string, (Quantity Quantity, double Factor)> Units = new(StringComparer.Ordinal)
    {
        ["Cel"] = (Quantity.Temperature, 1),
        ["C"] = (Quantity.Temperature, 1),
        ["°C"] = (Quantity.Temperature, 1),
        ["Celsius"] = (Quantity.Temperature, 1),
        ["degC"] = (Quantity.Temperature, 1),
        ["W"] = (Quantity.Power, 1),
        ["Watts"] = (Quantity.Power, 1),
        ["Watt"] = (Quantity.Power, 1),
        ["kW"] = (Quantity.Power, 1_000),
        ["mW"] = (Quantity.Power, 0.001),
        ["VA"] = (Quantity.ApparentPower, 1),
        ["V.A"] = (Quantity.ApparentPower, 1),
        ["kVA"] = (Quantity.ApparentPower, 1_000),
        ["var"] = (Quantity.ReactivePower, 1),
        ["A"] = (Quantity.Current, 1),
        ["Amps"] = (Quantity.Current, 1),
        ["Amperes"] = (Quantity.Current, 1),
        ["mA"] = (Quantity.Current, 0.001),
        ["V"] = (Quantity.Voltage, 1),
        ["Volts"] = (Quantity.Voltage, 1),
        ["mV"] = (Quantity.Voltage, 0.001),
        ["kV"] = (Quantity.Voltage, 1_000),
        ["J"] = (Quantity.Energy, 1),
        ["Joules"] = (Quantity.Energy, 1),
        ["kJ"] = (Quantity.Energy, 1_000),
        ["mJ"] = (Quantity.Energy, 0.001),
        ["kW.h"] = (Quantity.Energy, 3_600_000),
        ["kWh"] = (Quantity.Energy, 3_600_000),
        ["W.h"] = (Quantity.Energy, 3_600),
        ["Wh"] = (Quantity.Energy, 3_600),
        ["Hz"] = (Quantity.Frequency, 1),
        ["kHz"] = (Quantity.Frequency, 1_000),
        ["MHz"] = (Quantity.Frequency, 1_000_000),
        ["GHz"] = (Quantity.Frequency, 1_000_000_000),
        ["RPM"] = (Quantity.Rotation, 1),
        ["rpm"] = (Quantity.Rotation, 1),
        ["{rev}/min"] = (Quantity.Rotation, 1),
        ["rev/min"] = (Quantity.Rotation, 1),
        ["%"] = (Quantity.Ratio, 0.01),
        ["Percent"] = (Quantity.Ratio, 0.01),
        ["percent"] = (Quantity.Ratio, 0.01),
        ["kPa"] = (Quantity.Pressure, 1),
        ["Pa"] = (Quantity.Pressure, 0.001),
        ["bar"] = (Quantity.Pressure, 100),
        ["mbar"] = (Quantity.Pressure, 0.1),
        ["L/min"] = (Quantity.LiquidFlow, 1),
        ["LPM"] = (Quantity.LiquidFlow, 1),
        ["L/s"] = (Quantity.LiquidFlow, 60),
        ["m3/h"] = (Quantity.LiquidFlow, 1_000 / 60d),
        ["[cft_i]/min"] = (Quantity.AirFlow, 0.028316846592),
        ["CFM"] = (Quantity.AirFlow, 0.028316846592),
        ["m3/min"] = (Quantity.AirFlow, 1),
        ["m"] = (Quantity.Length, 1),
    };

    // What sensors are called when their firmware states nothing (401 of 503 sensors of a DGX H100 state no unit, 33 nothing at all).
    private static readonly (string Word, Quantity Quantity, double Factor)[] Words =
    [
        ("TEMP", Quantity.Temperature, 1), ("TMP", Quantity.Temperature, 1), ("AMBIENT", Quantity.Temperature, 1), ("TLIMIT", Quantity.Temperature, 1),
        ("PWR", Quantity.Power, 1), ("POWER", Quantity.Power, 1), ("VOLT", Quantity.Voltage, 1), ("CURRENT", Quantity.Current, 1), ("AMP", Quantity.Current, 1),
        ("ENERGY", Quantity.Energy, 1), ("TACH", Quantity.Rotation, 1), ("RPM", Quantity.Rotation, 1), ("FAN", Quantity.Rotation, 1), ("PRESSURE", Quantity.Pressure, 1),
        ("FREQ", Quantity.Frequency, 1), ("UTIL", Quantity.Ratio, 0.01), ("PWM", Quantity.Ratio, 0.01),
    ];

    // A sensor of the state of power is no reading of it.
    private static readonly string[] States = ["STATUS", "PWRGD", "PGOOD", "STATE", "FAULT", "ALERT", "PRESENT", "REDUNDANCY", "FULLNESS", "WATCHDOG", "OVERT", "RST", "CONFIG"];

    /// <summary>
    /// What a sensor's words say together. Where type and unit conflict the type is believed, unless the sensor's own name takes the side of
    /// the unit (firmware that keeps watts and revolutions under IPMI's types Current and Fan calls them so).
    /// </summary>
    /// <param name="type">ReadingType, or null.</param>
    /// <param name="units">ReadingUnits, or null.</param>
    /// <param name="name">Name or id of the sensor.</param>
    public static ReadingUnit Of(string? type, string? units, string name)
    {
        var byType = type is not null && Types.TryGetValue(type, out var known) ? known : default;
        var byUnit = units is not null && Units.TryGetValue(units.Trim(), out var stated) ? stated : default;
        if (byType.Quantity == Quantity.Heat && byUnit.Quantity == Quantity.Power)
        {
            return new ReadingUnit(Quantity.Heat, byUnit.Factor, false);
        }

        if (byType.Quantity == Quantity.Humidity && byUnit.Quantity == Quantity.Ratio)
        {
            return new ReadingUnit(Quantity.Humidity, byUnit.Factor, false);
        }

        if (byType.Quantity != Quantity.None && byUnit.Quantity != Quantity.None)
        {
            if (byType.Quantity == byUnit.Quantity)
            {
                return new ReadingUnit(byUnit.Quantity, byUnit.Factor, false);
            }

            return ByName(name, withStates: false).Quantity is var named && named == byUnit.Quantity && named != byType.Quantity
                ? new ReadingUnit(byUnit.Quantity, byUnit.Factor, true)
                : new ReadingUnit(byType.Quantity, byType.Factor, true);
        }

        return byUnit.Quantity != Quantity.None ? new ReadingUnit(byUnit.Quantity, byUnit.Factor, type is not null)
            : byType.Quantity != Quantity.None ? new ReadingUnit(byType.Quantity, byType.Factor, true)
            : ByName(name, withStates: true) is { Quantity: not Quantity.None } guessed ? new ReadingUnit(guessed.Quantity, guessed.Factor, true)
            : default;
    }

    private static (Quantity Quantity, double Factor) ByName(string name, bool withStates)
    {
        if (withStates && States.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)))
        {
            return default;
        }

        foreach (var (word, quantity, factor) in Words)
        {
            if (name.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return (quantity, factor);
            }
        }

        return default;
    }
}
