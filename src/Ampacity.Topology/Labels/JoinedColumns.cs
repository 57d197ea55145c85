using System.Collections;
using Ampacity.Fleet;
using Ampacity.Samples;

namespace Ampacity.Topology;

/// <summary>
/// What a snapshot makes of the series of one stored selection: their groups by joined labels, which of them pass conditions on those. Worked
/// out once; 4 bytes a series and grouping, 1 a series and condition, and no object a series is kept.
/// </summary>
/// <remarks>Any thread; one at a time extends it as series come to the selection.</remarks>
internal sealed class JoinedColumns(TopologySnapshot snapshot, MetricFamily? family, FamilySource? source)
{
    // Groupings and conditions kept, guessed: a page of panels over one metric asks for fewer.
    private const int MaxKept = 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Grouping> _groupings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Flags> _passing = new(StringComparer.Ordinal);
    private readonly Flags _bindable = new();
    private readonly HashSet<(StableKey Place, string Subject)> _subjects = [];
    private bool _subjectsRepeat;
    private ulong[] _hashes = [];
    private StableKey[] _keys = [];
    private bool _repeats;
    private int _repeatsOf;
    private int _subjectsOf;
    private long _bindableLengths;
    private long _bytes = 1024;

    /// <summary>About what it takes in memory.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>What a series is called and where it belongs.</summary>
    public JoinedSeries JoinedOf(StoredSelection stored, int place) =>
        snapshot.MakeJoined(LabelSet.FromCanonical(stored.CanonicalOf(place)), family, source);

    /// <summary>
    /// Which series may be bound to a place at all; those that may not are called what the store calls them.
    /// </summary>
    /// <param name="stored">The selection.</param>
    /// <param name="candidates">Series that may be bound, of all rules; null: every one.</param>
    public ReadOnlyMemory<bool> Bindable(StoredSelection stored, IReadOnlyList<StoredSelection>? candidates)
    {
        lock (_lock)
        {
            var numbers = stored.SeriesNumbers;
            var lengths = candidates is null ? -numbers.Length : numbers.Length + candidates.Sum(list => (long)list.Count);
            if (_bindable.Values.Length >= numbers.Length && lengths == _bindableLengths)
            {
                return _bindable.Values.AsMemory(0, numbers.Length);
            }

            // Series have come: all lists are walked anew, at a bit a series.
            _bindableLengths = lengths;
            _bindable.Reserve(numbers.Length);
            var flags = _bindable.Values;
            if (candidates is null)
            {
                flags.AsSpan(0, numbers.Length).Fill(true);
                return flags.AsMemory(0, numbers.Length);
            }

            var may = new BitArray(Bound(numbers));
            foreach (var list in candidates)
            {
                foreach (var number in list.SeriesNumbers)
                {
                    if (number < may.Length)
                    {
                        may[number] = true;
                    }
                }
            }

            for (var i = 0; i < numbers.Length; i++)
            {
                flags[i] = may[numbers[i]];
            }

            Count();
            return flags.AsMemory(0, numbers.Length);
        }
    }

    /// <summary>The group of each series by its joined labels.</summary>
    public SeriesGroups GroupBy(StoredSelection stored, LabelKeys keys, ReadOnlySpan<bool> bindable, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_groupings.TryGetValue(keys.Id, out var grouping))
            {
                if (_groupings.Count == MaxKept)
                {
                    _groupings.Clear();
                }

                _groupings.Add(keys.Id, grouping = new Grouping(keys.Copy()));
            }

            for (; grouping.Count < stored.Count; grouping.Count++)
            {
                Look(grouping.Count, cancellationToken);
                grouping.Add(bindable[grouping.Count] ? JoinedOf(stored, grouping.Count).Labels.Canonical : stored.CanonicalOf(grouping.Count), stored.Count);
            }

            Count();
            return grouping.Groups;
        }
    }

    /// <summary>Which series pass conditions on joined labels.</summary>
    public bool[] Passing(StoredSelection stored, IReadOnlyList<Matcher> conditions, ReadOnlySpan<bool> bindable, CancellationToken cancellationToken)
    {
        var id = string.Concat(conditions.Select(condition => $"{(int)condition.Kind}{condition.Name.Length}:{condition.Name}{condition.Value.Length}:{condition.Value}"));
        lock (_lock)
        {
            if (!_passing.TryGetValue(id, out var passing))
            {
                if (_passing.Count == MaxKept)
                {
                    _passing.Clear();
                }

                _passing.Add(id, passing = new Flags());
            }

            passing.Reserve(stored.Count);
            for (; passing.Count < stored.Count; passing.Count++)
            {
                Look(passing.Count, cancellationToken);
                var labels = bindable[passing.Count] ? JoinedOf(stored, passing.Count).Labels : LabelSet.FromCanonical(stored.CanonicalOf(passing.Count));
                passing.Values[passing.Count] = conditions.All(condition => condition.Matches(labels[condition.Name]));
            }

            Count();
            return passing.Values;
        }
    }

    /// <summary>
    /// Whether two series may be called the same, by hashes of whole label sets: if two are equal the labels very probably are, and whoever asks
    /// takes the careful way.
    /// </summary>
    public bool Repeats(StoredSelection stored, ReadOnlySpan<bool> bindable)
    {
        lock (_lock)
        {
            if (_repeatsOf != stored.Count)
            {
                _repeats = AnyTwice(Hashes(stored, bindable)[..stored.Count].ToArray());
                _repeatsOf = stored.Count;
            }

            return _repeats;
        }
    }

    /// <summary>Where each series belongs; a node below 0 where no rule binds it.</summary>
    public ReadOnlySpan<StableKey> Keys(StoredSelection stored, ReadOnlySpan<bool> bindable)
    {
        lock (_lock)
        {
            var place = _keys.Length;
            if (place < stored.Count)
            {
                Array.Resize(ref _keys, stored.Count);
                for (; place < stored.Count; place++)
                {
                    _keys[place] = bindable[place] && JoinedOf(stored, place).Place is { } bound ? bound.Place : StableKey.Of(-1);
                }

                Count();
            }

            return _keys.AsSpan(0, stored.Count);
        }
    }

    /// <summary>A hash of what each series is called.</summary>
    public ReadOnlySpan<ulong> Hashes(StoredSelection stored, ReadOnlySpan<bool> bindable)
    {
        lock (_lock)
        {
            var place = _hashes.Length;
            if (place < stored.Count)
            {
                Array.Resize(ref _hashes, stored.Count);
                for (; place < stored.Count; place++)
                {
                    _hashes[place] = LabelSet.HashOf(bindable[place] ? JoinedOf(stored, place).Labels.Canonical : stored.CanonicalOf(place));
                }

                Count();
            }

            return _hashes;
        }
    }

    /// <summary>Whether a hash is there twice; sorts them.</summary>
    public static bool AnyTwice(ulong[] hashes)
    {
        Array.Sort(hashes);
        for (var i = 1; i < hashes.Length; i++)
        {
            if (hashes[i] == hashes[i - 1])
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The subjects of places for which these series speak.</summary>
    /// <returns>Them, and whether two series name one component.</returns>
    public (IReadOnlySet<(StableKey Place, string Subject)> Subjects, bool Repeat) Subjects(StoredSelection stored, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            for (; _subjectsOf < stored.Count; _subjectsOf++)
            {
                Look(_subjectsOf, cancellationToken);
                if (JoinedOf(stored, _subjectsOf) is { Place: { } bound } joined)
                {
                    _subjectsRepeat |= !_subjects.Add((bound.Place, joined.Subject)) && joined.NamesComponent;
                }
            }

            Count();
            return (_subjects.ToHashSet(), _subjectsRepeat);
        }
    }

    private static int Bound(ReadOnlySpan<int> numbers)
    {
        var bound = 0;
        foreach (var number in numbers)
        {
            bound = Math.Max(bound, number + 1);
        }

        return bound;
    }

    private static void Look(int at, CancellationToken cancellationToken)
    {
        if ((at & 0xFF) == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private void Count() => Interlocked.Exchange(
        ref _bytes, 1024L + _bindable.Values.Length + ((_hashes.Length + _keys.Length) * 8L) + (_subjects.Count * 96L) + _groupings.Values.Sum(grouping => grouping.Bytes) + _passing.Values.Sum(flags => flags.Values.Length + 256L));

    private sealed class Flags
    {
        public bool[] Values { get; private set; } = [];

        public int Count { get; set; }

        public void Reserve(int count)
        {
            if (Values.Length < count)
            {
                var grown = new bool[count];
                Values.CopyTo(grown, 0);
                Values = grown;
            }
        }
    }

    private sealed class Grouping(LabelKeys keys)
    {
        private readonly KeyNumbers _numbers = new();
        private int[] _groupOf = [];
        private SeriesGroups? _groups;
        private int _last = -1;

        public int Count { get; set; }

        public long Bytes => (_groupOf.Length * (long)sizeof(int)) + _numbers.Bytes + 1024;

        public SeriesGroups Groups => _groups ??= new SeriesGroups(_groupOf, _numbers.ToArray());

        public void Add(ReadOnlySpan<byte> labels, int capacity)
        {
            if (_groupOf.Length < capacity)
            {
                Array.Resize(ref _groupOf, capacity);
            }

            // Neighbours mostly share their key.
            var key = keys.Of(labels);
            if (_last < 0 || !key.SequenceEqual(_numbers[_last].Canonical))
            {
                _last = _numbers.Of(key);
            }

            _groupOf[Count] = _last;
            _groups = null;
        }
    }
}
