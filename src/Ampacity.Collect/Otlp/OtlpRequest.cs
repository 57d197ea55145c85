using System.Collections.Concurrent;
using System.Text;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>One OTLP request under way: what its two walks count and take. One thread at a time.</summary>
internal sealed class OtlpRequest(
    ReceiveScratch scratch, SampleIntake intake, ISeriesWriter writer, OtlpOptions options, ConcurrentDictionary<SeriesKey, bool> described, DeltaSums sums,
    long nowMs)
{
    private readonly OtlpLabels _labels = new(options, intake.Limits);
    private SeriesKey _metric;
    private bool _taking;
    private int _samples;
    private KnownSeries _known = null!;
    private int _entry;
    private int _points;
    private int _exemplars;
    private int _histograms;
    private int _metrics;
    private int _refused;
    private string? _firstRefusal;

    /// <summary>Bucket counts of the point at hand.</summary>
    public List<ulong> Buckets { get; } = [];

    /// <summary>Bucket bounds of the point at hand.</summary>
    public List<double> Bounds { get; } = [];

    /// <summary>Whether any metric comes as deltas; known after the first walk.</summary>
    public bool HasDeltas { get; private set; }

    /// <summary>Deltas that came once more.</summary>
    public int Repeated { get; private set; }

    public ReceiveCounts Counts => new()
    {
        Series = _points,
        Samples = _samples,
        SeriesRefused = scratch.NewSeries.Refused,
        SeriesOverLimit = scratch.NewSeries.OverLimit,
        FirstRefusal = scratch.NewSeries.FirstRefusal,
        Exemplars = _exemplars,
        Histograms = _histograms,
        Metadata = _metrics,
        PointsRefused = _refused,
        FirstPointRefusal = _firstRefusal,
    };

    /// <summary>The second walk begins: counts begin again, samples are taken.</summary>
    public void BeginTaking()
    {
        _taking = true;
        _known = intake.KnownOf(writer, scratch);
        (_samples, _points, _exemplars, _histograms, _metrics, _refused, _firstRefusal) = (0, 0, 0, 0, 0, 0, null);
    }

    public void Begin(in OtlpResource resource, in OtlpMetric metric)
    {
        _metrics++;
        HasDeltas |= metric.IsDelta;
        if (!_taking)
        {
            return;
        }

        _metric = metric.KeyUnder(resource.Key);
        var about = SeriesKey.Of([metric.KeyUnder(default), SeriesKey.Of(metric.Description)]);
        if (!described.ContainsKey(about) && described.Count < MetadataBook.MaxFamilies && described.TryAdd(about, true))
        {
            var unit = Encoding.UTF8.GetString(metric.Unit);
            var name = OtlpNames.Metric(Encoding.UTF8.GetString(metric.Name), unit, metric.IsCounter, metric.Kind == OtlpKind.Gauge);
            intake.Metadata.Note(Encoding.UTF8.GetBytes(name), metric.PrometheusKind, metric.Description, Encoding.UTF8.GetBytes(OtlpNames.Unit(unit)));
        }
    }

    public void CountPoint() => _points++;

    public void CountHistogram() => _histograms++;

    public void CountExemplars(int exemplars) => _exemplars += exemplars;

    public void RefusePoint(string why)
    {
        _refused++;
        _firstRefusal ??= $"{why} (data point {_points} of the request)";
    }

    /// <summary>Takes one sample of a point.</summary>
    public void Take(in OtlpResource resource, in OtlpMetric metric, in OtlpPoint point, OtlpRole role, double bound, double value)
    {
        if (++_samples > intake.Limits.MaxSamples)
        {
            throw new ReceiveRejectedException(413, $"the request has over {intake.Limits.MaxSamples} samples; send smaller ones");
        }

        if (!_taking)
        {
            return;
        }

        var key = SeriesKey.Of([
            SeriesKey.Of(point.Attributes, _metric), new SeriesKey((ulong)role, BitConverter.DoubleToUInt64Bits(bound)),
        ]);
        var isSummed = metric.IsDelta && !point.IsStale;
        var labels = default(SeriesKey);
        var number = point.AttributesStandTogether ? _known.Find(key, ref _entry) : -1;
        if (number < 0 || (isSummed && !sums.TryLabels(key, out labels)))
        {
            _labels.Gather(scratch.NewSeries, resource, metric, point, role, bound);
            number = scratch.NewSeries.Resolve(writer, new PointPosition(_points));
            if (number < 0)
            {
                return;
            }

            labels = isSummed ? scratch.NewSeries.LabelsKey() : default;
            if (point.AttributesStandTogether)
            {
                _known.Add(key, number, scratch.Columns.Lease);
                if (isSummed)
                {
                    sums.NoteLabels(key, labels);
                }
            }
        }

        if (point.IsStale)
        {
            value = StaleMarker.Value;
        }
        else if (isSummed && !TryAccumulate(labels, point.TimestampMs, ref value))
        {
            return;
        }

        scratch.Columns.Add(number, point.TimestampMs, value);
    }

    /// <summary>Takes the <c>target_info</c> of a resource.</summary>
    public void TakeTarget(in OtlpResource resource, long timestampMs)
    {
        if (!_taking)
        {
            return;
        }

        var key = SeriesKey.Of([resource.Key, new SeriesKey((ulong)OtlpRole.TargetInfo, 0)]);
        var number = _known.Find(key, ref _entry);
        if (number < 0)
        {
            if (!_labels.TryGatherTarget(scratch.NewSeries, resource))
            {
                return;
            }

            number = scratch.NewSeries.Resolve(writer, new PointPosition(_points));
            if (number < 0)
            {
                return;
            }

            _known.Add(key, number, scratch.Columns.Lease);
        }

        _samples++;
        scratch.Columns.Add(number, timestampMs, 1);
    }

    private bool TryAccumulate(in SeriesKey series, long timestampMs, ref double value)
    {
        // Either would be in the sum for good: the one makes all later sums no number, the other all later deltas late.
        if (!double.IsFinite(value))
        {
            RefusePoint("it is a delta that is no finite number");
            return false;
        }

        if (timestampMs > nowMs + DeltaSums.MaxAheadMs)
        {
            RefusePoint("it is a delta over 10 minutes ahead of the server's clock; set the sender's clock");
            return false;
        }

        switch (sums.TryAdd(series, timestampMs, value, out value))
        {
            case DeltaOutcome.Added:
                return true;
            case DeltaOutcome.Repeated:
                Repeated++;
                return false;
            case DeltaOutcome.TooOld:
                RefusePoint("it is a delta behind one that was added to its series' sum already");
                return false;
            default:
                RefusePoint($"{options.MaxDeltaSeries} series with deltas are summed already; send cumulative temporality");
                return false;
        }
    }

    private readonly record struct PointPosition(int Point) : ISeriesPosition
    {
        public string Text => $"data point {Point} of the request";
    }
}
