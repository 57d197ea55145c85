using Ampacity.Samples;

namespace Ampacity.Tests.Collect;

/// <summary>Keeps what receivers append, as text; completes at once, so that a receive runs on the test's own thread.</summary>
internal sealed class MemoryWriter : ISeriesWriter
{
    private readonly Dictionary<LabelSet, int> _numbers = [];
    private readonly List<LabelSet> _series = [];
    private readonly List<(int Series, long TimestampMs, long Bits)> _samples = [];

    /// <summary>Whether samples are kept; a test of allocations counts them only.</summary>
    public bool Keeps { get; init; } = true;

    public int Count { get; private set; }

    public int SeriesCount => _series.Count;

    /// <summary>Each sample as <c>name{labels} time bits</c>, sorted.</summary>
    public IReadOnlyList<string> Samples =>
        [.. _samples.Select(sample => $"{_series[sample.Series]} {sample.TimestampMs} {sample.Bits:x}").Order(StringComparer.Ordinal)];

    /// <summary>Each sample as <c>name{labels} time value</c>, in order of arrival.</summary>
    public IReadOnlyList<string> Lines => [.. _samples.Select(sample => FormattableString.Invariant(
        $"{_series[sample.Series]} {sample.TimestampMs} {BitConverter.Int64BitsToDouble(sample.Bits):R}"))];

    public int Resolve(ReadOnlySpan<byte> canonicalLabels)
    {
        var labels = LabelSet.FromCanonical(canonicalLabels);
        if (!_numbers.TryGetValue(labels, out var number))
        {
            number = _series.Count;
            _series.Add(labels);
            _numbers.Add(labels, number);
        }

        return number;
    }

    public ValueTask<AppendReceipt> AppendAsync(SampleBatch batch, CancellationToken cancellationToken)
    {
        Count += batch.Count;
        var at = 0;
        foreach (var poll in batch.Polls.Span)
        {
            Assert.True(poll.SampleCount > 0, "a poll without samples");
            for (var end = at + poll.SampleCount; at < end; at++)
            {
                if (Keeps)
                {
                    Assert.InRange(batch.SeriesNumbers.Span[at], 0, _series.Count - 1);
                    _samples.Add((batch.SeriesNumbers.Span[at], poll.TimestampMs, BitConverter.DoubleToInt64Bits(batch.Values.Span[at])));
                }
            }
        }

        Assert.True(batch.Count == at, "polls and samples differ in number");
        return ValueTask.FromResult(new AppendReceipt(batch.Count, 0, 0, 0));
    }

    public void Clear() => _samples.Clear();
}
