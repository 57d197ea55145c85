using System.Text;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>Writes conditions as a selector that every PromQL reads.</summary>
internal static class SelectorWriter
{
    /// <summary>
    /// The selector. Names that are no plain ones are quoted, which Prometheus 3 and VictoriaMetrics read. An empty list becomes a condition that every
    /// series passes, since no store takes an empty selector.
    /// </summary>
    public static string Write(IReadOnlyList<Matcher> matchers)
    {
        var text = new StringBuilder("{");
        foreach (var matcher in Conditions(matchers))
        {
            if (text.Length > 1)
            {
                text.Append(',');
            }

            if (IsPlain(matcher.Name))
            {
                text.Append(matcher.Name);
            }
            else
            {
                Quote(text, matcher.Name);
            }

            text.Append(matcher.Kind switch { MatchKind.Equal => "=", MatchKind.NotEqual => "!=", MatchKind.Regex => "=~", _ => "!~" });
            Quote(text, matcher.Value);
        }

        return text.Append('}').ToString();
    }

    /// <summary>The conditions, and one that holds for every series where none of them demands a label: then a store refuses, or reads nothing.</summary>
    public static IEnumerable<Matcher> Conditions(IReadOnlyList<Matcher> matchers) =>
        matchers.All(matcher => matcher.MatchesEmpty) ? [.. matchers, new Matcher(LabelSet.MetricName, MatchKind.NotEqual, "")] : matchers;

    private static bool IsPlain(string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (!(char.IsAsciiLetter(name[i]) || name[i] == '_' || (i > 0 && char.IsAsciiDigit(name[i]))))
            {
                return false;
            }
        }

        return name.Length > 0;
    }

    private static void Quote(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var character in value)
        {
            _ = character switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                _ => text.Append(character),
            };
        }

        text.Append('"');
    }
}
