using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>
/// Where a binding rule stands among its hall's: files count from 0, what is bound by hand comes before them (below 0, the newest first) or after
/// them. Overrides of all halls come before all other rules, fallbacks behind them.
/// </summary>
public static class BindingRank
{
    /// <summary>Most rules of a fleet at one instant: each costs every series that no cheaper condition tells apart a comparison.</summary>
    public const int RulesMax = 10_000;

    /// <summary>The first rank of what is tried last; a file has at most 10,000 rules.</summary>
    public const int FirstFallback = 1_000_000;

    /// <summary>Of 0, 1 and 2 the lower is tried first, over all halls.</summary>
    public static int BandOf(int rank) => rank < 0 ? 0 : rank < FirstFallback ? 1 : 2;

    /// <summary>What people call it: <c>override-1</c>, <c>rule-3</c>, <c>fallback-1</c>, each from 1.</summary>
    public static string NameOf(int rank) => BandOf(rank) switch
    {
        0 => string.Create(CultureInfo.InvariantCulture, $"override-{-(long)rank}"),
        1 => string.Create(CultureInfo.InvariantCulture, $"rule-{rank + 1}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"fallback-{rank - FirstFallback + 1}"),
    };

    /// <summary>Reads such a name.</summary>
    public static bool TryParse(string name, out int rank)
    {
        rank = 0;
        var dash = name.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0 || !int.TryParse(name.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > FirstFallback)
        {
            return false;
        }

        (rank, var known) = name[..dash] switch
        {
            "override" => (-number, true),
            "rule" => (number - 1, true),
            "fallback" => (FirstFallback + number - 1, true),
            _ => (0, false),
        };
        return known;
    }
}
