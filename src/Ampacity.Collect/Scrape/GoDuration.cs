using System.Globalization;

namespace Ampacity.Collect;

/// <summary>Durations as Prometheus' files write them: <c>1h30m</c>, units from large to small.</summary>
internal static class GoDuration
{
    private static readonly (string Unit, double Ms)[] Units =
        [("ms", 1), ("y", 365 * 86_400_000.0), ("w", 7 * 86_400_000.0), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)];

    public static bool TryParse(string text, out TimeSpan span)
    {
        span = TimeSpan.Zero;
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits is <= 0 or > 9)
            {
                return false;
            }

            var count = int.Parse(rest[..digits], CultureInfo.InvariantCulture);
            rest = rest[digits..];
            var found = false;
            foreach (var (unit, ms) in Units)
            {
                if (rest.StartsWith(unit, StringComparison.Ordinal))
                {
                    if ((count * ms) + span.TotalMilliseconds > TimeSpan.FromDays(3650).TotalMilliseconds)
                    {
                        return false;
                    }

                    span += TimeSpan.FromMilliseconds(count * ms);
                    rest = rest[unit.Length..];
                    found = true;
                    break;
                }
            }

            if (!found)
            {
                return false;
            }
        }

        return text.Length > 0;
    }
}
