using System.Globalization;

namespace Ampacity.Units;

/// <summary>Real power: what is turned to heat and paid for.</summary>
/// <remarks>Never mixed with <see cref="VoltAmperes"/>. Every figure names its boundary (utility, facility IT, rack input).</remarks>
/// <param name="Value">Amount in W; any finite number, NaN never.</param>
public readonly record struct Watts(double Value) : IComparable<Watts>
{
    /// <summary>Nothing of it: a measured zero, which is not the same as absent.</summary>
    public static Watts Zero => new(0);

    /// <summary>Sum of two quantities.</summary>
    public static Watts operator +(Watts left, Watts right) => new(left.Value + right.Value);

    /// <summary>Difference of two quantities; may be negative.</summary>
    public static Watts operator -(Watts left, Watts right) => new(left.Value - right.Value);

    /// <summary>A quantity scaled by a plain factor.</summary>
    public static Watts operator *(Watts left, double factor) => new(left.Value * factor);

    /// <summary>The plain ratio of two quantities; infinity or NaN when the divisor is zero.</summary>
    public static double operator /(Watts left, Watts right) => left.Value / right.Value;

    /// <summary>Whether the left is less.</summary>
    public static bool operator <(Watts left, Watts right) => left.Value < right.Value;

    /// <summary>Whether the left is greater.</summary>
    public static bool operator >(Watts left, Watts right) => left.Value > right.Value;

    /// <summary>Whether the left is less or equal.</summary>
    public static bool operator <=(Watts left, Watts right) => left.Value <= right.Value;

    /// <summary>Whether the left is greater or equal.</summary>
    public static bool operator >=(Watts left, Watts right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(Watts other) => Value.CompareTo(other.Value);

    /// <summary>The amount with its unit, invariant culture, at most three decimals.</summary>
    public override string ToString() => Value.ToString("0.###", CultureInfo.InvariantCulture) + " W";
}
