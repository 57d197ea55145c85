namespace Ampacity.Collect;

/// <summary>Which store to read, and how much it may cost.</summary>
public sealed record RemoteStoreOptions
{
    /// <summary>Where its API begins, without <c>/api/v1</c>: <c>http://prometheus:9090</c>, or with a prefix as Mimir has it.</summary>
    public required Uri Url { get; init; }

    /// <summary>Headers of every request, such as Authorization or X-Scope-OrgID.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>
    /// Most bytes of one answer, as they stand in memory; 1 GiB. Guessed: 200 million samples in XOR chunks at 1.5 bytes and their labels stay below it,
    /// and what is over it would not fit beside the columns made of it.
    /// </summary>
    public long MaxAnswerBytes { get; init; } = 1L << 30;

    /// <summary>Most bytes of one message within an answer (a frame, a line, a plain answer that is read whole); 256 MiB.</summary>
    public int MaxMessageBytes { get; init; } = 256 << 20;

    /// <summary>
    /// Most series that are known at a time; 4 million, about 1.5 GB. A series is known from its first read to the end of the process, since its number
    /// is what a scope is made of.
    /// </summary>
    public int MaxSeries { get; init; } = 4_000_000;

    /// <summary>Longest wait for the first byte of an answer, and then for each next; 60 s. A query's own time ends it sooner.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Attempts in all while a store does not answer or says 5xx or 429; 3. What has begun to arrive is not asked for again.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>Wait before the second attempt; doubled for each further one, and at least what Retry-After says up to <see cref="MaxRetryWait"/>.</summary>
    public TimeSpan RetryWait { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest wait between two attempts; somebody waits for the answer.</summary>
    public TimeSpan MaxRetryWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What the store speaks; null: it is asked once.</summary>
    public RemoteStoreProtocol? Protocol { get; init; }
}

/// <summary>How raw samples are had from a store (docs/design/0022-store-beside.md).</summary>
public enum RemoteStoreProtocol
{
    /// <summary>Prometheus' remote read, <c>/api/v1/read</c>: every sample to the bit, stale markers too. Prometheus, Mimir, Cortex.</summary>
    RemoteRead,

    /// <summary>VictoriaMetrics' <c>/api/v1/export</c>: every sample it holds, a null where it keeps a stale marker.</summary>
    Export,

    /// <summary>A range vector, <c>selector[range]</c>, at <c>/api/v1/query</c>: every sample, but no stale markers. Thanos and whatever else speaks PromQL.</summary>
    RangeVector,
}
