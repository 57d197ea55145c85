using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>What one query has cost so far, held against what it may; and the place where long work looks whether it was cancelled.</summary>
/// <remarks>
/// Any thread. Costs only add up: what a query let go of counts as well, so that it cannot be fooled by order. The one exception is a way that was
/// tried and given up before the same is done in another.
/// </remarks>
internal sealed class QueryCost(QueryEngineOptions options, ReadBudget budget, CancellationToken cancellationToken)
{
    // A few milliseconds of work between two looks.
    private const long LookEvery = 1_000_000;

    private long _series;
    private long _samples;
    private long _bytes;
    private long _worked;

    /// <summary>Most cells of one node.</summary>
    public long MaxCells => options.MaxCells;

    /// <summary>What it has cost so far.</summary>
    public (long Series, long Samples, long Bytes) SoFar => (Interlocked.Read(ref _series), Interlocked.Read(ref _samples), Interlocked.Read(ref _bytes));

    /// <summary>Goes back to what it had cost, when nothing of what came since is used. No other thread may note costs meanwhile.</summary>
    public void GoBack((long Series, long Samples, long Bytes) soFar)
    {
        Interlocked.Exchange(ref _series, soFar.Series);
        Interlocked.Exchange(ref _samples, soFar.Samples);
        Interlocked.Exchange(ref _bytes, soFar.Bytes);
    }

    /// <summary>Notes what a read brought back; a query may read many times.</summary>
    /// <exception cref="QueryException">Over the limit.</exception>
    public void Read(long series, long samples)
    {
        if (Interlocked.Add(ref _series, series) > budget.MaxSeries)
        {
            throw new QueryException($"the query reads over {budget.MaxSeries} series in all its selectors, its limit; narrow the matchers");
        }

        if (Interlocked.Add(ref _samples, samples) > budget.MaxSamples)
        {
            throw new QueryException(
                $"query processing would load too many samples into memory: more than {budget.MaxSamples} in all its selectors; narrow the matchers or the time range");
        }
    }

    /// <summary>Notes columns that are about to be made.</summary>
    /// <exception cref="QueryException">Over the limit.</exception>
    public void Take(long bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) > options.MaxMemoryBytes)
        {
            throw new QueryException(
                $"the query makes over {options.MaxMemoryBytes >> 20} MiB of columns, its limit; ask for fewer series, a longer step or a simpler expression");
        }
    }

    /// <summary>Notes work, in cells or samples looked at.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, or out of time.</exception>
    public void Work(long cells)
    {
        // Several threads may lose some of it to each other, which only makes looks rarer.
        _worked += cells + 1;
        if (_worked >= LookEvery)
        {
            _worked = 0;
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
