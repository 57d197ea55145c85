using Ampacity.Samples;

namespace Ampacity.Fuzz;

/// <summary>A store that keeps nothing and takes nothing that the contract of <see cref="ISeriesWriter"/> forbids.</summary>
internal sealed class CheckingWriter : ISeriesWriter
{
    private readonly Dictionary<LabelSet, int> _numbers = [];

    public int Resolve(ReadOnlySpan<byte> canonicalLabels)
    {
        LabelSet labels;
        try
        {
            labels = LabelSet.FromCanonical(canonicalLabels);
        }
        catch (ArgumentException error)
        {
            throw new InvalidOperationException("labels that are not canonical reached the store", error);
        }

        if (!_numbers.TryGetValue(labels, out var number))
        {
            _numbers.Add(labels, number = _numbers.Count);
        }

        return number;
    }

    public ValueTask<AppendReceipt> AppendAsync(SampleBatch batch, CancellationToken cancellationToken)
    {
        var sum = 0;
        foreach (var poll in batch.Polls.Span)
        {
            sum += poll.SampleCount > 0 ? poll.SampleCount : throw new InvalidOperationException("a poll without samples reached the store");
        }

        var fits = sum == batch.Count && batch.SeriesNumbers.Length == batch.Count && (batch.Qualities.IsEmpty || batch.Qualities.Length == batch.Count);
        foreach (var number in batch.SeriesNumbers.Span)
        {
            fits &= number >= 0 && number < _numbers.Count;
        }

        return fits
            ? ValueTask.FromResult(new AppendReceipt(batch.Count, 0, 0, 0))
            : throw new InvalidOperationException("columns that do not fit each other reached the store");
    }
}
