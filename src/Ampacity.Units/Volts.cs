using System.Globalization;

namespace Ampacity.Units;

/// <summary>Electric potential, line to line for three phases.</summary>
/// <param name="Value">Amount in V; any finite number, NaN never.</param>
public readonly record struct Volts(double Value) : IComparable<Volts>
{
    /// <summary>Nothing of it: a measured zero, which is not the same as absent.</summary>
    public static Volts Zero => new(0);

    /// <summary>Sum of two quantities.</summary>
    public static Volts operator +(Volts left, Volts right) => new(left.Value + right.Value);

    /// <summary>Difference of two quantities; may be negative.</summary>
    public static Volts operator -(Volts left, Volts right) => new(left.Value - right.Value);

    /// <summary>A quantity scaled by a plain factor.</summary>
    public static Volts operator *(Volts left, double factor) => new(left.Value * factor);

    /// <summary>The plain ratio of two quantities; infinity or NaN when the divisor is zero.</summary>
    public static double operator /(Volts left, Volts right) => left.Value / right.Value;

    /// <summary>Whether the left is less.</summary>
    public static bool operator <(Volts left, Volts right) => left.Value < right.Value;

    /// <summary>Whether the left is greater.</summary>
    public static bool operator >(Volts left, Volts right) => left.Value > right.Value;

    /// <summary>Whether the left is less or equal.</summary>
    public static bool operator <=(Volts left, Volts right) => left.Value <= right.Value;

    /// <summary>Whether the left is greater or equal.</summary>
    public static bool operator >=(Volts left, Volts right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(Volts other) => Value.CompareTo(other.Value);

    /// <summary>The amount with its unit, invariant culture, at most three decimals.</summary>
    public override string ToString() => Value.ToString("0.###", CultureInfo.InvariantCulture) + " V";
}
