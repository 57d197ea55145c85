namespace Ampacity.Samples;

/// <summary>
/// Reads series as columns. The seam between whatever keeps samples (our store, any Prometheus-compatible API), what adds topology
/// labels to them (which is a reader over a reader), and what evaluates (PromQL, analysis).
/// </summary>
/// <remarks>
/// Any thread. A read sees all samples acknowledged before it began that do not expire while it goes on, and possibly some that came
/// since; of one series it sees one state. Which fleet it sees is the query's <see cref="SeriesQuery.Scope"/> and <see cref="SeriesQuery.AsOfMs"/>.
/// </remarks>
public interface ISeriesReader
{
    /// <summary>To be held by whoever uses series numbers of one read in another, such as a scope: taken before the first read.</summary>
    SeriesLease Lease => SeriesLease.Forever;

    /// <summary>How far back there are samples; null when none of those that it was given have expired, or nobody knows.</summary>
    SampleReach? Reach => null;

    /// <summary>
    /// The series that match, in batches. Each series is in one batch, except a moved one, which is several virtual series.
    /// A series without a sample in the range is left out, unless <see cref="SeriesQuery.Shape"/> is <see cref="ReadShape.Labels"/>,
    /// where a store may name series that had samples near the range.
    /// </summary>
    /// <exception cref="ReadBudgetException">The read would cost more than its budget.</exception>
    /// <exception cref="SeriesStoreException">The store cannot answer; the message says why and what to do.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    IAsyncEnumerable<SeriesBatch> ReadAsync(SeriesQuery query, CancellationToken cancellationToken);

    /// <summary>Names of the labels that matching series have, sorted by ordinal.</summary>
    ValueTask<IReadOnlyList<string>> ReadLabelNamesAsync(SeriesQuery query, CancellationToken cancellationToken);

    /// <summary>Values that a label has on matching series, sorted by ordinal, without the empty one.</summary>
    ValueTask<IReadOnlyList<string>> ReadLabelValuesAsync(string labelName, SeriesQuery query, CancellationToken cancellationToken);
}

/// <summary>A store cannot do what was asked (disk, corruption, remote peer); the world's failure, not a bug.</summary>
public sealed class SeriesStoreException : Exception
{
    /// <summary>Says what failed, where, and what to do next.</summary>
    public SeriesStoreException(string message)
        : base(message)
    {
    }

    /// <summary>Says what failed, where, and what to do next, with its cause.</summary>
    public SeriesStoreException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
