using System.Collections;
using System.Runtime.CompilerServices;
using Ampacity.Samples;

namespace Ampacity.Topology;

/// <summary>
/// A reader over a reader: canonical families are read from their raw series, and every sample gets the topology labels of its place as
/// of its own time. A series that moved comes back once for each place.
/// </summary>
/// <remarks>Any thread. Works over any store: what it needs of one is the sample contract.</remarks>
public sealed class TopologyReader(ISeriesReader store, FamilyCatalogue families, Func<TopologyTimeline> timeline) : ISelectionReader
{
    private readonly TopologySelections? _selections = store is ISelectionReader selecting ? new TopologySelections(selecting, families) : null;

    /// <inheritdoc/>
    public SeriesLease Lease => store.Lease;

    /// <inheritdoc/>
    public SampleReach? Reach => store.Reach;

    /// <inheritdoc/>
    public async ValueTask<SeriesSelection?> SelectAsync(SeriesQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return _selections is null ? null : await _selections.SelectAsync(query, timeline(), cancellationToken);
    }

    /// <summary>What a query selects with places of the given timeline; null where only reading gives the answer.</summary>
    internal async ValueTask<PlacedSelection?> SelectPlacedAsync(SeriesQuery query, TopologyTimeline fleet, CancellationToken cancellationToken) =>
        _selections is not null && await _selections.SelectAsync(query, fleet, cancellationToken) is PlacedSelection { HasMoved: false } selection ? selection : null;

    /// <inheritdoc/>
    public async IAsyncEnumerable<SeriesBatch> ReadAsync(
        SeriesQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var output = new SeriesBatch();
        await foreach (var placed in ReadPlacedAsync(query, timeline(), cancellationToken))
        {
            output.Clear();
            placed.CopyTo(output);
            if (output.SeriesCount > 0)
            {
                yield return output;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> ReadLabelNamesAsync(SeriesQuery query, CancellationToken cancellationToken)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var batch in ReadAsync(query with { Shape = ReadShape.Labels }, cancellationToken))
        {
            foreach (var labels in batch.Labels)
            {
                foreach (var label in labels)
                {
                    names.Add(label.Name);
                }
            }
        }

        return [.. names];
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> ReadLabelValuesAsync(
        string labelName, SeriesQuery query, CancellationToken cancellationToken)
    {
        var values = new SortedSet<string>(StringComparer.Ordinal);
        if (labelName == LabelSet.MetricName && query.Matchers.Count == 0)
        {
            // No place changes a name, so the store can say them from its index.
            values.UnionWith(await store.ReadLabelValuesAsync(labelName, query, cancellationToken));
            return WithFamilies(values);
        }

        await foreach (var batch in ReadAsync(query with { Shape = ReadShape.Labels }, cancellationToken))
        {
            foreach (var labels in batch.Labels)
            {
                if (labels[labelName] is { Length: > 0 } value)
                {
                    values.Add(value);
                }
            }
        }

        return labelName == LabelSet.MetricName ? WithFamilies(values) : [.. values];
    }

    // A family has a name of its own wherever one of its raw series is there.
    private IReadOnlyList<string> WithFamilies(SortedSet<string> names)
    {
        names.UnionWith(families.All
            .Where(family => family.Sources.Any(source => names.Contains(source.RawName)))
            .Select(family => family.Name).ToArray());
        return [.. names];
    }

    /// <summary>Reads with places of the given timeline: what roll-ups and live columns need beside the samples.</summary>
    internal async IAsyncEnumerable<PlacedBatch> ReadPlacedAsync(
        SeriesQuery query, TopologyTimeline fleet, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (query.Buckets is not null)
        {
            throw new SeriesStoreException("buckets are read from the store itself: a family's factor and a series that moved within a bucket would make them wrong");
        }

        var plan = ReadPlan.For(query, families);
        var scope = plan.After.Count == 0 ? query.Scope : await NarrowedAsync(query, fleet, cancellationToken);
        var taken = new SpokenTimes();
        for (var turn = 0; turn < plan.Reads.Count; turn++)
        {
            // At any instant one source speaks for a subject, so that nothing is counted twice; the plan holds the most trusted first.
            var (inner, source) = plan.Reads[turn];
            var repeats = source?.Repeats ?? false;
            var own = new SourceTurn(taken, source is not null && (repeats || turn + 1 < plan.Reads.Count) ? new SpokenTimes() : null, repeats);
            await foreach (var batch in store.ReadAsync(inner with { Scope = scope }, cancellationToken))
            {
                yield return new PlacedBatch(batch, plan, source, fleet, own);
            }

            own.End();
        }
    }

    // What cannot pass the conditions on joined labels is not read at all.
    private async ValueTask<SeriesScope> NarrowedAsync(SeriesQuery query, TopologyTimeline fleet, CancellationToken cancellationToken)
    {
        var lease = store.Lease;
        var shape = query.Shape is ReadShape.Labels ? ReadShape.Newest : query.Shape;
        var selection = _selections is null ? null : await _selections.SelectAsync(query with { Shape = shape }, fleet, cancellationToken);
        int[]? numbers = selection switch
        {
            StoredSelection stored => stored.SeriesNumbers.ToArray(),
            PlacedSelection placed => [.. placed.SeriesNumbers()],
            _ => null,
        };
        if (numbers is null)
        {
            return query.Scope;
        }

        var bits = new BitArray(numbers.Length == 0 ? 0 : numbers.Max() + 1);
        foreach (var number in numbers)
        {
            bits[number] = query.Scope.Contains(number);
        }

        return SeriesScope.Of(bits, lease);
    }
}
