using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>
/// Spellings of series to series number: spares a known series the parsing, sorting and hashing of its labels. Numbers are one
/// writer's own, so there is one of these per writer.
/// </summary>
/// <remarks>
/// Any thread. <see cref="Find(in SeriesKey, ref int)"/> takes no lock: an entry's number is published last and never changes. Senders
/// repeat themselves: the entry that followed last time is looked at first, and entries lie in the order in which they came, so a
/// request of known series walks memory instead of missing the cache once a series. Of a key's 128 bits 96 are compared, which 20 million
/// spellings meet by chance once in 2^48 processes. The spelling itself is not kept: it would be 260 bytes a series, and a byte compare
/// of it one to four cache misses more. At its limit it starts over empty, which bounds what a sender of ever new spellings can take.
/// Before a request uses it, it follows the writer's lease: spellings of series that ended go.
/// </remarks>
/// <param name="maxEntries">Most spellings.</param>
internal sealed class KnownSeries(int maxEntries)
{
    private const int FirstSlots = 1024;

    private readonly Lock _lock = new();
    private readonly LeaseFollower _follower = new();
    private Tables _tables = new(FirstSlots);
    private int _count;
    private long _followed;

    /// <summary>Spellings known.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>Forgets spellings of series that ended before a lease was taken, which whoever looks here holds.</summary>
    public void Follow(SeriesLease lease)
    {
        if (Volatile.Read(ref _followed) == lease.Ordinal)
        {
            return;
        }

        lock (_lock)
        {
            var ended = _follower.Follow(lease);
            if (!ended.IsEmpty)
            {
                var kept = ended.IsAll ? new Tables(FirstSlots) : _tables.Without(ended, _count, out _count);
                _count = ended.IsAll ? 0 : _count;
                Volatile.Write(ref _tables, kept);
            }

            // Last: whoever sees it, without the lock, must not find what ended. The follower itself is there before the tables are.
            Volatile.Write(ref _followed, Math.Max(_followed, lease.Ordinal));
        }
    }

    /// <summary>The series of a spelling, or −1.</summary>
    public int Find(in SeriesKey key)
    {
        var entry = 0;
        return Find(key, ref entry);
    }

    /// <summary>The series of a spelling, or −1.</summary>
    /// <param name="key">The spelling's.</param>
    /// <param name="entry">In: where the spelling before it was found, 0 for none. Out: where this one was; as it was when it was not.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(in SeriesKey key, ref int entry)
    {
        var tables = Volatile.Read(ref _tables);
        var entries = tables.Entries;

        // Where a table of before a new start left off may be beyond this one's end.
        if ((uint)entry < (uint)entries.Length)
        {
            var expected = entries[entry].Next;
            if ((uint)expected < (uint)entries.Length && entries[expected].Holds(key, out var series))
            {
                entry = expected;
                return series;
            }
        }

        return tables.Search(key, ref entry);
    }

    /// <summary>Notes a spelling that was not found.</summary>
    /// <param name="key">The spelling's.</param>
    /// <param name="series">Its series.</param>
    /// <param name="lease">What the number is safe by. If others have followed a newer one already, the series may have ended, and is not noted.</param>
    public void Add(in SeriesKey key, int series, SeriesLease lease)
    {
        lock (_lock)
        {
            if (!_follower.IsAt(lease) || Find(key) >= 0)
            {
                return;
            }

            if (_count >= maxEntries)
            {
                Volatile.Write(ref _tables, new Tables(FirstSlots));
                _count = 0;
            }
            else if ((_count + 1) * 2L > _tables.Slots.Length)
            {
                Volatile.Write(ref _tables, _tables.Grown(_count));
            }

            _tables.Insert(++_count, key, series);
        }
    }

    /// <summary>Arrays that grow together, so that a reader has those of one moment.</summary>
    private sealed class Tables(int slots)
    {
        /// <summary>Half of them are taken at most: the entry in the low bits, 32 of the key's in the high ones; 0 is free.</summary>
        public readonly ulong[] Slots = new ulong[slots];

        /// <summary>In order of coming, from 1.</summary>
        public readonly Entry[] Entries = new Entry[(slots / 2) + 1];

        [MethodImpl(MethodImplOptions.NoInlining)]
        public int Search(in SeriesKey key, ref int entry)
        {
            var mask = Slots.Length - 1;
            var check = key.High << 32;
            for (var at = unchecked((int)key.Low) & mask; ; at = (at + 1) & mask)
            {
                var slot = Volatile.Read(ref Slots[at]);
                if (slot == 0)
                {
                    return -1;
                }

                var found = unchecked((int)(uint)slot);
                if ((slot & 0xFFFF_FFFF_0000_0000) == check && Entries[found].Holds(key, out var series))
                {
                    // Two requests may tell different followers at once: either is only a guess.
                    if ((uint)entry < (uint)Entries.Length)
                    {
                        Entries[entry].Next = found;
                    }

                    entry = found;
                    return series;
                }
            }
        }

        public void Insert(int entry, in SeriesKey key, int series)
        {
            ref var filled = ref Entries[entry];
            (filled.Low, filled.High) = (key.Low, unchecked((uint)key.High));
            Volatile.Write(ref filled.NumberPlusOne, series + 1);
            Enter(entry);
        }

        public Tables Grown(int count)
        {
            var grown = new Tables(Slots.Length * 2);
            Entries.AsSpan(0, count + 1).CopyTo(grown.Entries);
            for (var entry = 1; entry <= count; entry++)
            {
                grown.Enter(entry);
            }

            return grown;
        }

        /// <summary>Those whose series have not ended, in their order; no larger than they need.</summary>
        public Tables Without(EndedSeries ended, int count, out int kept)
        {
            kept = 0;
            for (var entry = 1; entry <= count; entry++)
            {
                kept += ended.Has(Entries[entry].NumberPlusOne - 1) ? 0 : 1;
            }

            var left = new Tables(Math.Max(FirstSlots, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(kept + 1) * 2)));
            var at = 0;
            for (var entry = 1; entry <= count; entry++)
            {
                if (!ended.Has(Entries[entry].NumberPlusOne - 1))
                {
                    left.Entries[++at] = Entries[entry] with { Next = 0 };
                    left.Enter(at);
                }
            }

            return left;
        }

        private void Enter(int entry)
        {
            var at = unchecked((int)Entries[entry].Low) & (Slots.Length - 1);
            while (Slots[at] != 0)
            {
                at = (at + 1) & (Slots.Length - 1);
            }

            Volatile.Write(ref Slots[at], ((ulong)Entries[entry].High << 32) | (uint)entry);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public ulong Low;
        public uint High;
        public int NumberPlusOne;

        /// <summary>The entry that came after this one; 0 when that is not known.</summary>
        public int Next;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Holds(in SeriesKey key, out int series)
        {
            series = Volatile.Read(ref NumberPlusOne) - 1;
            return series >= 0 && Low == key.Low && High == unchecked((uint)key.High);
        }
    }
}
