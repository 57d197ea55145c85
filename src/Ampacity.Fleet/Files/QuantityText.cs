using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Ampacity.Units;

namespace Ampacity.Fleet;

/// <summary>
/// Reads physical quantities from text with their unit, in invariant culture: <c>3 MW</c>, <c>600 mm</c>, <c>1600 A at 415 V</c>,
/// <c>110%</c>. A bare number is refused, for nobody knows what it was meant in; kW and kVA are never taken for one another.
/// </summary>
/// <remarks>
/// Every method gives true and the value, or false and a hint that says what to write. Values are zero or more; at most 15 digits
/// before the point. Case matters (mW is not MW).
/// </remarks>
public static partial class QuantityText
{
    // Guessed: no quantity of the trade needs more, and hostile text stops here.
    private const int MaxLength = 64;

    internal static readonly (string Unit, decimal Factor)[] WattUnits = [("W", 1), ("kW", 1e3m), ("MW", 1e6m), ("GW", 1e9m)];
    internal static readonly (string Unit, decimal Factor)[] VoltAmpereUnits = [("VA", 1), ("kVA", 1e3m), ("MVA", 1e6m), ("GVA", 1e9m)];
    internal static readonly (string Unit, decimal Factor)[] AmpereUnits = [("A", 1), ("kA", 1e3m)];
    internal static readonly (string Unit, decimal Factor)[] VoltUnits = [("V", 1), ("kV", 1e3m)];
    internal static readonly (string Unit, decimal Factor)[] MeterUnits = [("m", 1), ("cm", 0.01m), ("mm", 0.001m)];
    internal static readonly (string Unit, decimal Factor)[] KelvinUnits = [("K", 1)];
    internal static readonly (string Unit, decimal Factor)[] FlowUnits = [("L/min", 1)];
    internal static readonly (string Unit, decimal Factor)[] RatioUnits = [("%", 0.01m)];
    internal static readonly (string Unit, decimal Factor)[] SecondUnits = [("s", 1), ("ms", 0.001m), ("min", 60), ("h", 3600)];

    /// <summary>Real power: <c>132 kW</c>.</summary>
    public static bool TryWatts(string text, out Watts value, [NotNullWhen(false)] out string? hint)
    {
        var read = TryRead(text, WattUnits, "132 kW", out var number, out hint);
        value = new(number);
        return read;
    }

    /// <summary>Apparent power: <c>2 MVA</c>.</summary>
    public static bool TryVoltAmperes(string text, out VoltAmperes value, [NotNullWhen(false)] out string? hint)
    {
        var read = TryRead(text, VoltAmpereUnits, "2 MVA", out var number, out hint);
        value = new(number);
        return read;
    }

    /// <summary>Length: <c>600 mm</c>.</summary>
    public static bool TryMeters(string text, out Meters value, [NotNullWhen(false)] out string? hint)
    {
        var read = TryRead(text, MeterUnits, "600 mm", out var number, out hint);
        value = new(number);
        return read;
    }

    /// <summary>A temperature difference: <c>5 K</c>.</summary>
    public static bool TryKelvins(string text, out Kelvins value, [NotNullWhen(false)] out string? hint)
    {
        var read = TryRead(text, KelvinUnits, "5 K", out var number, out hint);
        value = new(number);
        return read;
    }

    /// <summary>Coolant flow: <c>150 L/min</c>.</summary>
    public static bool TryLitersPerMinute(string text, out LitersPerMinute value, [NotNullWhen(false)] out string? hint)
    {
        var read = TryRead(text, FlowUnits, "150 L/min", out var number, out hint);
        value = new(number);
        return read;
    }

    /// <summary>A share or multiple written as percent: <c>110%</c> is 1.1.</summary>
    public static bool TryRatio(string text, out Ratio value, [NotNullWhen(false)] out string? hint)
    {
        var read = TryRead(text, RatioUnits, "110%", out var number, out hint);
        value = new(number);
        return read;
    }

    /// <summary>A length of time: <c>600 s</c>, <c>10 min</c>; at most 10,000 h, to the 100 ns.</summary>
    public static bool TryDuration(string text, out TimeSpan value, [NotNullWhen(false)] out string? hint)
    {
        value = default;
        if (!TryRead(text, SecondUnits, "600 s", out var seconds, out hint))
        {
            return false;
        }

        if (seconds > 36e6)
        {
            hint = $"'{text}' is over 10,000 h; write a time that a plan can mean";
            return false;
        }

        value = TimeSpan.FromSeconds(seconds);
        return true;
    }

    /// <summary>A nameplate rating above zero: <c>3 MW</c>, <c>2 MVA</c> or <c>1600 A at 415 V</c>; the unit says which kind it is.</summary>
    public static bool TryPowerRating(string text, [NotNullWhen(true)] out PowerRating? value, [NotNullWhen(false)] out string? hint)
    {
        const string Forms = "write real power such as 3 MW, apparent power such as 2 MVA, or a current such as 1600 A at 415 V";
        value = null;
        var at = text.IndexOf(" at ", StringComparison.Ordinal);
        if (at >= 0)
        {
            if (TryRead(text[..at], AmpereUnits, "1600 A at 415 V", out var amperes, out hint)
                && TryRead(text[(at + 4)..], VoltUnits, "1600 A at 415 V", out var volts, out hint))
            {
                value = amperes > 0 && volts > 0 ? new PowerRating.CurrentAtVoltage(new(new(amperes), new(volts))) : null;
            }
        }
        else if (TryRead(text, WattUnits, "3 MW", out var watts, out _))
        {
            value = watts > 0 ? new PowerRating.Real(new(watts)) : null;
        }
        else if (TryRead(text, VoltAmpereUnits, "2 MVA", out var voltAmperes, out _))
        {
            value = voltAmperes > 0 ? new PowerRating.ApparentPower(new(voltAmperes)) : null;
        }

        hint = value is null ? $"'{Shown(text)}' is no rating above zero; {Forms}" : null;
        return value is not null;
    }

    /// <summary>A cooling capacity at an approach, both above zero: <c>2 MW at 5 K</c>.</summary>
    public static bool TryCoolingCapacity(string text, out Watts capacity, out Kelvins approach, [NotNullWhen(false)] out string? hint)
    {
        approach = default;
        var at = text.IndexOf(" at ", StringComparison.Ordinal);
        if (TryWatts(at < 0 ? text : text[..at], out capacity, out _) && capacity.Value > 0
            && at >= 0 && TryKelvins(text[(at + 4)..], out approach, out _) && approach.Value > 0)
        {
            hint = null;
            return true;
        }

        hint = $"'{Shown(text)}' is no cooling capacity; write the heat and the approach that it holds for, such as 2 MW at 5 K";
        return false;
    }

    private static bool TryRead(
        string text, (string Unit, decimal Factor)[] units, string example, out double value, [NotNullWhen(false)] out string? hint)
    {
        value = 0;
        hint = null;
        var span = text.AsSpan().Trim(' ');
        var digits = 0;
        while (digits < span.Length && (char.IsAsciiDigit(span[digits]) || span[digits] == '.'))
        {
            digits++;
        }

        var names = string.Join(", ", units.Select(u => u.Unit));
        if (span.Length > MaxLength || digits == 0
            || !decimal.TryParse(span[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number >= 1e15m)
        {
            hint = $"'{Shown(text)}' does not begin with a number; write one such as {example}";
            return false;
        }

        var unit = span[digits..];
        unit = unit is [' ', ..] ? unit[1..] : unit;
        if (unit.IsEmpty)
        {
            hint = $"'{Shown(text)}' has no unit; write one of {names} behind it, such as {example}";
            return false;
        }

        foreach (var (name, factor) in units)
        {
            if (unit.SequenceEqual(name))
            {
                // In decimal, so that 600 mm is 0.6 m and not the float next to it; by text, for the cast does not always round right.
                value = double.Parse((number * factor).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
                return true;
            }
        }

        hint = $"'{Shown(text)}' is in no unit that fits here; write it in {names}, such as {example}";
        return false;
    }

    private static string Shown(string text) => text.Length <= MaxLength ? text : text[..(MaxLength - 1)] + "…";
}
