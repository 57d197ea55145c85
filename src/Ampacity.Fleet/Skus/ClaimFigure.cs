using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>What a claim's amount is counted in once it is read.</summary>
public enum ClaimUnit : byte
{
    /// <summary>Not read: the claim is about something that this program does not compute with.</summary>
    None,

    /// <summary>W.</summary>
    Watts,

    /// <summary>W, at an approach: <c>2 MW at 5 K</c>.</summary>
    CoolingWatts,

    /// <summary>kg.</summary>
    Kilograms,

    /// <summary>Parts of one; written as percent.</summary>
    Ratio,

    /// <summary>L/min.</summary>
    LitersPerMinute,

    /// <summary>J.</summary>
    Joules,

    /// <summary>Bytes a second.</summary>
    BytesPerSecond,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>V.</summary>
    Volts,

    /// <summary>A.</summary>
    Amperes,

    /// <summary>°C.</summary>
    Celsius,

    /// <summary>m.</summary>
    Meters,

    /// <summary>L.</summary>
    Liters,

    /// <summary>kPa.</summary>
    Kilopascals,

    /// <summary>s.</summary>
    Seconds,

    /// <summary>A whole number, quoted: <c>'6'</c>.</summary>
    Count,

    /// <summary>A redundancy rule; its amount is 0, see <see cref="SupplyRedundancy"/>.</summary>
    Redundancy,
}

/// <summary>
/// Which claims are computed with, and in what units they are written. A claim of a known name must read in its unit; a claim of any
/// other name is kept as text.
/// </summary>
public static class ClaimFigure
{
    private const int MaxLength = 64;

    private static readonly FrozenDictionary<string, ClaimUnit> Known = new Dictionary<string, ClaimUnit>(StringComparer.Ordinal)
    {
        [Sku.PowerClaim] = ClaimUnit.Watts,
        [Sku.OutputClaim] = ClaimUnit.Watts,
        ["power-installed"] = ClaimUnit.Watts,
        ["power-idle"] = ClaimUnit.Watts,
        [Sku.LiquidHeatClaim] = ClaimUnit.Watts,
        ["air-heat"] = ClaimUnit.Watts,
        ["cooling"] = ClaimUnit.CoolingWatts,
        ["cooling-capacity"] = ClaimUnit.Watts,
        [Sku.MassClaim] = ClaimUnit.Kilograms,
        ["load-capacity"] = ClaimUnit.Kilograms,
        [Sku.LiquidShareClaim] = ClaimUnit.Ratio,
        ["efficiency"] = ClaimUnit.Ratio,
        ["flow"] = ClaimUnit.LitersPerMinute,
        ["energy-stored"] = ClaimUnit.Joules,
        ["scale-up-bandwidth"] = ClaimUnit.BytesPerSecond,
        ["scale-out-bandwidth"] = ClaimUnit.BytesPerSecond,
        ["memory-bandwidth"] = ClaimUnit.BytesPerSecond,
        ["memory"] = ClaimUnit.Bytes,
        ["voltage"] = ClaimUnit.Volts,
        ["input-voltage"] = ClaimUnit.Volts,
        ["input-voltage-min"] = ClaimUnit.Volts,
        ["input-voltage-max"] = ClaimUnit.Volts,
        ["output-voltage"] = ClaimUnit.Volts,
        ["current"] = ClaimUnit.Amperes,
        ["supply-temperature"] = ClaimUnit.Celsius,
        ["return-temperature"] = ClaimUnit.Celsius,
        ["pressure"] = ClaimUnit.Kilopascals,
        ["coolant-volume"] = ClaimUnit.Liters,
        ["hold-up"] = ClaimUnit.Seconds,
        ["depth"] = ClaimUnit.Meters,
        ["outer-height"] = ClaimUnit.Meters,
        ["mounting-depth"] = ClaimUnit.Meters,
        ["mounting-width"] = ClaimUnit.Meters,
        ["supply-count"] = ClaimUnit.Count,
        ["supply-redundancy"] = ClaimUnit.Redundancy,
        ["shelf-redundancy"] = ClaimUnit.Redundancy,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly (string Unit, decimal Factor)[] Bits =
        [("bit/s", 1), ("kbit/s", 1e3m), ("Mbit/s", 1e6m), ("Gbit/s", 1e9m), ("Tbit/s", 1e12m)];

    /// <summary>What a claim of a name is counted in.</summary>
    public static ClaimUnit UnitOf(string of) => Known.GetValueOrDefault(of);

    /// <summary>Reads a claim's value.</summary>
    /// <param name="of">What the claim is about.</param>
    /// <param name="value">As written, with its unit.</param>
    /// <param name="amount">In <see cref="UnitOf"/>; null if nothing is computed with it.</param>
    /// <param name="hint">What to write, if false.</param>
    /// <returns>Whether a claim of that name may have that value.</returns>
    public static bool TryRead(string of, string value, out double? amount, [NotNullWhen(false)] out string? hint)
    {
        amount = null;
        hint = null;
        var unit = UnitOf(of);
        switch (unit)
        {
            case ClaimUnit.None:
                return true;
            case ClaimUnit.CoolingWatts when QuantityText.TryCoolingCapacity(value, out var heat, out _, out hint):
                amount = heat.Value;
                return true;
            case ClaimUnit.CoolingWatts:
                return false;
            case ClaimUnit.Redundancy:
                amount = 0;
                hint = SupplyRedundancy.TryParse(value, out _) ? null : "no redundancy rule; write N, N+1 or 2N";
                return hint is null;
            default:
                var (units, example) = Units(unit);
                var read = TryRead(value, units, example, out var number, out hint);
                amount = read ? number : null;
                return read;
        }
    }

    /// <summary>Reads a speed: <c>400 Gbit/s</c>.</summary>
    public static bool TryBitsPerSecond(string text, out double bitsPerSecond, [NotNullWhen(false)] out string? hint) =>
        TryRead(text, Bits, "400 Gbit/s", out bitsPerSecond, out hint);

    private static ((string Unit, decimal Factor)[] Units, string Example) Units(ClaimUnit unit) => unit switch
    {
        ClaimUnit.Watts => ([("W", 1), ("kW", 1e3m), ("MW", 1e6m), ("GW", 1e9m)], "132 kW"),
        ClaimUnit.Kilograms => ([("kg", 1), ("g", 0.001m), ("t", 1000)], "1360 kg"),
        ClaimUnit.Ratio => ([("%", 0.01m)], "87%"),
        ClaimUnit.LitersPerMinute => ([("L/min", 1)], "150 L/min"),
        ClaimUnit.Joules => ([("J", 1), ("kJ", 1e3m), ("MJ", 1e6m), ("Wh", 3600), ("kWh", 3.6e6m)], "90 kJ"),
        ClaimUnit.BytesPerSecond => ([("GB/s", 1e9m), ("TB/s", 1e12m), ("PB/s", 1e15m), ("Gbit/s", 0.125e9m), ("Tbit/s", 0.125e12m)], "130 TB/s"),
        ClaimUnit.Bytes => ([("GB", 1e9m), ("TB", 1e12m), ("PB", 1e15m)], "192 GB"),
        ClaimUnit.Volts => ([("V", 1), ("kV", 1e3m)], "800 V"),
        ClaimUnit.Amperes => ([("A", 1), ("kA", 1e3m)], "2400 A"),
        ClaimUnit.Celsius => ([("C", 1), ("°C", 1)], "45 C"),
        ClaimUnit.Meters => ([("m", 1), ("cm", 0.01m), ("mm", 0.001m)], "1200 mm"),
        ClaimUnit.Liters => ([("L", 1)], "200 L"),
        ClaimUnit.Kilopascals => ([("kPa", 1), ("bar", 100)], "120 kPa"),
        ClaimUnit.Seconds => ([("s", 1), ("ms", 0.001m), ("min", 60)], "240 s"),
        ClaimUnit.Count => ([("", 1)], "'6'"),
        _ => throw new InvalidOperationException($"Bug: {unit} is not read by a table of units."),
    };

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

        if (span.Length <= MaxLength && digits > 0
            && decimal.TryParse(span[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number < 1e9m)
        {
            var unit = span[digits..].TrimStart(' ');
            foreach (var (name, factor) in units)
            {
                if (unit.SequenceEqual(name) && (name.Length > 0 || decimal.IsInteger(number)))
                {
                    value = (double)(number * factor);
                    return true;
                }
            }
        }

        var shown = text.Length <= MaxLength ? text : text[..(MaxLength - 1)] + "…";
        var names = string.Join(", ", units.Select(u => u.Unit.Length == 0 ? "a whole number without a unit" : u.Unit));
        hint = $"'{shown}' cannot be read here; write a number in {names}, such as {example}";
        return false;
    }
}
