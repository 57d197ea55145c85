using Ampacity.Samples;

namespace Ampacity.Tests;

/// <summary>Keeps what is written in lists.</summary>
internal sealed class RecordingWriter : ISeriesWriter
{
    private readonly Lock _gate = new();
    private readonly List<LabelSet> _series = [];

    public List<(LabelSet Series, long TimestampMs, double Value, SampleQuality Quality)> Samples { get; } = [];

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return Samples.Count;
            }
        }
    }

    public int Resolve(ReadOnlySpan<byte> canonicalLabels)
    {
        var labels = LabelSet.FromCanonical(canonicalLabels);
        lock (_gate)
        {
            var number = _series.IndexOf(labels);
            if (number < 0)
            {
                number = _series.Count;
                _series.Add(labels);
            }

            return number;
        }
    }

    public ValueTask<AppendReceipt> AppendAsync(SampleBatch batch, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var at = 0;
            foreach (var poll in batch.Polls.Span)
            {
                for (var i = 0; i < poll.SampleCount; i++, at++)
                {
                    Samples.Add((_series[batch.SeriesNumbers.Span[at]], poll.TimestampMs, batch.Values.Span[at], batch.Qualities.Span[at]));
                }
            }

            Assert.Equal(batch.Count, at);
        }

        return ValueTask.FromResult(new AppendReceipt(batch.Count, 0, 0, 0));
    }
}
