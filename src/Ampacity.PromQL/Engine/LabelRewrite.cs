using System.Text;
using System.Text.RegularExpressions;
using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>What label_replace and label_join do to a label set.</summary>
internal sealed class LabelRewrite
{
    private readonly Func<LabelSet, string?> _value;

    private LabelRewrite(string target, Func<LabelSet, string?> value)
    {
        Target = target;
        _value = value;
    }

    /// <summary>The label written.</summary>
    public string Target { get; }

    /// <param name="texts">Destination, replacement, source, pattern.</param>
    /// <exception cref="QueryException">A name is empty, or the pattern none that can be used.</exception>
    public static LabelRewrite Replace(IReadOnlyList<string> texts)
    {
        var (target, replacement, source, pattern) = (RequireName(texts[0], "label_replace"), texts[1], texts[2], texts[3]);
        Regex regex;
        try
        {
            // RE2 writes named groups (?P<name>…).
            regex = new Regex($"\\A(?s:{pattern.Replace("(?P<", "(?<", StringComparison.Ordinal)})\\z",
                RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new QueryException($"invalid regular expression in label_replace(): {pattern}: {error.Message}");
        }

        return new LabelRewrite(target, labels =>
        {
            var match = regex.Match(labels[source]);
            return match.Success ? Expand(replacement, match) : null;
        });
    }

    /// <param name="texts">Destination, separator, sources.</param>
    /// <exception cref="QueryException">A name is empty.</exception>
    public static LabelRewrite Join(IReadOnlyList<string> texts)
    {
        var sources = texts.Skip(2).Select(name => RequireName(name, "label_join")).ToList();
        return new LabelRewrite(RequireName(texts[0], "label_join"), labels => string.Join(texts[1], sources.Select(name => labels[name])));
    }

    public LabelSet Apply(LabelSet labels) => _value(labels) is { } value ? labels.With(Target, value) : labels;

    private static string RequireName(string name, string function) =>
        name.Length > 0 ? name : throw new QueryException($"invalid label name in {function}(): \"{name}\"");

    // Go's Regexp.Expand: $1, $name, ${name}; $$ is a dollar; an unknown group is empty.
    private static string Expand(string template, Match match)
    {
        var text = new StringBuilder();
        for (var at = 0; at < template.Length;)
        {
            if (template[at] != '$' || at + 1 == template.Length)
            {
                text.Append(template[at++]);
                continue;
            }

            var braced = template[at + 1] == '{';
            var start = at + (braced ? 2 : 1);
            var end = start;
            while (end < template.Length && (char.IsLetterOrDigit(template[end]) || template[end] == '_'))
            {
                end++;
            }

            if (template[at + 1] == '$')
            {
                text.Append('$');
                at += 2;
            }
            else if (end == start || (braced && (end == template.Length || template[end] != '}')))
            {
                text.Append('$');
                at++;
            }
            else
            {
                text.Append(match.Groups[template[start..end]].Value);
                at = end + (braced ? 1 : 0);
            }
        }

        return text.ToString();
    }
}
