using System.Globalization;

namespace Ampacity.Units;

/// <summary>Energy. Kilowatt-hours exist on screens only (1 kWh = 3,600,000 J).</summary>
/// <param name="Value">Amount in J; any finite number, NaN never.</param>
public readonly record struct Joules(double Value) : IComparable<Joules>
{
    /// <summary>Nothing of it: a measured zero, which is not the same as absent.</summary>
    public static Joules Zero => new(0);

    /// <summary>Sum of two quantities.</summary>
    public static Joules operator +(Joules left, Joules right) => new(left.Value + right.Value);

    /// <summary>Difference of two quantities; may be negative.</summary>
    public static Joules operator -(Joules left, Joules right) => new(left.Value - right.Value);

    /// <summary>A quantity scaled by a plain factor.</summary>
    public static Joules operator *(Joules left, double factor) => new(left.Value * factor);

    /// <summary>The plain ratio of two quantities; infinity or NaN when the divisor is zero.</summary>
    public static double operator /(Joules left, Joules right) => left.Value / right.Value;

    /// <summary>Whether the left is less.</summary>
    public static bool operator <(Joules left, Joules right) => left.Value < right.Value;

    /// <summary>Whether the left is greater.</summary>
    public static bool operator >(Joules left, Joules right) => left.Value > right.Value;

    /// <summary>Whether the left is less or equal.</summary>
    public static bool operator <=(Joules left, Joules right) => left.Value <= right.Value;

    /// <summary>Whether the left is greater or equal.</summary>
    public static bool operator >=(Joules left, Joules right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(Joules other) => Value.CompareTo(other.Value);

    /// <summary>The amount with its unit, invariant culture, at most three decimals.</summary>
    public override string ToString() => Value.ToString("0.###", CultureInfo.InvariantCulture) + " J";
}
