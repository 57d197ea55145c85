using System.Numerics;

namespace Ampacity.Tsdb;

/// <summary>How samples leave the head: into a block, or because nobody wants them any more.</summary>
internal sealed partial class SampleHead
{
    /// <summary>
    /// From now on everything up to a time stays as it is until <see cref="EndSeal"/>: what comes for such a time is late, and kept apart
    /// from what was late before. Writers; one at a time.
    /// </summary>
    public void BeginSeal(long throughMs)
    {
        if (_lateSealing is not null)
        {
            throw new InvalidOperationException("Bug: two seals at a time");
        }

        _sealingThroughMs = throughMs;
        _lateThroughMs = Math.Max(_lateThroughMs, throughMs);
        var late = _late;
        (_lateSealing, _late) = (new LateSamples(), new LateSamples());
        late.MoveTo(_lateSealing, throughMs, _late);
    }

    /// <summary>
    /// Ends a seal. Done: what it covered is gone for readers at once, and <see cref="DropGroups"/> gives its space back. Not done: all as it
    /// was before. Writers.
    /// </summary>
    public void EndSeal(bool done)
    {
        var sealing = _lateSealing ?? throw new InvalidOperationException("Bug: no seal to end");
        if (done)
        {
            DroppedThroughMs = Math.Max(DroppedThroughMs, _sealingThroughMs);
            Samples -= sealing.Count;
        }
        else
        {
            _late.MoveTo(sealing, long.MaxValue, sealing);
            _late = sealing;
        }

        _lateSealing = null;
    }

    /// <summary>In-order samples up to a time, and late ones too, are gone for readers, because the retention is over. Writers.</summary>
    public void Expire(long beforeMs)
    {
        _expiredThroughMs = Math.Max(_expiredThroughMs, beforeMs - 1);
        DroppedThroughMs = Math.Max(DroppedThroughMs, _expiredThroughMs);
        _lateThroughMs = Math.Max(_lateThroughMs, DroppedThroughMs);
        if (_lateSealing is null && _late.Count > 0 && _late.NewestMs < beforeMs)
        {
            Samples -= _late.Count;
            Expired += _late.Count;
            _late = new LateSamples();
        }
    }

    /// <summary>Gives back the space of what is dropped, in so many groups from a number on; returns the number to go on with, 0 at the end. Writers.</summary>
    public int DropGroups(int fromGroup, int count, bool expired)
    {
        var before = Samples;
        var end = Math.Min(_groupsUsed, Math.Max(1, fromGroup) + count);
        for (var number = Math.Max(1, fromGroup); number < end; number++)
        {
            ref var group = ref _groups[number];
            if (group.Members > 0)
            {
                Drop(ref group, number);
            }
        }

        Expired += expired ? before - Samples : 0;
        return end == _groupsUsed ? 0 : end;
    }

    private void Drop(ref StampGroup group, int number)
    {
        var goes = group.NewestMs <= DroppedThroughMs;
        while (group.OldestFrozen != 0 && _frozen[group.OldestFrozen].LastMs <= DroppedThroughMs)
        {
            Samples -= _frozen[group.OldestFrozen].Samples;
            group.OldestFrozen = _frozen.Free(group.OldestFrozen);
        }

        if (group.OldestFrozen == 0)
        {
            group.NewestFrozen = 0;
        }
        else if (_frozen[group.OldestFrozen].FirstMs <= DroppedThroughMs)
        {
            Samples -= _frozen.DropThrough(group.OldestFrozen, group.Members, DroppedThroughMs);
        }

        DropRows(ref group, number);
        if (goes)
        {
            Remove(ref group, number);
        }
    }

    // Open rows up to what is dropped go, the others move up.
    private void DropRows(ref StampGroup group, int number)
    {
        var rows = group.RowsIn(_slabs);
        var gone = 0;
        while (gone < group.Polls && rows.Times[gone] <= DroppedThroughMs)
        {
            foreach (var word in rows.Presence(gone))
            {
                Samples -= BitOperations.PopCount(word);
            }

            gone++;
        }

        if (gone == 0)
        {
            return;
        }

        for (var poll = gone; poll < group.Polls; poll++)
        {
            rows.Times[poll - gone] = rows.Times[poll];
            rows.Presence(poll).CopyTo(rows.Presence(poll - gone));
            rows.Values(poll).CopyTo(rows.Values(poll - gone));
        }

        if (_judged.TryGetValue(number, out var judged))
        {
            judged.AsSpan(gone * group.Members, (group.Polls - gone) * group.Members).CopyTo(judged);
        }

        group.Polls -= gone;
    }

    private void Remove(ref StampGroup group, int number)
    {
        foreach (var member in group.RowsIn(_slabs).Members)
        {
            ref var slot = ref _series[member < 0 ? ~member : member];
            if (slot.Group == number)
            {
                slot.Group = 0;
            }

            Forget(ref slot, number);
        }

        _judged.Remove(number);
        _slabs.Free(group.Slab, group.SlabWords);
        group = default;
        _freeGroups.Push(number);
    }

    private void Forget(ref SeriesSlot slot, int group)
    {
        var before = 0;
        for (var at = slot.Former; at != 0;)
        {
            var next = _residences[at].Next;
            if (_residences[at].Group != group)
            {
                (before, at) = (at, next);
                continue;
            }

            if (before == 0)
            {
                slot.Former = next;
            }
            else
            {
                _residences[before] = _residences[before] with { Next = next };
            }

            _residences[at] = new Residence(0, 0, _freeResidence);
            _freeResidence = at;
            at = next;
        }
    }
}
