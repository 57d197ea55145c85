using Ampacity.Samples;
using Ampacity.Topology;

namespace Ampacity.Server;

/// <summary>Counts series by the rule that decides about them, and gathers those that nothing places by their target.</summary>
/// <remarks>One thread at a time.</remarks>
internal sealed class BindingSurvey
{
    /// <summary>Targets told apart; what is beyond them is counted under one row. Guessed: more than anybody reads.</summary>
    public const int GroupsMax = 20_000;

    private readonly TopologySnapshot _snapshot;
    private readonly ILookup<string, (FamilySource Source, MetricFamily Family)> _sources;
    private readonly int _groupsMax;
    private readonly Dictionary<(string Job, string Instance, int Rule), Group> _unbound = [];
    private readonly RuleCount[] _ofRule;

    public BindingSurvey(TopologySnapshot snapshot, FamilyCatalogue families, int groupsMax)
    {
        (_snapshot, _groupsMax) = (snapshot, groupsMax);
        _sources = families.All.SelectMany(family => family.Sources.Where(source => source.Labels.Count > 0).Select(source => (source, family)))
            .ToLookup(pair => pair.source.RawName, StringComparer.Ordinal);
        _ofRule = new RuleCount[snapshot.Binder.Rules.Count];
    }

    /// <summary>Series by the number of the rule that matched them, and how many of those it placed.</summary>
    public IReadOnlyList<RuleCount> OfRule => _ofRule;

    /// <summary>What a canonical name reads, or the selector itself.</summary>
    public static IEnumerable<(IReadOnlyList<Matcher> Matchers, FamilySource? Source, MetricFamily? Family)> Selections(IReadOnlyList<Matcher> matchers, FamilyCatalogue families)
    {
        if (matchers.FirstOrDefault(matcher => matcher is { Name: LabelSet.MetricName, Kind: MatchKind.Equal }) is not { } name || families.Find(name.Value) is not { } family)
        {
            return [(matchers, null, null)];
        }

        return family.Sources.Select(source => (
            (IReadOnlyList<Matcher>)[new Matcher(LabelSet.MetricName, MatchKind.Equal, source.RawName), .. source.Where, .. matchers.Where(matcher => matcher != name)],
            (FamilySource?)source, (MetricFamily?)family));
    }

    public void Add(SeriesBatch batch)
    {
        for (var i = 0; i < batch.SeriesCount; i++)
        {
            var labels = batch.Labels[i];
            var rule = _snapshot.Binder.RuleOf(labels);
            var isPlaced = _snapshot.Binder.Apply(rule, labels, out _, explain: false) is not null || IsPlacedAsFamily(labels);
            if (rule >= 0)
            {
                _ofRule[rule] = new RuleCount(_ofRule[rule].Series + 1, _ofRule[rule].Placed + (isPlaced ? 1 : 0));
            }

            if (!isPlaced && _groupsMax > 0)
            {
                Gather(labels, rule);
            }
        }
    }

    /// <summary>Targets of which series are not placed, the most series first.</summary>
    public IEnumerable<UnboundRow> Unbound() => _unbound
        .OrderByDescending(pair => pair.Value.Series).ThenBy(pair => pair.Key.Job, StringComparer.Ordinal).ThenBy(pair => pair.Key.Instance, StringComparer.Ordinal)
        .Select(pair => new UnboundRow(
            pair.Key.Job.Length == 0 ? null : pair.Key.Job, pair.Key.Instance.Length == 0 ? null : pair.Key.Instance, pair.Value.Series, pair.Value.Example.ToString(), pair.Value.Why,
            pair.Key.Rule < 0 ? null : BindingRow.NameOf(_snapshot.Graph, _snapshot.Binder.Rules[pair.Key.Rule])));

    // A family may rename labels, and be bound by the new ones.
    private bool IsPlacedAsFamily(LabelSet labels)
    {
        foreach (var (source, family) in _sources[labels.Name])
        {
            if (_snapshot.Binder.Bind(TopologySnapshot.NamedAs(labels, family, source)) is not null)
            {
                return true;
            }
        }

        return false;
    }

    private void Gather(LabelSet labels, int rule)
    {
        var key = (labels["job"], labels["instance"], rule);
        if (_unbound.TryGetValue(key, out var group))
        {
            group.Series++;
            return;
        }

        if (_unbound.Count >= _groupsMax)
        {
            key = ("(more targets)", "", -1);
            if (_unbound.TryGetValue(key, out group))
            {
                group.Series++;
                return;
            }
        }

        _snapshot.Binder.Apply(rule, labels, out var why, explain: true);
        _unbound.Add(key, new Group(labels, why));
    }

    private sealed class Group(LabelSet example, string why)
    {
        public LabelSet Example => example;

        public string Why => why;

        public long Series { get; set; } = 1;
    }
}

/// <summary>What a rule decides about.</summary>
/// <param name="Series">Series that it matches, and no rule before it.</param>
/// <param name="Placed">Those of them that it found a place for.</param>
internal readonly record struct RuleCount(long Series, long Placed);
