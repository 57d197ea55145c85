using System.Buffers;
using Ampacity.Redfish;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>
/// The series of one BMC: maps properties to series once, keeps the newest value of each, and ends series that a whole read no longer names.
/// No allocation once every property is known.
/// </summary>
/// <remarks>One poll at a time.</remarks>
internal sealed partial class BmcSeries(
    BmcEndpoint endpoint, ISeriesWriter writer, ReadLayout layout, PollTally tally, bool readsEverything, Func<int, long?>? newestMs = null)
{
    private readonly Dictionary<int, int> _owner = [];
    private LeaseFollower _follower = new();
    private HashSet<int>? _inherited;
    private readonly Dictionary<string, int[]> _given = new(StringComparer.Ordinal);
    private Mapped[] _mapped = [];
    private Value[] _values = [];
    private int[] _touched = [];
    private int _touchedCount;
    private readonly Dictionary<int, int> _states = [];
    private long _atMs;
    private int _poll;
    private BmcPollCounts _counts;
    private int[] _numbers = [];
    private double[] _column = [];
    private SampleQuality[] _qualities = [];

    public MetricPropertyTable Properties => layout.Properties;

    /// <summary>Samples of the newest poll, markers included.</summary>
    public int Count { get; private set; }

    /// <summary>Series that have not ended.</summary>
    public int LiveCount { get; private set; }

    /// <summary>What the numbers of the newest poll are safe by.</summary>
    public SeriesLease Lease { get; private set; } = SeriesLease.Forever;

    public ReadOnlyMemory<int> SeriesNumbers => _numbers.AsMemory(0, Count);

    public ReadOnlyMemory<double> Values => _column.AsMemory(0, Count);

    public ReadOnlyMemory<SampleQuality> Qualities => _qualities.AsMemory(0, Count);

    /// <summary>Begins a poll.</summary>
    public void Begin()
    {
        Count = 0;
        _touchedCount = 0;
        _poll++;
        (IsChanged, Turned) = (false, null);
        Events.Clear();
        _history.Clear();
        _polls.Clear();
        _counts = default;
        Follow();
    }

    /// <summary>Takes the rows of a body that was decoded.</summary>
    /// <param name="uri">What was asked for.</param>
    /// <param name="readings">Rows; of a property that is there several times the newest counts: the rest is history.</param>
    /// <param name="first">First row of the body.</param>
    /// <param name="isWhole">Read to the end: what it named before and not now has ended.</param>
    public void Take(string uri, MetricReadings readings, int first, bool isWhole)
    {
        Reserve(Properties.Count);
        var properties = readings.Properties;
        var values = readings.Values;
        var times = readings.SourceTimesMs;
        var flags = readings.Flags;
        var named = ArrayPool<int>.Shared.Rent(Math.Max(1, readings.Count - first));
        var count = 0;
        var inBody = ArrayPool<ulong>.Shared.Rent((Properties.Count >> 6) + 1);
        Array.Clear(inBody);
        var isHistory = false;
        for (var row = first; row < readings.Count; row++)
        {
            var property = properties[row];
            ref var value = ref _values[property];
            isHistory |= (inBody[property >> 6] & (1UL << (property & 63))) != 0;
            inBody[property >> 6] |= 1UL << (property & 63);
            if (value.Poll == _poll)
            {
                if (times[row] < value.TimeMs)
                {
                    continue; // history, or what another body of this poll has said with a later time
                }
            }
            else
            {
                Touch(property);
                named[count++] = property;
            }

            (value.Number, value.Marks, value.TimeMs) = (values[row], flags[row], times[row]);
        }

        var now = named.AsSpan(0, count);
        if (isWhole)
        {
            var before = _given.GetValueOrDefault(uri);
            if (before is null || !now.SequenceEqual(before))
            {
                _given[uri] = layout.Share(uri, now);
                IsChanged |= before is not null;
                EndUnnamed(before);
            }
        }

        ArrayPool<int>.Shared.Return(named);
        ArrayPool<ulong>.Shared.Return(inBody);
        if (isHistory && isWhole)
        {
            TakeHistory(readings, first);
        }
    }

    /// <summary>Whether a read of this poll named other properties than at the poll before: parts came or went.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>A property of this poll whose value was there before and is not now, or the other way round; null for none. Its part may have gone or come.</summary>
    public string? Turned { get; private set; }

    /// <summary>What the newest poll showed that is news; emptied by the next.</summary>
    public List<BmcEvent> Events { get; } = [];

    /// <summary>Whether what a read gives is known, so that its values can be taken again without a body.</summary>
    public bool Knows(string uri) => _given.ContainsKey(uri);

    /// <summary>Takes the values of a body again that is as it was; false where none is known.</summary>
    public bool TakeAgain(string uri)
    {
        if (!_given.TryGetValue(uri, out var properties))
        {
            return false;
        }

        foreach (var property in properties)
        {
            if (_values[property].Poll != _poll)
            {
                Touch(property);
            }
        }

        return true;
    }

    /// <summary>Makes the columns of what was taken.</summary>
    /// <param name="atMs">Time of the poll, UTC milliseconds.</param>
    /// <param name="isGone">The BMC has been silent for too long: everything has ended.</param>
    /// <param name="isRound">Everything that is planned was read since this BMC was planned anew: what was fed before and is not now has ended.</param>
    public BmcPollCounts Finish(long atMs, bool isGone, bool isRound = false)
    {
        _atMs = atMs;
        CompareEnergy();
        WriteHistory();
        for (var i = 0; i < _touchedCount; i++)
        {
            Write(_touched[i]);
        }

        if (isGone)
        {
            for (var property = 0; property < _values.Length; property++)
            {
                if (_values[property].IsLive && _values[property].Poll != _poll)
                {
                    End(property);
                }
            }
        }

        if (isRound || isGone)
        {
            EndInherited();
        }

        if (Count > HistoryCount)
        {
            _polls.Add(new Poll(atMs, Count - HistoryCount));
        }

        return _counts;
    }

    /// <summary>Takes over the series of a BMC that was planned anew: they end with the first whole round that does not feed them.</summary>
    /// <param name="before">Is not used any more.</param>
    public void Inherit(BmcSeries before)
    {
        _follower = before._follower;
        _inherited = [.. before._inherited ?? []];
        foreach (var (number, property) in before._owner)
        {
            if (before._values[property].IsLive && before._mapped[property].State == Mapping.Series)
            {
                _inherited.Add(number);
            }
        }
    }

    private void EndInherited()
    {
        foreach (var number in _inherited ?? [])
        {
            if (!_owner.TryGetValue(number, out var property) || !_values[property].IsLive)
            {
                Add(number, StaleMarker.Value, SampleQuality.Good);
                _counts = _counts with { Markers = _counts.Markers + 1 };
            }
        }

        _inherited = null;
    }

    /// <summary>Lets go of the columns, and of what their numbers are safe by, which have been appended.</summary>
    public void EndPoll()
    {
        Lease = SeriesLease.Forever;
        Count = 0;
        if (_numbers.Length > 0)
        {
            ArrayPool<int>.Shared.Return(_numbers);
            ArrayPool<double>.Shared.Return(_column);
            ArrayPool<SampleQuality>.Shared.Return(_qualities);
            (_numbers, _column, _qualities) = ([], [], []);
        }
    }

    private void Touch(int property)
    {
        _values[property].Poll = _poll;
        if (_touchedCount == _touched.Length)
        {
            Array.Resize(ref _touched, Math.Max(64, _touchedCount * 2));
        }

        _touched[_touchedCount++] = property;
    }

    private void Write(int property)
    {
        ref var mapped = ref MappedOf(property);
        ref var value = ref _values[property];
        var isAbsent = (value.Marks & (ReadingMarks.Absent | ReadingMarks.NotANumber)) != ReadingMarks.None;
        switch (mapped.State)
        {
            case Mapping.Refused:
                if ((value.Marks & ReadingMarks.Absent) == ReadingMarks.None)
                {
                    tally.Add((value.Marks & ReadingMarks.NotANumber) != ReadingMarks.None ? RefusalReason.Text : mapped.Refusal, 1);
                }

                _counts = _counts with { Unmapped = _counts.Unmapped + 1 };
                return;
            case Mapping.Ambiguous or Mapping.Register:
                _counts = _counts with { Ambiguous = _counts.Ambiguous + 1 };
                tally.Add(RefusalReason.Ambiguous, 1);
                return;
            case Mapping.Full:
                _counts = _counts with { Refused = _counts.Refused + 1 };
                return;
            case Mapping.Series:
                break;
            default:
                throw new InvalidOperationException("Bug: a property that was not mapped");
        }

        var isStale = !isAbsent && (value.Marks & ReadingMarks.Stale) != ReadingMarks.None;
        var isSaturated = !isAbsent && (value.Marks & ReadingMarks.Saturated) != ReadingMarks.None && (mapped.Meaning!.Traits & ValueTraits.Counter) != ValueTraits.None;
        mapped.IsPercent |= !isAbsent && (mapped.Meaning!.Traits & ValueTraits.PowerFactor) != ValueTraits.None && Math.Abs(value.Number) > 1.5;
        var isInferred = (value.Marks & ReadingMarks.Inferred) != ReadingMarks.None || (mapped.Meaning!.Traits & ValueTraits.Inferred) != ValueTraits.None || mapped.IsPercent;
        var factor = mapped.IsPercent ? 0.01 : mapped.Meaning!.Factor;
        Add(
            mapped.SeriesNumber,
            isAbsent ? double.NaN : value.Number * factor,
            isAbsent ? SampleQuality.Absent : isSaturated ? SampleQuality.OutOfRange : isStale ? SampleQuality.Stale : isInferred ? SampleQuality.Inferred : SampleQuality.Good);
        _counts = _counts with
        {
            Samples = _counts.Samples + 1,
            Absent = _counts.Absent + (isAbsent ? 1 : 0),
            Stale = _counts.Stale + (isStale ? 1 : 0),
            Saturated = _counts.Saturated + (isSaturated ? 1 : 0),
        };
        Turned ??= value.IsLive && value.WasAbsent != isAbsent ? $"{Properties.NameOf(property)}: {(isAbsent ? "a value before, absent" : "absent before, a value")} now" : null;
        value.WasAbsent = isAbsent;
        LiveCount += value.IsLive ? 0 : 1;
        value.IsLive = true;
        if (mapped.IsState && !isAbsent)
        {
            NoteState(property, mapped.Meaning!, (int)value.Number);
        }
    }

    private void NoteState(int property, ValueMeaning meaning, int state)
    {
        int? before = _states.TryGetValue(property, out var known) ? known : null;
        if (before == state)
        {
            return;
        }

        _states[property] = state;
        if (StateFamilies.Event(endpoint.Mac, _atMs, Properties.NameOf(property), meaning, before, state) is { } news)
        {
            Events.Add(news);
        }
    }

    private void EndUnnamed(int[]? before)
    {
        foreach (var property in before ?? [])
        {
            if (_values[property].IsLive && _values[property].Poll != _poll && !_given.Values.Any(given => given.AsSpan().Contains(property)))
            {
                End(property);
            }
        }
    }

    private void End(int property)
    {
        if (_mapped[property] is { State: Mapping.Series } mapped)
        {
            Add(mapped.SeriesNumber, StaleMarker.Value, SampleQuality.Good);
            _counts = _counts with { Markers = _counts.Markers + 1 };
        }

        _values[property].IsLive = false;
        LiveCount--;
    }

    private void Add(int seriesNumber, double value, SampleQuality quality)
    {
        if (Count == _numbers.Length)
        {
            Grow(ref _numbers);
            Grow(ref _column);
            Grow(ref _qualities);
        }

        (_numbers[Count], _column[Count], _qualities[Count]) = (seriesNumber, value, quality);
        Count++;
    }

    // The pool's arrays are at least as long as asked for, each kind in its own sizes: the shortest says when to grow.
    private void Grow<T>(ref T[] column)
    {
        var grown = ArrayPool<T>.Shared.Rent(Math.Max(256, Count * 2));
        column.AsSpan(0, Count).CopyTo(grown);
        if (column.Length > 0)
        {
            ArrayPool<T>.Shared.Return(column);
        }

        column = grown;
    }

    private void Reserve(int properties)
    {
        if (properties > _values.Length)
        {
            var length = Math.Max(properties, _values.Length + (_values.Length / 4));
            Array.Resize(ref _values, length);
            Array.Resize(ref _mapped, length);
        }
    }

    private struct Value
    {
        public double Number;
        public long TimeMs;
        public int Poll;
        public ReadingMarks Marks;
        public bool IsLive;
        public bool WasAbsent;
    }
}
