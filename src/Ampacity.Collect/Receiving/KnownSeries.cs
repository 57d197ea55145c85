using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ampacity.Collect;

/// <summary>
/// Spellings of series to series number: spares a known series the parsing, sorting and hashing of its labels. Numbers are one
/// writer's own, so there is one of these per writer.
/// </summary>
/// <remarks>
/// Any thread. <see cref="Find"/> takes no lock: a slot's number is published last and never changes. A slot is 16 bytes and at most
/// half of them are taken, so a lookup is one cache line as a rule: 96 of the key's 128 bits are compared, which 20 million spellings
/// meet by chance once in 2^48 processes. The spelling itself is not kept: it would be 260 bytes a series, and a byte compare of it one
/// to four cache misses more. At its limit it starts over empty, which bounds what a sender of ever new spellings can take.
/// </remarks>
/// <param name="maxEntries">Most spellings; a power of two or it is rounded down to one.</param>
internal sealed class KnownSeries(int maxEntries)
{
    private const int FirstSlots = 1024;

    private readonly Lock _lock = new();
    private Slot[] _slots = new Slot[FirstSlots];
    private int _count;

    /// <summary>The series of a spelling, or −1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(in SeriesKey key)
    {
        var slots = Volatile.Read(ref _slots);
        ref var first = ref MemoryMarshal.GetArrayDataReference(slots);
        var mask = slots.Length - 1;
        var check = unchecked((uint)key.High);
        for (var at = unchecked((int)key.Low) & mask; ; at = (at + 1) & mask)
        {
            ref var slot = ref Unsafe.Add(ref first, at);
            var number = Volatile.Read(ref slot.NumberPlusOne);
            if (number == 0)
            {
                return -1;
            }

            if (slot.Low == key.Low && slot.High == check)
            {
                return number - 1;
            }
        }
    }

    /// <summary>Notes a spelling that was not found.</summary>
    public void Add(in SeriesKey key, int series)
    {
        lock (_lock)
        {
            if (Find(key) >= 0)
            {
                return;
            }

            if (_count >= maxEntries)
            {
                Volatile.Write(ref _slots, new Slot[FirstSlots]);
                _count = 0;
            }
            else if ((_count + 1) * 2L > _slots.Length)
            {
                Volatile.Write(ref _slots, Grown(_slots));
            }

            Insert(_slots, new Slot { Low = key.Low, High = unchecked((uint)key.High), NumberPlusOne = series + 1 });
            _count++;
        }
    }

    private static Slot[] Grown(Slot[] slots)
    {
        var grown = new Slot[slots.Length * 2];
        foreach (var slot in slots)
        {
            if (slot.NumberPlusOne != 0)
            {
                Insert(grown, slot);
            }
        }

        return grown;
    }

    private static void Insert(Slot[] slots, in Slot filled)
    {
        var at = unchecked((int)filled.Low) & (slots.Length - 1);
        while (slots[at].NumberPlusOne != 0)
        {
            at = (at + 1) & (slots.Length - 1);
        }

        slots[at].Low = filled.Low;
        slots[at].High = filled.High;
        Volatile.Write(ref slots[at].NumberPlusOne, filled.NumberPlusOne);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Slot
    {
        public ulong Low;
        public uint High;
        public int NumberPlusOne;
    }
}
