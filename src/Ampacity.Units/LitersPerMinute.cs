using System.Globalization;

namespace Ampacity.Units;

/// <summary>Volumetric coolant flow.</summary>
/// <param name="Value">Amount in L/min; any finite number, NaN never.</param>
public readonly record struct LitersPerMinute(double Value) : IComparable<LitersPerMinute>
{
    /// <summary>Nothing of it: a measured zero, which is not the same as absent.</summary>
    public static LitersPerMinute Zero => new(0);

    /// <summary>Sum of two quantities.</summary>
    public static LitersPerMinute operator +(LitersPerMinute left, LitersPerMinute right) => new(left.Value + right.Value);

    /// <summary>Difference of two quantities; may be negative.</summary>
    public static LitersPerMinute operator -(LitersPerMinute left, LitersPerMinute right) => new(left.Value - right.Value);

    /// <summary>A quantity scaled by a plain factor.</summary>
    public static LitersPerMinute operator *(LitersPerMinute left, double factor) => new(left.Value * factor);

    /// <summary>The plain ratio of two quantities; infinity or NaN when the divisor is zero.</summary>
    public static double operator /(LitersPerMinute left, LitersPerMinute right) => left.Value / right.Value;

    /// <summary>Whether the left is less.</summary>
    public static bool operator <(LitersPerMinute left, LitersPerMinute right) => left.Value < right.Value;

    /// <summary>Whether the left is greater.</summary>
    public static bool operator >(LitersPerMinute left, LitersPerMinute right) => left.Value > right.Value;

    /// <summary>Whether the left is less or equal.</summary>
    public static bool operator <=(LitersPerMinute left, LitersPerMinute right) => left.Value <= right.Value;

    /// <summary>Whether the left is greater or equal.</summary>
    public static bool operator >=(LitersPerMinute left, LitersPerMinute right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(LitersPerMinute other) => Value.CompareTo(other.Value);

    /// <summary>The amount with its unit, invariant culture, at most three decimals.</summary>
    public override string ToString() => Value.ToString("0.###", CultureInfo.InvariantCulture) + " L/min";
}
