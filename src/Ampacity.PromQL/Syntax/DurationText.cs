using System.Globalization;

namespace Ampacity.PromQL;

/// <summary>Durations as Prometheus writes them: <c>1h30m</c>, units from large to small, each at most once.</summary>
public static class DurationText
{
    private static readonly (string Unit, long Ms)[] Units =
    [
        ("y", 365L * 86_400_000), ("w", 7L * 86_400_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ];

    /// <summary>Reads a duration in milliseconds; false when it is none, or longer than 292 years as Go's.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long durationMs)
    {
        durationMs = 0;
        if (text is "0")
        {
            return true;
        }

        var largest = 0;
        var total = 0.0;
        var rest = text;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0 || !long.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            {
                return false;
            }

            rest = rest[digits..];
            var letters = rest.IndexOfAnyExceptInRange('a', 'z');
            var unit = letters < 0 ? rest : rest[..letters];
            var index = IndexOf(unit);
            if (index < largest)
            {
                return false;
            }

            largest = index + 1;
            total += count * (double)Units[index].Ms;
            rest = rest[unit.Length..];
        }

        if (text.IsEmpty || total > 9_223_372_036_854.0)
        {
            return false;
        }

        durationMs = (long)total;
        return true;
    }

    /// <summary>Writes a duration as Prometheus does: years and weeks only where they come out even, then from days down what there is; 0 is <c>0s</c>.</summary>
    public static string Format(long durationMs)
    {
        if (durationMs == 0)
        {
            return "0s";
        }

        var text = new System.Text.StringBuilder(durationMs < 0 ? "-" : "");
        var rest = durationMs < 0 ? unchecked(0UL - (ulong)durationMs) : (ulong)durationMs;
        foreach (var (unit, ms) in Units)
        {
            var count = rest / (ulong)ms;
            if (count == 0 || (unit is "y" or "w" && rest % (ulong)ms != 0))
            {
                continue;
            }

            text.Append(CultureInfo.InvariantCulture, $"{count}{unit}");
            rest -= count * (ulong)ms;
        }

        return text.ToString();
    }

    internal static bool IsUnitStart(char c) => c is 'y' or 'w' or 'd' or 'h' or 'm' or 's';

    private static int IndexOf(ReadOnlySpan<char> unit)
    {
        for (var i = 0; i < Units.Length; i++)
        {
            if (unit.SequenceEqual(Units[i].Unit))
            {
                return i;
            }
        }

        return -1;
    }
}
