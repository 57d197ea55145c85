using Ampacity.Redfish;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>
/// Turns the readings of one poll into columns for the store: maps properties to series once, keeps the newest reading of each, and ends
/// series that a whole poll no longer names. No allocation once every property is known.
/// </summary>
internal sealed class BmcSeries(BmcEndpoint endpoint, ISeriesWriter writer)
{
    private readonly record struct Mapped(int SeriesNumber, double Factor, bool Inferred, Mapping State);

    private enum Mapping : byte
    {
        Unknown,
        Series,
        Unmapped,
        Ambiguous,
        Refused,
    }

    private readonly HashSet<int> _taken = [];
    private readonly LeaseFollower _follower = new();
    private Mapped[] _mapped = new Mapped[64];
    private int[] _row = new int[64];
    private long[] _seenAtPoll = new long[64];
    private bool[] _live = new bool[64];
    private long _poll;
    private int[] _seriesNumbers = new int[64];
    private double[] _values = new double[64];
    private SampleQuality[] _qualities = new SampleQuality[64];

    public MetricPropertyTable Properties { get; } = new();

    /// <summary>Samples of the newest poll, markers included.</summary>
    public int Count { get; private set; }

    /// <summary>Series that have not ended.</summary>
    public int LiveCount { get; private set; }

    /// <summary>What the numbers of the newest poll are safe by.</summary>
    public SeriesLease Lease { get; private set; } = SeriesLease.Forever;

    public ReadOnlyMemory<int> SeriesNumbers => _seriesNumbers.AsMemory(0, Count);

    public ReadOnlyMemory<double> Values => _values.AsMemory(0, Count);

    public ReadOnlyMemory<SampleQuality> Qualities => _qualities.AsMemory(0, Count);

    /// <param name="readings">Of this poll.</param>
    /// <param name="complete">Every report was read: what is not named now has ended.</param>
    /// <param name="isGone">The BMC has been silent for too long: everything has ended.</param>
    public BmcPollCounts Take(MetricReadings readings, bool complete, bool isGone)
    {
        Count = 0;
        _poll++;
        Reserve(Properties.Count);
        Follow();
        var (unmapped, ambiguous, absent, stale, refused, markers) = (0, 0, 0, 0, 0, 0);
        var times = readings.SourceTimesMs;
        for (var row = 0; row < readings.Count; row++)
        {
            var property = readings.Properties[row];
            if (_seenAtPoll[property] != _poll || times[row] >= times[_row[property]])
            {
                _row[property] = row; // of a history only the newest: the rest has been or will be a poll of its own
            }

            _seenAtPoll[property] = _poll;
        }

        for (var property = 0; property < Properties.Count; property++)
        {
            if (_seenAtPoll[property] != _poll)
            {
                if (_live[property] && (complete || isGone))
                {
                    markers += TryEnd(property) ? 1 : 0;
                    _live[property] = false;
                    LiveCount--;
                }

                continue;
            }

            ref readonly var mapped = ref MappedOf(property);
            if (mapped.State != Mapping.Series)
            {
                unmapped += mapped.State == Mapping.Unmapped ? 1 : 0;
                ambiguous += mapped.State == Mapping.Ambiguous ? 1 : 0;
                refused += mapped.State == Mapping.Refused ? 1 : 0;
                continue;
            }

            var marks = readings.Flags[_row[property]];
            var isAbsent = (marks & (ReadingMarks.Absent | ReadingMarks.NotANumber)) != ReadingMarks.None;
            var isStale = !isAbsent && (marks & ReadingMarks.Stale) != ReadingMarks.None;
            absent += isAbsent ? 1 : 0;
            stale += isStale ? 1 : 0;
            Add(
                mapped.SeriesNumber,
                isAbsent ? double.NaN : readings.Values[_row[property]] * mapped.Factor,
                isAbsent ? SampleQuality.Absent : isStale ? SampleQuality.Stale : mapped.Inferred ? SampleQuality.Inferred : SampleQuality.Good);
            LiveCount += _live[property] ? 0 : 1;
            _live[property] = true;
        }

        return new BmcPollCounts(0, 0, 0, Count - markers, unmapped, ambiguous, absent, stale, markers, refused, 0);
    }

    /// <summary>Lets go of what the newest poll's numbers are safe by, which has been appended.</summary>
    public void EndPoll() => Lease = SeriesLease.Forever;

    // Series that ended in the store: those that are named again, or have to be ended themselves, are mapped anew.
    private void Follow()
    {
        Lease = writer.Lease;
        var ended = _follower.IsAt(Lease) ? default : _follower.Follow(Lease);
        if (ended.IsEmpty)
        {
            return;
        }

        for (var property = 0; property < Properties.Count; property++)
        {
            ref var mapped = ref _mapped[property];
            if (mapped.State is Mapping.Series or Mapping.Ambiguous && ended.Has(mapped.SeriesNumber))
            {
                _taken.Remove(mapped.SeriesNumber);
                mapped = default;
            }
        }
    }

    private bool TryEnd(int property)
    {
        ref readonly var mapped = ref MappedOf(property);
        if (mapped.State != Mapping.Series)
        {
            return false;
        }

        Add(mapped.SeriesNumber, StaleMarker.Value, SampleQuality.Good);
        return true;
    }

    private ref readonly Mapped MappedOf(int property)
    {
        if (_mapped[property].State == Mapping.Unknown)
        {
            _mapped[property] = Map(Properties.NameOf(property));
        }

        return ref _mapped[property];
    }

    private Mapped Map(string property)
    {
        if (endpoint.Profile.Map(property) is not var (rule, component))
        {
            return new Mapped(-1, 1, false, Mapping.Unmapped);
        }

        var labels = LabelSet.Of((LabelSet.MetricName, rule.Name), ("bmc", endpoint.Mac), ("component", component));
        try
        {
            var number = writer.Resolve(labels.Canonical);
            return new Mapped(number, rule.Factor, rule.Inferred, _taken.Add(number) ? Mapping.Series : Mapping.Ambiguous);
        }
        catch (SeriesLimitException)
        {
            return new Mapped(-1, 1, false, Mapping.Refused);
        }
    }

    private void Add(int seriesNumber, double value, SampleQuality quality)
    {
        (_seriesNumbers[Count], _values[Count], _qualities[Count]) = (seriesNumber, value, quality);
        Count++;
    }

    private void Reserve(int properties)
    {
        if (properties <= _mapped.Length)
        {
            return;
        }

        var length = Math.Max(properties, _mapped.Length * 2);
        Array.Resize(ref _mapped, length);
        Array.Resize(ref _row, length);
        Array.Resize(ref _seenAtPoll, length);
        Array.Resize(ref _live, length);
        Array.Resize(ref _seriesNumbers, length);
        Array.Resize(ref _values, length);
        Array.Resize(ref _qualities, length);
    }
}
