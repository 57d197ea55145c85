using System.Globalization;

namespace Ampacity.Units;

/// <summary>A temperature difference, such as a CDU's approach.</summary>
/// <remarks>Not a point on a scale: see <see cref="Celsius"/>.</remarks>
/// <param name="Value">Amount in K; any finite number, NaN never.</param>
public readonly record struct Kelvins(double Value) : IComparable<Kelvins>
{
    /// <summary>Nothing of it: a measured zero, which is not the same as absent.</summary>
    public static Kelvins Zero => new(0);

    /// <summary>Sum of two quantities.</summary>
    public static Kelvins operator +(Kelvins left, Kelvins right) => new(left.Value + right.Value);

    /// <summary>Difference of two quantities; may be negative.</summary>
    public static Kelvins operator -(Kelvins left, Kelvins right) => new(left.Value - right.Value);

    /// <summary>A quantity scaled by a plain factor.</summary>
    public static Kelvins operator *(Kelvins left, double factor) => new(left.Value * factor);

    /// <summary>The plain ratio of two quantities; infinity or NaN when the divisor is zero.</summary>
    public static double operator /(Kelvins left, Kelvins right) => left.Value / right.Value;

    /// <summary>Whether the left is less.</summary>
    public static bool operator <(Kelvins left, Kelvins right) => left.Value < right.Value;

    /// <summary>Whether the left is greater.</summary>
    public static bool operator >(Kelvins left, Kelvins right) => left.Value > right.Value;

    /// <summary>Whether the left is less or equal.</summary>
    public static bool operator <=(Kelvins left, Kelvins right) => left.Value <= right.Value;

    /// <summary>Whether the left is greater or equal.</summary>
    public static bool operator >=(Kelvins left, Kelvins right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(Kelvins other) => Value.CompareTo(other.Value);

    /// <summary>The amount with its unit, invariant culture, at most three decimals.</summary>
    public override string ToString() => Value.ToString("0.###", CultureInfo.InvariantCulture) + " K";
}
