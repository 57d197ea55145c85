using System.Runtime.CompilerServices;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>
/// Reads of head and blocks as one. What matches is found beside the lock; then slice by slice of series: the head's samples are copied under
/// the reader's side of the lock, so that an append waits for one slice at most, and the blocks that stood then are read without it. Chunks of
/// series are read beside each other, one on each core, and given in order.
/// </summary>
/// <remarks>A sealed block is in the list before the head lets go, so a slice misses nothing; what it finds twice it gives once.</remarks>
internal sealed class StoreRead(ReaderWriterLockSlim gate, SeriesTable table, SampleHead head, StoreBlocks blocks, int maxThreads)
{
    public async IAsyncEnumerable<SeriesBatch> ReadAsync(SeriesQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var range = new ReadRange(query);
        await MappedAsync(range, cancellationToken);
        var numbers = Select(query, cancellationToken);
        var chunks = new ReadChunks(numbers, EstimateOf(range), maxThreads);
        await using var readers = new ChunkReaders(
            chunks, maxThreads, query.Budget, () => new ReadSlice(gate, table, head, blocks, query, range), cancellationToken);
        while (await readers.NextAsync() is { } batches)
        {
            foreach (var batch in batches)
            {
                yield return batch;
            }

            readers.Return(batches);
        }
    }

    /// <summary>The matching series in scope that may have samples in the range.</summary>
    public async ValueTask<SeriesBits> NearAsync(SeriesQuery query, CancellationToken cancellationToken)
    {
        var range = new ReadRange(query);
        while (true)
        {
            await MappedAsync(range, cancellationToken);
            var numbers = Select(query, cancellationToken);
            if (TryNear(range, numbers, out var near))
            {
                return near;
            }
        }
    }

    private bool TryNear(ReadRange range, int[] numbers, out SeriesBits near)
    {
        near = new SeriesBits(numbers.Length == 0 ? 0 : numbers.Max() + 1);
        BlockSpan[] held;
        gate.EnterReadLock();
        try
        {
            held = blocks.Hold(range.SpansOf);
            foreach (var series in numbers)
            {
                if (head.IsNear(series, range.FromMs, range.ThroughMs))
                {
                    near.Set(series);
                }
            }
        }
        finally
        {
            gate.ExitReadLock();
        }

        try
        {
            foreach (var span in held)
            {
                if (!span.Block.Mapped.IsCompletedSuccessfully)
                {
                    return false;
                }

                foreach (var series in numbers)
                {
                    if (span.Block.SeriesOf(series) >= 0)
                    {
                        near.Set(series);
                    }
                }
            }

            return true;
        }
        finally
        {
            StoreBlocks.Release(held);
        }
    }

    // Samples that a series has in blocks, about.
    private Func<int, long> EstimateOf(ReadRange range)
    {
        var spans = range.SpansOf(blocks.Set);
        return series =>
        {
            long samples = 0;
            foreach (var span in spans)
            {
                samples += span.SamplesOf(series);
            }

            return samples;
        };
    }

    // Series of a block that is not in the table yet cannot be selected.
    private async ValueTask MappedAsync(ReadRange range, CancellationToken cancellationToken)
    {
        foreach (var span in range.SpansOf(blocks.Set))
        {
            await span.Block.MappedAsync(blocks, cancellationToken);
        }
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
