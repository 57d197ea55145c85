namespace Ampacity.Tsdb;

/// <summary>
/// How a start fills the head: polls that bring a whole group in its order are copied without a look at each series, and full slabs are kept as they
/// are and packed after the start (<see cref="PackSome"/>).
/// </summary>
internal sealed partial class SampleHead
{
    // Groups that took whole polls, whose members' newest samples are not noted yet.
    private readonly Stack<int> _unnoted = new();
    private bool[] _isUnnoted = [];
    private long _unpackedLimit;

    /// <summary>What is filled from here on may take so many bytes unpacked. Writers.</summary>
    public void BeginReplay(long unpackedBytes) => _unpackedLimit = unpackedBytes;

    /// <summary>From here on samples are packed as they come. Writers.</summary>
    public void EndReplay()
    {
        _unpackedLimit = 0;
        NoteUnnoted();
        _isUnnoted = [];
    }

    /// <summary>Whether <see cref="PackSome"/> has anything to do. Writers.</summary>
    public bool HasUnpacked => _frozen.UnpackedBytes > 0;

    /// <summary>Packs samples that a start left unpacked, at most so many and the rest of a blob; false when none is left. Writers.</summary>
    public bool PackSome(int samples) => _frozen.PackSome(samples);

    /// <summary>The group whose members, none of which has left, begin a run of series in their order; 0 when there is none.</summary>
    /// <param name="series">Numbers of a run.</param>
    /// <param name="members">How many of them the group has.</param>
    public int WholeGroupOf(ReadOnlySpan<int> series, out int members)
    {
        var slot = _series[series[0]];
        ref readonly var group = ref _groups[slot.Group];
        members = group.Members;
        return slot.Group != 0 && group.Live == members && members <= series.Length
            && group.RowsIn(_slabs).Members.SequenceEqual(series[..members]) ? slot.Group : 0;
    }

    /// <summary>
    /// Takes a poll of a whole group that is newer than all it has, in the order of its members, all good. False, and nothing taken, when it is not, or when one of
    /// them has left. Until <see cref="NoteNewest(ReadOnlySpan{int})"/> its series do not know of it. Writers.
    /// </summary>
    public bool TryAppendWhole(int number, long timestampMs, ReadOnlySpan<double> values)
    {
        ref var group = ref _groups[number];
        if (group.Live != values.Length || group.Members != values.Length || timestampMs <= group.NewestMs || timestampMs <= _lateThroughMs
            || (_judged.Count > 0 && _judged.ContainsKey(number)))
        {
            return false;
        }

        var poll = PollFor(ref group, number, timestampMs, values.Length);
        var rows = group.RowsIn(_slabs);
        rows.TakeAll(poll);
        values.CopyTo(rows.Values(poll));
        group.Attendance = values.Length;
        Samples += values.Length;
        NewestMs = Math.Max(NewestMs, timestampMs);
        if (number >= _isUnnoted.Length)
        {
            Array.Resize(ref _isUnnoted, Math.Max(number + 1, _isUnnoted.Length * 2));
        }

        if (!_isUnnoted[number])
        {
            _isUnnoted[number] = true;
            _unnoted.Push(number);
        }

        return true;
    }

    /// <summary>Before some series are looked at one by one: what came of their groups is noted. Writers.</summary>
    public void NoteNewest(ReadOnlySpan<int> series)
    {
        foreach (var number in series)
        {
            NoteMembers(_series[number].Group);
        }
    }

    private void NoteUnnoted()
    {
        while (_unnoted.TryPop(out var number))
        {
            NoteMembers(number);
        }
    }

    private void NoteMembers(int number)
    {
        if (number >= _isUnnoted.Length || !_isUnnoted[number])
        {
            return;
        }

        // All are there still: one that leaves is noted first.
        _isUnnoted[number] = false;
        ref readonly var group = ref _groups[number];
        foreach (var member in group.RowsIn(_slabs).Members)
        {
            _newestMs[member] = Math.Max(_newestMs[member], group.NewestMs);
        }
    }
}
