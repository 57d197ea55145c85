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
    // Beyond it a selection for each rule costs more than trying every series.
    private const int MaxCandidates = 64;

    private readonly FleetGraph _graph;
    private readonly FleetView _whole;
    private readonly (IReadOnlyList<Matcher> Match, BindingRule Rule)[] _rules;

    /// <summary>Compiles the rules that a graph declares.</summary>
    /// <exception cref="FormatException">A recorded rule's selector cannot be read, which the file reader should have refused.</exception>
    public SeriesBinder(FleetGraph graph)
    {
        _graph = graph;
        _whole = graph.Within(PlaceScope.Whole);
        _rules = [.. graph.BindingRules.Select(rule => (SelectorText.Parse(rule.Rule.Match), rule))];
    }

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
    public BoundPlace? Bind(LabelSet labels)
    {
        if (labels["bmc"] is { Length: > 0 } mac)
        {
            return Asset(IdentifierKind.Mac, mac, "bmc") is { } tray ? Refine(tray, labels["component"]) : null;
        }

        if (labels.Name == NodeRollUp.MetricName)
        {
            return _whole.TryFind(labels["node"], out var node) ? new BoundPlace(node, "node") : null;
        }

        foreach (var (match, rule) in _rules)
        {
            if (match.All(matcher => matcher.Matches(labels[matcher.Name])))
            {
                return Apply(rule, labels);
            }
        }

        return null;
    }

    private BoundPlace? Apply(BindingRule rule, LabelSet labels)
    {
        var how = $"{_graph.PathOf(rule.DeclaredAt)} rule {rule.Rule.Rank + 1}";
        if (rule.Rule is { AssetBy: { } by, AssetFromLabel: { } label } && Asset(by, labels[label], how) is { } asset)
        {
            return Refine(asset, labels["component"]);
        }

        return rule.Rule.PlaceTemplate is { } template
            && PlaceTemplate.Resolve(template, rule.DeclaredAt, labels, _whole) is { } place
                ? new BoundPlace(place, how)
                : null;
    }

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
