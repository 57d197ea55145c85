using System.IO.Hashing;
using System.Security.Cryptography;

namespace Ampacity.Tsdb;

/// <summary>
/// Byte strings to dense numbers: open addressing over a seeded 64-bit hash with a byte compare, so that hostile strings neither
/// collide on purpose nor merge. The bytes lie in slabs; there is no object per string.
/// </summary>
/// <remarks>
/// <see cref="Find"/> and <see cref="BytesOf"/> run on any thread without a lock; <see cref="Add"/> under the owner's lock. An entry is
/// published by the release-write of its slot's number, after its bytes and place. Nothing is ever removed.
/// </remarks>
internal sealed class ByteTable
{
    private const int SlabBytes = 1 << 20;
    private const int PageBits = 12;
    private const int PageMask = (1 << PageBits) - 1;

    private readonly long _seed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));
    private Slot[] _slots = new Slot[1024];
    private Place[][] _places = [];
    private byte[][] _slabs = [];
    private int _slabUsed = SlabBytes;
    private int _count;

    /// <summary>Strings held; every number below it can be read.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Bytes of all strings.</summary>
    public long Bytes { get; private set; }

    public ulong Hash(ReadOnlySpan<byte> bytes) => XxHash3.HashToUInt64(bytes, _seed);

    /// <summary>The number of a string, or −1.</summary>
    public int Find(ReadOnlySpan<byte> bytes, ulong hash)
    {
        var slots = Volatile.Read(ref _slots);
        var mask = slots.Length - 1;
        for (var at = (int)(hash & (uint)mask); ; at = (at + 1) & mask)
        {
            var number = Volatile.Read(ref slots[at].NumberPlusOne) - 1;
            if (number < 0)
            {
                return -1;
            }

            if (slots[at].Hash == hash && BytesOf(number).SequenceEqual(bytes))
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
        if (bytes.Length > SlabBytes)
        {
            throw new InvalidOperationException("Bug: a string larger than a slab");
        }

        if (_slabs.Length == 0 || _slabUsed + bytes.Length > SlabBytes)
        {
            Volatile.Write(ref _slabs, [.. _slabs, new byte[SlabBytes]]);
            _slabUsed = 0;
        }

        var number = _count;
        if (number >> PageBits == _places.Length)
        {
            Volatile.Write(ref _places, [.. _places, new Place[PageMask + 1]]);
        }

        bytes.CopyTo(_slabs[^1].AsSpan(_slabUsed));
        _places[number >> PageBits][number & PageMask] = new Place(_slabs.Length - 1, _slabUsed, bytes.Length);
        _slabUsed += bytes.Length;
        Bytes += bytes.Length;
        if (number * 2 >= _slots.Length)
        {
            Grow();
        }

        Insert(_slots, hash, number);
        Volatile.Write(ref _count, number + 1);
        return number;
    }

    public ReadOnlySpan<byte> BytesOf(int number) => SegmentOf(number);

    public ArraySegment<byte> SegmentOf(int number)
    {
        var place = Volatile.Read(ref _places)[number >> PageBits][number & PageMask];
        return new ArraySegment<byte>(Volatile.Read(ref _slabs)[place.Slab], place.Offset, place.Length);
    }

    // At most half full: about 1.5 probes for a miss.
    private void Grow()
    {
        var grown = new Slot[_slots.Length * 2];
        foreach (var slot in _slots)
        {
            if (slot.NumberPlusOne != 0)
            {
                Insert(grown, slot.Hash, slot.NumberPlusOne - 1);
            }
        }

        Volatile.Write(ref _slots, grown);
    }

    private static void Insert(Slot[] slots, ulong hash, int number)
    {
        var mask = slots.Length - 1;
        var at = (int)(hash & (uint)mask);
        while (slots[at].NumberPlusOne != 0)
        {
            at = (at + 1) & mask;
        }

        slots[at].Hash = hash;
        Volatile.Write(ref slots[at].NumberPlusOne, number + 1);
    }

    private struct Slot
    {
        public ulong Hash;
        public int NumberPlusOne;
    }

    private readonly record struct Place(int Slab, int Offset, int Length);
}
