using System.Text;
using Ampacity.Samples;

namespace Ampacity.Topology;

/// <summary>
/// Finds the first of many rules that matches a series. Most rules demand one value of one label, as <c>job="dcgm"</c> does: they are looked up by it, and
/// only the others are tried one by one.
/// </summary>
/// <remarks>Immutable, any thread. 1.0 M series: bench/results/2026-11-30-bindings.md.</remarks>
internal sealed class RuleIndex
{
    private readonly Condition[][] _rules;
    private readonly (string Label, Dictionary<string, int[]> ByValue)[] _indexed;
    private readonly int[] _others;

    /// <summary>Prepares rules, the first to be tried first.</summary>
    public RuleIndex(IReadOnlyList<IReadOnlyList<Matcher>> rules)
    {
        _rules = [.. rules.Select(rule => rule.Select(matcher => new Condition(matcher)).ToArray())];

        // The label that most rules demand a value of is looked up first: few labels, few look-ups.
        var demanded = rules.SelectMany(rule => rule.Where(IsDemand).Select(matcher => matcher.Name).Distinct(StringComparer.Ordinal))
            .CountBy(name => name, StringComparer.Ordinal).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select((pair, order) => (pair.Key, order)).ToDictionary(pair => pair.Key, pair => pair.order, StringComparer.Ordinal);
        var byLabel = new Dictionary<string, Dictionary<string, List<int>>>(StringComparer.Ordinal);
        var others = new List<int>();
        for (var rule = 0; rule < rules.Count; rule++)
        {
            if (rules[rule].Where(IsDemand).MinBy(matcher => demanded[matcher.Name]) is not { } key)
            {
                others.Add(rule);
                continue;
            }

            var byValue = byLabel.TryGetValue(key.Name, out var known) ? known : byLabel[key.Name] = new(StringComparer.Ordinal);
            (byValue.TryGetValue(key.Value, out var list) ? list : byValue[key.Value] = []).Add(rule);
        }

        _others = [.. others];
        _indexed = [.. byLabel.OrderBy(pair => demanded[pair.Key]).Select(pair => (pair.Key, pair.Value.ToDictionary(value => value.Key, value => value.Value.ToArray(), StringComparer.Ordinal)))];
    }

    /// <summary>The first rule that matches, or −1.</summary>
    public int Find(LabelSet labels)
    {
        var best = int.MaxValue;
        foreach (var (label, byValue) in _indexed)
        {
            if (labels[label] is { Length: > 0 } value && byValue.TryGetValue(value, out var rules))
            {
                best = FirstOf(rules, labels, best);
            }
        }

        best = FirstOf(_others, labels, best);
        return best == int.MaxValue ? -1 : best;
    }

    /// <summary>The condition at which a rule fails a series, or null if it matches.</summary>
    public Matcher? FailureOf(int rule, LabelSet labels)
    {
        foreach (var condition in _rules[rule])
        {
            if (!condition.Passes(labels))
            {
                return condition.Matcher;
            }
        }

        return null;
    }

    private static bool IsDemand(Matcher matcher) => matcher is { Kind: MatchKind.Equal, Value.Length: > 0 };

    private int FirstOf(int[] rules, LabelSet labels, int best)
    {
        foreach (var rule in rules)
        {
            if (rule >= best)
            {
                break;
            }

            if (FailureOf(rule, labels) is null)
            {
                return rule;
            }
        }

        return best;
    }

    // Bytes are compared as they lie in the set; only a pattern needs the text.
    private readonly struct Condition(Matcher matcher)
    {
        private readonly byte[] _value = Encoding.UTF8.GetBytes(matcher.Value);

        public Matcher Matcher { get; } = matcher;

        public bool Passes(LabelSet labels) => Matcher.Kind switch
        {
            MatchKind.Equal => IsValue(labels),
            MatchKind.NotEqual => !IsValue(labels),
            _ => Matcher.Matches(labels[Matcher.Name]),
        };

        private bool IsValue(LabelSet labels)
        {
            foreach (var label in labels)
            {
                if (label.NameEquals(Matcher.Name))
                {
                    return label.ValueBytes.SequenceEqual(_value);
                }
            }

            return _value.Length == 0;
        }
    }
}
