using System.Numerics;

namespace Ampacity.Tsdb;

/// <summary>How packed polls leave a head for the journal, and come back into one without being encoded again.</summary>
internal sealed partial class SampleHead
{
    /// <summary>Packs every open row, so that <see cref="PackedPolls"/> has all that is in order. Writers.</summary>
    public void FreezeAll()
    {
        for (var number = 1; number < _groupsUsed; number++)
        {
            ref var group = ref _groups[number];
            if (group.Members > 0 && group.Polls > 0)
            {
                Freeze(ref group, number);
            }
        }
    }

    /// <summary>
    /// The blobs of all groups, oldest first poll first: in this order the polls of each series follow one another by time, also where it has
    /// been in several groups. Writers; holds until the head changes.
    /// </summary>
    public List<(int Group, int Blob)> PackedPolls()
    {
        var blobs = new List<(int Group, int Blob)>();
        for (var number = 1; number < _groupsUsed; number++)
        {
            for (var blob = _groups[number].Members > 0 ? _groups[number].OldestFrozen : 0; blob != 0; blob = _frozen[blob].Next)
            {
                blobs.Add((number, blob));
            }
        }

        blobs.Sort((left, right) => _frozen[left.Blob].FirstMs.CompareTo(_frozen[right.Blob].FirstMs) is var order and not 0 ? order : left.CompareTo(right));
        return blobs;
    }

    /// <summary>The series of a group, those that have left it too. Readers.</summary>
    public int[] MembersOf(int group)
    {
        var members = _groups[group].RowsIn(_slabs).Members.ToArray();
        for (var i = 0; i < members.Length; i++)
        {
            members[i] = members[i] < 0 ? ~members[i] : members[i];
        }

        return members;
    }

    /// <summary>The bytes of a blob of <see cref="PackedPolls"/>, without slack, and how many samples it has. Readers.</summary>
    public ReadOnlySpan<byte> PackedBytes(int blob, out int samples)
    {
        samples = _frozen[blob].Samples;
        return _frozen.BytesOf(blob)[.._frozen[blob].Place.Length];
    }

    /// <summary>Gives the pages away; the head may not be used after. Writers.</summary>
    public void GivePagesTo(SparePages spares) => spares.Give(_slabs.Pages, _frozen.Pages);

    /// <summary>The samples that are in no group's order, in order of arrival for each series. Readers.</summary>
    public LateSamples KeptLate => _late;

    /// <summary>
    /// Takes packed polls of a group of series as they are, when they are newer than all that these have and the series are one group, or in none. False,
    /// and nothing taken, when not: then their samples are appended one by one. Writers.
    /// </summary>
    /// <param name="series">Members, in the blob's order.</param>
    /// <param name="blob">Without slack.</param>
    /// <param name="summary">What is in it.</param>
    public bool TryAdopt(ReadOnlySpan<int> series, ReadOnlySpan<byte> blob, in BlobSummary summary)
    {
        if (summary.FirstMs <= _lateThroughMs || GroupToAdopt(series, summary.FirstMs) is not (var number and > 0))
        {
            return false;
        }

        ref var group = ref _groups[number];
        NoteMembers(number);
        if (group.Polls > 0)
        {
            Freeze(ref group, number);
        }

        group.NewestFrozen = _frozen.AddPacked(blob, summary, group.NewestFrozen);
        group.OldestFrozen = group.OldestFrozen == 0 ? group.NewestFrozen : group.OldestFrozen;
        group.NewestMs = summary.LastMs;
        group.Attendance = summary.LastSamples;
        Samples += summary.Samples;
        NewestMs = Math.Max(NewestMs, summary.LastMs);
        NoteAdopted(series, group.NewestFrozen);
        return true;
    }

    // The series' own group, or one made of them; 0 when there is neither.
    private int GroupToAdopt(ReadOnlySpan<int> series, long firstMs)
    {
        if (_series[series[0]].Group != 0)
        {
            var own = WholeGroupOf(series, out var members);
            return own != 0 && members == series.Length && firstMs > _groups[own].NewestMs ? own : 0;
        }

        foreach (var one in series)
        {
            if (_series[one].Group != 0 || _newestMs[one] >= firstMs)
            {
                return 0;
            }
        }

        Found(series, firstMs);
        var made = _series[series[0]].Group;
        return _groups[made].Members == series.Length ? made : 0;
    }

    private void NoteAdopted(ReadOnlySpan<int> series, int blob)
    {
        var bytes = _frozen.BytesOf(blob);
        var reader = new BlobReader();
        reader.Open(bytes, series.Length);
        for (var member = 0; member < series.Length; member++)
        {
            if (reader.MaskOf(bytes, member) is var mask and not 0)
            {
                ref var newestMs = ref _newestMs[series[member]];
                newestMs = Math.Max(newestMs, reader.TimeOf(BitOperations.Log2(mask)));
            }
        }
    }
}
