namespace Ampacity.PromQL;

/// <summary>Lines through a window.</summary>
internal static class TrendWindows
{
    public static double Slope(in SampleWindow window) =>
        window.Values.Length < 2 ? Absent.Value : Regress(in window, window.TimestampsMs[0]).Slope;

    /// <summary>Where the line will be so many seconds after the step.</summary>
    public static double Predict(in SampleWindow window)
    {
        if (window.Values.Length < 2)
        {
            return Absent.Value;
        }

        var (slope, intercept) = Regress(in window, window.StepMs);
        return (slope * window.Arguments[0]) + intercept;
    }

    /// <summary>Holt's linear smoothing with the factors of level and trend, each between 0 and 1.</summary>
    public static double Smooth(in SampleWindow window)
    {
        var (levelFactor, trendFactor) = (window.Arguments[0], window.Arguments[1]);
        if (levelFactor is <= 0 or >= 1)
        {
            throw new QueryException(FormattableString.Invariant($"invalid smoothing factor. Expected: 0 < sf < 1, got: {levelFactor:F6}"));
        }

        if (trendFactor is <= 0 or >= 1)
        {
            throw new QueryException(FormattableString.Invariant($"invalid trend factor. Expected: 0 < tf < 1, got: {trendFactor:F6}"));
        }

        var values = window.Values;
        if (values.Length < 2)
        {
            return Absent.Value;
        }

        var (before, level, trend) = (0.0, values[0], values[1] - values[0]);
        for (var i = 1; i < values.Length; i++)
        {
            trend = i == 1 ? trend : (trendFactor * (level - before)) + ((1 - trendFactor) * trend);
            (before, level) = (level, (levelFactor * values[i]) + ((1 - levelFactor) * (level + trend)));
        }

        return level;
    }

    // Least squares; x in seconds from the intercept's time.
    private static (double Slope, double Intercept) Regress(in SampleWindow window, long interceptMs)
    {
        var values = window.Values;
        CompensatedSum sumX = default, sumY = default, sumXY = default, sumXX = default;
        var constant = true;
        for (var i = 0; i < values.Length; i++)
        {
            constant &= values[i] == values[0] || i == 0;
            var x = (window.TimestampsMs[i] - interceptMs) / 1000.0;
            sumX = sumX.Plus(x);
            sumY = sumY.Plus(values[i]);
            sumXY = sumXY.Plus(x * values[i]);
            sumXX = sumXX.Plus(x * x);
        }

        if (constant)
        {
            return double.IsInfinity(values[0]) ? (double.NaN, double.NaN) : (0, values[0]);
        }

        double n = values.Length;
        var (totalX, totalY) = (sumX.Sum + sumX.Lost, sumY.Sum + sumY.Lost);
        var covariance = sumXY.Sum + sumXY.Lost - (totalX * totalY / n);
        var variance = sumXX.Sum + sumXX.Lost - (totalX * totalX / n);
        var slope = covariance / variance;
        return (slope, (totalY / n) - (slope * totalX / n));
    }
}
