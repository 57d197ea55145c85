using System.Globalization;

namespace Ampacity.Units;

/// <summary>Pressure, gauge unless a name says otherwise.</summary>
/// <param name="Value">Amount in kPa; any finite number, NaN never.</param>
public readonly record struct Kilopascals(double Value) : IComparable<Kilopascals>
{
    /// <summary>Nothing of it: a measured zero, which is not the same as absent.</summary>
    public static Kilopascals Zero => new(0);

    /// <summary>Sum of two quantities.</summary>
    public static Kilopascals operator +(Kilopascals left, Kilopascals right) => new(left.Value + right.Value);

    /// <summary>Difference of two quantities; may be negative.</summary>
    public static Kilopascals operator -(Kilopascals left, Kilopascals right) => new(left.Value - right.Value);

    /// <summary>A quantity scaled by a plain factor.</summary>
    public static Kilopascals operator *(Kilopascals left, double factor) => new(left.Value * factor);

    /// <summary>The plain ratio of two quantities; infinity or NaN when the divisor is zero.</summary>
    public static double operator /(Kilopascals left, Kilopascals right) => left.Value / right.Value;

    /// <summary>Whether the left is less.</summary>
    public static bool operator <(Kilopascals left, Kilopascals right) => left.Value < right.Value;

    /// <summary>Whether the left is greater.</summary>
    public static bool operator >(Kilopascals left, Kilopascals right) => left.Value > right.Value;

    /// <summary>Whether the left is less or equal.</summary>
    public static bool operator <=(Kilopascals left, Kilopascals right) => left.Value <= right.Value;

    /// <summary>Whether the left is greater or equal.</summary>
    public static bool operator >=(Kilopascals left, Kilopascals right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(Kilopascals other) => Value.CompareTo(other.Value);

    /// <summary>The amount with its unit, invariant culture, at most three decimals.</summary>
    public override string ToString() => Value.ToString("0.###", CultureInfo.InvariantCulture) + " kPa";
}
