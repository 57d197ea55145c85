using System.Globalization;

namespace Ampacity.Server;

/// <summary>Reads an instant as people and programs write it: RFC 3339, or seconds since 1970 with a fraction.</summary>
internal static class TimeText
{
    public static bool TryParse(string text, out long atMs)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && Math.Abs(seconds) < 253_402_300_800)
        {
            atMs = (long)Math.Round(seconds * 1000);
            return true;
        }

        var read = DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at);
        atMs = read ? at.ToUnixTimeMilliseconds() : 0;
        return read;
    }
}
