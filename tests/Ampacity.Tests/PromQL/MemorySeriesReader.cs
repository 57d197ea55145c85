using System.Runtime.CompilerServices;
using Ampacity.Samples;

namespace Ampacity.Tests;

/// <summary>Series in memory, for tests of what reads them.</summary>
internal sealed class MemorySeriesReader : ISeriesReader
{
    private readonly Dictionary<LabelSet, SortedDictionary<long, (double Value, SampleQuality Quality)>> _series = [];

    public List<SeriesQuery> Queries { get; } = [];

    public void Add(LabelSet labels, long timestampMs, double value, SampleQuality quality = SampleQuality.Good)
    {
        if (!_series.TryGetValue(labels, out var samples))
        {
            _series.Add(labels, samples = []);
        }

        samples[timestampMs] = (value, quality);
    }

    public async IAsyncEnumerable<SeriesBatch> ReadAsync(SeriesQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Queries.Add(query);
        var batch = new SeriesBatch();
        var number = -1;
        foreach (var (labels, all) in _series)
        {
            cancellationToken.ThrowIfCancellationRequested();
            number++;
            if (!query.Scope.Contains(number) || !query.Matchers.All(m => m.Matches(labels[m.Name])))
            {
                continue;
            }

            var samples = all.Where(s => s.Key > query.FromMs && s.Key <= query.ThroughMs
                && query.Qualities.HasFlag((SampleQualities)(1 << (int)s.Value.Quality))).ToList();
            if (samples.Count == 0)
            {
                continue;
            }

            // Three series a batch, so that readers meet the seams.
            if (batch.SeriesCount == 3)
            {
                yield return batch;
                await Task.Yield();
                batch.Clear();
            }

            batch.BeginSeries(number, labels);
            foreach (var (timestampMs, (value, quality)) in query.Shape switch
            {
                ReadShape.Labels => [],
                ReadShape.Newest => samples[^1..],
                _ => samples,
            })
            {
                batch.Append(timestampMs, value, quality);
            }
        }

        yield return batch;
    }

    public async ValueTask<IReadOnlyList<string>> ReadLabelNamesAsync(SeriesQuery query, CancellationToken cancellationToken)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var batch in ReadAsync(query, cancellationToken))
        {
            foreach (var labels in batch.Labels)
            {
                foreach (var label in labels)
                {
                    names.Add(label.Name);
                }
            }
        }

        return [.. names];
    }

    public async ValueTask<IReadOnlyList<string>> ReadLabelValuesAsync(string labelName, SeriesQuery query, CancellationToken cancellationToken)
    {
        var values = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var batch in ReadAsync(query, cancellationToken))
        {
            foreach (var labels in batch.Labels)
            {
                values.Add(labels[labelName]);
            }
        }

        values.Remove("");
        return [.. values];
    }
}
