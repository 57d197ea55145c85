using System.Globalization;

namespace Ampacity.Server;

/// <summary>Where the ticks of a plot's axes stand: at round numbers and round times. Pure, any thread.</summary>
public static class AxisTicks
{
    private const long Second = 1000;
    private const long Minute = 60 * Second;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    private static readonly long[] TimeSteps =
    [
        Second, 2 * Second, 5 * Second, 10 * Second, 15 * Second, 30 * Second, Minute, 2 * Minute, 5 * Minute, 10 * Minute, 15 * Minute, 30 * Minute,
        Hour, 2 * Hour, 3 * Hour, 6 * Hour, 12 * Hour, Day, 2 * Day, 7 * Day, 14 * Day, 28 * Day, 91 * Day, 364 * Day,
    ];

    /// <summary>
    /// Round numbers, evenly spaced, that enclose a range; the first and last are the axis' ends. Zero is one of them where values above zero come near it,
    /// so that a plot does not make a small change look large.
    /// </summary>
    /// <param name="least">Least value; finite.</param>
    /// <param name="most">Largest value; finite.</param>
    /// <param name="countMax">Most ticks, at least 3: a range across zero needs them.</param>
    public static double[] OfValues(double least, double most, int countMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(countMax, 3);
        if (least >= 0 && least < most / 2)
        {
            least = 0;
        }

        if (most - least <= Math.Abs(most) * 1e-12)
        {
            var room = most == 0 ? 1 : Math.Abs(most) * 0.05;
            (least, most) = (least - room, most + room);
        }

        var step = RoundStep((most - least) / (countMax - 1));
        while (Math.Ceiling(most / step) - Math.Floor(least / step) > countMax - 1)
        {
            step = RoundStep(step * 1.01);
        }

        var first = Math.Floor(least / step);
        var count = (int)(Math.Ceiling(most / step) - first) + 1;
        return [.. Enumerable.Range(0, count).Select(i => (first + i) * step)];
    }

    /// <summary>Round instants within a span, UTC milliseconds, evenly spaced.</summary>
    /// <param name="fromMs">Begin.</param>
    /// <param name="throughMs">End.</param>
    /// <param name="countMax">Most ticks, at least 1.</param>
    public static long[] OfTimes(long fromMs, long throughMs, int countMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(countMax, 1);
        var step = RoundTime(Math.Max(0, throughMs - fromMs) / countMax);
        var ticks = new List<long>();
        for (var at = (fromMs + step - 1) / step * step; at <= throughMs && ticks.Count < countMax; at += step)
        {
            ticks.Add(at);
        }

        return [.. ticks];
    }

    /// <summary>The least round length of time that is not below another, milliseconds; above a year multiples of it.</summary>
    public static long RoundTime(long leastMs)
    {
        foreach (var step in TimeSteps)
        {
            if (step >= leastMs)
            {
                return step;
            }
        }

        return (leastMs + TimeSteps[^1] - 1) / TimeSteps[^1] * TimeSteps[^1];
    }

    /// <summary>What stands at a tick: time of day, or the day where ticks are days apart or a day begins.</summary>
    /// <param name="atMs">The tick, UTC milliseconds.</param>
    /// <param name="stepMs">Milliseconds from tick to tick.</param>
    public static string TimeLabel(long atMs, long stepMs) => DateTimeOffset.FromUnixTimeMilliseconds(atMs).ToString(
        stepMs >= Day || atMs % Day == 0 ? "MM-dd" : stepMs < Minute ? "HH:mm:ss" : "HH:mm", CultureInfo.InvariantCulture);

    /// <summary>A tick's number with as many digits as tell it from its neighbour.</summary>
    /// <param name="value">The tick.</param>
    /// <param name="step">Distance to the next.</param>
    public static string ValueLabel(double value, double step)
    {
        var digits = Math.Clamp((int)Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 12);
        // Two and a half needs a digit more than two.
        digits = Math.Abs(Math.Round(step, digits) - step) > step * 1e-6 ? Math.Min(12, digits + 1) : digits;
        var text = Math.Abs(value) >= 1e15 ? value.ToString("0.###e0", CultureInfo.InvariantCulture) : value.ToString($"F{digits}", CultureInfo.InvariantCulture);
        return text.StartsWith('-') && text.AsSpan(1).IndexOfAnyExcept('0', '.') < 0 ? text[1..] : text;
    }

    // 1, 2, 2.5 or 5 times a power of ten.
    private static double RoundStep(double least)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        foreach (var factor in (ReadOnlySpan<double>)[1, 2, 2.5, 5])
        {
            if (factor * power >= least * (1 - 1e-9))
            {
                return factor * power;
            }
        }

        return 10 * power;
    }
}
