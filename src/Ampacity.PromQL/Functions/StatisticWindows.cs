namespace Ampacity.PromQL;

/// <summary>Statistics of a window.</summary>
internal static class StatisticWindows
{
    public static double Sum(in SampleWindow window)
    {
        var sum = default(CompensatedSum);
        foreach (var value in window.Values)
        {
            sum = sum.Plus(value);
        }

        return sum.Total;
    }

    public static double Average(in SampleWindow window)
    {
        // CompensatedMean without what it keeps for sums that overflow: half the time of avg_over_time.
        var values = window.Values;
        var sum = new CompensatedSum(values[0], 0);
        for (var i = 1; i < values.Length; i++)
        {
            sum = sum.Plus(values[i]);
            if (double.IsInfinity(sum.Sum))
            {
                return CarefulAverage(values);
            }
        }

        return (sum.Sum / values.Length) + (sum.Lost / values.Length);
    }

    private static double CarefulAverage(ReadOnlySpan<double> values)
    {
        var mean = default(CompensatedMean);
        foreach (var value in values)
        {
            mean.Add(value);
        }

        return mean.Mean;
    }

    public static double Variance(in SampleWindow window)
    {
        var variance = default(CompensatedVariance);
        foreach (var value in window.Values)
        {
            variance.Add(value);
        }

        return variance.Variance;
    }

    public static double Min(in SampleWindow window) => window.Values[IndexOfExtreme(window.Values, sign: -1, last: false)];

    public static double Max(in SampleWindow window) => window.Values[IndexOfExtreme(window.Values, sign: 1, last: false)];

    public static double TimeOfMin(in SampleWindow window) =>
        window.TimestampsMs[IndexOfExtreme(window.Values, sign: -1, last: true)] / 1000.0;

    public static double TimeOfMax(in SampleWindow window) =>
        window.TimestampsMs[IndexOfExtreme(window.Values, sign: 1, last: true)] / 1000.0;

    public static double Quantile(in SampleWindow window) => QuantileOf(window.Arguments[0], window.Values.ToArray());

    public static double MedianDeviation(in SampleWindow window)
    {
        var values = window.Values.ToArray();
        if (Array.Exists(values, double.IsNaN))
        {
            return double.NaN;
        }

        var median = QuantileOf(0.5, values);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Math.Abs(values[i] - median);
        }

        return QuantileOf(0.5, values);
    }

    /// <summary>The φ-quantile with linear interpolation; sorts the values, NaN first. ±∞ for φ outside 0–1.</summary>
    public static double QuantileOf(double phi, Span<double> values)
    {
        if (values.IsEmpty || double.IsNaN(phi))
        {
            return double.NaN;
        }

        if (phi is < 0 or > 1)
        {
            return phi < 0 ? double.NegativeInfinity : double.PositiveInfinity;
        }

        values.Sort();
        var rank = phi * (values.Length - 1);
        var lower = Math.Max(0, (int)Math.Floor(rank));
        var upper = Math.Min(values.Length - 1, lower + 1);
        var weight = rank - Math.Floor(rank);
        return (values[lower] * (1 - weight)) + (values[upper] * weight);
    }

    // NaN gives way to any number.
    private static int IndexOfExtreme(ReadOnlySpan<double> values, int sign, bool last)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            var order = sign * values[i].CompareTo(values[best]);
            if (double.IsNaN(values[best]) || (!double.IsNaN(values[i]) && (order > 0 || (last && order == 0))))
            {
                best = i;
            }
        }

        return best;
    }
}
