namespace Ampacity.Samples;

/// <summary>What a read brings back for each series.</summary>
public enum ReadShape
{
    /// <summary>Labels only; every batch has zero samples.</summary>
    Labels,

    /// <summary>The newest sample of the time range, which a store may answer from newest-value columns.</summary>
    Newest,

    /// <summary>Every sample of the time range.</summary>
    All,
}

/// <summary>Limits past which a read ends with <see cref="ReadBudgetException"/> and never with a partial answer.</summary>
/// <param name="MaxSeries">Most series a read may touch.</param>
/// <param name="MaxSamples">Most samples a read may bring back.</param>
public readonly record struct ReadBudget(int MaxSeries, long MaxSamples)
{
    /// <summary>2 million series, 200 million samples: about 3.4 GB of columns (17 B a sample), guessed for a 24 GB machine.</summary>
    public static readonly ReadBudget Default = new(2_000_000, 200_000_000);
}

/// <summary>A read: which series, when, what of them, as of when, and how much at most.</summary>
/// <remarks>Immutable, any thread.</remarks>
/// <param name="Matchers">All must pass. Empty means every series in scope.</param>
/// <param name="FromMs">Begin, UTC milliseconds, exclusive (Prometheus 3: left-open).</param>
/// <param name="ThroughMs">End, UTC milliseconds, inclusive.</param>
/// <param name="Scope">What the caller may see.</param>
public sealed record SeriesQuery(IReadOnlyList<Matcher> Matchers, long FromMs, long ThroughMs, SeriesScope Scope)
{
    /// <summary>What comes back; every sample by default.</summary>
    public ReadShape Shape { get; init; } = ReadShape.All;

    /// <summary>Which qualities count; others are as if not there.</summary>
    public SampleQualities Qualities { get; init; } = SampleQualities.Believed;

    /// <summary>
    /// The instant whose topology labels every sample gets, UTC milliseconds. Null is the rule: each sample gets the labels as of
    /// its own time, and a series that moved comes back as one series per interval. Stores without topology ignore it.
    /// </summary>
    public long? AsOfMs { get; init; }

    /// <summary>
    /// Null is the rule: samples. Otherwise a row for each bucket that lies wholly in [<see cref="FromMs"/>, <see cref="ThroughMs"/>] and has a value: its
    /// begin, the figure, and the worst quality of its values. Buckets of a length that is no longer kept are left out, never made up of longer ones.
    /// Only our store answers it; other readers throw <see cref="SeriesStoreException"/>.
    /// </summary>
    public BucketRead? Buckets { get; init; }

    /// <summary>How much the read may cost.</summary>
    public ReadBudget Budget { get; init; } = ReadBudget.Default;
}

/// <summary>A read went over its <see cref="ReadBudget"/>; nothing of it may be used.</summary>
public sealed class ReadBudgetException(string message) : Exception(message);
