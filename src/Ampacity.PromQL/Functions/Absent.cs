using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>
/// No sample at a step. Columns mark it by the bits of the stale marker, which no value of a result can have: selectors drop
/// markers, and arithmetic never makes a signalling NaN.
/// </summary>
internal static class Absent
{
    public static double Value => StaleMarker.Value;

    public static bool Is(double value) => StaleMarker.Is(value);
}
