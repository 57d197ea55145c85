using System.Globalization;
using Ampacity.Units;

namespace Ampacity.Fleet;

/// <summary>What a three-phase conductor or breaker is rated for: a current per phase at a line-to-line voltage.</summary>
/// <param name="Current">Current per phase, A, above zero.</param>
/// <param name="LineToLine">Voltage between phases, V, above zero.</param>
public readonly record struct ThreePhaseRating(Amperes Current, Volts LineToLine)
{
    private static readonly double Root3 = Math.Sqrt(3);

    /// <summary>Apparent power √3 · V · A (reference: three-phase power; 1,600 A at 415 V is 1.150 MVA).</summary>
    public VoltAmperes VoltAmperes => new(Root3 * LineToLine.Value * Current.Value);

    /// <summary>As it is written in files: <c>1600 A at 415 V</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Current} at {LineToLine}");
}
