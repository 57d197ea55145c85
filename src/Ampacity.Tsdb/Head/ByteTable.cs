using System.IO.Hashing;
using System.Security.Cryptography;

namespace Ampacity.Tsdb;

/// <summary>What a string of a <see cref="ByteTable"/> is.</summary>
internal enum ByteTableState
{
    /// <summary>The number stands for none.</summary>
    Free = 0,

    /// <summary>It is there.</summary>
    Live = 1,

    /// <summary>It is found and marked by its owner.</summary>
    Marked = 2,

    /// <summary>It is not found any more; its bytes can still be read.</summary>
    Removed = 3,
}

/// <summary>
/// Byte strings to dense numbers: open addressing over a seeded 64-bit hash with a byte compare, so that hostile strings neither
/// collide on purpose nor merge. The bytes lie in slabs; there is no object per string. Numbers of strings that are gone are given out again,
/// the lowest first.
/// </summary>
/// <remarks>
/// <see cref="Find(ReadOnlySpan{byte}, ulong)"/> and <see cref="BytesOf"/> run on any thread without a lock; the rest under the owner's lock. An entry is
/// published by the release-write of its slot's number, after its bytes and place. A place is one word, so that what is read of it is of one moment.
/// Bytes are never overwritten and slabs never used again: who reads while a string goes or moves has what it had, and the collector keeps it.
/// </remarks>
internal sealed partial class ByteTable
{
    private const int SlabBytes = 1 << 20;
    private const int PageBits = 12;
    private const int PageMask = (1 << PageBits) - 1;
    private const int Gone = -1;

    private readonly long _seed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));
    private readonly Stack<int> _freeNumbers = new();
    private Slot[] _slots = new Slot[1024];
    private long[][] _places = [];
    private byte[]?[] _slabs = new byte[]?[16];
    private int[] _liveBytes = new int[16];
    private int _slabCount;
    private int _slabUsed = SlabBytes;
    private int _bound;
    private int _goneSlots;

    /// <summary>Every number is below it.</summary>
    public int Bound => Volatile.Read(ref _bound);

    /// <summary>Strings held, those removed and not yet freed included.</summary>
    public int Count => _bound - _freeNumbers.Count;

    /// <summary>Bytes of all strings.</summary>
    public long Bytes { get; private set; }

    /// <summary>Bytes of the slabs that they lie in.</summary>
    public long SlabBytesHeld { get; private set; }

    public ulong Hash(ReadOnlySpan<byte> bytes) => XxHash3.HashToUInt64(bytes, _seed);

    /// <summary>The number of a string, or −1.</summary>
    public int Find(ReadOnlySpan<byte> bytes, ulong hash) => Find(bytes, hash, out _);

    /// <summary>The number of a string, or −1, and whether it was marked as its bytes were compared.</summary>
    public int Find(ReadOnlySpan<byte> bytes, ulong hash, out bool isMarked)
    {
        var slots = Volatile.Read(ref _slots);
        var mask = slots.Length - 1;
        for (var at = (int)(hash & (uint)mask); ; at = (at + 1) & mask)
        {
            var number = Volatile.Read(ref slots[at].NumberPlusOne) - 1;
            if (number == -1)
            {
                isMarked = false;
                return -1;
            }

            if (slots[at].Hash == hash && number >= 0 && Is(number, bytes, out isMarked))
            {
                return number;
            }
        }
    }

    /// <summary>
    /// Brings the places of some hashes near, all at once: strings looked up one by one after it do not each wait for memory. Returns a sum of
    /// what was read, which means nothing.
    /// </summary>
    public int BringNear(ReadOnlySpan<ulong> hashes)
    {
        var slots = Volatile.Read(ref _slots);
        var mask = (uint)slots.Length - 1;
        var sum = 0;
        foreach (var hash in hashes)
        {
            sum += slots[(int)(hash & mask)].NumberPlusOne;
        }

        return sum;
    }

    /// <summary>Adds a string that is not there; the caller holds the lock and has looked.</summary>
    public int Add(ReadOnlySpan<byte> bytes, ulong hash)
    {
        var place = Write(bytes, ByteTableState.Live);
        if (!_freeNumbers.TryPop(out var number))
        {
            number = _bound;
            if (number >> PageBits == _places.Length)
            {
                Volatile.Write(ref _places, [.. _places, new long[PageMask + 1]]);
            }
        }

        Volatile.Write(ref PlaceOf(number), place);
        Bytes += bytes.Length;
        if ((Count + _goneSlots) * 2 >= _slots.Length)
        {
            Rehash();
        }

        Insert(hash, number);
        if (number == _bound)
        {
            Volatile.Write(ref _bound, number + 1);
        }

        return number;
    }

    /// <summary>What a number stands for.</summary>
    public ByteTableState StateOf(int number) => (ByteTableState)(Volatile.Read(ref PlaceOf(number)) & Packed.StateMask);

    public ReadOnlySpan<byte> BytesOf(int number) => SegmentOf(number);

    public ArraySegment<byte> SegmentOf(int number)
    {
        while (true)
        {
            var place = Volatile.Read(ref PlaceOf(number));
            if ((place & Packed.StateMask) == 0)
            {
                return ArraySegment<byte>.Empty;
            }

            // No slab: the string has moved between the two looks.
            if (Volatile.Read(ref _slabs)[Packed.SlabOf(place)] is { } slab)
            {
                return new ArraySegment<byte>(slab, Packed.OffsetOf(place), Packed.LengthOf(place));
            }
        }
    }

    private bool Is(int number, ReadOnlySpan<byte> bytes, out bool isMarked)
    {
        while (true)
        {
            var place = Volatile.Read(ref PlaceOf(number));
            var state = (ByteTableState)(place & Packed.StateMask);
            isMarked = state == ByteTableState.Marked;
            if (state is ByteTableState.Free or ByteTableState.Removed)
            {
                return false;
            }

            if (Volatile.Read(ref _slabs)[Packed.SlabOf(place)] is { } slab)
            {
                return slab.AsSpan(Packed.OffsetOf(place), Packed.LengthOf(place)).SequenceEqual(bytes);
            }
        }
    }

    private ref long PlaceOf(int number) => ref Volatile.Read(ref _places)[number >> PageBits][number & PageMask];

    private long Write(ReadOnlySpan<byte> bytes, ByteTableState state)
    {
        if (bytes.Length > Packed.MaxLength)
        {
            throw new InvalidOperationException("Bug: a string longer than a place can say");
        }

        if (_slabUsed + bytes.Length >= SlabBytes)
        {
            OpenSlab();
        }

        var place = Packed.Of(_slabCount - 1, _slabUsed, bytes.Length, state);
        bytes.CopyTo(_slabs[_slabCount - 1].AsSpan(_slabUsed));
        _slabUsed += bytes.Length;
        _liveBytes[_slabCount - 1] += bytes.Length;
        return place;
    }

    private void OpenSlab()
    {
        if (_slabCount == _slabs.Length)
        {
            var grown = new byte[]?[_slabs.Length * 2];
            _slabs.CopyTo(grown, 0);
            Array.Resize(ref _liveBytes, grown.Length);
            Volatile.Write(ref _slabs, grown);
        }

        if (_slabCount > Packed.MaxSlab)
        {
            throw new InvalidOperationException($"Bug: over {Packed.MaxSlab} slabs of strings in one process");
        }

        Volatile.Write(ref _slabs[_slabCount], new byte[SlabBytes]);
        _slabCount++;
        _slabUsed = 0;
        SlabBytesHeld += SlabBytes;
        FreeIfEmpty(_slabCount - 2);
    }

    // A third full at most: about 1.3 probes for a miss.
    private void Rehash()
    {
        var rehashed = new Slot[Math.Max(1024, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Count * 3))];
        foreach (var slot in _slots)
        {
            if (slot.NumberPlusOne > 0)
            {
                rehashed[FreeSlot(rehashed, slot.Hash)] = slot;
            }
        }

        _goneSlots = 0;
        Volatile.Write(ref _slots, rehashed);
    }

    private void Insert(ulong hash, int number)
    {
        ref var slot = ref _slots[FreeSlot(_slots, hash)];
        _goneSlots -= slot.NumberPlusOne == Gone ? 1 : 0;
        slot.Hash = hash;
        Volatile.Write(ref slot.NumberPlusOne, number + 1);
    }

    private static int FreeSlot(Slot[] slots, ulong hash)
    {
        var mask = slots.Length - 1;
        var at = (int)(hash & (uint)mask);
        while (slots[at].NumberPlusOne > 0)
        {
            at = (at + 1) & mask;
        }

        return at;
    }

    private struct Slot
    {
        public ulong Hash;

        // 0: never used; Gone: of a string that was removed, and looked past.
        public int NumberPlusOne;
    }

    /// <summary>Where a string lies and what it is, in one word: slab 24 bits, offset 20, length 17, state 2.</summary>
    private static class Packed
    {
        public const int StateMask = 3;
        public const int MaxLength = (1 << 17) - 1;

        /// <summary>16 TB of strings in one process: at 10,000 new series a minute of 300 bytes, ten years.</summary>
        public const int MaxSlab = (1 << 24) - 1;

        public static long Of(int slab, int offset, int length, ByteTableState state) =>
            ((long)slab << 39) | ((long)offset << 19) | ((long)length << 2) | (long)state;

        public static int SlabOf(long place) => (int)(place >> 39);

        public static int OffsetOf(long place) => (int)((place >> 19) & (SlabBytes - 1));

        public static int LengthOf(long place) => (int)((place >> 2) & MaxLength);
    }
}
