using System.Text;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>
/// Stands between the reader of a target's page and the store: gives each series the target's labels, relabels it, and adds to each page what a scrape
/// says of itself and the stale markers of what the page has no longer.
/// </summary>
/// <remarks>One scrape at a time. A series is worked out once, at its first spelling; the reader remembers its number.</remarks>
internal sealed class TargetWriter(ScrapeTarget target, ISeriesWriter inner) : ISeriesWriter
{
    /// <summary>The number of series that a rule drops: far beyond those of any store, and one to which the reader can add.</summary>
    public const int Dropped = int.MaxValue / 2;

    private static readonly string[] Reports = ["up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling", "scrape_series_added"];

    private readonly LabelSetBuilder _labels = new();
    private readonly LeaseFollower _follower = new();
    private HashSet<int> _before = [];
    private HashSet<int> _now = [];
    private long _atMs;
    private Func<double> _elapsed = () => 0;

    /// <summary>Samples that a rule dropped, since start.</summary>
    public long DroppedSamples { get; private set; }

    /// <summary>Samples of the newest page that were kept.</summary>
    public int Kept { get; private set; }

    /// <summary>Series of the newest page.</summary>
    public int SeriesCount => _before.Count;

    public SeriesLease Lease => inner.Lease;

    /// <summary>Begins a scrape.</summary>
    /// <param name="atMs">Its time, UTC milliseconds.</param>
    /// <param name="elapsed">Says how many seconds it has taken.</param>
    public void Begin(long atMs, Func<double> elapsed) => (_atMs, _elapsed, Kept) = (atMs, elapsed, 0);

    public int Resolve(ReadOnlySpan<byte> canonicalLabels) => Named(canonicalLabels, out var named) ? inner.Resolve(named) : Dropped;

    public int TryResolve(ReadOnlySpan<byte> canonicalLabels) => Named(canonicalLabels, out var named) ? inner.TryResolve(named) : Dropped;

    /// <summary>Takes a page that was read whole.</summary>
    /// <exception cref="ScrapeFailedException">It has more samples than the job takes.</exception>
    public ValueTask<AppendReceipt> AppendAsync(SampleBatch batch, CancellationToken cancellationToken)
    {
        var rows = new Rows(batch.Count + Reports.Length);
        var (at, added) = (0, 0);
        _now.Clear();
        foreach (var poll in batch.Polls.Span)
        {
            var timestampMs = target.Job.HonorTimestamps ? poll.TimestampMs : _atMs;
            for (var end = at + poll.SampleCount; at < end; at++)
            {
                var number = batch.SeriesNumbers.Span[at];
                if (number == Dropped)
                {
                    continue;
                }

                // A sample with a time of its own has no end that a scrape could see, as in Prometheus.
                if (timestampMs == _atMs)
                {
                    added += _now.Add(number) && !_before.Contains(number) ? 1 : 0;
                }

                rows.Add(timestampMs, number, batch.Values.Span[at]);
            }
        }

        DroppedSamples += batch.Count - rows.Count;
        Kept = rows.Count;
        if (target.Job.SampleLimit > 0 && rows.Count > target.Job.SampleLimit)
        {
            throw new ScrapeFailedException($"the page has {rows.Count} samples after relabelling, sample_limit is {target.Job.SampleLimit}");
        }

        return EndAsync(rows, batch.Lease ?? inner.Lease, true, batch.Count, added, cancellationToken);
    }

    /// <summary>Writes that a scrape failed: the target is down, and its series have ended.</summary>
    public ValueTask<AppendReceipt> FailAsync(CancellationToken cancellationToken)
    {
        _now.Clear();
        return EndAsync(new Rows(Reports.Length + _before.Count), inner.Lease, false, 0, 0, cancellationToken);
    }

    /// <summary>Writes that the target is no more: what it had has ended, its own series too.</summary>
    public async ValueTask LeaveAsync(long atMs, CancellationToken cancellationToken)
    {
        var lease = inner.Lease;
        var rows = new Rows(Reports.Length + _before.Count);
        _now.Clear();
        AddEnded(rows, lease, atMs);
        foreach (var report in Reports)
        {
            rows.Add(atMs, ReportOf(report), StaleMarker.Value);
        }

        await inner.AppendAsync(rows.Batch(lease), cancellationToken);
    }

    private ValueTask<AppendReceipt> EndAsync(Rows rows, SeriesLease lease, bool isUp, int scraped, int added, CancellationToken cancellationToken)
    {
        var kept = rows.Count;
        AddEnded(rows, lease, _atMs);
        (_before, _now) = (_now, _before);
        double[] values = [isUp ? 1 : 0, _elapsed(), scraped, kept, added];
        for (var i = 0; i < Reports.Length; i++)
        {
            rows.Add(_atMs, ReportOf(Reports[i]), values[i]);
        }

        return inner.AppendAsync(rows.Batch(lease), cancellationToken);
    }

    // Numbers of the scrape before; those whose series left the store since stand for others.
    private void AddEnded(Rows rows, SeriesLease lease, long atMs)
    {
        var left = _follower.Follow(lease);
        foreach (var number in _before)
        {
            if (!_now.Contains(number) && !left.Has(number))
            {
                rows.Add(atMs, number, StaleMarker.Value);
            }
        }
    }

    private int ReportOf(string name)
    {
        _labels.Clear();
        _labels.Add(LabelSet.MetricName, name);
        foreach (var label in target.Labels)
        {
            _labels.Add(label.NameBytes, label.ValueBytes);
        }

        return inner.Resolve(_labels.WriteCanonical());
    }

    // scrape/scrape.go, mutateSampleLabels: the target's labels, conflicts, then rules.
    private bool Named(ReadOnlySpan<byte> page, out ReadOnlySpan<byte> named)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var label in new LabelSet.Enumerable(page))
        {
            labels[label.Name] = label.Value;
        }

        foreach (var label in target.Labels)
        {
            var name = label.Name;
            if (labels.TryGetValue(name, out var exported))
            {
                if (target.Job.HonorLabels)
                {
                    continue;
                }

                var free = name;
                do
                {
                    free = "exported_" + free;
                }
                while (labels.ContainsKey(free));
                labels[free] = exported;
            }

            labels[name] = label.Value;
        }

        named = default;
        if (!RelabelRule.Apply(target.Job.MetricRelabel, labels) || !labels.ContainsKey(LabelSet.MetricName))
        {
            return false;
        }

        Check(labels);
        _labels.Clear();
        foreach (var (name, value) in labels)
        {
            _labels.Add(name, value);
        }

        named = _labels.WriteCanonical();
        return true;
    }

    private void Check(SortedDictionary<string, string> labels)
    {
        var job = target.Job;
        if (job.LabelLimit > 0 && labels.Count > job.LabelLimit)
        {
            throw new ScrapeFailedException($"a series has {labels.Count} labels, label_limit is {job.LabelLimit}: {labels[LabelSet.MetricName]}");
        }

        foreach (var (name, value) in labels)
        {
            if ((job.LabelNameBytes > 0 && Encoding.UTF8.GetByteCount(name) > job.LabelNameBytes)
                || (job.LabelValueBytes > 0 && Encoding.UTF8.GetByteCount(value) > job.LabelValueBytes))
            {
                throw new ScrapeFailedException($"label {name} of {labels[LabelSet.MetricName]} is longer than label_name_length_limit or label_value_length_limit");
            }
        }
    }

    /// <summary>Columns of one append.</summary>
    private sealed class Rows(int capacity)
    {
        private readonly List<Poll> _polls = [];
        private readonly List<int> _numbers = new(capacity);
        private readonly List<double> _values = new(capacity);

        public int Count => _values.Count;

        public void Add(long timestampMs, int number, double value)
        {
            if (_polls.Count > 0 && _polls[^1].TimestampMs == timestampMs)
            {
                _polls[^1] = new Poll(timestampMs, _polls[^1].SampleCount + 1);
            }
            else
            {
                _polls.Add(new Poll(timestampMs, 1));
            }

            _numbers.Add(number);
            _values.Add(value);
        }

        public SampleBatch Batch(SeriesLease lease) => new(_polls.ToArray(), _numbers.ToArray(), _values.ToArray(), default) { Lease = lease };
    }
}
