using System.Globalization;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary>
/// Instants and lengths of time as people type them: <c>2026-11-23T12:00:00Z</c>, <c>2026-11-23</c>, seconds since 1970, <c>now</c>, <c>-90m</c>, <c>now-1d</c>.
/// Relative ones are relative to this machine's clock.
/// </summary>
internal static class WhenText
{
    private static readonly (string Unit, long Ms)[] Units =
        [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 7L * 86_400_000), ("y", 365L * 86_400_000)];

    /// <summary>An instant, UTC milliseconds.</summary>
    /// <exception cref="RefusedException">It is none.</exception>
    public static long Instant(string option, string text, long nowMs)
    {
        var plain = text.Trim();
        var relative = plain.StartsWith("now", StringComparison.Ordinal) ? plain[3..] : plain;
        if (plain == "now")
        {
            return nowMs;
        }

        if (relative.Length > 1 && relative[0] is '-' or '+' && TryLength(relative[1..], out var awayMs))
        {
            return relative[0] == '-' ? nowMs - awayMs : nowMs + awayMs;
        }

        return PageTime.TryParse(plain, out var atMs)
            ? atMs
            : throw new RefusedException(
                $"{option} {text} is no instant: write one such as 2026-11-23T12:00:00Z, seconds since 1970, or how long ago, such as -90m.", null)
            { Code = CommandRun.Usage };
    }

    /// <summary>A length of time above zero, milliseconds: <c>15s</c>, <c>1h30m</c>, or seconds.</summary>
    /// <exception cref="RefusedException">It is none.</exception>
    public static long Length(string option, string text) =>
        (TryLength(text.Trim(), out var lengthMs) || TrySeconds(text, out lengthMs)) && lengthMs > 0
            ? lengthMs
            : throw new RefusedException($"{option} {text} is no length of time: write one such as 15s, 5m or 1h30m.", null)
            { Code = CommandRun.Usage };

    private static bool TrySeconds(string text, out long lengthMs)
    {
        var read = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 1e9;
        lengthMs = read ? (long)(seconds * 1000) : 0;
        return read;
    }

    private static bool TryLength(string text, out long lengthMs)
    {
        lengthMs = 0;
        var total = 0.0;
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits is <= 0 or > 9)
            {
                return false;
            }

            var letters = rest[digits..].IndexOfAnyInRange('0', '9');
            var unit = letters < 0 ? rest[digits..].ToString() : rest.Slice(digits, letters).ToString();
            var ms = Units.FirstOrDefault(one => one.Unit == unit).Ms;
            if (ms == 0)
            {
                return false;
            }

            total += long.Parse(rest[..digits], CultureInfo.InvariantCulture) * (double)ms;
            rest = rest[(digits + unit.Length)..];
        }

        // 400 years: an instant that far from now is still one.
        var isLength = text.Length > 0 && total < 400.0 * 365 * 86_400_000;
        lengthMs = isLength ? (long)total : 0;
        return isLength;
    }
}
