using Ampacity.Samples;
using Ampacity.Tsdb;

namespace Ampacity.Load;

/// <summary>
/// Writes a minute of polls at a time, of accelerators that are replaced, each with values that its labels and the time say: so what is read is checked without a
/// copy of what was sent. One thread.
/// </summary>
internal sealed class ChurnFeed
{
    private const int Metrics = SyntheticTelemetry.Metrics;

    private readonly ChurnOptions _options;
    private readonly SampleStore _store;
    private readonly LeaseFollower _follower = new();
    private readonly Random _random = new(3);
    private readonly List<int>[] _beginsAt;
    private readonly int[] _numbers;
    private readonly Poll[] _polls;
    private readonly int[] _series;
    private readonly double[] _values;
    private double _owed;

    public ChurnFeed(ChurnOptions options, SampleStore store)
    {
        (_options, _store, Accelerators) = (options, store, options.Series / Metrics);
        _beginsAt = [.. Enumerable.Range(0, Accelerators).Select(_ => new List<int> { 0 })];
        _numbers = new int[options.Series];
        (_polls, _series, _values) = (new Poll[Accelerators], new int[options.Series], new double[options.Series]);
        SeriesEver = options.Series;
    }

    /// <summary>Places of accelerators.</summary>
    public int Accelerators { get; }

    /// <summary>Samples taken so far.</summary>
    public long Samples { get; private set; }

    /// <summary>Series that there ever were.</summary>
    public long SeriesEver { get; private set; }

    /// <summary>The value of a sample.</summary>
    public static double ValueOf(int accelerator, int metric, int replaced, long timestampMs) =>
        ((accelerator * 31L) + (metric * 7) + (replaced * 13) + (timestampMs / 1000)) % 4096;

    /// <summary>The time of an accelerator's poll that is due at a tick.</summary>
    public long TimeOf(int accelerator, long tickMs) => tickMs + (accelerator * 7919L % (_options.IntervalSeconds * 900L));

    /// <summary>How often an accelerator was replaced by the end of a minute.</summary>
    public int ReplacedAt(int accelerator, int minute)
    {
        var at = _beginsAt[accelerator].BinarySearch(minute);
        return at >= 0 ? at : ~at - 1;
    }

    /// <summary>Appends a minute; all of it must be taken.</summary>
    public async Task AppendMinuteAsync(int minute, long minuteMs, CancellationToken cancellationToken)
    {
        Replace(minute);
        for (var second = 0; second < 60; second += _options.IntervalSeconds)
        {
            var lease = Follow();
            var tickMs = minuteMs + (second * 1000L);
            for (var accelerator = 0; accelerator < Accelerators; accelerator++)
            {
                var timestampMs = TimeOf(accelerator, tickMs);
                _polls[accelerator] = new Poll(timestampMs, Metrics);
                for (var metric = 0; metric < Metrics; metric++)
                {
                    var at = (accelerator * Metrics) + metric;
                    _series[at] = _numbers[at];
                    _values[at] = ValueOf(accelerator, metric, _beginsAt[accelerator].Count - 1, timestampMs);
                }
            }

            var receipt = await _store.AppendAsync(new SampleBatch(_polls, _series, _values, default) { Lease = lease }, cancellationToken);
            if (receipt.Stored != _series.Length)
            {
                throw new InvalidOperationException($"the store took {receipt.Stored} of {_series.Length} samples: {receipt}");
            }

            Samples += receipt.Stored;
        }
    }

    private void Replace(int minute)
    {
        if (minute == 0)
        {
            return;
        }

        for (_owed += Accelerators * _options.ChurnPercent / 100; _owed >= 1; _owed--)
        {
            var accelerator = _random.Next(Accelerators);
            if (_beginsAt[accelerator][^1] == minute)
            {
                continue;
            }

            _beginsAt[accelerator].Add(minute);
            Array.Fill(_numbers, -1, accelerator * Metrics, Metrics);
            SeriesEver += Metrics;
        }
    }

    // Numbers of series that ended, and of new ones, are looked up under the lease of this batch.
    private SeriesLease Follow()
    {
        var lease = _store.Lease;
        var ended = _follower.IsAt(lease) ? default : _follower.Follow(lease);
        if (Samples == 0)
        {
            Array.Fill(_numbers, -1);
        }

        for (var at = 0; at < _numbers.Length; at++)
        {
            if (_numbers[at] < 0 || (!ended.IsEmpty && ended.Has(_numbers[at])))
            {
                var accelerator = at / Metrics;
                _numbers[at] = _store.Resolve(SyntheticTelemetry.LabelsOf(accelerator, at % Metrics, _beginsAt[accelerator].Count - 1).Canonical);
            }
        }

        return lease;
    }
}
