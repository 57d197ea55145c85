using System.Text.RegularExpressions;

namespace Ampacity.Samples;

/// <summary>How a <see cref="Matcher"/> compares.</summary>
public enum MatchKind
{
    /// <summary><c>=</c></summary>
    Equal,

    /// <summary><c>!=</c></summary>
    NotEqual,

    /// <summary><c>=~</c>, anchored at both ends.</summary>
    Regex,

    /// <summary><c>!~</c>, anchored at both ends.</summary>
    NotRegex,
}

/// <summary>One condition on one label, with Prometheus' meaning: an absent label is an empty value.</summary>
/// <remarks>Immutable, any thread. Patterns run without backtracking, so a hostile one costs time linear in its input.</remarks>
public sealed class Matcher
{
    private readonly Regex? _regex;

    /// <summary>A condition.</summary>
    /// <exception cref="ArgumentException">The pattern is not one that can run without backtracking.</exception>
    public Matcher(string name, MatchKind kind, string value)
    {
        Name = name;
        Kind = kind;
        Value = value;
        if (kind is not (MatchKind.Regex or MatchKind.NotRegex))
        {
            return;
        }

        try
        {
            // (?s): in RE2 as Prometheus uses it, a dot takes a newline too.
            _regex = new Regex($"\\A(?s:{value})\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new ArgumentException($"pattern {value} of label {name} is not a regular expression that can be used here: {error.Message}", nameof(value), error);
        }
    }

    /// <summary>The label's name.</summary>
    public string Name { get; }

    /// <summary>The comparison.</summary>
    public MatchKind Kind { get; }

    /// <summary>The value or pattern, as written.</summary>
    public string Value { get; }

    /// <summary>Whether a label without value passes, so that an index of values is not enough to decide.</summary>
    public bool MatchesEmpty => Matches("");

    /// <summary>Whether a value passes.</summary>
    public bool Matches(string value) => Kind switch
    {
        MatchKind.Equal => value == Value,
        MatchKind.NotEqual => value != Value,
        MatchKind.Regex => _regex!.IsMatch(value),
        _ => !_regex!.IsMatch(value),
    };

    /// <summary>As written in a selector.</summary>
    public override string ToString()
    {
        var sign = Kind switch { MatchKind.Equal => "=", MatchKind.NotEqual => "!=", MatchKind.Regex => "=~", _ => "!~" };
        return $"{Name}{sign}\"{Value.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
    }
}
