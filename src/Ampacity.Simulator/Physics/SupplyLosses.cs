namespace Ampacity.Simulator;

/// <summary>
/// Losses of a rectifier: a fixed part, one by current in diodes and one by its square in copper. For 5.5 kW they give 94.6 % at a tenth of
/// the load, 97.6 % at half and 97.1 % at full, which is the shape of the 80 PLUS Ruby class and of ORv3 supplies' data sheets (97.5 % peak).
/// </summary>
internal static class SupplyLosses
{
    private const double FixedShare = 0.0050;
    private const double LinearShare = 0.0050;
    private const double SquareShare = 0.0198;

    /// <summary>Input for an output, watts.</summary>
    public static double InputWatts(double outputWatts, double ratedWatts) =>
        (FixedShare * ratedWatts) + ((1 + LinearShare) * outputWatts) + (SquareShare * outputWatts * outputWatts / ratedWatts);

    /// <summary>Input energy, joules: the exact integral of <see cref="InputWatts"/>.</summary>
    public static double InputJoules(double seconds, double outputJoules, double outputSquareSeconds, double ratedWatts) =>
        (FixedShare * ratedWatts * seconds) + ((1 + LinearShare) * outputJoules) + (SquareShare * outputSquareSeconds / ratedWatts);
}
