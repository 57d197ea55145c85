using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>What became of one sample.</summary>
internal enum AppendOutcome : byte
{
    Stored,
    Duplicate,
    TooOld,
}

/// <summary>
/// The newest samples of every series, in stamp groups: series that arrive together share their times and lie together, so taking a poll is
/// one copy into a row and not a visit to each series. No object per series or sample.
/// </summary>
/// <remarks>
/// Writers and readers exclude each other by <see cref="SampleStore"/>'s reader-writer lock; members say which they are. A group is learned
/// from the first run that brings its series. Members that come at times of their own leave it together and make a new group
/// (<see cref="Residence"/>). A sample behind its group's newest poll takes its place in an open row of that time, or goes to
/// <see cref="LateSamples"/>. Order of time within a series: former groups, oldest first, then the present one; late samples are merged in.
/// </remarks>
internal sealed partial class SampleHead(SparePages? spare = null)
{
    private readonly SlabPages _slabs = new(spare);
    private readonly FrozenPolls _frozen = new(spare);
    private readonly Dictionary<int, SampleQuality[]> _judged = [];
    private readonly Stack<int> _freeGroups = new();
    private LateSamples _late = new();
    private LateSamples? _lateSealing;
    private long _sealingThroughMs = long.MinValue;

    // What comes up to here is late, whatever its group: a seal has, or once had, all up to here.
    private long _lateThroughMs = long.MinValue;
    private StampGroup[] _groups = new StampGroup[64];
    private int _groupsUsed = 1;
    private SeriesSlot[] _series = [];

    // By series: its newest sample ever taken, so that what is late, and how late, is one look.
    private long[] _newestMs = [];
    private long _expiredThroughMs = long.MinValue;
    private Residence[] _residences = new Residence[64];
    private int _residencesUsed = 1;
    private int _freeResidence;
    private int _journalRun = 1;

    /// <summary>Newest sample of all series; <see cref="long.MinValue"/> when there never was one.</summary>
    public long NewestMs { get; private set; } = long.MinValue;

    /// <summary>Samples that can be read.</summary>
    public long Samples { get; private set; }

    /// <summary>Samples taken behind the newest of their series.</summary>
    public long OutOfOrder { get; private set; }

    /// <summary>Samples dropped as expired.</summary>
    public long Expired { get; private set; }

    /// <summary>In-order samples up to here are gone, UTC milliseconds; what comes later for such a time is late.</summary>
    public long DroppedThroughMs { get; private set; } = long.MinValue;

    /// <summary>Bytes of samples, their times and what finds them.</summary>
    public long Bytes => _slabs.Bytes + _frozen.Bytes + _late.Bytes + (_groups.Length * 48L) + (_series.Length * (16L + sizeof(long)));

    /// <summary>Groups in use.</summary>
    public int Groups => _groupsUsed - 1 - _freeGroups.Count;

    /// <summary>Makes room for series numbers below a count. Writers.</summary>
    public void EnsureSeries(int count)
    {
        if (_series.Length < count)
        {
            var from = _series.Length;
            Array.Resize(ref _series, Math.Max(1024, Math.Max(count, from + (from >> 1))));
            Array.Resize(ref _newestMs, _series.Length);
            _newestMs.AsSpan(from).Fill(long.MinValue);
        }
    }

    /// <summary>Whether the series' labels are in this run's journal already; says yes from now on. Writers.</summary>
    public bool NoteJournaled(int series)
    {
        ref var slot = ref _series[series];
        var was = slot.JournaledIn == _journalRun;
        slot.JournaledIn = _journalRun;
        return was;
    }

    /// <summary>A new run of the journal has begun: it has nobody's labels. Writers.</summary>
    public void BeginJournalRun() => _journalRun++;

    /// <summary>Takes samples of one time. Writers; allocates only when columns grow.</summary>
    /// <param name="timestampMs">UTC milliseconds.</param>
    /// <param name="series">Numbers; a series that occurs twice has a duplicate.</param>
    /// <param name="values">One each.</param>
    /// <param name="qualities">One each, or empty when all are good.</param>
    /// <param name="outOfOrderWindowMs">How far behind its series' newest a sample may be.</param>
    /// <param name="outcomes">One each.</param>
    /// <returns>How many were stored.</returns>
    public int AppendRun(
        long timestampMs,
        ReadOnlySpan<int> series,
        ReadOnlySpan<double> values,
        ReadOnlySpan<SampleQuality> qualities,
        long outOfOrderWindowMs,
        Span<AppendOutcome> outcomes)
    {
        outcomes[..series.Length].Clear();
        var stored = 0;
        for (var at = 0; at < series.Length;)
        {
            var slot = _series[series[at]];
            if (timestampMs <= _lateThroughMs)
            {
                stored += Count(outcomes[at] = AppendLate(series[at], timestampMs, values[at], QualityAt(qualities, at), outOfOrderWindowMs));
                at++;
                continue;
            }

            if (slot.Group == 0)
            {
                if (timestampMs <= _newestMs[series[at]])
                {
                    // It left a sparse group and has made no other yet: the times of its next group lie behind all that it has.
                    stored += Count(outcomes[at] = AppendLate(series[at], timestampMs, values[at], QualityAt(qualities, at), outOfOrderWindowMs));
                    at++;
                    continue;
                }

                Found(series[at..], timestampMs);
                slot = _series[series[at]];
            }

            ref var group = ref _groups[slot.Group];
            var rows = group.RowsIn(_slabs);
            var together = rows.Members[slot.Member..].CommonPrefixLength(series[at..]);
            var poll = PollFor(ref group, slot.Group, timestampMs, coming: series.Length - at);
            if (poll == Leave)
            {
                LeaveGroup(ref group, slot.Group, series[at..]);
                continue;
            }

            var run = values.Slice(at, together);
            var judgements = qualities.IsEmpty ? default : qualities.Slice(at, together);
            if (poll >= 0 && poll == group.Polls - 1 && rows.TryTake(poll, slot.Member, together))
            {
                run.CopyTo(rows.Values(poll)[slot.Member..]);
                foreach (var number in series.Slice(at, together))
                {
                    _newestMs[number] = timestampMs;
                }

                Judge(slot.Group, group.Members, (poll * group.Members) + slot.Member, judgements, together);
                group.Attendance += together;
                stored += together;
            }
            else
            {
                for (var i = 0; i < together; i++)
                {
                    var quality = QualityAt(judgements, i);
                    stored += Count(outcomes[at + i] = poll < 0
                        ? AppendLate(series[at + i], timestampMs, run[i], quality, outOfOrderWindowMs)
                        : AppendInPlace(ref group, rows, poll, slot.Member + i, run[i], quality, outOfOrderWindowMs));
                }
            }

            at += together;
        }

        Samples += stored;
        NewestMs = stored > 0 ? Math.Max(NewestMs, timestampMs) : NewestMs;
        return stored;
    }

    private static int Count(AppendOutcome outcome) => outcome is AppendOutcome.Stored ? 1 : 0;

    private static SampleQuality QualityAt(ReadOnlySpan<SampleQuality> qualities, int at) => qualities.IsEmpty ? SampleQuality.Good : qualities[at];

    // Into an open row, the newest or one before it.
    private AppendOutcome AppendInPlace(
        ref StampGroup group, in OpenRows rows, int poll, int member, double value, SampleQuality quality, long outOfOrderWindowMs)
    {
        var series = rows.Members[member];
        var timestampMs = rows.Times[poll];
        if (IsTooOld(series, timestampMs, outOfOrderWindowMs))
        {
            return AppendOutcome.TooOld;
        }

        if (IsKnownLate(series, timestampMs) || !rows.TryTake(poll, member, 1))
        {
            return AppendOutcome.Duplicate;
        }

        rows.Values(poll)[member] = value;
        Judge(_series[series].Group, group.Members, (poll * group.Members) + member, new ReadOnlySpan<SampleQuality>(in quality), 1);
        group.Attendance += poll == group.Polls - 1 ? 1 : 0;
        NoteNewest(series, timestampMs);
        return AppendOutcome.Stored;
    }

    private AppendOutcome AppendLate(int series, long timestampMs, double value, SampleQuality quality, long outOfOrderWindowMs)
    {
        if (IsTooOld(series, timestampMs, outOfOrderWindowMs))
        {
            return AppendOutcome.TooOld;
        }

        if (HasInOrder(series, timestampMs) || (_lateSealing?.Has(series, timestampMs) ?? false) || !_late.TryAdd(series, timestampMs, value, quality))
        {
            return AppendOutcome.Duplicate;
        }

        NoteNewest(series, timestampMs);
        return AppendOutcome.Stored;
    }

    /// <summary>Time of a series' newest sample, as far as the head knows; null for none. Any thread, without a lock: a moment old at most.</summary>
    public long? NewestOf(int series)
    {
        var newest = Volatile.Read(ref _newestMs);
        return (uint)series < (uint)newest.Length && newest[series] != long.MinValue ? newest[series] : null;
    }

    private bool IsTooOld(int series, long timestampMs, long outOfOrderWindowMs) =>
        _newestMs[series] > timestampMs && _newestMs[series] - timestampMs > outOfOrderWindowMs;

    private void NoteNewest(int series, long timestampMs)
    {
        OutOfOrder += _newestMs[series] > timestampMs ? 1 : 0;
        _newestMs[series] = Math.Max(_newestMs[series], timestampMs);
    }

    private void Judge(int group, int members, int at, ReadOnlySpan<SampleQuality> qualities, int count)
    {
        if (!_judged.TryGetValue(group, out var judged))
        {
            if (qualities.IndexOfAnyExcept(SampleQuality.Good) < 0)
            {
                return;
            }

            _judged[group] = judged = new SampleQuality[members * StampGroup.MaxPolls];
        }

        if (qualities.IsEmpty)
        {
            judged.AsSpan(at, count).Clear();
        }
        else
        {
            qualities.CopyTo(judged.AsSpan(at));
        }
    }

    private struct SeriesSlot
    {
        public int Group;
        public int Former;
        public ushort Member;
        public int JournaledIn;
    }
}
