using System.Globalization;
using System.Text;

namespace Ampacity.Collect;

/// <summary>
/// Names of OpenTelemetry as Prometheus spells them: units become words at the end, counters end in <c>_total</c>, ratios in <c>_ratio</c>.
/// </summary>
/// <remarks>
/// By the rules of the OpenTelemetry specification "Prometheus and OpenMetrics compatibility" as Prometheus 3 carries them out
/// (translation_strategy UnderscoreEscapingWithSuffixes). Pure; allocates, so callers keep the answer.
/// </remarks>
internal static class OtlpNames
{
    private static readonly Dictionary<string, string> Units = new(StringComparer.Ordinal)
    {
        ["d"] = "days",
        ["h"] = "hours",
        ["min"] = "minutes",
        ["s"] = "seconds",
        ["ms"] = "milliseconds",
        ["us"] = "microseconds",
        ["ns"] = "nanoseconds",
        ["By"] = "bytes",
        ["KiBy"] = "kibibytes",
        ["MiBy"] = "mebibytes",
        ["GiBy"] = "gibibytes",
        ["TiBy"] = "tibibytes",
        ["KBy"] = "kilobytes",
        ["MBy"] = "megabytes",
        ["GBy"] = "gigabytes",
        ["TBy"] = "terabytes",
        ["m"] = "meters",
        ["V"] = "volts",
        ["A"] = "amperes",
        ["J"] = "joules",
        ["W"] = "watts",
        ["g"] = "grams",
        ["Cel"] = "celsius",
        ["Hz"] = "hertz",
        ["1"] = "",
        ["%"] = "percent",
    };

    private static readonly Dictionary<string, string> PerUnits = new(StringComparer.Ordinal)
    {
        ["s"] = "second",
        ["m"] = "minute",
        ["h"] = "hour",
        ["d"] = "day",
        ["w"] = "week",
        ["mo"] = "month",
        ["y"] = "year",
    };

    /// <summary>The metric's name; empty when nothing of it is left.</summary>
    public static string Metric(string name, string unit, bool isCounter, bool isGauge)
    {
        var words = Words(name);
        var (of, per) = SplitUnit(unit);
        AddOnce(words, of);
        if (per.Length > 0 && !words.Contains(per))
        {
            words.AddRange(["per", per]);
        }

        if (isCounter)
        {
            words.RemoveAll(word => word == "total");
            words.Add("total");
        }
        else if (isGauge && unit == "1")
        {
            words.RemoveAll(word => word == "ratio");
            words.Add("ratio");
        }

        var joined = string.Join('_', words);
        return joined.Length > 0 && char.IsAsciiDigit(joined[0]) ? "_" + joined : joined;
    }

    /// <summary>The unit as words, as <see cref="Metric"/> puts it at the end: <c>bytes_per_second</c>.</summary>
    public static string Unit(string unit)
    {
        var (of, per) = SplitUnit(unit);
        return per.Length == 0 ? of : of.Length == 0 ? $"per_{per}" : $"{of}_per_{per}";
    }

    /// <summary>The label's name; empty for an empty one.</summary>
    public static string Label(string attribute)
    {
        if (attribute.Length == 0)
        {
            return "";
        }

        var text = new StringBuilder(attribute.Length + 4);
        foreach (var character in attribute)
        {
            text.Append(char.IsAsciiLetterOrDigit(character) ? character : '_');
        }

        return char.IsAsciiDigit(text[0]) ? $"key_{text}" : text[0] == '_' && (text.Length < 2 || text[1] != '_') ? $"key{text}" : text.ToString();
    }

    /// <summary>A bucket's or quantile's bound: without exponent, shortest, as Go's FormatFloat(x, 'f', -1).</summary>
    public static string Bound(double bound)
    {
        if (double.IsPositiveInfinity(bound))
        {
            return "+Inf";
        }

        if (double.IsNegativeInfinity(bound))
        {
            return "-Inf";
        }

        var shortest = bound.ToString("R", CultureInfo.InvariantCulture);
        var exponentAt = shortest.IndexOf('E', StringComparison.Ordinal);
        if (exponentAt < 0)
        {
            return shortest;
        }

        // d.ddddE±x: the digits stay, the point moves.
        var sign = shortest[0] == '-' ? "-" : "";
        var digits = shortest[sign.Length..exponentAt].Replace(".", "");
        var point = 1 + int.Parse(shortest[(exponentAt + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return point <= 0 ? $"{sign}0.{new string('0', -point)}{digits}"
            : point >= digits.Length ? sign + digits.PadRight(point, '0')
            : $"{sign}{digits[..point]}.{digits[point..]}";
    }

    // Words of letters, digits and colons; whatever else stands between is one underscore.
    private static List<string> Words(string name)
    {
        var words = new List<string>();
        var start = -1;
        for (var i = 0; i <= name.Length; i++)
        {
            var isWord = i < name.Length && (char.IsAsciiLetterOrDigit(name[i]) || name[i] == ':');
            if (isWord && start < 0)
            {
                start = i;
            }
            else if (!isWord && start >= 0)
            {
                words.Add(name[start..i]);
                start = -1;
            }
        }

        return words;
    }

    // What stands in braces is an annotation, and no unit.
    private static (string Of, string Per) SplitUnit(string unit)
    {
        var slash = unit.IndexOf('/', StringComparison.Ordinal);
        var of = (slash < 0 ? unit : unit[..slash]).Trim();
        var per = slash < 0 ? "" : unit[(slash + 1)..].Trim();
        return (
            of.Contains('{', StringComparison.Ordinal) ? "" : CleanUnit(Units.GetValueOrDefault(of, of)),
            per.Contains('{', StringComparison.Ordinal) ? "" : CleanUnit(PerUnits.GetValueOrDefault(per, per)));
    }

    private static string CleanUnit(string unit) => string.Join('_', Words(unit));

    private static void AddOnce(List<string> words, string word)
    {
        if (word.Length > 0 && !words.Contains(word))
        {
            words.Add(word);
        }
    }
}
