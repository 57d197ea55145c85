namespace Ampacity.PromQL;

/// <summary>Changes over a window. Extrapolation follows prometheus/prometheus promql/functions.go, extrapolatedRate.</summary>
internal static class CounterWindows
{
    public static double Rate(in SampleWindow window) => Extrapolated(in window, isCounter: true, perSecond: true);

    public static double Increase(in SampleWindow window) => Extrapolated(in window, isCounter: true, perSecond: false);

    public static double Delta(in SampleWindow window) => Extrapolated(in window, isCounter: false, perSecond: false);

    public static double InstantRate(in SampleWindow window)
    {
        if (window.Values.Length < 2)
        {
            return Absent.Value;
        }

        var (before, last) = (window.Values[^2], window.Values[^1]);
        var elapsedMs = window.TimestampsMs[^1] - window.TimestampsMs[^2];
        var change = last < before ? last : last - before;
        return elapsedMs == 0 ? Absent.Value : change / (elapsedMs / 1000.0);
    }

    public static double InstantDelta(in SampleWindow window) =>
        window.Values.Length < 2 ? Absent.Value : window.Values[^1] - window.Values[^2];

    public static double Resets(in SampleWindow window)
    {
        var count = 0;
        for (var i = 1; i < window.Values.Length; i++)
        {
            count += window.Values[i] < window.Values[i - 1] ? 1 : 0;
        }

        return count;
    }

    public static double Changes(in SampleWindow window)
    {
        var count = 0;
        for (var i = 1; i < window.Values.Length; i++)
        {
            // Equals, not ==: NaN after NaN is no change.
            count += window.Values[i].Equals(window.Values[i - 1]) ? 0 : 1;
        }

        return count;
    }

    private static double Extrapolated(in SampleWindow window, bool isCounter, bool perSecond)
    {
        var values = window.Values;
        if (values.Length < 2)
        {
            return Absent.Value;
        }

        var change = values[^1] - values[0];
        for (var i = 1; isCounter && i < values.Length; i++)
        {
            if (values[i] < values[i - 1])
            {
                change += values[i - 1];
            }
        }

        var (first, last) = (window.TimestampsMs[0], window.TimestampsMs[^1]);
        var toStartSeconds = (first - window.FromMs) / 1000.0;
        var toEndSeconds = (window.ThroughMs - last) / 1000.0;
        var sampledSeconds = (last - first) / 1000.0;
        var meanSeconds = sampledSeconds / (values.Length - 1);
        var thresholdSeconds = meanSeconds * 1.1;
        if (toStartSeconds >= thresholdSeconds)
        {
            toStartSeconds = meanSeconds / 2;
        }

        // A counter cannot have been below zero: where its line would cross zero in the extrapolated part, the line begins there.
        if (isCounter && change > 0 && values[0] >= 0)
        {
            toStartSeconds = Math.Min(toStartSeconds, sampledSeconds * (values[0] / change));
        }

        if (toEndSeconds >= thresholdSeconds)
        {
            toEndSeconds = meanSeconds / 2;
        }

        var factor = (sampledSeconds + toStartSeconds + toEndSeconds) / sampledSeconds;
        return change * (perSecond ? factor / ((window.ThroughMs - window.FromMs) / 1000.0) : factor);
    }
}
