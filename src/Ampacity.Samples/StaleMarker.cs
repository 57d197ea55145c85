namespace Ampacity.Samples;

/// <summary>
/// The NaN that Prometheus sends when a series ends (prometheus/prometheus model/value/value.go: 0x7ff0000000000002).
/// Other NaNs are values; compare bits, never with <see cref="double.IsNaN"/>.
/// </summary>
public static class StaleMarker
{
    /// <summary>Bits of the marker.</summary>
    public const long Bits = 0x7ff0000000000002;

    /// <summary>The marker as a double.</summary>
    public static double Value => BitConverter.Int64BitsToDouble(Bits);

    /// <summary>Whether a value is the marker, to the bit.</summary>
    public static bool Is(double value) => BitConverter.DoubleToInt64Bits(value) == Bits;
}
