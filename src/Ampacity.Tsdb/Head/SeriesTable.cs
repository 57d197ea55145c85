using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>The series of the head: labels to number and back, and the index that matchers use.</summary>
/// <remarks>
/// Any thread. Finding a known series takes no lock. The index follows the table: a new series is indexed at once unless others before it
/// are not (while a journal is read back, <see cref="IndexAsync"/> does it beside); who selects indexes what is missing first, so a reader
/// finds all series that there are. How series leave is the other half of this class.
/// </remarks>
internal sealed partial class SeriesTable
{
    private const int PageBits = 12;
    private const int PageMask = (1 << PageBits) - 1;

    // Series indexed at once: about a millisecond under the lock.
    private const int IndexStep = 1024;

    private readonly Lock _lock = new();

    // Of the index; entered inside _lock or alone.
    private readonly Lock _indexLock = new();
    private readonly ByteTable _series = new();
    private readonly Postings _postings = new();
    private LabelSet?[][] _labels = [];
    private long _refused;

    // Series ever added, and how many of them are indexed: as long as they differ none was ever removed, so that series i was added i-th.
    private int _added;
    private int _indexed;
    private volatile bool _deferred;

    /// <summary>Series that there are; those that have ended do not count.</summary>
    public int Count => Volatile.Read(ref _live);

    /// <summary>Every number is below it.</summary>
    public int Bound => _series.Bound;

    public long Bytes => _series.Bytes + _postings.Bytes;

    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>The number of a series, made if new.</summary>
    public int Resolve(ReadOnlySpan<byte> canonicalLabels, int maxSeries)
    {
        var number = TryResolve(canonicalLabels, maxSeries);
        return number >= 0 ? number : throw new SeriesLimitException(
            $"the store holds its limit of {maxSeries} series; raise {nameof(SampleStoreOptions.MaxSeries)} or send fewer label sets");
    }

    /// <summary>The number of a series, made if new; −1, and counted, when there is no room for it.</summary>
    public int TryResolve(ReadOnlySpan<byte> canonicalLabels, int maxSeries) =>
        TryResolve(canonicalLabels, _series.Hash(canonicalLabels), maxSeries);

    /// <summary>As <see cref="TryResolve(ReadOnlySpan{byte}, int)"/>, when the hash is at hand already.</summary>
    public int TryResolve(ReadOnlySpan<byte> canonicalLabels, ulong hash, int maxSeries)
    {
        var number = _series.Find(canonicalLabels, hash, out var hasEnded);
        return number >= 0 && !hasEnded ? number : Add(canonicalLabels, hash, maxSeries);
    }

    /// <summary>The hash that finds labels.</summary>
    public ulong Hash(ReadOnlySpan<byte> canonicalLabels) => _series.Hash(canonicalLabels);

    /// <inheritdoc cref="ByteTable.BringNear"/>
    public int BringNear(ReadOnlySpan<ulong> hashes) => _series.BringNear(hashes);

    /// <summary>The number of a series, or −1.</summary>
    public int Find(ReadOnlySpan<byte> canonicalLabels) => _series.Find(canonicalLabels, _series.Hash(canonicalLabels));

    /// <summary>Leaves the index to <see cref="IndexAsync"/> from here on. Before others know the table.</summary>
    public void DeferIndex() => _deferred = true;

    /// <summary>Indexes series beside whoever adds them, until <paramref name="added"/> has ended and all are indexed.</summary>
    public async Task IndexAsync(Task added)
    {
        while (!added.IsCompleted)
        {
            if (!IndexSome(Bound))
            {
                await Task.WhenAny(added, Task.Delay(TimeSpan.FromMilliseconds(5)));
            }
        }

        _deferred = false;
        IndexTo(Bound);
    }

    public ReadOnlySpan<byte> CanonicalOf(int series) => _series.BytesOf(series);

    /// <summary>The labels as an object, made at the first read of a series and kept.</summary>
    public LabelSet LabelsOf(int series)
    {
        var pages = Volatile.Read(ref _labels);
        if (series >> PageBits >= pages.Length)
        {
            lock (_lock)
            {
                while (series >> PageBits >= _labels.Length)
                {
                    _labels = [.. _labels, new LabelSet?[PageMask + 1]];
                }

                pages = _labels;
            }
        }

        ref var slot = ref pages[series >> PageBits][series & PageMask];
        return Volatile.Read(ref slot)
            ?? Interlocked.CompareExchange(ref slot, LabelSet.Over(_series.SegmentOf(series)), null) ?? slot!;
    }

    /// <summary>Whether a series passes every matcher; for a few, where <see cref="Select(IReadOnlyList{Matcher}, CancellationToken)"/> is for many.</summary>
    public bool Passes(int series, IReadOnlyList<Matcher> matchers)
    {
        foreach (var matcher in matchers)
        {
            var value = "";
            foreach (var label in new LabelSet.Enumerable(CanonicalOf(series)))
            {
                if (label.NameEquals(matcher.Name))
                {
                    value = label.Value;
                    break;
                }
            }

            if (!matcher.Matches(value))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The series that pass every matcher, of all that there are.</summary>
    public SeriesBits Select(IReadOnlyList<Matcher> matchers, CancellationToken cancellationToken) => Select(matchers, out _, out _, cancellationToken);

    /// <summary>The series that pass every matcher, of all that there are as of an arrival.</summary>
    public SeriesBits Select(IReadOnlyList<Matcher> matchers, out SeriesArrivals arrivals, out int arrived, CancellationToken cancellationToken)
    {
        while (true)
        {
            var selected = Live(out arrivals, out arrived);
            IndexTo(selected.Bound);
            if (matchers.All(matcher => TryNarrow(selected, matcher, cancellationToken)))
            {
                return selected;
            }
        }
    }

    // False when pairs have gone meanwhile, so that those in hand may stand for others.
    private bool TryNarrow(SeriesBits selected, Matcher matcher, CancellationToken cancellationToken)
    {
        // A matcher that lets the empty value pass also takes series without the label: all but those with a value that fails.
        var takesEmpty = matcher.MatchesEmpty;
        var touched = new SeriesBits(selected.Bound);
        foreach (var pair in PairsWhere(matcher, passing: !takesEmpty, out var version, cancellationToken))
        {
            lock (_indexLock)
            {
                if (_postings.Version != version)
                {
                    return false;
                }

                _postings.SetBits(pair, touched);
            }
        }

        if (takesEmpty)
        {
            selected.AndNot(touched);
        }
        else
        {
            selected.And(touched);
        }

        return true;
    }

    /// <summary>Label names that any series of the set has.</summary>
    public List<string> NamesIn(SeriesBits selected)
    {
        var names = new List<string>();
        lock (_indexLock)
        {
            for (var name = 0; name < _postings.NameBound; name++)
            {
                foreach (var pair in _postings.PairsOf(name))
                {
                    if (_postings.Meets(pair, selected))
                    {
                        names.Add(_postings.NameAt(name));
                        break;
                    }
                }
            }
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }

    /// <summary>Values of a label that any series of the set has.</summary>
    public List<string> ValuesIn(string labelName, SeriesBits selected)
    {
        var values = new List<string>();
        lock (_indexLock)
        {
            var name = _postings.FindName(labelName);
            foreach (var pair in name < 0 ? default : _postings.PairsOf(name))
            {
                if (_postings.Meets(pair, selected))
                {
                    values.Add(_postings.ValueOf(pair));
                }
            }
        }

        values.Sort(StringComparer.Ordinal);
        return values;
    }

    // Values are compared outside the lock: a pattern over a million values must not hold up new series. Pairs that appear meanwhile
    // belong to series that are not among those selected from.
    private List<int> PairsWhere(Matcher matcher, bool passing, out int version, CancellationToken cancellationToken)
    {
        var found = new List<int>();
        int[] pairs;
        lock (_indexLock)
        {
            version = _postings.Version;
            var name = _postings.FindName(matcher.Name);
            if (name < 0)
            {
                return found;
            }

            if (matcher.Kind is MatchKind.Equal && passing)
            {
                var pair = _postings.FindPair(name, matcher.Value);
                return pair < 0 ? found : [pair];
            }

            pairs = _postings.PairsOf(name).ToArray();
        }

        for (var i = 0; i < pairs.Length; i++)
        {
            if ((i & 1023) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (matcher.Matches(_postings.ValueOf(pairs[i])) == passing)
            {
                found.Add(pairs[i]);
            }
        }

        return found;
    }

    private int Add(ReadOnlySpan<byte> canonicalLabels, ulong hash, int maxSeries)
    {
        if (canonicalLabels.Length > SampleStoreOptions.MaxLabelBytes)
        {
            throw new ArgumentException(
                $"a label set of {canonicalLabels.Length} bytes is over the limit of {SampleStoreOptions.MaxLabelBytes}", nameof(canonicalLabels));
        }

        if (!LabelSetBuilder.IsCanonical(canonicalLabels))
        {
            throw new ArgumentException("not a canonical label set", nameof(canonicalLabels));
        }

        lock (_lock)
        {
            var number = _series.Find(canonicalLabels, hash, out var hasEnded);
            if (number >= 0)
            {
                if (hasEnded)
                {
                    ReturnLocked(number);
                }

                return number;
            }

            if (_live >= maxSeries)
            {
                Interlocked.Increment(ref _refused);
                return -1;
            }

            number = _series.Add(canonicalLabels, hash);
            lock (_indexLock)
            {
                if (_indexed == _added && !_deferred)
                {
                    _postings.Add(number, canonicalLabels);
                    _indexed++;
                }

                _added++;
            }

            NoteArrived(number);
            return number;
        }
    }

    private void IndexTo(int count)
    {
        while (IndexSome(count))
        {
        }
    }

    // False when nothing was missing.
    private bool IndexSome(int count)
    {
        lock (_indexLock)
        {
            var end = Math.Min(count, _indexed + IndexStep);
            if (_indexed >= end)
            {
                return false;
            }

            for (; _indexed < end; _indexed++)
            {
                _postings.Add(_indexed, _series.BytesOf(_indexed));
            }

            return true;
        }
    }
}
