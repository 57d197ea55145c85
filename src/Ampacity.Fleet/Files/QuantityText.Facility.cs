using System.Diagnostics.CodeAnalysis;
using Ampacity.Units;

namespace Ampacity.Fleet;

// Quantities that only fleet files and their imports use.
public static partial class QuantityText
{
    internal static readonly (string Unit, decimal Factor)[] CelsiusUnits = [("C", 1), ("°C", 1)];
    internal static readonly (string Unit, decimal Factor)[] LiterUnits = [("L", 1), ("m3", 1000)];
    internal static readonly (string Unit, decimal Factor)[] JouleUnits =
        [("J", 1), ("kJ", 1e3m), ("MJ", 1e6m), ("GJ", 1e9m), ("Wh", 3600), ("kWh", 3.6e6m), ("MWh", 3.6e9m), ("GWh", 3.6e12m)];

    internal static readonly (string Unit, decimal Factor)[] BitRateUnits =
        [("bit/s", 1), ("kbit/s", 1e3m), ("Mbit/s", 1e6m), ("Gbit/s", 1e9m), ("Tbit/s", 1e12m)];

    // Per watt: what is asked for a megawatt is a millionth of it for a watt.
    private static readonly (string Unit, decimal Factor)[] PerWatt = [("/W", 1), ("/kW", 1e-3m), ("/MW", 1e-6m), ("/GW", 1e-9m)];

    /// <summary>A voltage above zero: <c>34.5 kV</c>.</summary>
    public static bool TryVolts(string text, out Volts value, [NotNullWhen(false)] out string? hint)
    {
        var read = TryRead(text, VoltUnits, "415 V", out var number, out hint);
        value = new(number);
        return read;
    }

    /// <summary>A temperature of zero or more: <c>30 C</c>, <c>30 °C</c>.</summary>
    public static bool TryCelsius(string text, out Celsius value, [NotNullWhen(false)] out string? hint)
    {
        var read = TryRead(text, CelsiusUnits, "30 C", out var number, out hint);
        value = new(number);
        return read;
    }

    /// <summary>A volume, L: <c>800 L</c>, <c>1.2 m3</c>.</summary>
    public static bool TryLiters(string text, out double liters, [NotNullWhen(false)] out string? hint) =>
        TryRead(text, LiterUnits, "800 L", out liters, out hint);

    /// <summary>An energy: <c>500 kWh</c>, <c>90 MJ</c>.</summary>
    public static bool TryJoules(string text, out Joules value, [NotNullWhen(false)] out string? hint)
    {
        var read = TryRead(text, JouleUnits, "500 kWh", out var number, out hint);
        value = new(number);
        return read;
    }

    /// <summary>A data rate, bit/s: <c>400 Gbit/s</c>.</summary>
    public static bool TryBitRate(string text, out double bitsPerSecond, [NotNullWhen(false)] out string? hint) =>
        TryRead(text, BitRateUnits, "400 Gbit/s", out bitsPerSecond, out hint);

    /// <summary>A price for power in an ISO 4217 currency: <c>35 USD/W</c>, <c>12000000 USD/MW</c>.</summary>
    public static bool TryPrice(
        string text, out double perWatt, [NotNullWhen(true)] out string? currency, [NotNullWhen(false)] out string? hint)
    {
        perWatt = 0;
        currency = null;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash > 3 && text[(slash - 3)..slash].All(char.IsAsciiLetterUpper)
            && TryRead(text[..(slash - 3)] + text[slash..], PerWatt, "35 USD/W", out perWatt, out _))
        {
            currency = text[(slash - 3)..slash];
            hint = null;
            return true;
        }

        hint = $"'{Shown(text)}' is no price for power; write a number, a currency and /W, /kW, /MW or /GW, such as 35 USD/W";
        return false;
    }
}
