using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>Fills batches with the series of an answer, one after another, within the query's range, shape and budget.</summary>
/// <remarks>One thread at a time. A series that comes in several messages stays one, as long as they follow each other.</remarks>
internal sealed class RemoteBatch(SeriesQuery query, RemoteSeriesTable table)
{
    /// <summary>Samples after which a batch is handed on at the next series: what our own store hands on too.</summary>
    private const int FullSamples = 65_536;

    private readonly SeriesBatch _batch = new();
    private readonly List<(long TimestampMs, double Value)> _open = [];
    private LabelSet? _labels;
    private int _number;
    private int _series;
    private long _samples;
    private bool _isOrdered;

    /// <summary>Whether enough has gathered to be handed on.</summary>
    public bool IsFull => _batch.SampleCount >= FullSamples || _batch.SeriesCount >= FullSamples;

    /// <summary>What has gathered; the series under way is not in it. Valid until <see cref="Clear"/>.</summary>
    public SeriesBatch Gathered => _batch;

    /// <summary>Starts the next batch.</summary>
    public void Clear() => _batch.Clear();

    /// <summary>Begins a series, or goes on with the one that was begun last if it has these labels.</summary>
    public void Begin(LabelSetBuilder labels)
    {
        int number;
        LabelSet known;
        try
        {
            number = table.Resolve(labels.WriteCanonical(), out known);
        }
        catch (ArgumentException error)
        {
            throw new SeriesStoreException($"the store answered with labels that are none: {error.Message}", error);
        }

        if (_labels is not null && number == _number)
        {
            return;
        }

        End();
        (_number, _labels, _isOrdered) = (number, query.Scope.Contains(number) ? known : null, true);
        if (_labels is not null && ++_series > query.Budget.MaxSeries)
        {
            throw new ReadBudgetException($"the query reads over {query.Budget.MaxSeries} series; ask for fewer, or raise --query-max-series");
        }
    }

    /// <summary>Whether the series under way is wanted; samples of one that is not need not be decoded.</summary>
    public bool IsWanted => _labels is not null;

    /// <summary>Adds a sample to the series under way, if it lies in the range.</summary>
    public void Add(long timestampMs, double value)
    {
        if (timestampMs <= query.FromMs || timestampMs > query.ThroughMs)
        {
            return;
        }

        if (_open.Count > 0)
        {
            var newest = _open[^1].TimestampMs;
            if (query.Shape == ReadShape.Newest && timestampMs > newest)
            {
                _open[^1] = (timestampMs, value);
                return;
            }

            // The first of two samples at one time stays, as in our own store.
            if (timestampMs == newest || (query.Shape == ReadShape.Newest && timestampMs < newest))
            {
                return;
            }

            _isOrdered &= timestampMs > newest;
        }

        if (++_samples > query.Budget.MaxSamples)
        {
            throw new ReadBudgetException($"the query reads over {query.Budget.MaxSamples} samples; ask for fewer series or a shorter range, or raise --query-max-samples");
        }

        _open.Add((timestampMs, value));
    }

    /// <summary>Ends the series under way and puts it into the batch.</summary>
    public void End()
    {
        if (_labels is not null && (_open.Count > 0 || query.Shape == ReadShape.Labels))
        {
            if (!_isOrdered)
            {
                Order();
            }

            _batch.BeginSeries(_number, _labels);
            foreach (var (timestampMs, value) in query.Shape == ReadShape.Labels ? [] : _open)
            {
                _batch.Append(timestampMs, value, SampleQuality.Good);
            }
        }

        _labels = null;
        _open.Clear();
    }

    // Stores answer in order; one that does not is put right, the first of equal times staying.
    private void Order()
    {
        var sorted = _open.OrderBy(sample => sample.TimestampMs).DistinctBy(sample => sample.TimestampMs).ToArray();
        _open.Clear();
        _open.AddRange(sorted);
    }
}
