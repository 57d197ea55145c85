using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>Limits and habits of an engine.</summary>
public sealed record QueryEngineOptions
{
    /// <summary>How far back an instant selector looks unless the query says otherwise; Prometheus' default is 5 minutes.</summary>
    public TimeSpan LookbackDelta { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Step of a subquery that states none; Prometheus' default evaluation interval, 1 minute.</summary>
    public TimeSpan DefaultSubqueryStep { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Most cells (series × steps) a node of an expression may have: 100 million are 800 MB. Guessed for a 24 GB machine.</summary>
    public long MaxCells { get; init; } = 100_000_000;

    /// <summary>Most bytes of columns that one query may make, in all nodes of its expression: 2 GiB. Guessed: a twelfth of a 24 GB machine.</summary>
    public long MaxMemoryBytes { get; init; } = 2L << 30;

    /// <summary>Threads that one query may use at a time; as many as there are cores by default. Answers do not depend on it.</summary>
    public int MaxWorkers { get; init; } = Environment.ProcessorCount;

    /// <summary>Most series that one thread reads at a time, 2048 by default: some 40 µs of newest values. Answers do not depend on it.</summary>
    public int MaxSliceSeries { get; init; } = 2048;

    /// <summary>
    /// Whether names are dropped from the final result instead of at each function, so that label_replace and by(__name__) still see
    /// them. Off by default, as in Prometheus 3.
    /// </summary>
    public bool DelayedNameRemoval { get; init; }
}

/// <summary>Who asks, and how much the answer may cost. A timeout is the cancellation token of the call.</summary>
/// <param name="Scope">What the caller may see.</param>
public sealed record QueryContext(SeriesScope Scope)
{
    /// <summary>Overrides <see cref="QueryEngineOptions.LookbackDelta"/>; above zero.</summary>
    public TimeSpan? LookbackDelta { get; init; }

    /// <summary>Limits of each read of the query, and of all of them together.</summary>
    public ReadBudget Budget { get; init; } = ReadBudget.Default;

    /// <summary>See <see cref="SeriesQuery.AsOfMs"/>.</summary>
    public long? AsOfMs { get; init; }
}
