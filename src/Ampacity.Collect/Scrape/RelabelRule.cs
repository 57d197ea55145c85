using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Ampacity.Collect;

/// <summary>What a relabelling rule does, as in Prometheus.</summary>
public enum RelabelAction
{
    /// <summary>Sets the target label to the replacement where the regular expression matches; an empty one removes it.</summary>
    Replace,

    /// <summary>Drops what does not match.</summary>
    Keep,

    /// <summary>Drops what matches.</summary>
    Drop,

    /// <summary>Drops what differs from the target label.</summary>
    KeepEqual,

    /// <summary>Drops what equals the target label.</summary>
    DropEqual,

    /// <summary>Sets the target label to the hash of the source labels, modulo.</summary>
    HashMod,

    /// <summary>Copies labels whose names match to the replacement as name.</summary>
    LabelMap,

    /// <summary>Removes labels whose names match.</summary>
    LabelDrop,

    /// <summary>Removes labels whose names do not match.</summary>
    LabelKeep,

    /// <summary>Sets the target label to the source labels in lower case.</summary>
    Lowercase,

    /// <summary>Sets the target label to the source labels in upper case.</summary>
    Uppercase,
}

/// <summary>One rule of <c>relabel_configs</c> or <c>metric_relabel_configs</c>, with Prometheus' meaning (model/relabel/relabel.go).</summary>
/// <remarks>Immutable, any thread. Patterns run without backtracking and are anchored.</remarks>
public sealed class RelabelRule
{
    private readonly Regex _regex;

    /// <summary>A rule.</summary>
    /// <exception cref="ArgumentException">The pattern is not one that can run without backtracking.</exception>
    public RelabelRule(
        RelabelAction action, IReadOnlyList<string> sourceLabels, string separator, string pattern, ulong modulus, string targetLabel, string replacement)
    {
        (Action, SourceLabels, Separator, Modulus, TargetLabel, Replacement) = (action, sourceLabels, separator, modulus, targetLabel, replacement);
        try
        {
            _regex = new Regex($"\\A(?s:{Named(pattern)})\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new ArgumentException($"regex {pattern} cannot be used here: {error.Message}", nameof(pattern), error);
        }
    }

    /// <summary>What it does.</summary>
    public RelabelAction Action { get; }

    /// <summary>Labels whose values are joined.</summary>
    public IReadOnlyList<string> SourceLabels { get; }

    /// <summary>What stands between them.</summary>
    public string Separator { get; }

    /// <summary>Of <see cref="RelabelAction.HashMod"/>.</summary>
    public ulong Modulus { get; }

    /// <summary>The label that is set; with <c>$1</c> for groups in <see cref="RelabelAction.Replace"/>.</summary>
    public string TargetLabel { get; }

    /// <summary>The value, with <c>$1</c> and <c>${name}</c> for groups.</summary>
    public string Replacement { get; }

    /// <summary>Carries rules out in order; false where one of them drops what the labels are of.</summary>
    public static bool Apply(IReadOnlyList<RelabelRule> rules, SortedDictionary<string, string> labels)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(labels);
        foreach (var rule in rules)
        {
            if (!rule.Apply(labels))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a text can be the name of a label: letters, digits and underscores, no digit first.</summary>
    public static bool IsLabelName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_');

    // RE2 names a group (?P<name>…); .NET does without the P.
    private static string Named(string pattern)
    {
        var text = new StringBuilder();
        for (var at = 0; at < pattern.Length; at++)
        {
            if (pattern[at] == '\\' && at + 1 < pattern.Length)
            {
                text.Append(pattern[at]).Append(pattern[++at]);
            }
            else if (string.CompareOrdinal(pattern, at, "(?P<", 0, 4) == 0)
            {
                text.Append("(?<");
                at += 3;
            }
            else
            {
                text.Append(pattern[at]);
            }
        }

        return text.ToString();
    }

    private bool Apply(SortedDictionary<string, string> labels)
    {
        var value = string.Join(Separator, SourceLabels.Select(name => labels.GetValueOrDefault(name, "")));
        switch (Action)
        {
            case RelabelAction.Keep:
                return _regex.IsMatch(value);
            case RelabelAction.Drop:
                return !_regex.IsMatch(value);
            case RelabelAction.KeepEqual:
                return labels.GetValueOrDefault(TargetLabel, "") == value;
            case RelabelAction.DropEqual:
                return labels.GetValueOrDefault(TargetLabel, "") != value;
            case RelabelAction.Replace:
                if (_regex.Match(value) is { Success: true } match && Expand(TargetLabel, match) is var target && IsLabelName(target))
                {
                    Set(labels, target, Expand(Replacement, match));
                }

                return true;
            case RelabelAction.HashMod:
                Set(labels, TargetLabel, (HashOf(value) % Modulus).ToString(System.Globalization.CultureInfo.InvariantCulture));
                return true;
            case RelabelAction.Lowercase:
                Set(labels, TargetLabel, value.ToLowerInvariant());
                return true;
            case RelabelAction.Uppercase:
                Set(labels, TargetLabel, value.ToUpperInvariant());
                return true;
            default:
                OverNames(labels);
                return true;
        }
    }

    private void OverNames(SortedDictionary<string, string> labels)
    {
        foreach (var (name, value) in labels.ToArray())
        {
            var match = _regex.Match(name);
            if (Action == RelabelAction.LabelMap)
            {
                if (match.Success)
                {
                    Set(labels, Expand(Replacement, match), value);
                }
            }
            else if (match.Success == (Action == RelabelAction.LabelDrop))
            {
                labels.Remove(name);
            }
        }
    }

    private static void Set(SortedDictionary<string, string> labels, string name, string value)
    {
        if (value.Length == 0)
        {
            labels.Remove(name);
        }
        else
        {
            labels[name] = value;
        }
    }

    // Go's Regexp.Expand: $name takes as many word characters as there are, $$ is a dollar, a group that is not there is empty.
    private static string Expand(string template, Match match)
    {
        var text = new StringBuilder();
        for (var at = 0; at < template.Length; at++)
        {
            if (template[at] != '$' || at + 1 == template.Length)
            {
                text.Append(template[at]);
                continue;
            }

            if (template[at + 1] == '$')
            {
                text.Append('$');
                at++;
                continue;
            }

            var braced = template[at + 1] == '{';
            var from = at + (braced ? 2 : 1);
            var end = from;
            while (end < template.Length && (char.IsAsciiLetterOrDigit(template[end]) || template[end] == '_'))
            {
                end++;
            }

            if (end == from || (braced && (end == template.Length || template[end] != '}')))
            {
                text.Append('$');
                continue;
            }

            text.Append(match.Groups[template[from..end]].Value);
            at = braced ? end : end - 1;
        }

        return text.ToString();
    }

    // The last eight bytes of MD5, as Prometheus computes it: targets must fall to the same shard as there.
    private static ulong HashOf(string value)
    {
#pragma warning disable CA5351 // No secret: the algorithm is part of hashmod's meaning.
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(MD5.HashData(Encoding.UTF8.GetBytes(value)).AsSpan(8));
#pragma warning restore CA5351
    }
}
