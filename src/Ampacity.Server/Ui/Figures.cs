using System.Globalization;
using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>Numbers as pages write them: invariant, with their unit, and a dash where nobody knows.</summary>
internal static class Figures
{
    /// <summary>No reading: never written as 0.</summary>
    public const string None = "—";

    /// <summary>Watts as kilowatts with one decimal.</summary>
    public static string Kilowatts(double? watts) =>
        watts is { } known && !double.IsNaN(known) ? string.Create(CultureInfo.InvariantCulture, $"{known / 1000:N1} kW") : None;

    /// <summary>A power in the unit that its size asks for, from kW to GW.</summary>
    public static string Power(double? watts) => watts is not { } known || double.IsNaN(known) ? None : Math.Abs(known) switch
    {
        >= 1e9 => string.Create(CultureInfo.InvariantCulture, $"{known / 1e9:N3} GW"),
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{known / 1e6:N1} MW"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{known / 1000:N1} kW"),
    };

    /// <summary>Kilowatts without the unit, for pairs such as <c>68.8 → 137.5 kW</c>.</summary>
    public static string Kilo(double? watts) =>
        watts is { } known && !double.IsNaN(known) ? string.Create(CultureInfo.InvariantCulture, $"{known / 1000:N1}") : None;

    /// <summary>Watts of one component, without decimals.</summary>
    public static string Watts(double? watts) =>
        watts is { } known && !double.IsNaN(known) ? string.Create(CultureInfo.InvariantCulture, $"{known:N0} W") : None;

    /// <summary>A temperature, °C without decimals.</summary>
    public static string Celsius(double? celsius) =>
        celsius is { } known && !double.IsNaN(known) ? string.Create(CultureInfo.InvariantCulture, $"{known:F0} °C") : None;

    /// <summary>How long a load is borne.</summary>
    public static string Seconds(double seconds) => seconds switch
    {
        <= 0 => "trips at once",
        < 120 => string.Create(CultureInfo.InvariantCulture, $"trips in {seconds:F0} s"),
        < 7200 => string.Create(CultureInfo.InvariantCulture, $"trips in {seconds / 60:F0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"trips in {seconds / 3600:F0} h"),
    };

    /// <summary>An age in seconds, minutes or hours; a clock set back shows as 0.</summary>
    public static string Age(long ageMs) => (Math.Max(0, ageMs) / 1000) switch
    {
        < 120 and var seconds => string.Create(CultureInfo.InvariantCulture, $"{seconds} s"),
        < 7200 and var seconds => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60} min"),
        var seconds => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600} h"),
    };

    /// <summary>A length in a drawing.</summary>
    public static string Px(double length) => length.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>A kind of node as the trade writes it.</summary>
    public static string Kind(NodeKind kind) => kind switch
    {
        NodeKind.Ups => "UPS",
        NodeKind.Bess => "BESS",
        NodeKind.Pdu => "PDU",
        NodeKind.Cdu => "CDU",
        _ => kind.ToString(),
    };

    /// <summary>A value of an enumeration in words, as fleet files spell it: <c>active-active</c>.</summary>
    public static string Words<T>(T value)
        where T : struct, Enum => Words(value.ToString());

    /// <summary>The same of its text, in either case of its first letter.</summary>
    public static string Words(string text) =>
        string.Concat(text.Select((c, at) => char.IsAsciiLetterUpper(c) ? $"{(at == 0 ? "" : "-")}{char.ToLowerInvariant(c)}" : $"{c}"));

    /// <summary>A count with its noun.</summary>
    public static string Count(int count, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many)}");

    /// <summary>Cuts a name for a card; the whole stands in its title.</summary>
    public static string Short(string text, int charsMax) => text.Length <= charsMax ? text : $"{text[..(charsMax - 1)]}…";
}
