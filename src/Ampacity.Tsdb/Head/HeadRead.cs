using System.Runtime.CompilerServices;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>Reads of the head: what matches is found beside the lock, where the samples lie is noted under it in one go, and copied beside it again.</summary>
internal sealed class HeadRead(Lock storeLock, SeriesTable table, SampleHead head)
{
    // A batch is about 17 MB at most, beyond one series' own samples.
    private const int BatchSeries = 4096;
    private const int BatchSamples = 1_000_000;

    public async IAsyncEnumerable<SeriesBatch> ReadAsync(SeriesQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var numbers = Select(query, cancellationToken);
        var views = new List<SeriesView>(Math.Min(numbers.Count, 65_536));
        long epoch;
        lock (storeLock)
        {
            epoch = head.BeginRead();
            foreach (var series in numbers)
            {
                if (head.TryView(series, query.FromMs, query.ThroughMs, out var view))
                {
                    views.Add(view);
                }
            }
        }

        try
        {
            var chains = new ChainReader(head.Chunks, query);
            var batch = new SeriesBatch();
            long samples = 0;
            foreach (var view in views)
            {
                if ((view.Series & 255) == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }

                if (query.Shape is ReadShape.Labels)
                {
                    batch.BeginSeries(view.Series, table.LabelsOf(view.Series));
                }
                else
                {
                    samples += chains.Read(view, table.LabelsOf(view.Series), batch);
                }

                if (samples > query.Budget.MaxSamples)
                {
                    throw new ReadBudgetException(
                        $"the read brings back over {query.Budget.MaxSamples} samples, its limit; narrow the matchers or the time range");
                }

                if (batch.SeriesCount >= BatchSeries || batch.SampleCount >= BatchSamples)
                {
                    yield return batch;
                    batch.Clear();
                    cancellationToken.ThrowIfCancellationRequested();
                    await Task.Yield();
                }
            }

            if (batch.SeriesCount > 0)
            {
                yield return batch;
            }
        }
        finally
        {
            lock (storeLock)
            {
                head.EndRead(epoch);
            }
        }
    }

    /// <summary>The matching series in scope that may have samples in the range.</summary>
    public SeriesBits Near(SeriesQuery query, CancellationToken cancellationToken)
    {
        var numbers = Select(query, cancellationToken);
        var near = new SeriesBits(numbers.Count == 0 ? 0 : numbers[^1] + 1);
        lock (storeLock)
        {
            foreach (var series in numbers)
            {
                if (head.TryView(series, query.FromMs, query.ThroughMs, out _))
                {
                    near.Set(series);
                }
            }
        }

        return near;
    }

    private List<int> Select(SeriesQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var numbers = new List<int>();
        table.Select(query.Matchers, cancellationToken).CopyTo(numbers);

        // Scope before budget: how many series others have is theirs to know.
        if (!query.Scope.IsWhole)
        {
            numbers.RemoveAll(series => !query.Scope.Contains(series));
        }

        return numbers.Count <= query.Budget.MaxSeries ? numbers : throw new ReadBudgetException(
            $"the read touches {numbers.Count} series, its limit is {query.Budget.MaxSeries}; narrow the matchers");
    }
}
