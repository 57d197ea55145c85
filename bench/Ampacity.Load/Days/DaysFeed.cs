using Ampacity.Samples;
using Ampacity.Tsdb;

namespace Ampacity.Load;

/// <summary>Writes a minute of a fleet's telemetry at a time, and replaces accelerators by new ones. One thread.</summary>
internal sealed class DaysFeed
{
    private readonly DaysOptions _options;
    private readonly SampleStore _store;
    private readonly SyntheticTelemetry _telemetry;
    private readonly Random _random = new(2);
    private readonly int[] _replaced;
    private readonly int[] _numbers;
    private readonly Poll[] _polls;
    private readonly int[] _series;
    private readonly double[] _values;
    private readonly LeaseFollower _follower = new();
    private double _owed;

    public DaysFeed(DaysOptions options, SampleStore store)
    {
        var accelerators = options.Series / SyntheticTelemetry.Metrics;
        var ticks = 60 / options.IntervalSeconds;
        (_options, _store, _telemetry) = (options, store, new SyntheticTelemetry(accelerators, options.IntervalSeconds));
        (_replaced, _numbers) = (new int[accelerators], new int[options.Series]);
        (_polls, _series, _values) = (new Poll[accelerators * ticks], new int[options.Series * ticks], new double[options.Series * ticks]);
        for (var accelerator = 0; accelerator < accelerators; accelerator++)
        {
            Resolve(accelerator);
            SeriesEver += SyntheticTelemetry.Metrics;
        }
    }

    /// <summary>Samples taken so far.</summary>
    public long Samples { get; private set; }

    /// <summary>Series that there ever were.</summary>
    public long SeriesEver { get; private set; }

    /// <summary>Appends a minute; all of it must be taken.</summary>
    public async Task AppendMinuteAsync(long minuteMs, CancellationToken cancellationToken)
    {
        var lease = Follow();
        Replace();
        var (poll, at) = (0, 0);
        for (var second = 0; second < 60; second += _options.IntervalSeconds)
        {
            var tickMs = minuteMs + (second * 1000L);
            for (var accelerator = 0; accelerator < _replaced.Length; accelerator++)
            {
                _polls[poll++] = new Poll(_telemetry.TimeOf(accelerator, tickMs), SyntheticTelemetry.Metrics);
                _numbers.AsSpan(accelerator * SyntheticTelemetry.Metrics, SyntheticTelemetry.Metrics).CopyTo(_series.AsSpan(at));
                _telemetry.Next(accelerator, tickMs / 1000 / _options.IntervalSeconds, _values.AsSpan(at, SyntheticTelemetry.Metrics));
                at += SyntheticTelemetry.Metrics;
            }
        }

        var receipt = await _store.AppendAsync(new SampleBatch(_polls, _series, _values, default) { Lease = lease }, cancellationToken);
        if (receipt.Stored != at)
        {
            throw new InvalidOperationException($"the store took {receipt.Stored} of {at} samples: {receipt}");
        }

        Samples += at;
    }

    private SeriesLease Follow()
    {
        var lease = _store.Lease;
        var ended = _follower.IsAt(lease) ? default : _follower.Follow(lease);
        for (var accelerator = 0; !ended.IsEmpty && accelerator < _replaced.Length; accelerator++)
        {
            if (ended.Has(_numbers[accelerator * SyntheticTelemetry.Metrics]))
            {
                Resolve(accelerator);
            }
        }

        return lease;
    }

    private void Replace()
    {
        for (_owed += _replaced.Length * _options.ChurnPercent / 100; _owed >= 1; _owed--)
        {
            var accelerator = _random.Next(_replaced.Length);
            _replaced[accelerator]++;
            Resolve(accelerator);
            SeriesEver += SyntheticTelemetry.Metrics;
        }
    }

    private void Resolve(int accelerator)
    {
        for (var metric = 0; metric < SyntheticTelemetry.Metrics; metric++)
        {
            _numbers[(accelerator * SyntheticTelemetry.Metrics) + metric] =
                _store.Resolve(SyntheticTelemetry.LabelsOf(accelerator, metric, _replaced[accelerator]).Canonical);
        }
    }
}
