using Ampacity.Redfish;

namespace Ampacity.Collect;

/// <summary>
/// Finds values that are old by the BMC's own clock, which is compared with nothing but itself: a value that is three periods older than the
/// newest of its report was not measured since.
/// </summary>
internal static class ReadingAge
{
    /// <summary>How many periods a value may be behind the newest of its report.</summary>
    public const int MaxPeriods = 3;

    // Sensors of one GB300 report are stamped up to 30 s apart.
    private const long LeastMs = 60_000;

    /// <summary>Marks the values of a report that are old.</summary>
    /// <param name="readings">Rows.</param>
    /// <param name="first">First row of the report.</param>
    /// <param name="reportMs">The report's own time, or <see cref="MetricReadings.NoTime"/>.</param>
    /// <param name="periodMs">From read to read.</param>
    public static void Mark(MetricReadings readings, int first, long reportMs, long periodMs)
    {
        var times = readings.SourceTimesMs;
        var newest = MetricReadings.NoTime;
        for (var row = first; row < times.Length; row++)
        {
            newest = Math.Max(newest, times[row]);
        }

        if (newest == MetricReadings.NoTime)
        {
            return;
        }

        var limit = Math.Max(LeastMs, MaxPeriods * periodMs);
        if (reportMs != MetricReadings.NoTime && reportMs - newest > limit)
        {
            return; // stamped with when they changed (GB300's HealthMetrics are months old and true)
        }

        readings.MarkStale(first, newest - limit);
    }
}
