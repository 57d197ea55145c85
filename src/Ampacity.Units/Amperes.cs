using System.Globalization;

namespace Ampacity.Units;

/// <summary>Electric current.</summary>
/// <remarks>RMS for alternating current.</remarks>
/// <param name="Value">Amount in A; any finite number, NaN never.</param>
public readonly record struct Amperes(double Value) : IComparable<Amperes>
{
    /// <summary>Nothing of it: a measured zero, which is not the same as absent.</summary>
    public static Amperes Zero => new(0);

    /// <summary>Sum of two quantities.</summary>
    public static Amperes operator +(Amperes left, Amperes right) => new(left.Value + right.Value);

    /// <summary>Difference of two quantities; may be negative.</summary>
    public static Amperes operator -(Amperes left, Amperes right) => new(left.Value - right.Value);

    /// <summary>A quantity scaled by a plain factor.</summary>
    public static Amperes operator *(Amperes left, double factor) => new(left.Value * factor);

    /// <summary>The plain ratio of two quantities; infinity or NaN when the divisor is zero.</summary>
    public static double operator /(Amperes left, Amperes right) => left.Value / right.Value;

    /// <summary>Whether the left is less.</summary>
    public static bool operator <(Amperes left, Amperes right) => left.Value < right.Value;

    /// <summary>Whether the left is greater.</summary>
    public static bool operator >(Amperes left, Amperes right) => left.Value > right.Value;

    /// <summary>Whether the left is less or equal.</summary>
    public static bool operator <=(Amperes left, Amperes right) => left.Value <= right.Value;

    /// <summary>Whether the left is greater or equal.</summary>
    public static bool operator >=(Amperes left, Amperes right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(Amperes other) => Value.CompareTo(other.Value);

    /// <summary>The amount with its unit, invariant culture, at most three decimals.</summary>
    public override string ToString() => Value.ToString("0.###", CultureInfo.InvariantCulture) + " A";
}
