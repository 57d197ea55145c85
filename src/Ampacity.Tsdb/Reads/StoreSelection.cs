using System.Buffers;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>What one query selects of the store: numbers and groups from the cache, samples of slices of them.</summary>
internal sealed class StoreSelection(
    FoundSeries found, ReadOnlyMemory<int> order, SeriesQuery query, StoreRead reads, Func<SliceBuffers, ReadSlice> makeSlice) : StoredSelection
{
    private long _samples;

    public override int Count => found.Numbers.Length;

    public override object Identity => found.Selected;

    public override ReadOnlyMemory<int> Order => order;

    public override ReadOnlySpan<int> SeriesNumbers => found.Numbers.Span;

    public override ReadOnlySpan<byte> CanonicalOf(int place) => reads.CanonicalOf(found.Numbers.Span[place]);

    public override SeriesGroups GroupBy(LabelKeys keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return reads.GroupBy(found.Selected, keys, found.Numbers.Length, cancellationToken);
    }

    public override async ValueTask ReadAsync(int from, int end, SeriesBatch into, CancellationToken cancellationToken)
    {
        if (!order.IsEmpty)
        {
            await ReadAsync(order[from..end], into, cancellationToken);
            return;
        }

        var places = ArrayPool<int>.Shared.Rent(end - from);
        for (var i = from; i < end; i++)
        {
            places[i - from] = i;
        }

        await ReadAsync(places.AsMemory(0, end - from), into, cancellationToken);
        ArrayPool<int>.Shared.Return(places);
    }

    public override async ValueTask ReadAsync(ReadOnlyMemory<int> places, SeriesBatch into, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(into);
        var buffers = SliceBuffers.Take();
        var slice = makeSlice(buffers);
        var (series, samples) = (into.SeriesCount, into.SampleCount);
        var wanted = ArrayPool<int>.Shared.Rent(places.Length);
        var count = InScope(places.Span, wanted);
        for (var at = 0; at < count;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            at += await slice.ReadAsync(wanted.AsMemory(at, count - at), into, cancellationToken);
        }

        ArrayPool<int>.Shared.Return(wanted);
        SliceBuffers.Return(buffers);
        StoreRead.Spend(query.Budget, Interlocked.Add(ref _samples, into.SampleCount - samples));
        PutPlaces(places.Span, series, into);
    }

    private int InScope(ReadOnlySpan<int> places, Span<int> wanted)
    {
        var count = 0;
        foreach (var place in places)
        {
            var number = found.Numbers.Span[place];
            if (query.Scope.IsWhole || query.Scope.Contains(number))
            {
                wanted[count++] = number;
            }
        }

        return count;
    }

    // Both are in the same order.
    private void PutPlaces(ReadOnlySpan<int> places, int series, SeriesBatch into)
    {
        var renumbered = ArrayPool<int>.Shared.Rent(into.SeriesCount - series);
        var numbers = found.Numbers.Span;
        var at = 0;
        for (var i = series; i < into.SeriesCount; i++, at++)
        {
            while (numbers[places[at]] != into.SeriesNumbers[i])
            {
                at++;
            }

            renumbered[i - series] = places[at];
        }

        into.Renumber(series, renumbered.AsSpan(0, into.SeriesCount - series));
        ArrayPool<int>.Shared.Return(renumbered);
    }
}
