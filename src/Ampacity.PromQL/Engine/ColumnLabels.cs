using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>Which of a series' labels a row still has: some names, or all but some. What is done to labels one after the other becomes one key.</summary>
/// <param name="Keeps">Whether <paramref name="Names"/> are kept, or dropped.</param>
/// <param name="Names">Names of labels.</param>
internal readonly record struct ColumnLabels(bool Keeps, IReadOnlyCollection<string> Names)
{
    /// <summary>All of them.</summary>
    public static ColumnLabels All => new(false, []);

    /// <summary>Without the metric's name, when something has dropped it.</summary>
    public ColumnLabels WithoutName(bool dropped) => dropped ? Without([LabelSet.MetricName]) : this;

    /// <summary>Some names of those left.</summary>
    public ColumnLabels By(IReadOnlyCollection<string> names) => new(true, [.. Keeps ? names.Intersect(Names, StringComparer.Ordinal) : names.Except(Names, StringComparer.Ordinal)]);

    /// <summary>Those left without some.</summary>
    public ColumnLabels Without(IReadOnlyCollection<string> names) => new(Keeps, [.. Keeps ? Names.Except(names, StringComparer.Ordinal) : Names.Union(names, StringComparer.Ordinal)]);

    /// <summary>What an aggregation groups them by.</summary>
    public ColumnLabels Of(Aggregation node) => node.Without ? Without([.. node.Labels, LabelSet.MetricName]) : By(node.Labels);

    /// <summary>By what series of two sides meet.</summary>
    public ColumnLabels Of(VectorMatching matching) => matching.On ? By(matching.Labels) : Without([.. matching.Labels, LabelSet.MetricName]);

    /// <summary>As what a reader groups series by.</summary>
    public LabelKeys ToKeys() => new(Names, Keeps);
}
