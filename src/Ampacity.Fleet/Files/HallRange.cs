using System.Globalization;
using System.Text.RegularExpressions;

namespace Ampacity.Fleet;

/// <summary>Names of halls that one line states: <c>h02-h08</c> is seven of them, any other name itself.</summary>
internal static partial class HallRange
{
    /// <summary>The names, or null where the range counts backwards or too far.</summary>
    public static IReadOnlyList<string>? Names(string key)
    {
        var match = Form().Match(key);
        if (!match.Success || match.Groups["prefix"].Value != match.Groups["again"].Value)
        {
            return [key];
        }

        var (first, last) = (match.Groups["first"].Value, match.Groups["last"].Value);
        // Both as wide, or both without leading zeros: h02-h08, h8-h12, never h2-h08.
        if (first.Length != last.Length && (first[0] == '0' || last[0] == '0'))
        {
            return null;
        }

        var from = int.Parse(first, CultureInfo.InvariantCulture);
        var to = int.Parse(last, CultureInfo.InvariantCulture);
        return to <= from || to - from >= FleetFile.MaxHalls
            ? null
            : [.. Enumerable.Range(from, to - from + 1).Select(n =>
                match.Groups["prefix"].Value + n.ToString(CultureInfo.InvariantCulture).PadLeft(first.Length, '0'))];
    }

    [GeneratedRegex(@"^(?<prefix>[a-z0-9_.-]*[a-z_.-])(?<first>[0-9]{1,6})-(?<again>[a-z0-9_.-]*[a-z_.-])(?<last>[0-9]{1,6})\z",
        RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
