using System.Collections.Concurrent;
using Ampacity.Fleet;
using Ampacity.Samples;

namespace Ampacity.Topology;

/// <summary>
/// A selection through the join: the same series, samples and order as <see cref="TopologyReader.ReadAsync"/> gives, without labels. A series that did
/// not move within the range has the place of its stored one; each virtual series of one that moved has a place of its own behind them all.
/// </summary>
internal sealed class PlacedSelection(ReadPlan plan, IReadOnlyList<PlacedPart> parts, IReadOnlyList<long> boundariesMs) : SeriesSelection
{
    private readonly ConcurrentBag<SeriesBatch> _idle = [];

    public override int Count { get; } = parts.Sum(part => part.Count);

    public override bool MayRepeatLabels => Repeats();

    /// <summary>Whether a series moved within the range, and so has several places.</summary>
    public bool HasMoved => parts.Any(part => !part.Moved.IsEmpty);

    /// <summary>Where the series of each place belongs, when none has moved; a node below 0 where no rule binds it.</summary>
    public StableKey[] Keys()
    {
        var keys = new StableKey[parts.Sum(part => part.Stored.Count)];
        var from = 0;
        foreach (var part in parts)
        {
            part.Columns.Keys(part.Stored, part.Bindable.Span).CopyTo(keys.AsSpan(from));
            from += part.Stored.Count;
        }

        return keys;
    }

    /// <summary>Numbers of the stored series that can be read, part after part.</summary>
    public IEnumerable<int> SeriesNumbers()
    {
        foreach (var part in parts)
        {
            for (var i = 0; i < part.Count; i++)
            {
                yield return part.Stored.SeriesNumbers[part.PlaceAt(i)];
            }
        }
    }

    public override LabelSet LabelsOf(int place)
    {
        foreach (var part in parts)
        {
            if (place < part.Stored.Count)
            {
                return part.Bindable.Span[place] ? part.Columns.JoinedOf(part.Stored, place).Labels : part.Stored.LabelsOf(place);
            }

            place -= part.Stored.Count;
        }

        foreach (var part in parts)
        {
            if (place < part.Moved.Labels.Count)
            {
                return part.Moved.Labels[place];
            }

            place -= part.Moved.Labels.Count;
        }

        throw new InvalidOperationException("Bug: a place behind the last one of the selection");
    }

    public override SeriesGroups GroupBy(LabelKeys keys, CancellationToken cancellationToken)
    {
        if (parts is [{ Moved.IsEmpty: true } only])
        {
            return only.Columns.GroupBy(only.Stored, keys, only.Bindable.Span, cancellationToken);
        }

        var numbers = new KeyNumbers();
        var groupOf = new List<int>();
        foreach (var part in parts)
        {
            var groups = part.Columns.GroupBy(part.Stored, keys, part.Bindable.Span, cancellationToken);
            var renumbered = new int[groups.Count];
            for (var group = 0; group < renumbered.Length; group++)
            {
                renumbered[group] = numbers.Of(groups.KeyOf(group).Canonical);
            }

            for (var place = 0; place < part.Stored.Count; place++)
            {
                groupOf.Add(renumbered[groups[place]]);
            }
        }

        var own = keys.Copy();
        foreach (var labels in parts.SelectMany(part => part.Moved.Labels))
        {
            groupOf.Add(numbers.Of(own.Of(labels)));
        }

        return new SeriesGroups([.. groupOf], numbers.ToArray());
    }

    public override async ValueTask ReadAsync(int from, int end, SeriesBatch into, CancellationToken cancellationToken)
    {
        var (first, place, moved) = (0, 0, parts.Sum(part => part.Stored.Count));
        foreach (var part in parts)
        {
            var (begin, stop) = (Math.Max(from, first) - first, Math.Min(end, first + part.Count) - first);
            if (begin < stop)
            {
                await ReadPartAsync(part, begin, stop, place, moved, into, cancellationToken);
            }

            first += part.Count;
            place += part.Stored.Count;
            moved += part.Moved.Labels.Count;
        }
    }

    private async ValueTask ReadPartAsync(
        PlacedPart part, int from, int end, int firstPlace, int firstMoved, SeriesBatch into, CancellationToken cancellationToken)
    {
        if (part.Source is null && part.Moved.IsEmpty)
        {
            var series = into.SeriesCount;
            await ReadStoredAsync(part, part.Stored, from, end, into, cancellationToken);
            if (firstPlace > 0)
            {
                var places = into.SeriesNumbers[series..].ToArray();
                for (var i = 0; i < places.Length; i++)
                {
                    places[i] += firstPlace;
                }

                into.Renumber(series, places);
            }

            return;
        }

        var raw = _idle.TryTake(out var idle) ? idle : new SeriesBatch();
        raw.Clear();
        await ReadStoredAsync(part, part.Stored, from, end, raw, cancellationToken);
        SeriesBatch? again = null;
        var walk = new PlacedWalk(plan, part, boundariesMs, firstPlace, firstMoved);
        for (var i = 0; i < raw.SeriesCount; i++)
        {
            if (walk.Append(raw, i, into) || part.StoredAll is null)
            {
                continue;
            }

            // The newest does not count: one before it may.
            again ??= new SeriesBatch();
            again.Clear();
            await part.StoredAll.ReadAsync(new[] { raw.SeriesNumbers[i] }, again, cancellationToken);
            for (var j = 0; j < again.SeriesCount; j++)
            {
                walk.Append(again, j, into);
            }
        }

        _idle.Add(raw);
    }

    private static ValueTask ReadStoredAsync(PlacedPart part, StoredSelection stored, int from, int end, SeriesBatch into, CancellationToken cancellationToken) =>
        part.Places is null
            ? stored.ReadAsync(from, end, into, cancellationToken)
            : stored.ReadAsync(part.Places.AsMemory(from, end - from), into, cancellationToken);

    // Of one part that has not moved it is known already.
    private bool Repeats()
    {
        if (parts is [{ Moved.IsEmpty: true } only])
        {
            return only.Columns.Repeats(only.Stored, only.Bindable.Span);
        }

        var hashes = new List<ulong>();
        foreach (var part in parts)
        {
            var all = part.Columns.Hashes(part.Stored, part.Bindable.Span);
            for (var place = 0; place < part.Stored.Count; place++)
            {
                if (!part.Moved.Has(place))
                {
                    hashes.Add(all[place]);
                }
            }

            hashes.AddRange(part.Moved.Labels.Select(labels => LabelSet.HashOf(labels.Canonical)));
        }

        return JoinedColumns.AnyTwice([.. hashes]);
    }
}
