using System.Globalization;

namespace Ampacity.Units;

/// <summary>A dimensionless share; 1 is the whole.</summary>
/// <remarks>Percent exists on screens only.</remarks>
/// <param name="Value">Amount in parts of one; any finite number, NaN never.</param>
public readonly record struct Ratio(double Value) : IComparable<Ratio>
{
    /// <summary>Nothing of it: a measured zero, which is not the same as absent.</summary>
    public static Ratio Zero => new(0);

    /// <summary>Sum of two quantities.</summary>
    public static Ratio operator +(Ratio left, Ratio right) => new(left.Value + right.Value);

    /// <summary>Difference of two quantities; may be negative.</summary>
    public static Ratio operator -(Ratio left, Ratio right) => new(left.Value - right.Value);

    /// <summary>A quantity scaled by a plain factor.</summary>
    public static Ratio operator *(Ratio left, double factor) => new(left.Value * factor);

    /// <summary>The plain ratio of two quantities; infinity or NaN when the divisor is zero.</summary>
    public static double operator /(Ratio left, Ratio right) => left.Value / right.Value;

    /// <summary>Whether the left is less.</summary>
    public static bool operator <(Ratio left, Ratio right) => left.Value < right.Value;

    /// <summary>Whether the left is greater.</summary>
    public static bool operator >(Ratio left, Ratio right) => left.Value > right.Value;

    /// <summary>Whether the left is less or equal.</summary>
    public static bool operator <=(Ratio left, Ratio right) => left.Value <= right.Value;

    /// <summary>Whether the left is greater or equal.</summary>
    public static bool operator >=(Ratio left, Ratio right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(Ratio other) => Value.CompareTo(other.Value);

    /// <summary>The amount with its unit, invariant culture, at most three decimals.</summary>
    public override string ToString() => Value.ToString("0.###", CultureInfo.InvariantCulture);
}
