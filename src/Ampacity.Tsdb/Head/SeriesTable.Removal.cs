using System.Runtime.InteropServices;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>
/// How series leave: they end, which a new lease says to all who know numbers, and come back as they were if anybody resolves them; later those that
/// have not come back are removed, and their numbers stand for others.
/// </summary>
internal sealed partial class SeriesTable
{
    // Series or pairs in one go: about a millisecond under a lock.
    private const int RemoveStep = 2048;

    private SeriesLease _lease = SeriesLease.First();
    private SeriesArrivals _arrivals = new();

    // A bit for each series that has not ended; replaced when it grows.
    private ulong[] _selectable = new ulong[64];
    private int _live;
    private int _maps;
    private long _removed;

    /// <summary>What numbers are safe by now: see <see cref="ISeriesWriter.Lease"/>.</summary>
    public SeriesLease Lease => Volatile.Read(ref _lease);

    /// <summary>Series that came under the present lease.</summary>
    public SeriesArrivals Arrivals => Volatile.Read(ref _arrivals);

    /// <summary>Maps of blocks that were published; see <see cref="TryPublish"/>.</summary>
    public int Maps => Volatile.Read(ref _maps);

    /// <summary>Series removed since the start.</summary>
    public long Removed => Interlocked.Read(ref _removed);

    /// <summary>Bytes of the slabs that label sets lie in.</summary>
    public long SlabBytes => _series.SlabBytesHeld;

    /// <summary>Whether a series is there and has not ended.</summary>
    public bool IsLive(int series) => _series.StateOf(series) is ByteTableState.Live;

    /// <summary>A series that has ended is there again: samples of it have come by a number that somebody knew. Nothing if it has not.</summary>
    public void Return(int series)
    {
        if (_series.StateOf(series) is ByteTableState.Live)
        {
            return;
        }

        lock (_lock)
        {
            ReturnLocked(series);
        }
    }

    /// <summary>
    /// Lets numbers be known that were resolved under a lease, unless series have ended since; then they have to be resolved again. What is made known
    /// counts for <see cref="TryEnd"/>.
    /// </summary>
    public bool TryPublish(SeriesLease lease, Action publish)
    {
        lock (_lock)
        {
            if (_lease != lease)
            {
                return false;
            }

            publish();
            _maps++;
            return true;
        }
    }

    /// <summary>Ends series, all at once for everybody; null, and nothing is changed, when what they were chosen by is no longer so or none has ended.</summary>
    /// <param name="candidates">Numbers that nobody needs, as it seemed.</param>
    /// <param name="maps">What <see cref="Maps"/> was before they were chosen.</param>
    /// <param name="letGo">Lets go of what else knows numbers of them; false when that cannot be.</param>
    /// <param name="isGone">Whether one has no sample still.</param>
    /// <returns>Those that ended.</returns>
    public List<int>? TryEnd(IReadOnlyList<int> candidates, int maps, Func<bool> letGo, Func<int, bool> isGone)
    {
        IndexTo(Bound);
        lock (_lock)
        {
            if (!IsIndexed() || _maps != maps || !letGo())
            {
                return null;
            }

            var ended = new List<int>();
            var bits = new SeriesBits(Bound);
            foreach (var series in candidates)
            {
                if (isGone(series) && _series.TryMark(series, mark: true))
                {
                    _selectable[series >> 6] &= ~(1UL << (series & 63));
                    bits.Set(series);
                    ended.Add(series);
                }
            }

            if (ended.Count == 0)
            {
                return null;
            }

            Volatile.Write(ref _live, _live - ended.Count);
            Volatile.Write(ref _arrivals, _arrivals.Close(bits));

            // Last: whoever has this lease sees them ended.
            Volatile.Write(ref _lease, _lease.Succeed(bits.Words));
            return ended;
        }
    }

    /// <summary>
    /// Removes those of ended series that have not come back, labels, index and all; their numbers are taken until <see cref="Free"/>. Nobody may hold
    /// the lease any more under which they ended. Some at a time under the locks.
    /// </summary>
    /// <returns>Those removed, descending.</returns>
    public List<int> Remove(List<int> ended)
    {
        var removed = new List<int>(ended.Count);
        for (var at = 0; at < ended.Count; at += RemoveStep)
        {
            lock (_lock)
            {
                foreach (var series in CollectionsMarshal.AsSpan(ended)[at..Math.Min(ended.Count, at + RemoveStep)])
                {
                    if (_series.StateOf(series) is ByteTableState.Marked)
                    {
                        _series.Remove(series);
                        removed.Add(series);
                    }
                }
            }
        }

        RemoveFromIndex(removed);
        removed.Sort();
        removed.Reverse();
        Interlocked.Add(ref _removed, removed.Count);
        return removed;
    }

    /// <summary>Gives the numbers of removed series to others.</summary>
    public void Free(List<int> removed)
    {
        for (var at = 0; at < removed.Count; at += RemoveStep)
        {
            var some = CollectionsMarshal.AsSpan(removed)[at..Math.Min(removed.Count, at + RemoveStep)];
            lock (_lock)
            {
                foreach (var series in some)
                {
                    DropLabels(series);
                }

                _series.Free(some);
            }
        }
    }

    /// <summary>Moves labels and values together where most of those around them have gone, so that their pages do.</summary>
    public void Pack()
    {
        for (var at = -1; at != 0;)
        {
            lock (_lock)
            {
                at = _series.Pack(Math.Max(0, at), RemoveStep, DropLabels);
            }
        }

        for (var at = -1; at != 0;)
        {
            lock (_indexLock)
            {
                at = _postings.Pack(Math.Max(0, at), RemoveStep);
            }
        }
    }

    private bool IsIndexed()
    {
        lock (_indexLock)
        {
            return _indexed == _added;
        }
    }

    private void RemoveFromIndex(List<int> removed)
    {
        var gone = new SeriesBits(Bound);
        var pairs = new HashSet<int>();
        for (var at = 0; at < removed.Count; at += RemoveStep)
        {
            lock (_indexLock)
            {
                foreach (var series in CollectionsMarshal.AsSpan(removed)[at..Math.Min(removed.Count, at + RemoveStep)])
                {
                    gone.Set(series);
                    _postings.AddPairs(_series.BytesOf(series), pairs);
                }
            }
        }

        var empty = new List<int>();
        foreach (var some in pairs.Chunk(RemoveStep))
        {
            lock (_indexLock)
            {
                empty.AddRange(some.Where(pair => _postings.RemoveSeries(pair, gone)));
            }
        }

        foreach (var some in empty.Chunk(RemoveStep * 8))
        {
            lock (_indexLock)
            {
                _postings.RemovePairs(some);
            }
        }
    }

    // The series that have not ended, and up to which arrival that is.
    private SeriesBits Live(out SeriesArrivals arrivals, out int arrived)
    {
        lock (_lock)
        {
            var live = new SeriesBits(Bound);
            _selectable.AsSpan(0, live.Words.Length).CopyTo(live.Words);
            (arrivals, arrived) = (_arrivals, _arrivals.Count);
            return live;
        }
    }

    private void ReturnLocked(int series)
    {
        if (_series.TryMark(series, mark: false))
        {
            NoteArrived(series);
        }
        else if (_series.StateOf(series) is not ByteTableState.Live)
        {
            throw new InvalidOperationException("Bug: a number is used of a series that was removed; whoever knew it held no lease");
        }
    }

    private void NoteArrived(int series)
    {
        if (series >> 6 >= _selectable.Length)
        {
            Array.Resize(ref _selectable, _selectable.Length * 2);
        }

        _selectable[series >> 6] |= 1UL << (series & 63);
        _arrivals.Add(series);
        Volatile.Write(ref _live, _live + 1);
    }

    private void DropLabels(int series)
    {
        if (series >> PageBits < _labels.Length)
        {
            Volatile.Write(ref _labels[series >> PageBits][series & PageMask], null);
        }
    }
}
