using System.Globalization;

namespace Ampacity.Server;

/// <summary>Instants as pages write and read them: always UTC, and said so.</summary>
public static class PageTime
{
    private static readonly long LeastMs = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long MostMs = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>An instant for people, to the second: <c>2026-11-23 12:00:00 UTC</c>.</summary>
    public static string Text(long atMs) =>
        At(atMs) is { } at ? at.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture) : atMs < 0 ? "the beginning of time" : "the end of time";

    /// <summary>An instant for an address: RFC 3339.</summary>
    public static string? Address(long? atMs) =>
        atMs is { } known && At(known) is { } at ? at.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture) : null;

    /// <summary>An instant for an input of type <c>datetime-local</c>, which this program reads as UTC.</summary>
    public static string Input(long atMs) => At(atMs)?.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) ?? "";

    /// <summary>Reads what an address or an input holds: RFC 3339, a day, a time without a zone as UTC, or seconds since 1970.</summary>
    public static bool TryParse(string text, out long atMs)
    {
        string[] local = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFF", "yyyy-MM-dd"];
        if (DateTimeOffset.TryParseExact(
            text, local, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
        {
            atMs = at.ToUnixTimeMilliseconds();
            return true;
        }

        return TimeText.TryParse(text, out atMs) && At(atMs) is not null;
    }

    /// <summary>How far an instant is from now, in the largest unit that counts: <c>31 days ago</c>, <c>in 4 h</c>.</summary>
    public static string Distance(long atMs, long nowMs)
    {
        var seconds = Math.Abs((double)atMs - nowMs) / 1000;
        var text = seconds switch
        {
            < 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds:F0} s"),
            < 7_200 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:F0} min"),
            < 172_800 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:F0} h"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 86_400:N0} days"),
        };
        return atMs > nowMs ? $"in {text}" : $"{text} ago";
    }

    private static DateTimeOffset? At(long atMs) => atMs < LeastMs || atMs > MostMs ? null : DateTimeOffset.FromUnixTimeMilliseconds(atMs);
}
