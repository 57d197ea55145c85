using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>Writes scalars, lists and quantities so that they read back as exactly the same values.</summary>
internal static class ExportText
{
    private static readonly (string Unit, decimal Factor)[] LengthUnits = [("m", 1), ("mm", 0.001m)];
    private static readonly (string Unit, decimal Factor)[] HourUnits = [("GWh", 3.6e12m), ("MWh", 3.6e9m), ("kWh", 3.6e6m)];
    private static readonly (string Unit, decimal Factor)[] JouleUnits = [("GJ", 1e9m), ("MJ", 1e6m), ("kJ", 1e3m), ("J", 1)];
    private static readonly (string Unit, decimal Factor)[] AmpereUnits = [("A", 1)];

    private static readonly (string Unit, decimal Factor)[] PriceUnits = [("", 1)];

    // Longer ones are no quantities of the trade, and reading stops at 64.
    private const int MaxLength = 48;

    /// <summary>A scalar that reads back as this text, never as a number, a truth or nothing.</summary>
    public static string Scalar(string text) => IsPlain(text) ? text : NetBoxText.Scalar(text);

    /// <summary>A list on one line.</summary>
    public static string List(IEnumerable<string> items) => $"[{string.Join(", ", items.Select(Scalar))}]";

    /// <summary>A map on one line; the values are written already.</summary>
    public static string Map(IEnumerable<(string Key, string Text)> keys) =>
        $"{{{string.Join(", ", keys.Select(pair => $"{Scalar(pair.Key)}: {pair.Text}"))}}}";

    /// <summary>A bare number.</summary>
    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    public static string? Length(double meters) => Quantity(meters, LengthUnits);

    public static string? Watts(double watts) => Quantity(watts, QuantityText.WattUnits);

    public static string? VoltAmperes(double value) => Quantity(value, QuantityText.VoltAmpereUnits);

    public static string? Amperes(double value) => Quantity(value, AmpereUnits);

    public static string? Volts(double value) => Quantity(value, QuantityText.VoltUnits);

    // Batteries are sold by the kWh, capacitors by the kJ: whichever is the round number.
    public static string? Joules(double value) =>
        (Quantity(value, HourUnits), Quantity(value, JouleUnits)) is var (hours, joules) && hours is not null
            && (joules is null || hours.Length <= joules.Length + 2) ? hours : Quantity(value, JouleUnits);

    public static string? Kelvins(double value) => Quantity(value, QuantityText.KelvinUnits);

    public static string? Celsius(double value) => Quantity(value, QuantityText.CelsiusUnits);

    public static string? Flow(double value) => Quantity(value, QuantityText.FlowUnits);

    public static string? Liters(double value) => Quantity(value, QuantityText.LiterUnits);

    public static string? BitRate(double value) => Quantity(value, QuantityText.BitRateUnits);

    /// <summary>A price for a watt.</summary>
    public static string? Price(double perWatt, string currency) =>
        Quantity(perWatt, PriceUnits) is { } text ? $"{text} {currency}/W" : null;

    /// <summary>A percentage without a space, as keys of curves are.</summary>
    public static string? Percent(double ratio) =>
        Quantity(ratio, QuantityText.RatioUnits)?.Replace(" ", "", StringComparison.Ordinal);

    public static string? Duration(double seconds) =>
        Quantity(seconds, QuantityText.SecondUnits) is { } text && QuantityText.TryDuration(text, out var time, out _) && time.TotalSeconds.Equals(seconds)
            ? text
            : null;

    /// <summary>A day, if the instant is its midnight.</summary>
    public static string? Day(long ms)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(ms);
        return at.TimeOfDay == TimeSpan.Zero ? at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null;
    }

    // The shortest of the units that give the value back, the larger unit first.
    private static string? Quantity(double value, (string Unit, decimal Factor)[] units)
    {
        if (!(value >= 0) || !decimal.TryParse(Number(value), NumberStyles.Float, CultureInfo.InvariantCulture, out var exact))
        {
            return null;
        }

        string? best = null;
        foreach (var (unit, factor) in units.OrderByDescending(unit => unit.Factor))
        {
            var number = exact / factor;
            var text = string.Create(CultureInfo.InvariantCulture, $"{Trimmed(number)} {unit}").TrimEnd();
            if (number * factor == exact && number < 1e15m && text.Length <= MaxLength && (best is null || Effort(text) < Effort(best))
                && double.Parse((number * factor).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture).Equals(value))
            {
                best = text;
            }
        }

        return best;
    }

    // People write 600 mm and 500 kWh rather than 0.6 m and 0.5 MWh.
    private static int Effort(string text) => text.StartsWith("0.", StringComparison.Ordinal) ? text.Length + 3 : text.Length;

    // 1.500 is 1.5: dividing by a one with as many places takes the zeros off.
    private static decimal Trimmed(decimal number) => number / 1.0000000000000000000000000000m;

    private static bool IsPlain(string text) => text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && text[^1] != ' '
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' or '/' or '@' or ' ' or '%' or '+' or '°')
        && !double.TryParse(text, NumberStyles.Any, CultureInfo.InvariantCulture, out _)
        && text.ToLowerInvariant() is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n");
}
