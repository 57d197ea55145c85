using System.Numerics;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>How groups are learned, opened, frozen and left.</summary>
internal sealed partial class SampleHead
{
    // What PollFor says beside a row.
    private const int Late = -1;
    private const int Leave = -2;

    /// <summary>The row of a time; <see cref="Late"/> when it is past, <see cref="Leave"/> when those who come should have a group of their own.</summary>
    private int PollFor(ref StampGroup group, int number, long timestampMs, int coming)
    {
        var times = group.RowsIn(_slabs).Times[..group.Polls];
        if (timestampMs <= group.NewestMs)
        {
            return times.BinarySearch(timestampMs) is var at and >= 0 ? at : Late;
        }

        // The last poll and this one bring a part each, and together no more than the group: two targets that met by chance, or one of
        // which many series have ended. What comes is at most the rest of the run.
        if (group.NewestMs != long.MinValue && coming < group.Live && group.Attendance < group.Live && coming + group.Attendance <= group.Live)
        {
            return Leave;
        }

        if (group.Polls == StampGroup.MaxPolls)
        {
            DropRows(ref group, number);
        }

        if (group.Polls == StampGroup.MaxPolls)
        {
            Freeze(ref group, number);
        }

        var rows = group.RowsIn(_slabs);
        rows.Times[group.Polls] = timestampMs;
        rows.Presence(group.Polls).Clear();
        if (_judged.TryGetValue(number, out var judged))
        {
            judged.AsSpan(group.Polls * group.Members, group.Members).Clear();
        }

        group.NewestMs = timestampMs;
        group.Attendance = 0;
        return group.Polls++;
    }

    /// <summary>Makes a group of the series at the begin of a run that have none, and nothing as new as the run.</summary>
    private void Found(ReadOnlySpan<int> series, long timestampMs)
    {
        var number = _freeGroups.TryPop(out var free) ? free : _groupsUsed++;
        if (number == _groups.Length)
        {
            Array.Resize(ref _groups, number * 2);
        }

        var count = 0;
        while (count < series.Length && count < StampGroup.MaxMembers
            && _series[series[count]].Group == 0 && _newestMs[series[count]] < timestampMs)
        {
            ref var slot = ref _series[series[count]];
            (slot.Group, slot.Member) = (number, (ushort)count);
            count++;
        }

        ref var group = ref _groups[number];
        group = new StampGroup { Members = count, Live = count, NewestMs = long.MinValue };
        group.Slab = _slabs.Take(group.SlabWords);
        series[..count].CopyTo(group.RowsIn(_slabs).Members);
    }

    // Those of a run that are in the group leave it; their places stay, marked by the complement.
    private void LeaveGroup(ref StampGroup group, int number, ReadOnlySpan<int> series)
    {
        var members = group.RowsIn(_slabs).Members;
        foreach (var leaving in series)
        {
            ref var slot = ref _series[leaving];
            if (slot.Group != number)
            {
                continue;
            }

            var residence = _freeResidence != 0 ? _freeResidence : _residencesUsed++;
            if (residence == _residences.Length)
            {
                Array.Resize(ref _residences, residence * 2);
            }

            _freeResidence = residence == _freeResidence ? _residences[residence].Next : _freeResidence;
            _residences[residence] = new Residence(number, slot.Member, slot.Former);
            (slot.Former, slot.Group) = (residence, 0);
            members[slot.Member] = ~leaving;
            group.Live--;
        }
    }

    private void Freeze(ref StampGroup group, int number)
    {
        var qualities = _judged.Remove(number, out var judged) ? judged : default(ReadOnlySpan<SampleQuality>);
        var blob = qualities.IsEmpty && _frozen.UnpackedBytes < _unpackedLimit
            ? _frozen.AddUnpacked(_slabs.Words(group.Slab, group.SlabWords), group.RowsIn(_slabs), group.Polls, group.NewestFrozen)
            : _frozen.Add(group.RowsIn(_slabs), group.Polls, qualities, group.NewestFrozen);
        if (blob != 0)
        {
            group.NewestFrozen = blob;
            group.OldestFrozen = group.OldestFrozen == 0 ? blob : group.OldestFrozen;
        }

        group.Polls = 0;
    }

    private bool HasInOrder(int series, long timestampMs)
    {
        var slot = _series[series];
        for (var (number, member, former) = (slot.Group, (int)slot.Member, slot.Former); ;)
        {
            if (number != 0 && HasIn(number, member, timestampMs))
            {
                return true;
            }

            if (former == 0)
            {
                return false;
            }

            (number, member, former) = (_residences[former].Group, _residences[former].Member, _residences[former].Next);
        }
    }

    private bool HasIn(int number, int member, long timestampMs)
    {
        ref readonly var group = ref _groups[number];
        var rows = group.RowsIn(_slabs);
        if (rows.Times[..group.Polls].BinarySearch(timestampMs) is var poll and >= 0)
        {
            return rows.Has(poll, member);
        }

        var reader = new BlobReader();
        for (var blob = group.OldestFrozen; blob != 0; blob = _frozen[blob].Next)
        {
            if (timestampMs >= _frozen[blob].FirstMs && timestampMs <= _frozen[blob].LastMs)
            {
                reader.Open(_frozen.BytesOf(blob), group.Members);
                for (var mask = reader.MaskOf(_frozen.BytesOf(blob), member); mask != 0; mask &= mask - 1)
                {
                    if (reader.TimeOf(BitOperations.TrailingZeroCount(mask)) == timestampMs)
                    {
                        return true;
                    }
                }

                return false;
            }
        }

        return false;
    }

    private bool HasLate(int series) => _late.Has(series) || (_lateSealing?.Has(series) ?? false);

    private bool IsKnownLate(int series, long timestampMs) =>
        _late.Has(series, timestampMs) || (_lateSealing?.Has(series, timestampMs) ?? false);

    /// <summary>A group that a series was in; chained, newest first.</summary>
    private readonly record struct Residence(int Group, ushort Member, int Next);
}
