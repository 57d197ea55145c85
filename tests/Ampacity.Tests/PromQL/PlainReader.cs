using Ampacity.Samples;

namespace Ampacity.Tests;

/// <summary>A reader that reads label by label only.</summary>
internal sealed class PlainReader(ISeriesReader inner) : ISeriesReader
{
    public SampleReach? Reach => inner.Reach;

    public IAsyncEnumerable<SeriesBatch> ReadAsync(SeriesQuery query, CancellationToken cancellationToken) => inner.ReadAsync(query, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ReadLabelNamesAsync(SeriesQuery query, CancellationToken cancellationToken) => inner.ReadLabelNamesAsync(query, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ReadLabelValuesAsync(string labelName, SeriesQuery query, CancellationToken cancellationToken) =>
        inner.ReadLabelValuesAsync(labelName, query, cancellationToken);
}
