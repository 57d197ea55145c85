using System.Runtime.CompilerServices;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>
/// Reads of head and blocks as one. What matches is found beside the lock; then slice by slice of series: the head's samples are copied under
/// the reader's side of the lock, so that an append waits for one slice at most, and the blocks that stood then are read without it. Chunks of
/// series are read beside each other, one on each core, and given in order.
/// </summary>
/// <remarks>A sealed block is in the list before the head lets go, so a slice misses nothing; what it finds twice it gives once.</remarks>
internal sealed class StoreRead(
    ReaderWriterLockSlim gate, SeriesTable table, SampleHead head, StoreBlocks blocks, SelectionCache selections, int maxThreads)
{
    public async IAsyncEnumerable<SeriesBatch> ReadAsync(SeriesQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var range = new ReadRange(query);
        var found = await FindAsync(query, range, cancellationToken);
        var numbers = InOrder(InScope(query, found.Numbers), range);
        var chunks = new ReadChunks(numbers, EstimateOf(range), maxThreads);
        await using var readers = new ChunkReaders(
            chunks, maxThreads, query.Budget, () => new ReadSlice(gate, table, head, blocks, query, range, withLabels: true, new SliceBuffers()), cancellationToken);
        while (await readers.NextAsync() is { } batches)
        {
            foreach (var batch in batches)
            {
                yield return batch;
            }

            readers.Return(batches);
        }

        GC.KeepAlive(found.Lease);
    }

    /// <summary>What a query selects, to be read without labels.</summary>
    public async ValueTask<SeriesSelection> SelectAsync(SeriesQuery query, CancellationToken cancellationToken)
    {
        var range = new ReadRange(query);
        var found = await FindAsync(query, range, cancellationToken);
        Spend(query.Budget, query.Scope, found.Numbers.Span);
        return new StoreSelection(found, OrderOf(found.Numbers.Span, range), query, this, buffers => new ReadSlice(gate, table, head, blocks, query, range, withLabels: false, buffers));
    }

    /// <summary>Groups of a selection, which grows by them.</summary>
    public SeriesGroups GroupBy(SelectedSeries selected, LabelKeys keys, int count, CancellationToken cancellationToken)
    {
        var groups = selected.GroupBy(keys, count, cancellationToken);
        selections.Trim();
        return groups;
    }

    /// <summary>Labels of a series.</summary>
    public ReadOnlySpan<byte> CanonicalOf(int series) => table.CanonicalOf(series);

    /// <summary>Ends a read that brings back more samples than it may.</summary>
    public static void Spend(in ReadBudget budget, long samples)
    {
        if (samples > budget.MaxSamples)
        {
            throw new ReadBudgetException($"the read brings back over {budget.MaxSamples} samples, its limit; narrow the matchers or the time range");
        }
    }

    /// <summary>The matching series in scope that may have samples in the range. The caller holds a lease.</summary>
    public async ValueTask<SeriesBits> NearAsync(SeriesQuery query, CancellationToken cancellationToken)
    {
        var range = new ReadRange(query);
        while (true)
        {
            var found = await FindAsync(query, range, cancellationToken);
            if (TryNear(range, InScope(query, found.Numbers), out var near))
            {
                return near;
            }
        }
    }

    private bool TryNear(ReadRange range, ReadOnlyMemory<int> numbers, out SeriesBits near)
    {
        near = new SeriesBits(table.Bound);
        BlockSpan[] held;
        gate.EnterReadLock();
        try
        {
            held = blocks.Hold(range.SpansOf);
            foreach (var series in numbers.Span)
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
                if (span.Block.MapIfReady is not { } map)
                {
                    return false;
                }

                foreach (var series in numbers.Span)
                {
                    if (map.Find(series) >= 0)
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

    private ReadOnlyMemory<int> InOrder(ReadOnlyMemory<int> numbers, ReadRange range)
    {
        var order = OrderOf(numbers.Span, range);
        if (order.Length == 0)
        {
            return numbers;
        }

        for (var i = 0; i < order.Length; i++)
        {
            order[i] = numbers.Span[order[i]];
        }

        return order;
    }

    // The order of the largest block of samples that meets the range, so that a slice of series needs a stretch of its rows, and each page is
    // decoded about once; series that it does not have come behind. Empty when that is the order of numbers.
    private int[] OrderOf(ReadOnlySpan<int> numbers, ReadRange range)
    {
        var largest = range.SpansOf(blocks.Set).Select(span => span.Block).Where(block => block.Reader.Kind is BlockKind.Samples)
            .MaxBy(block => block.Meta.Samples);
        if (largest is null)
        {
            return [];
        }

        var keys = new long[numbers.Length];
        var ascends = true;
        for (var i = 0; i < keys.Length; i++)
        {
            var series = largest.SeriesOf(numbers[i]);
            keys[i] = ((series < 0 ? int.MaxValue : (long)series) << 32) | (uint)i;
            ascends &= i == 0 || keys[i] > keys[i - 1];
        }

        if (ascends)
        {
            return [];
        }

        Array.Sort(keys);
        return Array.ConvertAll(keys, key => unchecked((int)key));
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

    // Series of a block that is not in the table yet cannot be selected, and those of one that was let go of meanwhile are not: again, then.
    private async ValueTask<FoundSeries> FindAsync(SeriesQuery query, ReadRange range, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var lease = table.Lease;
            foreach (var span in range.SpansOf(blocks.Set))
            {
                await span.Block.MappedAsync(blocks, cancellationToken);
            }

            var selected = selections.Select(query.Matchers, out var numbers, cancellationToken);
            if (table.Lease == lease)
            {
                return new FoundSeries(lease, selected, numbers);
            }
        }
    }

    private static ReadOnlyMemory<int> InScope(SeriesQuery query, ReadOnlyMemory<int> numbers)
    {
        Spend(query.Budget, query.Scope, numbers.Span);
        if (query.Scope.IsWhole)
        {
            return numbers;
        }

        var inScope = new List<int>();
        foreach (var series in numbers.Span)
        {
            if (query.Scope.Contains(series))
            {
                inScope.Add(series);
            }
        }

        return inScope.ToArray();
    }

    // Scope before budget: how many series others have is theirs to know.
    private static void Spend(in ReadBudget budget, SeriesScope scope, ReadOnlySpan<int> numbers)
    {
        if (numbers.Length <= budget.MaxSeries)
        {
            return;
        }

        var count = 0;
        foreach (var series in numbers)
        {
            count += scope.Contains(series) ? 1 : 0;
        }

        if (count > budget.MaxSeries)
        {
            throw new ReadBudgetException($"the read touches {count} series, its limit is {budget.MaxSeries}; narrow the matchers");
        }
    }
}

/// <summary>What a query found, under a lease that whoever reads it holds.</summary>
internal sealed record FoundSeries(SeriesLease Lease, SelectedSeries Selected, ReadOnlyMemory<int> Numbers);
