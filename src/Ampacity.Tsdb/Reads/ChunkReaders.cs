using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>
/// Reads chunks of series beside each other, as many as there are threads, and gives what they read in order. One thread asks; leaving
/// ends all.
/// </summary>
internal sealed class ChunkReaders(
    ReadChunks chunks, int threads, ReadBudget budget, Func<ReadSlice> makeSlice, CancellationToken cancellationToken) : IAsyncDisposable
{
    // A batch is about 17 MB at most, beyond one series' own samples.
    private const int BatchSeries = 4096;
    private const int BatchSamples = 1_000_000;

    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private readonly Queue<Task<List<SeriesBatch>>> _underWay = new();
    private readonly Stack<ReadSlice> _slices = new();
    private readonly Stack<SeriesBatch> _spare = new();
    private readonly Lock _lock = new();
    private bool _isAtEnd;
    private bool _isParallel;
    private long _samples;

    /// <summary>What the next chunk has; null at the end. Valid until it is returned.</summary>
    public async ValueTask<List<SeriesBatch>?> NextAsync()
    {
        while (!_isAtEnd && _underWay.Count < threads)
        {
            var chunk = chunks.Next();
            _isAtEnd = chunk.IsEmpty;
            if (!_isAtEnd)
            {
                Begin(chunk);
            }
        }

        return _underWay.TryDequeue(out var first) ? await first : null;
    }

    /// <summary>Takes batches back to be used again.</summary>
    public void Return(List<SeriesBatch> batches)
    {
        lock (_lock)
        {
            batches.ForEach(_spare.Push);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var reading in _underWay)
        {
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _stop.Dispose();
    }

    private void Begin(ReadOnlyMemory<int> chunk)
    {
        // A read of one small chunk is done at once, on the thread that asks.
        _isParallel |= threads > 1 && (_underWay.Count > 0 || chunks.HasMore);
        _underWay.Enqueue(_isParallel ? Task.Run(() => ReadAsync(chunk), _stop.Token) : ReadAsync(chunk));
    }

    private async Task<List<SeriesBatch>> ReadAsync(ReadOnlyMemory<int> chunk)
    {
        var slice = Take(_slices, makeSlice);
        var batches = new List<SeriesBatch>();
        var batch = Fresh();
        while (!chunk.IsEmpty)
        {
            _stop.Token.ThrowIfCancellationRequested();
            var before = batch.SampleCount;
            chunk = chunk[await slice.ReadAsync(chunk, batch, _stop.Token)..];
            if (Interlocked.Add(ref _samples, batch.SampleCount - before) > budget.MaxSamples)
            {
                throw new ReadBudgetException(
                    $"the read brings back over {budget.MaxSamples} samples, its limit; narrow the matchers or the time range");
            }

            if (batch.SeriesCount >= BatchSeries || batch.SampleCount >= BatchSamples)
            {
                batches.Add(batch);
                batch = Fresh();
            }
        }

        if (batch.SeriesCount > 0)
        {
            batches.Add(batch);
        }

        lock (_lock)
        {
            _slices.Push(slice);
        }

        return batches;
    }

    private SeriesBatch Fresh()
    {
        var batch = Take(_spare, () => new SeriesBatch());
        batch.Clear();
        return batch;
    }

    private T Take<T>(Stack<T> stack, Func<T> make)
    {
        lock (_lock)
        {
            if (stack.TryPop(out var taken))
            {
                return taken;
            }
        }

        return make();
    }
}
