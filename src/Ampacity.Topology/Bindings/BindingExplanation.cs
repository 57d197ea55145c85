using Ampacity.Fleet;
using Ampacity.Samples;

namespace Ampacity.Topology;

/// <summary>Why a series is where it is: which rules were tried, which one decided, and what the reader makes of its labels.</summary>
/// <param name="Tried">Rules before the one that matched, each with the condition at which it failed, in order.</param>
/// <param name="Rule">Number of the rule that matched, as <see cref="SeriesBinder.RuleOf"/> says.</param>
/// <param name="Place">The place that was found; null if none.</param>
/// <param name="Why">Why none was found; empty if one was.</param>
/// <param name="Added">Topology labels that the reader adds.</param>
/// <param name="Renamed">Labels that came in and step aside for them, as <c>exported_…</c>.</param>
public sealed record BindingExplanation(
    IReadOnlyList<(BindingRule Rule, Matcher FailedAt, string Value)> Tried, int Rule, BoundPlace? Place, string Why,
    IReadOnlyList<(string Name, string Value)> Added, IReadOnlyList<string> Renamed)
{
    /// <summary>Explains one series as it came.</summary>
    public static BindingExplanation Of(TopologySnapshot snapshot, LabelSet labels)
    {
        var binder = snapshot.Binder;
        var rule = binder.RuleOf(labels);
        var place = binder.Apply(rule, labels, out var why, explain: true);
        var rules = binder.Rules;
        var tried = new List<(BindingRule, Matcher, string)>();
        for (var before = 0; before < (rule >= 0 ? rule : rule == -1 ? rules.Count : 0); before++)
        {
            if (binder.FailureOf(before, labels) is { } failure)
            {
                tried.Add((rules[before], failure, labels[failure.Name]));
            }
        }

        var added = place is { } bound ? snapshot.Labels.Of(bound.Place) : [];
        return new BindingExplanation(tried, rule, place, why, added, [.. added.Select(label => label.Name).Where(name => labels[name].Length > 0)]);
    }
}
