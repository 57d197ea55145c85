using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>A <see cref="ColumnSource"/> with what the reader selects for it. One thread at a time.</summary>
/// <param name="source">The expression.</param>
/// <param name="selection">Its series.</param>
/// <param name="query">What was asked for.</param>
/// <param name="ends">Where the window of each step ends.</param>
internal sealed class OpenColumns(ColumnSource source, SeriesSelection selection, SeriesQuery query, TimeSteps ends)
{
    public ColumnSource Source => source;

    public SeriesSelection Selection => selection;

    public SeriesQuery Query => query;

    public TimeSteps Ends => ends;

    /// <summary>The side that its rows meet; null without a join.</summary>
    public OpenJoin? Join { get; set; }

    /// <summary>What rows are called before they meet others.</summary>
    public ColumnLabels LabelsBefore => ColumnLabels.All.WithoutName(source.DropsNameBefore);

    /// <summary>What is left of a series' own labels in the end.</summary>
    private ColumnLabels Labels => source.Join is not { Matching: { Cardinality: MatchCardinality.OneToOne } matching } join || join.Operator.IsSet()
        ? ColumnLabels.All.WithoutName(source.DropsName)
        : (matching.On ? LabelsBefore.By(matching.Labels) : LabelsBefore.Without(matching.Labels)).WithoutName(source.DropsName);

    private IReadOnlyList<string> Included => source.Join?.Matching!.Include ?? [];

    /// <summary>The group of each place by the labels that its row has in the end.</summary>
    public SeriesGroups GroupBy(Aggregation node, CancellationToken cancellationToken)
    {
        var own = selection.GroupBy(Labels.Of(node).ToKeys(), cancellationToken);
        string[] included = [.. Included.Where(name => node.Labels.Contains(name, StringComparer.Ordinal) != node.Without)];
        return included.Length == 0 ? own : Together(own, Join!.GroupOnes(new LabelKeys(included, keeps: true)), cancellationToken);
    }

    /// <summary>What the row of a place is called in the end.</summary>
    public Func<int, LabelSet> LabelsOf()
    {
        var keys = Labels.ToKeys();
        return place =>
        {
            var all = selection.LabelsOf(place);
            var key = keys.Of(all);
            var labels = key.Length == all.Canonical.Length ? all : LabelSet.FromCanonical(key);
            foreach (var name in Included)
            {
                labels = labels.With(name, Join!.OneLabelsOf(place)[name]);
            }

            return labels;
        };
    }

    // No row has a label of its own that it gets from the one side, so that both keys stand beside each other.
    private SeriesGroups Together(SeriesGroups own, SeriesGroups ones, CancellationToken cancellationToken)
    {
        var numbers = new Dictionary<(int Own, int One), int>();
        var keys = new List<LabelSet>();
        var groupOf = new int[own.GroupOf.Length];
        for (var place = 0; place < groupOf.Length; place++)
        {
            if ((place & 0xFFF) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            // A place that meets nothing has no row, so any group will do.
            var pair = (own[place], Math.Max(0, Join!.Change.GroupOf(place)));
            pair.Item2 = ones.Count == 0 ? -1 : ones[pair.Item2];
            if (!numbers.TryGetValue(pair, out groupOf[place]))
            {
                groupOf[place] = keys.Count;
                numbers.Add(pair, keys.Count);
                keys.Add(pair.Item2 < 0 ? own.KeyOf(pair.Item1) : Both(own.KeyOf(pair.Item1), ones.KeyOf(pair.Item2)));
            }
        }

        return new SeriesGroups(groupOf, [.. keys]);
    }

    private static LabelSet Both(LabelSet own, LabelSet one)
    {
        var builder = new LabelSetBuilder();
        foreach (var label in own)
        {
            builder.Add(label.NameBytes, label.ValueBytes);
        }

        foreach (var label in one)
        {
            builder.Add(label.NameBytes, label.ValueBytes);
        }

        return builder.Build();
    }
}

/// <summary>The one side of a join, read, and what it does to the rows of the other.</summary>
/// <param name="Change">What it does.</param>
/// <param name="One">Its rows.</param>
/// <param name="LabelsOf">What a place of it is called.</param>
/// <param name="Notes">What was to be said of it, which is said after the other side when that stands on the left.</param>
/// <param name="SoFar">What the query had cost before.</param>
internal sealed record OpenJoin(JoinChange Change, OneColumns One, Func<int, LabelSet> LabelsOf, HeldNotes Notes, (long Series, long Samples, long Bytes) SoFar)
{
    /// <summary>What the series is called that a place of the many side meets; it does meet one.</summary>
    public LabelSet OneLabelsOf(int place) => LabelsOf(One.PlaceOf(Change.GroupOf(place)));

    /// <summary>The number of each group of the one side by labels of its series.</summary>
    public SeriesGroups GroupOnes(LabelKeys keys)
    {
        var numbers = new KeyNumbers();
        var groupOf = new int[One.Groups.Count];
        for (var group = 0; group < groupOf.Length; group++)
        {
            groupOf[group] = One.PlaceOf(group) is var place and >= 0 ? numbers.Of(keys.Of(LabelsOf(place))) : 0;
        }

        return new SeriesGroups(groupOf, numbers.ToArray());
    }
}
