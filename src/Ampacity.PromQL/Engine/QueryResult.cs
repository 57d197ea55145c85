using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>What a query gave.</summary>
public enum QueryResultKind
{
    /// <summary>One number and its time.</summary>
    Scalar,

    /// <summary>A text.</summary>
    Text,

    /// <summary>Series with one sample each, all at the query's time.</summary>
    Vector,

    /// <summary>Series with any number of samples.</summary>
    Matrix,
}

/// <summary>
/// Answer of a query as columns: series <c>i</c> has the samples <c>[Offsets[i], Offsets[i+1])</c>. A scalar is one sample without
/// series labels. Immutable, any thread.
/// </summary>
public sealed class QueryResult
{
    internal QueryResult(QueryResultKind kind) => Kind = kind;

    /// <summary>What it is.</summary>
    public QueryResultKind Kind { get; }

    /// <summary>Identity of each series. A sorted vector is in its order; otherwise the order means nothing.</summary>
    public IReadOnlyList<LabelSet> Labels { get; init; } = [];

    /// <summary>One more than there are series: where each one's samples begin.</summary>
    public ReadOnlyMemory<int> Offsets { get; init; }

    /// <summary>UTC milliseconds of each sample, rising within a series.</summary>
    public ReadOnlyMemory<long> TimestampsMs { get; init; }

    /// <summary>Value of each sample.</summary>
    public ReadOnlyMemory<double> Values { get; init; }

    /// <summary>The text of a <see cref="QueryResultKind.Text"/>, else empty.</summary>
    public string Text { get; init; } = "";

    /// <summary>What is probably wrong with the answer, as Prometheus words it.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What might be wrong with the question, as Prometheus words it.</summary>
    public IReadOnlyList<string> Infos { get; init; } = [];

    /// <summary>Times of one series' samples.</summary>
    public ReadOnlySpan<long> TimestampsOf(int series) => TimestampsMs.Span[Offsets.Span[series]..Offsets.Span[series + 1]];

    /// <summary>Values of one series' samples.</summary>
    public ReadOnlySpan<double> ValuesOf(int series) => Values.Span[Offsets.Span[series]..Offsets.Span[series + 1]];
}
