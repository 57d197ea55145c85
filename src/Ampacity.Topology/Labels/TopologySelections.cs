using Ampacity.Fleet;
using Ampacity.Samples;

namespace Ampacity.Topology;

/// <summary>Makes selections through the join over a store that makes selections itself.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class TopologySelections(ISelectionReader store, FamilyCatalogue families)
{
    /// <summary>Spans of the fleet in one query, as many as a timeline keeps snapshots of.</summary>
    private const int MaxSpans = 16;

    /// <summary>Moved series in one query, each of which is an object; guessed: two halls at once.</summary>
    private const int MaxMoved = 20_000;

    /// <summary>The selection, or null where only reading label by label gives the answer.</summary>
    public async ValueTask<SeriesSelection?> SelectAsync(SeriesQuery query, TopologyTimeline fleet, CancellationToken cancellationToken)
    {
        while (true)
        {
            // It is made of several selections of the store, whose places have to be of one moment: again, when series have ended meanwhile.
            var lease = store.Lease;
            var selection = await MakeAsync(query, fleet, cancellationToken);
            if (store.Lease == lease)
            {
                return selection;
            }
        }
    }

    private async ValueTask<SeriesSelection?> MakeAsync(SeriesQuery query, TopologyTimeline fleet, CancellationToken cancellationToken)
    {
        var plan = ReadPlan.For(query, families);
        if (query.Shape is ReadShape.Labels || query.Buckets is not null || SpansOf(plan.Query, fleet) is not { } spans)
        {
            return null;
        }

        var parts = new List<PlacedPart>();
        foreach (var (inner, source) in plan.Reads)
        {
            if (await store.SelectAsync(inner with { Shape = query.Shape }, cancellationToken) is not StoredSelection stored)
            {
                return null;
            }

            if (stored.Count == 0 && source is not null)
            {
                // Of a family's sources most are not there: nothing is kept for them.
                continue;
            }

            var joins = await JoinsAsync(stored, source, plan, spans.Snapshots, cancellationToken);
            if (source is null && !joins.Any(join => join.Bindable.Span.Contains(true)))
            {
                // Nobody's series: they are called what the store calls them, so it can answer every condition.
                return await store.SelectAsync(inner with { Matchers = [.. inner.Matchers, .. plan.After] }, cancellationToken);
            }

            if (stored.Count == 0)
            {
                continue;
            }

            var all = inner.Shape == query.Shape ? null : (StoredSelection?)await store.SelectAsync(inner, cancellationToken);
            if (PartOf(stored, all, source, plan, joins, cancellationToken) is not { } part)
            {
                return null;
            }

            parts.Add(part);
        }

        return Conflicts(parts, spans.Snapshots, plan, cancellationToken) ? null : new PlacedSelection(plan, parts, spans.BoundariesMs);
    }

    private static (List<TopologySnapshot> Snapshots, List<long> BoundariesMs)? SpansOf(SeriesQuery query, TopologyTimeline fleet)
    {
        if (query.AsOfMs is { } asOfMs)
        {
            return ([fleet.At(asOfMs)], []);
        }

        var fromMs = query.FromMs == long.MaxValue ? query.FromMs : query.FromMs + 1;
        var boundaries = new List<long>();
        for (var next = fleet.NextBoundaryAfter(fromMs); next <= query.ThroughMs && next != long.MaxValue; next = fleet.NextBoundaryAfter(next))
        {
            boundaries.Add(next);
            if (boundaries.Count == MaxSpans)
            {
                return null;
            }
        }

        return ([fleet.At(fromMs), .. boundaries.Select(fleet.At)], boundaries);
    }

    private async ValueTask<List<Join>> JoinsAsync(
        StoredSelection stored, FamilySource? source, ReadPlan plan, List<TopologySnapshot> snapshots, CancellationToken cancellationToken)
    {
        var joins = new List<Join>();
        foreach (var snapshot in snapshots)
        {
            // What a family renames may be bound by its new labels, so each of its series is tried.
            List<StoredSelection>? candidates = null;
            if (source is null && snapshot.Binder.Candidates is { } lists)
            {
                candidates = [];
                foreach (var matchers in lists)
                {
                    var list = await store.SelectAsync(new SeriesQuery(matchers, plan.Query.FromMs, plan.Query.ThroughMs, SeriesScope.Whole), cancellationToken);
                    candidates.Add((StoredSelection)list!);
                }
            }

            var columns = snapshot.Columns.Get(
                (stored.Identity, source), () => new JoinedColumns(snapshot, plan.Family, source), columns => columns.Bytes);
            joins.Add(new Join(snapshot, columns, columns.Bindable(stored, candidates)));
        }

        return joins;
    }

    private static PlacedPart? PartOf(
        StoredSelection stored, StoredSelection? all, FamilySource? source, ReadPlan plan, List<Join> joins, CancellationToken cancellationToken)
    {
        int[]? places = null;
        if (plan.After.Count > 0)
        {
            var passing = joins.ConvertAll(join => join.Columns.Passing(stored, plan.After, join.Bindable.Span, cancellationToken));
            var found = new List<int>();
            for (var i = 0; i < stored.Count; i++)
            {
                var place = stored.Order.IsEmpty ? i : stored.Order.Span[i];
                if (passing.Exists(flags => flags[place]))
                {
                    found.Add(place);
                }
            }

            places = [.. found];
        }

        var moved = joins.Count == 1 ? new MovedSeries() : MovedOf(stored, source, plan, joins, cancellationToken);
        return moved is null ? null : new PlacedPart(stored, all, source, joins[^1].Columns, joins[^1].Bindable, places, moved);
    }

    private static MovedSeries? MovedOf(StoredSelection stored, FamilySource? source, ReadPlan plan, List<Join> joins, CancellationToken cancellationToken)
    {
        var key = (stored.Identity, source, stored.Count, string.Join(' ', joins.Select(join => join.Snapshot.Id)),
            string.Join(' ', plan.After.Select(condition => condition.ToString())));
        var found = joins[^1].Snapshot.Columns.Get(key, () => new Moves(FindMoved(stored, plan, joins, cancellationToken)), moves => moves.Bytes);
        return found.Series;
    }

    private static MovedSeries? FindMoved(StoredSelection stored, ReadPlan plan, List<Join> joins, CancellationToken cancellationToken)
    {
        var moved = new MovedSeries();
        for (var place = 0; place < stored.Count; place++)
        {
            if (!joins.Exists(join => join.Bindable.Span[place]))
            {
                continue;
            }

            cancellationToken.ThrowIfCancellationRequested();
            var labels = joins.ConvertAll(join => join.Columns.JoinedOf(stored, place).Labels);
            if (labels.TrueForAll(label => label.Equals(labels[0])))
            {
                continue;
            }

            moved.Add(place, labels, labels.ConvertAll(label => plan.After.All(condition => condition.Matches(label[condition.Name]))));
            if (moved.Count > MaxMoved)
            {
                return null;
            }
        }

        return moved;
    }

    // Whether two series may speak for one subject of a place: then samples decide which of them does. Worked out once for what is selected.
    private static bool Conflicts(List<PlacedPart> parts, List<TopologySnapshot> snapshots, ReadPlan plan, CancellationToken cancellationToken)
    {
        if (parts.Count < 2 && !parts.Exists(part => part.Source is { Repeats: true }))
        {
            return false;
        }

        var key = new ConflictKey([.. parts.Select(part => (part.Stored.Identity, part.Source, part.Stored.Count))], string.Join(' ', snapshots.Select(snapshot => snapshot.Id)));
        return snapshots[^1].Columns.Get(key, () => new Conflict(), _ => 1024).Find(() => FindConflict(parts, snapshots, plan, cancellationToken));
    }

    private static bool FindConflict(List<PlacedPart> parts, List<TopologySnapshot> snapshots, ReadPlan plan, CancellationToken cancellationToken)
    {
        var spoken = new HashSet<(StableKey, string)>();
        foreach (var part in parts)
        {
            var own = new HashSet<(StableKey, string)>();
            foreach (var snapshot in snapshots)
            {
                var (subjects, repeat) = snapshot.Columns.Get(
                    (part.Stored.Identity, part.Source), () => new JoinedColumns(snapshot, plan.Family, part.Source), columns => columns.Bytes)
                    .Subjects(part.Stored, cancellationToken);
                if (repeat && part.Source is { Repeats: true })
                {
                    return true;
                }

                own.UnionWith(subjects);
            }

            if (spoken.Overlaps(own))
            {
                return true;
            }

            spoken.UnionWith(own);
        }

        return false;
    }

    private sealed record Join(TopologySnapshot Snapshot, JoinedColumns Columns, ReadOnlyMemory<bool> Bindable);

    private sealed record Moves(MovedSeries? Series)
    {
        public long Bytes => 1024 + ((Series?.Count ?? 0) * 1024L);
    }

    // Found once, by whoever asks first; others wait for it and not for the cache.
    private sealed class Conflict
    {
        private readonly Lock _lock = new();
        private bool? _found;

        public bool Find(Func<bool> find)
        {
            lock (_lock)
            {
                return _found ??= find();
            }
        }
    }

    private sealed class ConflictKey((object Identity, FamilySource? Source, int Count)[] parts, string snapshots) : IEquatable<ConflictKey>
    {
        private readonly (object Identity, FamilySource? Source, int Count)[] _parts = parts;
        private readonly string _snapshots = snapshots;

        public bool Equals(ConflictKey? other) =>
            other is not null && _snapshots == other._snapshots && _parts.AsSpan().SequenceEqual(other._parts);

        public override bool Equals(object? obj) => Equals(obj as ConflictKey);

        public override int GetHashCode() => HashCode.Combine(_parts.Length, _parts[0], _snapshots);
    }
}
