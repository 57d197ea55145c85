using System.Runtime.CompilerServices;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>
/// Reads of head and blocks as one. What matches is found beside the lock; then slice by slice of series: the head's samples are copied under
/// the reader's side of the lock, so that an append waits for one slice at most, and the blocks that stood then are read without it.
/// </summary>
/// <remarks>A sealed block is in the list before the head lets go, so a slice misses nothing; what it finds twice it gives once.</remarks>
internal sealed class StoreRead(ReaderWriterLockSlim gate, SeriesTable table, SampleHead head, StoreBlocks blocks)
{
    // A batch is about 17 MB at most, beyond one series' own samples.
    private const int BatchSeries = 4096;
    private const int BatchSamples = 1_000_000;

    public async IAsyncEnumerable<SeriesBatch> ReadAsync(SeriesQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await MappedAsync(query, cancellationToken);
        var numbers = Select(query, cancellationToken);
        var slice = new ReadSlice(gate, table, head, blocks, query);
        var batch = new SeriesBatch();
        long samples = 0;
        for (var at = 0; at < numbers.Length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var before = batch.SampleCount;
            at += slice.Read(numbers.AsSpan(at), batch, cancellationToken);
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
    public async ValueTask<SeriesBits> NearAsync(SeriesQuery query, CancellationToken cancellationToken)
    {
        await MappedAsync(query, cancellationToken);
        var numbers = Select(query, cancellationToken);
        var near = new SeriesBits(numbers.Length == 0 ? 0 : numbers.Max() + 1);
        StoreBlock[] held;
        gate.EnterReadLock();
        try
        {
            held = blocks.Hold(query.FromMs, query.ThroughMs);
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

        foreach (var block in held)
        {
            foreach (var series in numbers)
            {
                if (block.SeriesOf(series) >= 0)
                {
                    near.Set(series);
                }
            }
        }

        StoreBlocks.Release(held);
        return near;
    }

    // Series of a block that is not in the table yet cannot be selected.
    private async ValueTask MappedAsync(SeriesQuery query, CancellationToken cancellationToken)
    {
        foreach (var block in blocks.Current)
        {
            if (!block.Mapped.IsCompletedSuccessfully && block.Meets(query.FromMs, query.ThroughMs))
            {
                try
                {
                    await block.Mapped.WaitAsync(cancellationToken);
                }
                catch (BlockDamagedException error)
                {
                    blocks.SetAside(block, error.Reason);
                }
            }
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
