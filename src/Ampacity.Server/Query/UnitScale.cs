namespace Ampacity.Server;

/// <summary>How the numbers of one axis or column are written: divided by the same power, so that they are short and can be compared.</summary>
/// <param name="Divisor">What a value is divided by.</param>
/// <param name="Unit">Unit of what is left, prefix included; empty for plain numbers.</param>
public readonly record struct UnitScale(double Divisor, string Unit)
{
    private const double JoulesPerKilowattHour = 3.6e6;

    private static readonly (double Divisor, string Prefix)[] Decimal = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")];
    private static readonly (double Divisor, string Prefix)[] Binary = [(1L << 40, "Ti"), (1L << 30, "Gi"), (1L << 20, "Mi"), (1L << 10, "Ki")];

    /// <summary>The scale for values up to a size.</summary>
    /// <param name="unit">As <see cref="ExpressionUnit"/> says it; null for none known.</param>
    /// <param name="largest">The largest of them, without its sign.</param>
    public static UnitScale For(string? unit, double largest) => unit switch
    {
        "ratio" => new UnitScale(1, ""),
        "°C" or "K" or "%" or "s" or "m" or "L/min" or "kPa" => new UnitScale(1, unit),
        "B" or "B/s" => Prefixed(Binary, unit, largest),
        // Energy is joules inside and kWh for people.
        "J" when largest >= JoulesPerKilowattHour => Prefixed(Decimal, "Wh", largest / 3600) is { Divisor: var divisor } hours ? hours with { Divisor = divisor * 3600 } : default,
        _ => Prefixed(Decimal, unit ?? "", largest),
    };

    private static UnitScale Prefixed((double Divisor, string Prefix)[] prefixes, string unit, double largest)
    {
        foreach (var (divisor, prefix) in prefixes)
        {
            if (largest >= divisor)
            {
                return new UnitScale(divisor, prefix + unit);
            }
        }

        return new UnitScale(1, unit);
    }
}
