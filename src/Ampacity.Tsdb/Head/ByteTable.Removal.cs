namespace Ampacity.Tsdb;

/// <summary>How strings go, and how what they leave is packed.</summary>
internal sealed partial class ByteTable
{
    /// <summary>Marks a string that is live, or takes the mark from one; false when it is not there or is so already.</summary>
    public bool TryMark(int number, bool mark)
    {
        var (from, to) = mark ? (ByteTableState.Live, ByteTableState.Marked) : (ByteTableState.Marked, ByteTableState.Live);
        ref var place = ref PlaceOf(number);
        if ((ByteTableState)(place & Packed.StateMask) != from)
        {
            return false;
        }

        SetState(ref place, to);
        return true;
    }

    /// <summary>From now on the string is not found; its bytes can be read and its number is taken until <see cref="Free"/>.</summary>
    public void Remove(int number)
    {
        var slot = SlotOf(number);
        SetState(ref PlaceOf(number), ByteTableState.Removed);
        Volatile.Write(ref _slots[slot].NumberPlusOne, Gone);
        _goneSlots++;
    }

    /// <summary>Gives the numbers of removed strings back; nobody may know them any more. Best in descending order: the last is given out first.</summary>
    public void Free(ReadOnlySpan<int> numbers)
    {
        foreach (var number in numbers)
        {
            ref var place = ref PlaceOf(number);
            if ((ByteTableState)(place & Packed.StateMask) != ByteTableState.Removed)
            {
                throw new InvalidOperationException("Bug: a number is given back whose string was not removed");
            }

            var (slab, length) = (Packed.SlabOf(place), Packed.LengthOf(place));
            Volatile.Write(ref place, 0);
            Bytes -= length;
            _liveBytes[slab] -= length;
            FreeIfEmpty(slab);
            _freeNumbers.Push(number);
        }
    }

    /// <summary>
    /// Moves strings out of slabs that are mostly empty, among so many numbers from one on, and calls back for each; returns the number to go on
    /// with, or 0 at the end.
    /// </summary>
    public int Pack(int from, int count, Action<int> moved)
    {
        var end = Math.Min(_bound, from + count);
        for (var number = from; number < end; number++)
        {
            ref var place = ref PlaceOf(number);
            if ((place & Packed.StateMask) == 0 || Packed.SlabOf(place) is var slab && (slab == _slabCount - 1 || _liveBytes[slab] * 2 > SlabBytes))
            {
                continue;
            }

            var at = place;
            var to = Write(_slabs[slab].AsSpan(Packed.OffsetOf(at), Packed.LengthOf(at)), (ByteTableState)(at & Packed.StateMask));
            Volatile.Write(ref PlaceOf(number), to);
            _liveBytes[slab] -= Packed.LengthOf(at);
            moved(number);
            FreeIfEmpty(slab);
        }

        return end == _bound ? 0 : end;
    }

    private static void SetState(ref long place, ByteTableState state) => Volatile.Write(ref place, (place & ~(long)Packed.StateMask) | (long)state);

    private int SlotOf(int number)
    {
        var mask = _slots.Length - 1;
        var at = (int)(Hash(BytesOf(number)) & (uint)mask);
        while (_slots[at].NumberPlusOne != number + 1)
        {
            if (_slots[at].NumberPlusOne == 0)
            {
                throw new InvalidOperationException("Bug: a string that is not in its table is removed");
            }

            at = (at + 1) & mask;
        }

        return at;
    }

    private void FreeIfEmpty(int slab)
    {
        if (slab >= 0 && slab != _slabCount - 1 && _liveBytes[slab] == 0 && _slabs[slab] is not null)
        {
            Volatile.Write(ref _slabs[slab], null);
            SlabBytesHeld -= SlabBytes;
        }
    }
}
