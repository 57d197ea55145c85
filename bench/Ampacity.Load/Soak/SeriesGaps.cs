using Ampacity.Simulator;

namespace Ampacity.Load;

/// <summary>A time in which a series has no sample though a read was due.</summary>
/// <param name="Mac">Of the BMC.</param>
/// <param name="Series">Name and component.</param>
/// <param name="FromMs">The sample before it, or the begin of the reading.</param>
/// <param name="ToMs">The sample after it, or the end.</param>
/// <param name="PeriodMs">From read to read as the BMC's plan has it.</param>
internal readonly record struct SeriesGap(string Mac, string Series, long FromMs, long ToMs, long PeriodMs);

/// <summary>Finds gaps and holds each against the faults that its BMC had.</summary>
internal sealed class SeriesGaps(IReadOnlyList<FaultRule> rules, IReadOnlyDictionary<string, string> placeOf, long simulationBeganMs, double pollIntervalSeconds)
{
    // A read is late by the turns before it and by the time-out of a BMC that is slow; half a period is more than any was.
    private const double LongerThan = 1.6;

    // A step of the back-off is rounded up to the phase of the BMC's first read; a request may time out before the next (20 s each).
    private const long SlackMs = 45_000;
    private const long MostBackOffMs = 300_000;

    /// <summary>The gaps of a series.</summary>
    /// <param name="mac">Of the BMC.</param>
    /// <param name="series">Name and component.</param>
    /// <param name="stampsMs">Times of its samples, ascending.</param>
    /// <param name="periodsMs">Periods of its BMC's plan.</param>
    /// <param name="fromMs">When reading began.</param>
    /// <param name="untilMs">Up to when it was read back.</param>
    public static IEnumerable<SeriesGap> Find(string mac, string series, IReadOnlyList<long> stampsMs, IReadOnlyList<long> periodsMs, long fromMs, long untilMs)
    {
        var period = PeriodOf(stampsMs, periodsMs);
        var limit = (long)(period * LongerThan);
        var before = fromMs;
        foreach (var stamp in stampsMs.Append(untilMs))
        {
            if (stamp - before > limit)
            {
                yield return new SeriesGap(mac, series, before, stamp, period);
            }

            before = stamp;
        }
    }

    /// <summary>The fault that explains a gap; null when none does.</summary>
    public FaultRule? Cause(SeriesGap gap)
    {
        var place = placeOf[gap.Mac];
        return rules.FirstOrDefault(rule => rule.Place == place && MakesGaps(rule.Do) && Explains(rule, gap));
    }

    private bool Explains(FaultRule rule, SeriesGap gap)
    {
        var (began, ended) = (simulationBeganMs + (long)(rule.AtSeconds * 1000), simulationBeganMs + (long)((rule.AtSeconds + rule.ForSeconds!.Value) * 1000));

        // The last sample before was taken no earlier than a period before the fault, and the first after it comes when the back-off, which is
        // never longer than the BMC has been silent and a step, and one period are over.
        var backOff = Math.Min(MostBackOffMs, ended - Math.Min(began, gap.FromMs) + (long)(pollIntervalSeconds * 1000));
        return gap.FromMs >= began - gap.PeriodMs - SlackMs && gap.FromMs < ended && gap.ToMs > began && gap.ToMs <= ended + backOff + gap.PeriodMs + SlackMs;
    }

    private static bool MakesGaps(FaultKind kind) => kind is not (FaultKind.Leak or FaultKind.CableSwap or FaultKind.Serial or FaultKind.Mac);

    // The plan's period that the series keeps to most of the time; the longest where the samples do not say.
    private static long PeriodOf(IReadOnlyList<long> stampsMs, IReadOnlyList<long> periodsMs)
    {
        if (stampsMs.Count < 3)
        {
            return periodsMs.Max();
        }

        var steps = Enumerable.Range(1, stampsMs.Count - 1).Select(at => stampsMs[at] - stampsMs[at - 1]).Order().ToArray();
        var median = steps[steps.Length / 2];
        var nearest = periodsMs.MinBy(period => Math.Abs(period - median));
        return Math.Abs(nearest - median) <= nearest / 10 ? nearest : periodsMs.Max();
    }
}
