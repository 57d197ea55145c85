using Ampacity.Fleet;
using Ampacity.Samples;
using Ampacity.Topology;

namespace Ampacity.Server;

/// <summary>A binding rule. Absent values are left out of the JSON.</summary>
/// <param name="Rule">Its name in its hall: <c>override-1</c>, <c>rule-1</c>, <c>fallback-1</c>.</param>
/// <param name="DeclaredAt">Path of the hall.</param>
/// <param name="Match">The selector.</param>
/// <param name="AssetBy">Identifier by which the asset is found.</param>
/// <param name="AssetFrom">Label that holds it.</param>
/// <param name="Place">Path in the hall, with <c>$label</c>s.</param>
/// <param name="Series">Series of the last hour that it decides about: it matches, and none before it does.</param>
/// <param name="Placed">Those of them that it found a place for.</param>
public sealed record BindingRow(
    string Rule, string DeclaredAt, string Match, string? AssetBy, string? AssetFrom, string? Place, long Series, long Placed)
{
    internal static BindingRow From(FleetGraph graph, BindingRule rule, RuleCount count) => new(
        BindingRank.NameOf(rule.Rule.Rank), graph.PathOf(rule.DeclaredAt), rule.Rule.Match, rule.Rule.AssetBy?.ToString().ToLowerInvariant(), rule.Rule.AssetFromLabel,
        rule.Rule.PlaceTemplate, count.Series, count.Placed);

    internal static string NameOf(FleetGraph graph, BindingRule rule) => $"{graph.PathOf(rule.DeclaredAt)} {BindingRank.NameOf(rule.Rule.Rank)}";
}

/// <summary>Series of one target that nothing places.</summary>
/// <param name="Job">The target's job.</param>
/// <param name="Instance">The target.</param>
/// <param name="Series">How many.</param>
/// <param name="Example">One of them.</param>
/// <param name="Why">Why that one has no place.</param>
/// <param name="Rule">The rule that matches it and finds nothing; left out where none matches.</param>
public sealed record UnboundRow(string? Job, string? Instance, long Series, string Example, string Why, string? Rule);

/// <summary>Why a series is where it is.</summary>
/// <param name="Series">The series as it came.</param>
/// <param name="Place">Path of its place; left out if it has none.</param>
/// <param name="How">What decided: a rule, or a label that is read before all rules.</param>
/// <param name="Match">Selector of that rule.</param>
/// <param name="Why">Why it has no place.</param>
/// <param name="Tried">Rules before that one, in order, with the condition at which each failed.</param>
/// <param name="OfOthers">How many rules before it are not told, because the halls that declare them are not in scope, or they are too many.</param>
/// <param name="Added">Topology labels that the reader adds.</param>
/// <param name="Renamed">Labels that came in and step aside: each is read as <c>exported_…</c>.</param>
public sealed record WhyRow(
    string Series, string? Place, string? How, string? Match, string? Why, IReadOnlyList<TriedRow> Tried, int? OfOthers,
    IReadOnlyDictionary<string, string> Added, IReadOnlyList<string> Renamed)
{
    private const int TriedMax = 100;

    internal static WhyRow From(TopologySnapshot snapshot, FleetView view, LabelSet raw, MetricFamily? family, FamilySource? source)
    {
        // As the reader does it: by the labels that the family makes, else by those that came.
        var named = family is null || source is null ? raw : TopologySnapshot.NamedAs(raw, family, source);
        var explanation = BindingExplanation.Of(snapshot, named);
        if (explanation.Place is null && !ReferenceEquals(named, raw))
        {
            explanation = BindingExplanation.Of(snapshot, raw);
        }

        var graph = snapshot.Graph;
        var rule = explanation.Rule >= 0 ? snapshot.Binder.Rules[explanation.Rule] : (BindingRule?)null;
        var isTold = rule is { } decisive && view.Sees(decisive.DeclaredAt);
        var seen = explanation.Tried.Where(tried => view.Sees(tried.Rule.DeclaredAt)).Take(TriedMax).ToArray();
        var others = explanation.Tried.Count - seen.Length;
        return new WhyRow(
            named.ToString(),
            explanation.Place is { } bound ? graph.PathOf(bound.Place) : null,
            rule is { } matched ? isTold ? BindingRow.NameOf(graph, matched) : "a rule of a hall that is not in scope" : explanation.Rule switch { SeriesBinder.ByBmc => "the label bmc", SeriesBinder.ByNode => "the label node", _ => null },
            isTold ? rule?.Rule.Match : null,
            explanation.Why.Length == 0 ? null : explanation.Why,
            [.. seen.Select(tried => new TriedRow(BindingRow.NameOf(graph, tried.Rule), tried.FailedAt.ToString(), tried.Value))],
            others == 0 ? null : others,
            explanation.Added.ToDictionary(label => label.Name, label => label.Value, StringComparer.Ordinal),
            explanation.Renamed);
    }
}

/// <summary>A rule that was tried and failed.</summary>
/// <param name="Rule">Which.</param>
/// <param name="FailedAt">The condition that the series does not pass.</param>
/// <param name="Value">What the series has there; empty if nothing.</param>
public sealed record TriedRow(string Rule, string FailedAt, string Value);
