using System.Numerics;
using System.Runtime.InteropServices;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>How the head is read for a block.</summary>
internal sealed partial class SampleHead
{
    /// <summary>The oldest sample that can be read, or <see cref="long.MaxValue"/>. Readers; visits every group.</summary>
    public long OldestMs
    {
        get
        {
            var oldestMs = Math.Min(_late.OldestMs, _lateSealing?.OldestMs ?? long.MaxValue);
            for (var number = 1; number < _groupsUsed; number++)
            {
                ref readonly var group = ref _groups[number];
                if (group.Members > 0 && group.NewestMs > DroppedThroughMs)
                {
                    var firstMs = group.OldestFrozen != 0 ? _frozen[group.OldestFrozen].FirstMs : group.RowsIn(_slabs).Times[0];
                    oldestMs = Math.Min(oldestMs, firstMs > DroppedThroughMs ? firstMs : DroppedThroughMs + 1);
                }
            }

            return oldestMs;
        }
    }

    /// <summary>
    /// Copies what <see cref="BeginSeal"/> covered, series by series. What it remembers of a group holds only while the reader lock is
    /// held: <see cref="Begin"/> anew after.
    /// </summary>
    internal sealed class SealReader(SampleHead head, long throughMs)
    {
        private readonly List<long> _times = [];
        private readonly List<(int Number, int FirstOrdinal)> _blobs = [];
        private readonly List<LateSample> _late = [];
        private readonly Stack<int> _former = new();
        private readonly bool[] _timesGiven = new bool[head._groupsUsed];
        private readonly double[] _values = new double[StampGroup.MaxPolls];
        private readonly long[] _polls = new long[StampGroup.MaxPolls];
        private readonly SampleQuality[] _qualities = new SampleQuality[StampGroup.MaxPolls];
        private BlobReader[] _readers = [];
        private int _firstRow;
        private int _firstRowOrdinal;
        private int _group;

        /// <summary>Numbers of groups are below this.</summary>
        public int GroupBound => _timesGiven.Length;

        /// <summary>Begins a stretch under the lock.</summary>
        public void Begin() => _group = 0;

        /// <summary>Adds the parts of a series to a slice.</summary>
        public void Read(int series, SealSlice slice)
        {
            if (series >= head._series.Length)
            {
                return;
            }

            var slot = head._series[series];
            for (var at = slot.Former; at != 0; at = head._residences[at].Next)
            {
                _former.Push(at);
            }

            while (_former.TryPop(out var at))
            {
                ReadGroup(series, head._residences[at].Group, head._residences[at].Member, slice);
            }

            if (slot.Group != 0)
            {
                ReadGroup(series, slot.Group, slot.Member, slice);
            }

            ReadLate(series, slice);
        }

        private void ReadLate(int series, SealSlice slice)
        {
            if (head._lateSealing is not { } late || !late.Has(series))
            {
                return;
            }

            _late.Clear();
            late.Read(series, long.MinValue, long.MaxValue, _late);
            _late.Sort((left, right) => left.TimestampMs.CompareTo(right.TimestampMs));
            var (from, timesAt) = (slice.Samples, -1);
            foreach (var sample in _late)
            {
                var at = slice.AddTimes([sample.TimestampMs]);
                timesAt = timesAt < 0 ? at : timesAt;
                slice.Add(slice.Samples - from, sample.Value, sample.Quality);
            }

            slice.EndPart(series, 0, _late.Count, timesAt, from);
        }

        private void ReadGroup(int series, int number, int member, SealSlice slice)
        {
            // A group that was made since the seal began has nothing of it.
            if (number >= _timesGiven.Length)
            {
                return;
            }

            ref readonly var group = ref head._groups[number];
            if (number != _group)
            {
                OpenGroup(group, number);
            }

            if (_times.Count == 0)
            {
                return;
            }

            var from = slice.Samples;
            for (var i = 0; i < _blobs.Count; i++)
            {
                ReadBlob(i, member, slice);
            }

            ReadRows(group, number, member, slice);
            if (slice.Samples > from)
            {
                var timesAt = _timesGiven[number] ? -1 : slice.AddTimes(CollectionsMarshal.AsSpan(_times));
                _timesGiven[number] = true;
                slice.EndPart(series, number, _times.Count, timesAt, from);
            }
        }

        private void ReadBlob(int index, int member, SealSlice slice)
        {
            var (number, ordinal) = _blobs[index];
            var blob = head._frozen.BytesOf(number);
            ref var reader = ref _readers[index];
            var count = reader.Read(blob, member, _polls, _values, _qualities);
            var mask = reader.MaskOf(blob, member);
            for (var i = 0; i < count; i++, mask &= mask - 1)
            {
                if (_polls[i] > head.DroppedThroughMs && _polls[i] <= throughMs)
                {
                    slice.Add(ordinal + BitOperations.TrailingZeroCount(mask), _values[i], _qualities[i]);
                }
            }
        }

        private void ReadRows(in StampGroup group, int number, int member, SealSlice slice)
        {
            var rows = group.RowsIn(head._slabs);
            var judged = head._judged.GetValueOrDefault(number);
            for (var poll = _firstRow; poll < group.Polls && rows.Times[poll] <= throughMs; poll++)
            {
                if (rows.Has(poll, member))
                {
                    slice.Add(
                        _firstRowOrdinal + poll - _firstRow,
                        rows.Values(poll)[member],
                        judged is null ? SampleQuality.Good : judged[(poll * group.Members) + member]);
                }
            }
        }

        // The times of the group that are sealed, and where among them each blob begins.
        private void OpenGroup(in StampGroup group, int number)
        {
            _group = number;
            _times.Clear();
            _blobs.Clear();
            for (var blob = group.OldestFrozen; blob != 0 && head._frozen[blob].FirstMs <= throughMs; blob = head._frozen[blob].Next)
            {
                if (head._frozen[blob].LastMs <= head.DroppedThroughMs)
                {
                    continue;
                }

                if (_blobs.Count == _readers.Length)
                {
                    Array.Resize(ref _readers, Math.Max(16, _readers.Length * 2));
                }

                ref var reader = ref _readers[_blobs.Count];
                reader.Open(head._frozen.BytesOf(blob), group.Members);
                var first = -1;
                for (var poll = 0; poll < reader.Polls; poll++)
                {
                    var timestampMs = reader.TimeOf(poll);
                    if (timestampMs > head.DroppedThroughMs && timestampMs <= throughMs)
                    {
                        // A poll's ordinal is the blob's plus its place in the blob, those dropped before it included.
                        first = first < 0 ? _times.Count - poll : first;
                        _times.Add(timestampMs);
                    }
                }

                _blobs.Add((blob, first));
            }

            var rows = group.RowsIn(head._slabs);
            for (_firstRow = 0; _firstRow < group.Polls && rows.Times[_firstRow] <= head.DroppedThroughMs; _firstRow++)
            {
            }

            _firstRowOrdinal = _times.Count;
            for (var poll = _firstRow; poll < group.Polls && rows.Times[poll] <= throughMs; poll++)
            {
                _times.Add(rows.Times[poll]);
            }
        }
    }
}
