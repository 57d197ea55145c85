namespace Ampacity.Samples;

/// <summary>
/// A reader that can also hand out what matches as a selection: numbers and groups of series, made once and kept, and samples without
/// labels, read on several threads at once. What an aggregation needs; whoever needs each series' labels uses <see cref="ISeriesReader"/>.
/// </summary>
/// <remarks>Any thread. Sees what <see cref="ISeriesReader.ReadAsync"/> sees, in the same order of series.</remarks>
public interface ISelectionReader : ISeriesReader
{
    /// <summary>What a query selects, or null where this reader can answer it by <see cref="ISeriesReader.ReadAsync"/> alone.</summary>
    /// <exception cref="ReadBudgetException">More series than the budget has.</exception>
    /// <exception cref="SeriesStoreException">The store cannot answer; the message says why and what to do.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    ValueTask<SeriesSelection?> SelectAsync(SeriesQuery query, CancellationToken cancellationToken);
}

/// <summary>The series that one query selects. Some may turn out to have no sample in its range.</summary>
/// <remarks>Any thread, several at once, for as long as the query lasts. Holds a <see cref="SeriesLease"/>: nobody may keep it longer.</remarks>
public abstract class SeriesSelection
{
    /// <summary>Series that can be read: the bound of <see cref="ReadAsync"/>.</summary>
    public abstract int Count { get; }

    /// <summary>
    /// Whether two of its series may have equal labels. A store never says yes; a join may. Then what drops the name of such series has to
    /// look at labels.
    /// </summary>
    public abstract bool MayRepeatLabels { get; }

    /// <summary>Labels of what stands at a place; made anew, so only for the few that an answer names.</summary>
    public abstract LabelSet LabelsOf(int place);

    /// <summary>
    /// The group of every place. A series has one place, one that moved has several: what <see cref="ReadAsync"/> says of each
    /// series it reads is its place.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public abstract SeriesGroups GroupBy(LabelKeys keys, CancellationToken cancellationToken);

    /// <summary>
    /// Appends the samples of series <c>[from, end)</c> in order. In the batch stands the place of each in <see cref="SeriesBatch.SeriesNumbers"/>,
    /// and <see cref="LabelSet.Empty"/> for its labels; a series without a sample in the range is left out.
    /// </summary>
    /// <exception cref="ReadBudgetException">All reads of this selection together bring back more samples than the budget has.</exception>
    /// <exception cref="SeriesStoreException">The store cannot answer; the message says why and what to do.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public abstract ValueTask ReadAsync(int from, int end, SeriesBatch into, CancellationToken cancellationToken);
}

/// <summary>A selection of a store itself: its series have numbers and labels that a reader over the store can look at.</summary>
public abstract class StoredSelection : SeriesSelection
{
    /// <summary>The same object for queries with the same matchers, as long as the store keeps it and no series ends; more may have come to it. The key of caches.</summary>
    public abstract object Identity { get; }

    /// <summary>The store's number of each series, none twice; ascending at first, and those that came later behind them in order of arrival.</summary>
    public abstract ReadOnlySpan<int> SeriesNumbers { get; }

    /// <summary>
    /// Places in the order in which <see cref="SeriesSelection.ReadAsync"/> takes them; empty when that is their order. Where series lie in blocks, neighbours
    /// there are read together.
    /// </summary>
    public abstract ReadOnlyMemory<int> Order { get; }

    /// <inheritdoc/>
    public override bool MayRepeatLabels => false;

    /// <inheritdoc/>
    public override LabelSet LabelsOf(int place) => LabelSet.FromCanonical(CanonicalOf(place));

    /// <summary>Labels of a series in canonical form; the bytes never change.</summary>
    public abstract ReadOnlySpan<byte> CanonicalOf(int place);

    /// <summary>As <see cref="SeriesSelection.ReadAsync"/> for some of the series, given by place, best in <see cref="Order"/>.</summary>
    public abstract ValueTask ReadAsync(ReadOnlyMemory<int> places, SeriesBatch into, CancellationToken cancellationToken);
}
