namespace Ampacity.Tsdb;

/// <summary>How series that ended leave the head, and groups that most of them have left.</summary>
internal sealed partial class SampleHead
{
    private readonly List<int> _leaving = [];

    /// <summary>
    /// Whether a series has no sample here, and none in the journal's present run, which is where its number stands for its labels. Readers or
    /// writers, and the store's lock.
    /// </summary>
    public bool IsGone(int series) =>
        series >= _series.Length
        || (_newestMs[series] <= DroppedThroughMs && _series[series].JournaledIn != _journalRun && !HasLate(series));

    /// <summary>Forgets a series that <see cref="IsGone"/>: its number may stand for another from now on. Writers.</summary>
    public void Forget(int series)
    {
        if (series >= _series.Length)
        {
            return;
        }

        ref var slot = ref _series[series];
        if (slot.Group != 0)
        {
            ref var group = ref _groups[slot.Group];
            group.RowsIn(_slabs).Members[slot.Member] = ~series;
            group.Live--;
        }

        // In a group that it left before its place is marked already.
        for (var at = slot.Former; at != 0;)
        {
            var next = _residences[at].Next;
            _residences[at] = new Residence(0, 0, _freeResidence);
            (_freeResidence, at) = (at, next);
        }

        slot = default;
        _newestMs[series] = long.MinValue;
    }

    /// <summary>
    /// Lets those who are left leave groups of which at least half have ended, among so many groups from a number on: they make smaller ones at their
    /// next poll. Returns the number to go on with, 0 at the end. Writers.
    /// </summary>
    public int PartSparse(int fromGroup, int count)
    {
        var end = Math.Min(_groupsUsed, Math.Max(1, fromGroup) + count);
        for (var number = Math.Max(1, fromGroup); number < end; number++)
        {
            ref var group = ref _groups[number];
            if (group.Live == 0 || group.Live * 2 > group.Members)
            {
                continue;
            }

            _leaving.Clear();
            foreach (var member in group.RowsIn(_slabs).Members)
            {
                if (member >= 0)
                {
                    _leaving.Add(member);
                }
            }

            LeaveGroup(ref group, number, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_leaving));
        }

        return end == _groupsUsed ? 0 : end;
    }
}
