using System.Globalization;
using System.Text.RegularExpressions;
using Ampacity.PromQL;
using Ampacity.Samples;

namespace Ampacity.Tests;

/// <summary>A line of the test language: a series and its points; null is a gap.</summary>
/// <param name="Labels">Which series.</param>
/// <param name="Points">One for each interval.</param>
/// <param name="HasHistograms">Whether a point is a native histogram; then <paramref name="Points"/> are meaningless.</param>
/// <param name="HasStarts">Whether these are start timestamps of the series' samples; then <paramref name="Points"/> are meaningless.</param>
internal sealed partial record ScriptSeries(LabelSet Labels, IReadOnlyList<double?> Points, bool HasHistograms, bool HasStarts = false)
{
    public static ScriptSeries Parse(string line)
    {
        if (StartMark().IsMatch(line))
        {
            return new ScriptSeries(TakeLabels(StartMark().Replace(line, "$1 "), out _), [], false, HasStarts: true);
        }

        var labels = TakeLabels(line, out var rest);
        return rest.Contains("{{", StringComparison.Ordinal)
            ? new ScriptSeries(labels, [], true)
            : new ScriptSeries(labels, [.. rest.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).TakeWhile(w => w[0] != '#').SelectMany(Expand)], false);
    }

    public static double Number(string text) => text.ToLowerInvariant() switch
    {
        "inf" or "+inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        "nan" => double.NaN,
        "stale" => StaleMarker.Value,
        var hex when hex.StartsWith("0x", StringComparison.Ordinal) => Convert.ToInt64(hex, 16),
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    public static LabelSet TakeLabels(string line, out string rest)
    {
        var at = 0;
        while (at < line.Length && line[at] is not ('{' or ' ' or '\t'))
        {
            at++;
        }

        var name = line[..at];
        var end = at;
        if (at < line.Length && line[at] == '{')
        {
            var quoted = '\0';
            for (end = at + 1; end < line.Length && (quoted != '\0' || line[end] != '}'); end++)
            {
                if (quoted != '\0' && line[end] == '\\')
                {
                    end++;
                }
                else if (line[end] is '"' or '\'' or '`' && (quoted == '\0' || quoted == line[end]))
                {
                    quoted = quoted == '\0' ? line[end] : '\0';
                }
            }

            end++;
        }

        rest = line[end..];
        var labels = new LabelSetBuilder();
        var selector = name + line[at..end];
        if (selector.Length > 0 && selector.Replace(" ", "", StringComparison.Ordinal) != "{}")
        {
            // A matcher of its own keeps the parser from refusing a selector of empty values.
            var body = line[at..end].TrimStart('{').TrimEnd('}').Trim().TrimEnd(',');
            var text = name + "{" + body + (body.Length > 0 ? "," : "") + "__guard__=\"x\"}";
            foreach (var matcher in PromQLParser.ParseSelector(text).Where(m => m.Name != "__guard__"))
            {
                labels.Add(matcher.Name, matcher.Value);
            }
        }

        return labels.Build();
    }

    private static IEnumerable<double?> Expand(string word)
    {
        var match = Word().Match(word);
        if (!match.Success)
        {
            throw new FormatException($"not a point of a series: {word}");
        }

        var times = match.Groups["times"].Success ? int.Parse(match.Groups["times"].Value, CultureInfo.InvariantCulture) : -1;
        if (match.Groups["gap"].Success)
        {
            return Enumerable.Repeat<double?>(null, times < 0 ? 1 : times);
        }

        var start = Number(match.Groups["value"].Value);
        var step = match.Groups["step"].Success ? Number(match.Groups["step"].Value) : 0;
        return StaleMarker.Is(start)
            ? Enumerable.Repeat<double?>(start, times < 0 ? 1 : times + 1)
            : Sum(start, step, times < 0 ? 1 : times + 1);
    }

    // By adding, as upstream does, so that rounding is the same.
    private static IEnumerable<double?> Sum(double value, double step, int count)
    {
        for (var i = 0; i < count; i++)
        {
            yield return value;
            value += step;
        }
    }

    [GeneratedRegex(@"^([^\s{}]*(?:\{[^}]*\})?)@st\s")]
    private static partial Regex StartMark();

    [GeneratedRegex(@"^(?:(?<gap>_)|(?<value>stale|[-+]?(?:inf|nan|[0-9.]+(?:e[-+]?[0-9]+)?))(?<step>[-+](?:inf|nan|[0-9.]+(?:e[-+]?[0-9]+)?))?)(?:x(?<times>[0-9]+))?$", RegexOptions.IgnoreCase)]
    private static partial Regex Word();
}
