using System.Globalization;

namespace Ampacity.Server;

/// <summary>Reads an instant as people and programs write it: RFC 3339, or seconds since 1970 with a fraction.</summary>
internal static class TimeText
{
    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public static bool TryParse(string text, out long atMs)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && Math.Abs(seconds) < 253_402_300_800)
        {
            atMs = (long)Math.Round(seconds * 1000);
            return true;
        }

        // Exact forms: a lenient reader takes 1,2 and 12:00 for times of some day.
        var read = DateTimeOffset.TryParseExact(
            text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at);
        atMs = read ? at.ToUnixTimeMilliseconds() : 0;
        return read;
    }
}
