using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>What became of one sample.</summary>
internal enum AppendOutcome
{
    Stored,
    Duplicate,
    TooOld,
}

/// <summary>Where the samples of a series lay when a read began.</summary>
internal readonly record struct SeriesView(int Series, int Newest, int NewestCount, int Oldest);

/// <summary>
/// The newest samples of every series: a struct per series, its samples in a chain of chunks ordered by time. No object per series or sample.
/// </summary>
/// <remarks>
/// Everything here is called under the store's lock, except reading chunks that a <see cref="SeriesView"/> names. A sample out of order
/// does not change its chunk in place: one or two new ones take its place in the chain and the old one is retired. Where a read that is
/// open may walk the chain, the whole chain is copied before, once for each time that it was viewed, so that a view stays true.
/// Retired chunks are used again when no read that began before is still open.
/// </remarks>
internal sealed class SampleHead
{
    private const int PageBits = 12;
    private const int PageMask = (1 << PageBits) - 1;

    private readonly Queue<(int Chunk, long Epoch)> _retired = new();
    private readonly List<long> _openReads = [];
    private SeriesSlot[][] _pages = [];
    private long _epoch;

    public ChunkPages Chunks { get; } = new();

    /// <summary>Newest sample of all series; <see cref="long.MinValue"/> when there never was one.</summary>
    public long NewestMs { get; private set; } = long.MinValue;

    public long Samples { get; private set; }

    public long OutOfOrder { get; private set; }

    public long Expired { get; private set; }

    /// <summary>Makes room for series numbers below a count.</summary>
    public void EnsureSeries(int count)
    {
        while (_pages.Length << PageBits < count)
        {
            _pages = [.. _pages, new SeriesSlot[PageMask + 1]];
        }
    }

    /// <summary>Whether a series has samples.</summary>
    public bool IsLive(int series) => series >> PageBits < _pages.Length && Slot(series).Newest != 0;

    /// <summary>Whether the series' labels are in this run's journal already; says yes from now on.</summary>
    public bool NoteJournaled(int series)
    {
        ref var slot = ref Slot(series);
        var was = slot.Journaled;
        slot.Journaled = true;
        return was;
    }

    /// <summary>The labels have left this run's journal.</summary>
    public void ForgetJournaled(int series)
    {
        if (series >> PageBits < _pages.Length)
        {
            Slot(series).Journaled = false;
        }
    }

    /// <summary>Takes a sample into its place in time.</summary>
    public AppendOutcome Append(int series, long timestampMs, double value, SampleQuality quality, long outOfOrderWindowMs)
    {
        ref var slot = ref Slot(series);
        if (slot.Newest == 0)
        {
            slot.Newest = slot.Oldest = Chunks.Take(0);
        }
        else if (timestampMs <= slot.NewestMs)
        {
            return timestampMs == slot.NewestMs ? AppendOutcome.Duplicate
                : slot.NewestMs - timestampMs > outOfOrderWindowMs ? AppendOutcome.TooOld
                : Insert(ref slot, timestampMs, value, quality);
        }
        else if (slot.NewestCount == ChunkPages.ChunkSamples)
        {
            var chunk = Chunks.Take(slot.Newest);
            Chunks.SetNext(slot.Newest, chunk);
            slot.Newest = chunk;
            slot.NewestCount = 0;
        }

        Chunks.Append(slot.Newest, timestampMs, value, quality);
        slot.NewestCount++;
        slot.NewestMs = timestampMs;
        if (timestampMs > NewestMs)
        {
            NewestMs = timestampMs;
        }

        Samples++;
        return AppendOutcome.Stored;
    }

    /// <summary>Opens a read: chunks named by views taken from now on stay as they are until it is closed.</summary>
    public long BeginRead()
    {
        _openReads.Add(++_epoch);
        return _epoch;
    }

    public void EndRead(long epoch)
    {
        _openReads.Remove(epoch);
        ReuseRetired();
    }

    /// <summary>Where a series' samples lie now, if any may fall into a range.</summary>
    public bool TryView(int series, long fromMs, long throughMs, out SeriesView view)
    {
        view = default;
        if (series >> PageBits >= _pages.Length)
        {
            return false;
        }

        ref var slot = ref Slot(series);
        if (slot.Newest == 0 || slot.NewestMs <= fromMs || Chunks.Timestamps(slot.Oldest, 1)[0] > throughMs)
        {
            return false;
        }

        slot.Viewed = true;
        view = new SeriesView(series, slot.Newest, slot.NewestCount, slot.Oldest);
        return true;
    }

    /// <summary>Frees chunks whose samples all lie before a time, for some series; returns the first series not looked at.</summary>
    public int Expire(long beforeMs, int fromSeries, int seriesCount)
    {
        var end = Math.Min(fromSeries + seriesCount, _pages.Length << PageBits);
        for (var series = fromSeries; series < end; series++)
        {
            ref var slot = ref Slot(series);
            while (slot.Oldest != 0)
            {
                var chunk = slot.Oldest;
                var count = Chunks.CountOf(chunk);
                if (Chunks.Timestamps(chunk, count)[count - 1] >= beforeMs)
                {
                    break;
                }

                slot.Oldest = Chunks.Next(chunk);
                if (slot.Oldest == 0)
                {
                    // Labels stay journaled: whether the record is still on disk is the journal's upkeep to say.
                    slot = new SeriesSlot { Journaled = slot.Journaled };
                }

                Samples -= count;
                Expired += count;
                Retire(chunk);
            }
        }

        return end;
    }

    private AppendOutcome Insert(ref SeriesSlot slot, long timestampMs, double value, SampleQuality quality)
    {
        // The chunk whose first sample is not after the new one; the oldest if there is none. Samples before all others come often
        // (a back-fill that runs backwards), so the oldest is tried first.
        var first = slot.Newest;
        var second = Chunks.Next(slot.Oldest);
        if (second != 0 && Chunks.Timestamps(second, 1)[0] > timestampMs)
        {
            first = slot.Oldest;
        }

        while (first != slot.Oldest && Chunks.Timestamps(first, 1)[0] > timestampMs)
        {
            first = Chunks.Previous(first);
        }

        var count = Chunks.CountOf(first);
        var at = Chunks.Timestamps(first, count).BinarySearch(timestampMs);
        if (at >= 0)
        {
            return AppendOutcome.Duplicate;
        }

        if (slot.Viewed)
        {
            slot.Viewed = false;
            if (_openReads.Count > 0)
            {
                CopyChain(ref slot);
                return Insert(ref slot, timestampMs, value, quality);
            }
        }

        Replace(ref slot, first, count, ~at, timestampMs, value, quality);
        Samples++;
        OutOfOrder++;
        return AppendOutcome.Stored;
    }

    private void CopyChain(ref SeriesSlot slot)
    {
        var (last, oldest) = (0, 0);
        for (var chunk = slot.Oldest; chunk != 0;)
        {
            var copy = Chunks.Take(last);
            if (last == 0)
            {
                oldest = copy;
            }
            else
            {
                Chunks.SetNext(last, copy);
            }

            var count = Chunks.CountOf(chunk);
            for (var i = 0; i < count; i++)
            {
                Chunks.Append(copy, Chunks.Timestamps(chunk, count)[i], Chunks.Values(chunk, count)[i], Chunks.Qualities(chunk, count)[i]);
            }

            var next = Chunks.Next(chunk);
            Retire(chunk);
            (chunk, last) = (next, copy);
        }

        (slot.Oldest, slot.Newest) = (oldest, last);
    }

    // Puts one or two new chunks in the place of one: work that does not grow with the series.
    private void Replace(ref SeriesSlot slot, int old, int count, int place, long timestampMs, double value, SampleQuality quality)
    {
        var next = Chunks.Next(old);
        var begin = Chunks.Take(old == slot.Oldest ? 0 : Chunks.Previous(old));
        var end = begin;
        var most = count < ChunkPages.ChunkSamples ? ChunkPages.ChunkSamples : (ChunkPages.ChunkSamples / 2) + 1;
        for (var (from, used) = (0, 0); used <= count; used++)
        {
            if (used == most)
            {
                end = Chunks.Take(begin);
                Chunks.SetNext(begin, end);
            }

            if (used == place)
            {
                Chunks.Append(end, timestampMs, value, quality);
            }
            else
            {
                Chunks.Append(end, Chunks.Timestamps(old, count)[from], Chunks.Values(old, count)[from], Chunks.Qualities(old, count)[from]);
                from++;
            }
        }

        if (old == slot.Oldest)
        {
            slot.Oldest = begin;
        }
        else
        {
            Chunks.SetNext(Chunks.Previous(old), begin);
        }

        if (next == 0)
        {
            slot.Newest = end;
            slot.NewestCount = Chunks.CountOf(end);
        }
        else
        {
            Chunks.SetNext(end, next);
            Chunks.SetPrevious(next, end);
        }

        Retire(old);
    }

    private void Retire(int chunk)
    {
        if (_openReads.Count == 0)
        {
            Chunks.Free(chunk);
            return;
        }

        _retired.Enqueue((chunk, _epoch));
    }

    private void ReuseRetired()
    {
        // Reads open and close in any order, their epochs only grow: the first in the list is the oldest.
        var oldest = _openReads.Count == 0 ? long.MaxValue : _openReads[0];
        while (_retired.TryPeek(out var retired) && retired.Epoch < oldest)
        {
            Chunks.Free(_retired.Dequeue().Chunk);
        }
    }

    private ref SeriesSlot Slot(int series) => ref _pages[series >> PageBits][series & PageMask];

    private struct SeriesSlot
    {
        public long NewestMs;
        public int Newest;
        public int NewestCount;
        public int Oldest;
        public bool Journaled;

        // Since the chain was last copied: a read that is open may walk it.
        public bool Viewed;
    }
}
