namespace Ampacity.Collect;

/// <summary>
/// Label bytes as senders spell them, to series number: spares a known series the parsing, sorting and hashing of its labels.
/// Found by a hash seeded per process and a byte compare, so two spellings never merge.
/// </summary>
/// <remarks>
/// Any thread. <see cref="Find"/> takes no lock: a slot's place is published last. At its limit of bytes it starts over empty, which bounds
/// what a sender of ever new labels can take.
/// </remarks>
internal sealed class KnownLabels
{
    // 128 MiB: about half a million series of 260 bytes; guessed.
    private const long MaxBytes = 128 << 20;
    private const int SlabBytes = 1 << 20;

    private readonly Lock _lock = new();
    private Table _table = new(1024);

    /// <summary>The series of a spelling, or −1.</summary>
    public int Find(ReadOnlySpan<byte> spelling)
    {
        var table = Volatile.Read(ref _table);
        var hash = Hash(spelling);
        for (var at = hash & table.Mask; ; at = (at + 1) & table.Mask)
        {
            var entry = Volatile.Read(ref table.Slots[at]);
            if (entry == 0)
            {
                return -1;
            }

            ref readonly var place = ref table.Places[entry];
            if (place.Hash == hash && place.Length == spelling.Length && place.Slab.AsSpan(place.Offset, place.Length).SequenceEqual(spelling))
            {
                return place.Series;
            }
        }
    }

    /// <summary>Notes a spelling that was not found.</summary>
    public void Add(ReadOnlySpan<byte> spelling, int series)
    {
        if (spelling.Length > SlabBytes)
        {
            return;
        }

        lock (_lock)
        {
            if (Find(spelling) >= 0)
            {
                return;
            }

            var table = _table.Bytes + spelling.Length > MaxBytes ? new Table(1024) : _table.IsFull ? _table.Grown() : _table;
            table.Add(spelling, Hash(spelling), series);
            Volatile.Write(ref _table, table);
        }
    }

    // HashCode is seeded by the runtime for each process.
    private static int Hash(ReadOnlySpan<byte> spelling)
    {
        var hash = default(HashCode);
        hash.AddBytes(spelling);
        return hash.ToHashCode();
    }

    private readonly record struct Place(byte[] Slab, int Offset, int Length, int Hash, int Series);

    private sealed class Table(int slots)
    {
        private byte[] _slab = [];
        private int _slabUsed;
        private int _count;

        public int[] Slots { get; } = new int[slots];

        // One more than may be in use; entry 0 is "none".
        public Place[] Places { get; } = new Place[(slots / 2) + 1];

        public int Mask => Slots.Length - 1;

        public long Bytes { get; private set; }

        public bool IsFull => _count + 1 == Places.Length;

        public void Add(ReadOnlySpan<byte> spelling, int hash, int series)
        {
            if (_slab.Length - _slabUsed < spelling.Length)
            {
                _slab = new byte[SlabBytes];
                _slabUsed = 0;
            }

            spelling.CopyTo(_slab.AsSpan(_slabUsed));
            Insert(new Place(_slab, _slabUsed, spelling.Length, hash, series));
            _slabUsed += spelling.Length;
        }

        public Table Grown()
        {
            var grown = new Table(Slots.Length * 2) { _slab = _slab, _slabUsed = _slabUsed };
            for (var i = 1; i <= _count; i++)
            {
                grown.Insert(Places[i]);
            }

            return grown;
        }

        private void Insert(in Place place)
        {
            Places[++_count] = place;
            Bytes += place.Length;
            var at = place.Hash & Mask;
            while (Slots[at] != 0)
            {
                at = (at + 1) & Mask;
            }

            Volatile.Write(ref Slots[at], _count);
        }
    }
}
