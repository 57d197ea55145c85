using System.Globalization;

namespace Ampacity.Units;

/// <summary>A temperature on the Celsius scale.</summary>
/// <remarks>A point, not a difference: subtracting two gives <see cref="Kelvins"/>.</remarks>
/// <param name="Value">Amount in °C; any finite number, NaN never.</param>
public readonly record struct Celsius(double Value) : IComparable<Celsius>
{
    /// <summary>Nothing of it: a measured zero, which is not the same as absent.</summary>
    public static Celsius Zero => new(0);

    /// <summary>The difference between two temperatures.</summary>
    public static Kelvins operator -(Celsius left, Celsius right) => new(left.Value - right.Value);

    /// <summary>A temperature shifted by a difference.</summary>
    public static Celsius operator +(Celsius left, Kelvins shift) => new(left.Value + shift.Value);

    /// <summary>Whether the left is less.</summary>
    public static bool operator <(Celsius left, Celsius right) => left.Value < right.Value;

    /// <summary>Whether the left is greater.</summary>
    public static bool operator >(Celsius left, Celsius right) => left.Value > right.Value;

    /// <summary>Whether the left is less or equal.</summary>
    public static bool operator <=(Celsius left, Celsius right) => left.Value <= right.Value;

    /// <summary>Whether the left is greater or equal.</summary>
    public static bool operator >=(Celsius left, Celsius right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(Celsius other) => Value.CompareTo(other.Value);

    /// <summary>The amount with its unit, invariant culture, at most three decimals.</summary>
    public override string ToString() => Value.ToString("0.###", CultureInfo.InvariantCulture) + " °C";
}
