using Ampacity.Redfish;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <content>History that a report carries: one property many times, each at a time of its own (Lenovo and HPE: up to 24 hours).</content>
internal sealed partial class BmcSeries
{
    /// <summary>How far back history is written: as far as the store takes samples behind a series' newest.</summary>
    public const long HistoryMs = 30 * 60 * 1_000;

    // A clock that is no further off is right: minutes of a period and of the way.
    private const long ClockMs = 120_000;

    private readonly List<Poll> _polls = [];
    private readonly List<(int Property, long TimeMs, double Value, ReadingMarks Marks)> _history = [];
    private Dictionary<int, long>? _until;
    private long _clockOffsetMs;

    /// <summary>Runs of the newest poll's columns that share a time: history in order of time, then what was read now.</summary>
    public Poll[] Polls => [.. _polls];

    /// <summary>Samples of the newest poll that are history.</summary>
    private int HistoryCount { get; set; }

    // Keeps what is older than each property's newest and was not written yet. Before the first time that is what the store does not have.
    private void TakeHistory(MetricReadings readings, int first)
    {
        var properties = readings.Properties;
        var times = readings.SourceTimesMs;
        var values = readings.Values;
        var flags = readings.Flags;
        var newest = MetricReadings.NoTime;
        for (var row = first; row < readings.Count; row++)
        {
            newest = Math.Max(newest, times[row]);
        }

        _until ??= [];
        for (var row = first; row < readings.Count; row++)
        {
            var (property, time) = (properties[row], times[row]);
            if (time == MetricReadings.NoTime || time >= _values[property].TimeMs || time < newest - HistoryMs
                || (flags[row] & (ReadingMarks.Absent | ReadingMarks.NotANumber)) != ReadingMarks.None)
            {
                continue;
            }

            if (_until.TryGetValue(property, out var until) ? time > until : newestMs is not null)
            {
                _history.Add((property, time, values[row], flags[row]));
            }
        }

        for (var row = first; row < readings.Count; row++)
        {
            _until[properties[row]] = Math.Max(_until.GetValueOrDefault(properties[row], MetricReadings.NoTime), _values[properties[row]].TimeMs);
        }

    }

    /// <summary>
    /// Holds the BMC's clock against ours. History of one that is off is moved by as much; by the same each time, so that nothing is written twice
    /// for being a little off.
    /// </summary>
    /// <param name="theirs">The <c>Date</c> of an answer; null says nothing.</param>
    /// <param name="nowMs">When it came.</param>
    public void HoldClock(DateTimeOffset? theirs, long nowMs)
    {
        if (theirs is { } said)
        {
            var offset = nowMs - said.ToUnixTimeMilliseconds();
            _clockOffsetMs = Math.Abs(offset) <= ClockMs ? 0 : Math.Abs(offset - _clockOffsetMs) <= ClockMs ? _clockOffsetMs : offset / 1_000 * 1_000;
        }
    }

    private void WriteHistory()
    {
        HistoryCount = 0;
        if (_history.Count == 0)
        {
            return;
        }

        _history.Sort((one, other) => one.TimeMs != other.TimeMs ? one.TimeMs.CompareTo(other.TimeMs) : one.Property.CompareTo(other.Property));
        var last = (Property: -1, TimeMs: long.MinValue);
        foreach (var (property, timeMs, value, marks) in _history)
        {
            ref var mapped = ref MappedOf(property);
            var atMs = timeMs + _clockOffsetMs;
            if (mapped.State != Mapping.Series || (property, timeMs) == last || atMs >= _atMs || atMs < _atMs - HistoryMs
                || (!_values[property].IsLive && newestMs?.Invoke(mapped.SeriesNumber) is { } known && atMs <= known))
            {
                continue;
            }

            last = (property, timeMs);
            var isInferred = (marks & ReadingMarks.Inferred) != ReadingMarks.None || (mapped.Meaning!.Traits & ValueTraits.Inferred) != ValueTraits.None || mapped.IsPercent;
            Add(
                mapped.SeriesNumber, value * (mapped.IsPercent ? 0.01 : mapped.Meaning!.Factor),
                (marks & ReadingMarks.Saturated) != ReadingMarks.None && (mapped.Meaning!.Traits & ValueTraits.Counter) != ValueTraits.None ? SampleQuality.OutOfRange
                : isInferred ? SampleQuality.Inferred : SampleQuality.Good);
            HistoryCount++;
            if (_polls.Count > 0 && _polls[^1].TimestampMs == atMs)
            {
                _polls[^1] = _polls[^1] with { SampleCount = _polls[^1].SampleCount + 1 };
            }
            else
            {
                _polls.Add(new Poll(atMs, 1));
            }
        }

        _counts = _counts with { Samples = _counts.Samples + HistoryCount, BackFilled = HistoryCount };
        _history.Clear();
    }
}
