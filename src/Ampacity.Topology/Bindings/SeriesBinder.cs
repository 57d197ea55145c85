using Ampacity.Fleet;
using Ampacity.Samples;

namespace Ampacity.Topology;

/// <summary>
/// Says which place a series belongs to, by rules that are data. Our own collectors' labels are read first (<c>bmc</c> holds a MAC, a
/// roll-up's <c>node</c> a path), then the declared rules in order; the first that matches wins.
/// </summary>
/// <remarks>Immutable, any thread; made for one graph, so for one instant.</remarks>
public sealed class SeriesBinder
{
    /// <summary>What is found by the label <c>bmc</c> and by no rule, as <see cref="RuleOf"/> tells it.</summary>
    public const int ByBmc = -2;

    /// <summary>What is found by a roll-up's own <c>node</c>.</summary>
    public const int ByNode = -3;

    // Beyond it a selection for each rule costs more than trying every series.
    private const int MaxCandidates = 64;

    private readonly FleetGraph _graph;
    private readonly FleetView _whole;
    private readonly (IReadOnlyList<Matcher> Match, BindingRule Rule, string How)[] _rules;
    private readonly RuleIndex _index;

    /// <summary>Compiles the rules that a graph declares.</summary>
    /// <exception cref="FormatException">A recorded rule's selector cannot be read, which the file reader should have refused.</exception>
    public SeriesBinder(FleetGraph graph)
    {
        _graph = graph;
        _whole = graph.Within(PlaceScope.Whole);
        _rules = [.. graph.BindingRules.Select(rule => (SelectorText.Parse(rule.Rule.Match), rule, $"{graph.PathOf(rule.DeclaredAt)} {BindingRank.NameOf(rule.Rule.Rank)}"))];
        _index = new RuleIndex([.. _rules.Select(rule => rule.Match)]);
    }

    /// <summary>The rules in the order in which they are tried.</summary>
    public IReadOnlyList<BindingRule> Rules => [.. _rules.Select(rule => rule.Rule)];

    /// <summary>
    /// Conditions of which every series that can be bound passes all of at least one list; null where there are too many to ask for.
    /// What passes none of them need not be tried.
    /// </summary>
    internal IReadOnlyList<IReadOnlyList<Matcher>>? Candidates => _rules.Length > MaxCandidates ? null
        : [
            [new Matcher("bmc", MatchKind.NotEqual, "")],
            [new Matcher(LabelSet.MetricName, MatchKind.Equal, NodeRollUp.MetricName)],
            .. _rules.Select(rule => rule.Match),
        ];

    /// <summary>The place of a series and how it was found, or null if no rule binds it.</summary>
    public BoundPlace? Bind(LabelSet labels) => Apply(RuleOf(labels), labels, out _, explain: false);

    /// <summary>Which rule decides about a series, by its number in <see cref="Rules"/>; <see cref="ByBmc"/>, <see cref="ByNode"/>, or −1 if none matches.</summary>
    public int RuleOf(LabelSet labels)
    {
        foreach (var label in labels)
        {
            if (label.NameBytes.SequenceEqual("__name__"u8))
            {
                if (label.ValueBytes.SequenceEqual("node_power_watts"u8) && !HasBmc(labels))
                {
                    return ByNode;
                }
            }
            else if (label.NameBytes.SequenceCompareTo("bmc"u8) is >= 0 and var order)
            {
                // Labels are sorted by name.
                if (order == 0)
                {
                    return ByBmc;
                }

                break;
            }
        }

        return _index.Find(labels);
    }

    /// <summary>Where a rule puts a series.</summary>
    /// <param name="rule">As <see cref="RuleOf"/> gives it.</param>
    /// <param name="labels">The series.</param>
    /// <param name="why">Why it found no place; empty if it found one, or nobody asks.</param>
    /// <param name="explain">Whether anybody asks.</param>
    public BoundPlace? Apply(int rule, LabelSet labels, out string why, bool explain)
    {
        why = "";
        switch (rule)
        {
            case ByBmc:
                var tray = Asset(IdentifierKind.Mac, labels["bmc"], "bmc");
                why = explain && tray is null ? $"no asset with the MAC {labels["bmc"]} has a place" : "";
                return tray is { } found ? Refine(found, labels["component"]) : null;
            case ByNode:
                var isNode = _whole.TryFind(labels["node"], out var node);
                why = explain && !isNode ? $"there is no {labels["node"]}" : "";
                return isNode ? new BoundPlace(node, "node") : null;
            case < 0:
                why = explain ? "no rule matches" : "";
                return null;
        }

        var (_, declared, how) = _rules[rule];
        if (declared.Rule is { AssetBy: { } by, AssetFromLabel: { } label })
        {
            var text = labels[label];
            if (Asset(by, text, how) is { } asset)
            {
                return Refine(asset, labels["component"]);
            }

            // When the rule's place begins at the same asset, that would say the same again.
            why = !explain || PlaceTemplate.BeginsAt(declared.Rule.PlaceTemplate, by, label) ? ""
                : text.Length == 0 ? $"it has no label {label}" : $"no asset with the {by.ToString().ToLowerInvariant()} {text} (label {label}) has a place";
        }

        if (declared.Rule.PlaceTemplate is not { } template)
        {
            return null;
        }

        if (PlaceTemplate.Resolve(template, declared.DeclaredAt, labels, _whole, out var wrong, explain) is { } place)
        {
            why = "";
            return new BoundPlace(place, how);
        }

        why = why.Length > 0 ? $"{why}, and {wrong}" : wrong;
        return null;
    }

    /// <summary>The condition at which a rule fails a series, or null if it matches.</summary>
    internal Matcher? FailureOf(int rule, LabelSet labels) => _index.FailureOf(rule, labels);

    private static bool HasBmc(LabelSet labels) => labels["bmc"].Length > 0;

    private BoundPlace? Asset(IdentifierKind kind, string text, string how) =>
        text.Length > 0 && _graph.Assets.By(kind, text)?.Place is { } place ? new BoundPlace(place, how) : null;

    // A tray's component stands in a socket where the build says so: then the series is the socket's.
    private BoundPlace Refine(BoundPlace tray, string component)
    {
        var build = _graph.BuildOf(tray.Place.Node);
        if (component.Length == 0 || build is null || tray.Place.Part == 0)
        {
            return tray;
        }

        // hw component names nest by slash: gpu0/dram is inside gpu0.
        var slash = component.IndexOf('/');
        return build.TryFindComponent(tray.Place.Part, slash < 0 ? component : component.AsSpan(0, slash), out var part)
            ? tray with { Place = new StableKey(tray.Place.Node, part) }
            : tray;
    }
}

/// <summary>The place that a series is bound to.</summary>
/// <param name="Place">The place.</param>
/// <param name="How">Which rule found it, for people.</param>
public readonly record struct BoundPlace(StableKey Place, string How);
