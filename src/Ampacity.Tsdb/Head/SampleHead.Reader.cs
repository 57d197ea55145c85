using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>How the head is read.</summary>
internal sealed partial class SampleHead
{
    /// <summary>Whether a series may have samples in (from, through]: its groups have, or it has late ones. Readers.</summary>
    public bool IsNear(int series, long fromMs, long throughMs)
    {
        if (series >= _series.Length || _newestMs[series] <= fromMs)
        {
            return false;
        }

        fromMs = Math.Max(fromMs, DroppedThroughMs);
        ref readonly var slot = ref _series[series];
        if (slot.Group != 0 && Meets(slot.Group, fromMs, throughMs))
        {
            return true;
        }

        for (var at = slot.Former; at != 0; at = _residences[at].Next)
        {
            if (Meets(_residences[at].Group, fromMs, throughMs))
            {
                return true;
            }
        }

        return HasLate(series);
    }

    private bool Meets(int number, long fromMs, long throughMs)
    {
        ref readonly var group = ref _groups[number];
        return group.NewestMs > fromMs
            && (group.OldestFrozen != 0 ? _frozen[group.OldestFrozen].FirstMs : group.RowsIn(_slabs).Times[0]) <= throughMs;
    }

    /// <summary>Reads series one by one. What it remembers of a group holds only as long as the reader lock is held: <see cref="Begin"/> anew after.</summary>
    internal sealed class Reader(SampleHead head, long fromMs, long throughMs)
    {
        private readonly List<LateSample> _late = [];
        private readonly Stack<int> _former = new();
        private SampleColumns? _columns;
        private BlobReader[] _readers = [];
        private int[] _numbers = [];
        private int _count;
        private int _group;
        private long _fromMs;

        /// <summary>Begins a stretch under the lock.</summary>
        public void Begin()
        {
            _group = 0;
            _fromMs = Math.Max(fromMs, head.DroppedThroughMs);
        }

        /// <summary>Adds the samples of a series to the columns, in order of time; true when late ones are among them, behind the others, so that the columns need sorting.</summary>
        public bool Read(int series, SampleColumns columns)
        {
            if (series >= head._series.Length)
            {
                return false;
            }

            var slot = head._series[series];
            for (var at = slot.Former; at != 0; at = head._residences[at].Next)
            {
                _former.Push(at);
            }

            while (_former.TryPop(out var at))
            {
                ReadGroup(head._residences[at].Group, head._residences[at].Member, columns);
            }

            if (slot.Group != 0)
            {
                ReadGroup(slot.Group, slot.Member, columns);
            }

            return ReadLate(series, columns);
        }

        /// <summary>The newest wanted sample of a series among its open rows, which is where it nearly always is.</summary>
        public bool TryNewest(int series, SampleQualities wanted, out LateSample sample)
        {
            sample = default;
            if (series >= head._series.Length || head._series[series].Group is 0 || head.HasLate(series))
            {
                return false;
            }

            var slot = head._series[series];
            ref readonly var group = ref head._groups[slot.Group];
            var rows = group.RowsIn(head._slabs);
            for (var poll = group.Polls - 1; poll >= 0 && rows.Times[poll] > _fromMs; poll--)
            {
                if (rows.Times[poll] <= throughMs && rows.Has(poll, slot.Member))
                {
                    var quality = head._judged.Count > 0 && head._judged.TryGetValue(slot.Group, out var judged)
                        ? judged[(poll * group.Members) + slot.Member]
                        : SampleQuality.Good;
                    if (((int)wanted & (1 << (int)quality)) != 0)
                    {
                        sample = new LateSample(rows.Times[poll], rows.Values(poll)[slot.Member], quality);
                        return true;
                    }
                }
            }

            return false;
        }

        /// <summary>
        /// Appends the newest wanted sample of each of some ascending series, without labels. Series of one group lie together, so what their
        /// group holds is looked up once.
        /// </summary>
        public void ReadNewest(ReadOnlySpan<int> numbers, SampleQualities wanted, SeriesBatch into)
        {
            var slots = head._series.AsSpan();
            var (open, newest, members) = (0, -1, 0);
            var rows = default(OpenRows);
            SampleQuality[]? judged = null;
            var hasLate = head._late.Count > 0 || head._lateSealing is { Count: > 0 };
            foreach (var series in numbers)
            {
                if (series >= slots.Length)
                {
                    continue;
                }

                ref readonly var slot = ref slots[series];
                if (slot.Group != open)
                {
                    open = slot.Group;
                    newest = -1;
                    if (open != 0)
                    {
                        ref readonly var group = ref head._groups[open];
                        rows = group.RowsIn(head._slabs);
                        members = group.Members;
                        newest = group.Polls - 1;
                        while (newest >= 0 && rows.Times[newest] > throughMs)
                        {
                            newest--;
                        }

                        judged = head._judged.Count > 0 ? head._judged.GetValueOrDefault(open) : null;
                    }
                }

                var poll = newest;
                if (open == 0 || (hasLate && head.HasLate(series)))
                {
                    poll = -1;
                }

                while (poll >= 0 && rows.Times[poll] > _fromMs
                    && !(rows.Has(poll, slot.Member) && (judged is null ? (wanted & SampleQualities.Good) != SampleQualities.None : IsWanted(wanted, judged[(poll * members) + slot.Member]))))
                {
                    poll--;
                }

                if (poll >= 0 && rows.Times[poll] > _fromMs)
                {
                    into.AppendOne(series, rows.Times[poll], rows.Values(poll)[slot.Member], judged is null ? SampleQuality.Good : judged[(poll * members) + slot.Member]);
                }
                else if (head._newestMs[series] > _fromMs)
                {
                    ReadNewestSlowly(series, wanted, into);
                }
            }
        }

        private static bool IsWanted(SampleQualities wanted, SampleQuality quality) => ((int)wanted & (1 << (int)quality)) != 0;

        // It has late samples, or its newest before the end of the range is frozen, or in a group that it has left.
        private void ReadNewestSlowly(int series, SampleQualities wanted, SeriesBatch into)
        {
            var columns = _columns ??= new SampleColumns();
            columns.Clear();
            if (Read(series, columns))
            {
                columns.Sort(0);
            }

            columns.Keep(0, wanted);
            if (columns.Count > 0)
            {
                into.AppendOne(series, columns.Times[^1], columns.Values[^1], columns.Qualities[^1]);
            }
        }

        private bool ReadLate(int series, SampleColumns columns)
        {
            if (!head.HasLate(series))
            {
                return false;
            }

            _late.Clear();
            var from = Math.Max(fromMs, head._expiredThroughMs);
            head._lateSealing?.Read(series, from, throughMs, _late);
            head._late.Read(series, from, throughMs, _late);
            foreach (var late in _late)
            {
                columns.Add(late.TimestampMs, late.Value, late.Quality);
            }

            return _late.Count > 0;
        }

        private void ReadGroup(int number, int member, SampleColumns columns)
        {
            ref readonly var group = ref head._groups[number];
            if (number != _group)
            {
                OpenGroup(group, number);
            }

            for (var i = 0; i < _count; i++)
            {
                columns.AddFrom(ref _readers[i], head._frozen.BytesOf(_numbers[i]), member, _fromMs, throughMs);
            }

            if (group.Polls == 0 || group.NewestMs <= _fromMs)
            {
                return;
            }

            var rows = group.RowsIn(head._slabs);
            var judged = head._judged.Count > 0 ? head._judged.GetValueOrDefault(number) : null;
            for (var poll = 0; poll < group.Polls; poll++)
            {
                if (rows.Times[poll] > _fromMs && rows.Times[poll] <= throughMs && rows.Has(poll, member))
                {
                    columns.Add(rows.Times[poll], rows.Values(poll)[member], judged is null ? SampleQuality.Good : judged[(poll * group.Members) + member]);
                }
            }
        }

        private void OpenGroup(in StampGroup group, int number)
        {
            (_group, _count) = (number, 0);
            for (var blob = group.OldestFrozen; blob != 0; blob = head._frozen[blob].Next)
            {
                if (head._frozen[blob].FirstMs > throughMs)
                {
                    return;
                }

                if (head._frozen[blob].LastMs <= _fromMs)
                {
                    continue;
                }

                if (_count == _readers.Length)
                {
                    Array.Resize(ref _readers, Math.Max(16, _count * 2));
                    Array.Resize(ref _numbers, _readers.Length);
                }

                _numbers[_count] = blob;
                _readers[_count++].Open(head._frozen.BytesOf(blob), group.Members);
            }
        }
    }
}
