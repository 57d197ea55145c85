using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>How CSV files write instants: a day where it is midnight UTC, else RFC 3339 to the millisecond.</summary>
internal static class CsvTimes
{
    /// <summary>The written form, which reads back as the same instant.</summary>
    public static string Text(long atMs)
    {
        // Beyond the calendar nothing was ever recorded by a person; the edges of time are still printed.
        if (atMs < DateTimeOffset.MinValue.ToUnixTimeMilliseconds() || atMs > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            return atMs.ToString(CultureInfo.InvariantCulture) + " ms";
        }

        var time = DateTimeOffset.FromUnixTimeMilliseconds(atMs);
        var form = time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : time.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        return time.ToString(form, CultureInfo.InvariantCulture);
    }
}
