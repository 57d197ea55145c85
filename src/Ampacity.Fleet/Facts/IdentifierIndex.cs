using System.IO.Hashing;
using System.Text;

namespace Ampacity.Fleet;

/// <summary>Finds identifier facts by their text: an open hash table of row numbers, 4 bytes a slot, at most two thirds full.</summary>
/// <remarks>One writer; readers see rows that were there when they took their ledger, and perhaps more.</remarks>
internal sealed class IdentifierIndex(FactTable table)
{
    // Hostile serials cannot be chosen to collide: the seed is this process's own.
    private readonly long _seed = BitConverter.ToInt64(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8));
    private int[] _slots = new int[1024];
    private int _count;

    /// <summary>Adds a row; the writer calls it once the row is whole.</summary>
    public void Add(int row)
    {
        if ((_count + 1) * 3L > _slots.Length * 2L)
        {
            Grow();
        }

        Insert(_slots, row);
        _count++;
    }

    /// <summary>Rows of any kind of identifier with this text, believed or not, in no order.</summary>
    public IEnumerable<int> Find(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var slots = Volatile.Read(ref _slots);
        for (var slot = SlotOf(utf8, slots.Length); Volatile.Read(ref slots[slot]) is var kept && kept != 0; slot = (slot + 1) & (slots.Length - 1))
        {
            if (TextOf(kept - 1).SequenceEqual(utf8))
            {
                yield return kept - 1;
            }
        }
    }

    /// <summary>The same without allocation: rows of any kind with this text, believed or not.</summary>
    public Search Rows(ReadOnlySpan<byte> text) => new(this, text);

    /// <summary>A walk along the slots that a text may be in.</summary>
    public ref struct Search
    {
        private readonly IdentifierIndex _index;
        private readonly ReadOnlySpan<byte> _text;
        private readonly int[] _slots;
        private int _slot;

        internal Search(IdentifierIndex index, ReadOnlySpan<byte> text)
        {
            _index = index;
            _text = text;
            _slots = Volatile.Read(ref index._slots);
            _slot = index.SlotOf(text, _slots.Length) - 1;
        }

        /// <summary>The row that the walk stands on.</summary>
        public int Current { get; private set; }

        /// <summary>Goes to the next row.</summary>
        public bool MoveNext()
        {
            while (true)
            {
                _slot = (_slot + 1) & (_slots.Length - 1);
                var kept = Volatile.Read(ref _slots[_slot]);
                if (kept == 0)
                {
                    return false;
                }

                if (_index.TextOf(kept - 1).SequenceEqual(_text))
                {
                    Current = kept - 1;
                    return true;
                }
            }
        }
    }

    private ReadOnlySpan<byte> TextOf(int row) => table.Text(table.PageOf(row).Payload[row & FactPage.Mask]);

    private int SlotOf(ReadOnlySpan<byte> text, int slots) => (int)(XxHash3.HashToUInt64(text, _seed) & (uint)(slots - 1));

    private void Insert(int[] slots, int row)
    {
        var slot = SlotOf(TextOf(row), slots.Length);
        while (slots[slot] != 0)
        {
            slot = (slot + 1) & (slots.Length - 1);
        }

        Volatile.Write(ref slots[slot], row + 1);
    }

    private void Grow()
    {
        var grown = new int[_slots.Length * 2];
        foreach (var kept in _slots)
        {
            if (kept != 0)
            {
                Insert(grown, kept - 1);
            }
        }

        Volatile.Write(ref _slots, grown);
    }
}
