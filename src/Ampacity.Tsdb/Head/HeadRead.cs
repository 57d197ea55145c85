using System.Runtime.CompilerServices;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>
/// Reads of the head: what matches is found beside the lock; samples are copied under the reader's side of it, a slice of series at a
/// time, so that an append waits for one slice at most.
/// </summary>
internal sealed class HeadRead(ReaderWriterLockSlim gate, SeriesTable table, SampleHead head)
{
    // A batch is about 17 MB at most, beyond one series' own samples.
    private const int BatchSeries = 4096;
    private const int BatchSamples = 1_000_000;

    // About a millisecond of copying, at 3 ns a sample and 100 ns a series: guessed, then seen in the bench as acknowledgements.
    private const int SliceSeries = 2048;
    private const int SliceSamples = 262_144;

    public async IAsyncEnumerable<SeriesBatch> ReadAsync(SeriesQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var numbers = Select(query, cancellationToken);
        var reader = new SampleHead.Reader(head, query.FromMs, query.ThroughMs);
        var columns = new SampleColumns();
        var batch = new SeriesBatch();
        long samples = 0;
        for (var at = 0; at < numbers.Length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var before = batch.SampleCount;
            at = ReadSlice(query, numbers, at, reader, columns, batch);
            samples += batch.SampleCount - before;
            if (samples > query.Budget.MaxSamples)
            {
                throw new ReadBudgetException(
                    $"the read brings back over {query.Budget.MaxSamples} samples, its limit; narrow the matchers or the time range");
            }

            if (batch.SeriesCount >= BatchSeries || batch.SampleCount >= BatchSamples)
            {
                yield return batch;
                batch.Clear();
                await Task.Yield();
            }
        }

        if (batch.SeriesCount > 0)
        {
            yield return batch;
        }
    }

    /// <summary>The matching series in scope that may have samples in the range.</summary>
    public SeriesBits Near(SeriesQuery query, CancellationToken cancellationToken)
    {
        var numbers = Select(query, cancellationToken);
        var near = new SeriesBits(numbers.Length == 0 ? 0 : numbers.Max() + 1);
        gate.EnterReadLock();
        try
        {
            foreach (var series in numbers)
            {
                if (head.IsNear(series, query.FromMs, query.ThroughMs))
                {
                    near.Set(series);
                }
            }
        }
        finally
        {
            gate.ExitReadLock();
        }

        return near;
    }

    private int ReadSlice(SeriesQuery query, int[] numbers, int at, SampleHead.Reader reader, SampleColumns columns, SeriesBatch batch)
    {
        var (end, samplesEnd) = (Math.Min(numbers.Length, at + SliceSeries), batch.SampleCount + SliceSamples);
        gate.EnterReadLock();
        try
        {
            reader.Begin();
            while (at < end && batch.SampleCount < samplesEnd)
            {
                ReadSeries(query, numbers[at++], reader, columns, batch);
            }
        }
        finally
        {
            gate.ExitReadLock();
        }

        return at;
    }

    private void ReadSeries(SeriesQuery query, int series, SampleHead.Reader reader, SampleColumns columns, SeriesBatch batch)
    {
        if (query.Shape is ReadShape.Labels)
        {
            if (head.IsNear(series, query.FromMs, query.ThroughMs))
            {
                batch.BeginSeries(series, table.LabelsOf(series));
            }

            return;
        }

        if (query.Shape is ReadShape.Newest && reader.TryNewest(series, query.Qualities, out var newest))
        {
            batch.BeginSeries(series, table.LabelsOf(series));
            batch.Append(newest.TimestampMs, newest.Value, newest.Quality);
            return;
        }

        columns.Clear();
        if (reader.Read(series, columns))
        {
            columns.Sort();
        }

        columns.Keep(query.Qualities);
        if (columns.Count == 0)
        {
            return;
        }

        batch.BeginSeries(series, table.LabelsOf(series));
        var from = query.Shape is ReadShape.Newest ? columns.Count - 1 : 0;
        batch.Append(columns.Times[from..], columns.Values[from..], columns.Qualities[from..]);
    }

    private int[] Select(SeriesQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var numbers = new List<int>();
        table.Select(query.Matchers, cancellationToken).CopyTo(numbers);

        // Scope before budget: how many series others have is theirs to know.
        if (!query.Scope.IsWhole)
        {
            numbers.RemoveAll(series => !query.Scope.Contains(series));
        }

        if (numbers.Count > query.Budget.MaxSeries)
        {
            throw new ReadBudgetException(
                $"the read touches {numbers.Count} series, its limit is {query.Budget.MaxSeries}; narrow the matchers");
        }

        int[] sorted = [.. numbers];
        gate.EnterReadLock();
        try
        {
            head.SortForReading(sorted);
        }
        finally
        {
            gate.ExitReadLock();
        }

        return sorted;
    }
}
