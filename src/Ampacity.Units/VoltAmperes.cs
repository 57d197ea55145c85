using System.Globalization;

namespace Ampacity.Units;

/// <summary>Apparent power: what a conductor or transformer is sized for.</summary>
/// <remarks>Never added to <see cref="Watts"/>; multiply by a power factor to get them.</remarks>
/// <param name="Value">Amount in VA; any finite number, NaN never.</param>
public readonly record struct VoltAmperes(double Value) : IComparable<VoltAmperes>
{
    /// <summary>Nothing of it: a measured zero, which is not the same as absent.</summary>
    public static VoltAmperes Zero => new(0);

    /// <summary>Sum of two quantities.</summary>
    public static VoltAmperes operator +(VoltAmperes left, VoltAmperes right) => new(left.Value + right.Value);

    /// <summary>Difference of two quantities; may be negative.</summary>
    public static VoltAmperes operator -(VoltAmperes left, VoltAmperes right) => new(left.Value - right.Value);

    /// <summary>A quantity scaled by a plain factor.</summary>
    public static VoltAmperes operator *(VoltAmperes left, double factor) => new(left.Value * factor);

    /// <summary>The plain ratio of two quantities; infinity or NaN when the divisor is zero.</summary>
    public static double operator /(VoltAmperes left, VoltAmperes right) => left.Value / right.Value;

    /// <summary>Whether the left is less.</summary>
    public static bool operator <(VoltAmperes left, VoltAmperes right) => left.Value < right.Value;

    /// <summary>Whether the left is greater.</summary>
    public static bool operator >(VoltAmperes left, VoltAmperes right) => left.Value > right.Value;

    /// <summary>Whether the left is less or equal.</summary>
    public static bool operator <=(VoltAmperes left, VoltAmperes right) => left.Value <= right.Value;

    /// <summary>Whether the left is greater or equal.</summary>
    public static bool operator >=(VoltAmperes left, VoltAmperes right) => left.Value >= right.Value;

    /// <summary>Real power at a power factor of 0–1.</summary>
    public Watts AtPowerFactor(double powerFactor) => new(Value * powerFactor);

    /// <inheritdoc/>
    public int CompareTo(VoltAmperes other) => Value.CompareTo(other.Value);

    /// <summary>The amount with its unit, invariant culture, at most three decimals.</summary>
    public override string ToString() => Value.ToString("0.###", CultureInfo.InvariantCulture) + " VA";
}
