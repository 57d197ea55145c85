using System.Text.RegularExpressions;

namespace Ampacity.Tests;

/// <summary>What upstream's scripts use that Prometheus 3 calls experimental or has for native histograms alone.</summary>
internal static partial class ScriptReasons
{
    /// <summary>The reason that an expression need not pass; null if there is none.</summary>
    public static string? Of(string text)
    {
        var bare = Quoted().Replace(text, "\"\"");
        return Function().Match(bare) is { Success: true } function ? $"experimental: {function.Groups[1].Value}()"
            : Aggregation().Match(bare) is { Success: true } aggregation ? $"experimental: {aggregation.Groups[1].Value}"
            : Modifier().Match(bare) is { Success: true } modifier ? $"experimental: {modifier.Groups[1].Value}"
            : Fill().Match(bare) is { Success: true } fill ? $"experimental: {fill.Groups[1].Value}()"
            : Steps().Match(bare) is { Success: true } steps ? $"experimental: {steps.Groups[1].Value}() as a number"
            : Duration().IsMatch(bare) ? "experimental: duration expressions"
            : Trim().IsMatch(bare) ? "native histograms: </ and >/"
            : null;
    }

    [GeneratedRegex("""
        "(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\b(info|mad_over_time|sort_by_label(?:_desc)?|double_exponential_smoothing|holt_winters|ts_of_\w+_over_time|first_over_time|histogram_quantiles|start_timestamp|max_of|min_of)\s*\(", RegexOptions.IgnoreCase)]
    private static partial Regex Function();

    [GeneratedRegex(@"\b(limitk|limit_ratio)\b\s*(?:by|without|\()", RegexOptions.IgnoreCase)]
    private static partial Regex Aggregation();

    [GeneratedRegex(@"[\]}\w)]\s+(anchored|smoothed)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Modifier();

    [GeneratedRegex(@"\b(fill|fill_left|fill_right)\s*\(", RegexOptions.IgnoreCase)]
    private static partial Regex Fill();

    [GeneratedRegex(@"(?<!@\s*)\b(step|range|start|end)\s*\(\s*\)", RegexOptions.IgnoreCase)]
    private static partial Regex Steps();

    // Between brackets, or after offset, anything but one plain duration.
    [GeneratedRegex(@"\[[^\]:]*[-+*/%^(][^\]]*\]|\[[^\]:]*:[^\]]*[-+*/%^(][^\]]*\]|\boffset\s+[-+]?\s*(?:\(|step|range|min|max)|\boffset\s+[-+]?\s*\w+\s*[*/%^]", RegexOptions.IgnoreCase)]
    private static partial Regex Duration();

    [GeneratedRegex("</|>/")]
    private static partial Regex Trim();
}
