namespace Ampacity.Tsdb;

/// <summary>Where a <see cref="SampleStore"/> keeps its files, and its limits.</summary>
/// <remarks>Immutable. Limits marked *guessed* wait for a measurement.</remarks>
public sealed record SampleStoreOptions
{
    /// <summary>Most bytes that one series' labels may take in canonical form: 64 KiB, guessed; a real set is under 1 KiB.</summary>
    public const int MaxLabelBytes = 64 * 1024;

    /// <summary>The store's folder, made if it is not there; held by one process at a time.</summary>
    public required string Folder { get; init; }

    /// <summary>
    /// How much history is kept, behind the newest sample of the store or our clock, whichever is earlier: so a clock that jumps
    /// ahead deletes nothing. Above zero; 30 days by default. A block goes when all of it is behind.
    /// </summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// How much of the 1-minute tier is kept, counted like <see cref="Retention"/>; 90 days by default. Zero: none is made, and what is there goes.
    /// Samples that fall behind their retention go only when their tiers are durable.
    /// </summary>
    public TimeSpan MinuteRetention { get; init; } = TimeSpan.FromDays(90);

    /// <summary>The same of the 1-hour tier; 5 years (1,826 days) by default.</summary>
    public TimeSpan HourRetention { get; init; } = TimeSpan.FromDays(1826);

    /// <summary>
    /// Time that a block covers: 1 second to 1 day, 1 hour by default. Longer packs better and holds more in memory: an hour at a poll every
    /// 10 s is about 700 B a series.
    /// </summary>
    public TimeSpan BlockSpan { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long after its end a span is sealed, so that what comes a little late is in its place; 0 to 1 hour, 5 minutes by default. What comes later goes into the next block.</summary>
    public TimeSpan SealLag { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long by our clock a span waits for its seal beside <see cref="SealLag"/>, which is by the samples' clock: in a back-fill an hour of
    /// samples may come within a second, and senders drift apart by many minutes of samples. 0 to 1 hour, 1 minute by default.
    /// </summary>
    public TimeSpan SealPause { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How often the store looks, by our clock, for series that ended: 1 second to 1 day, 3 minutes by default. One whose samples are all in blocks, or behind
    /// the retention, is forgotten at the third look at the earliest, and not while a read holds it or a block is read that has it.
    /// </summary>
    public TimeSpan SeriesPause { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Share of one core that sealing, tiers and merges may take while samples come in; above 0, at most 1; half by default.</summary>
    public double UpkeepCpuShare { get; init; } = 0.5;

    /// <summary>How many cores one read may use; all by default, at most 16: a core holds some 60 MB while it reads.</summary>
    public int ReadThreads { get; init; } = Math.Min(16, Environment.ProcessorCount);

    /// <summary>Most series at a time; 2 million by default (guessed: about 600 B of labels, index and first chunk each). Those that ended do not count.</summary>
    public int MaxSeries { get; init; } = 2_000_000;

    /// <summary>Most bytes of samples in the head; 8 GiB by default, guessed for a machine of 24 GB. From half of it on, spans are sealed before their time.</summary>
    public long MaxHeadBytes { get; init; } = 8L << 30;

    /// <summary>How far ahead of our clock a sample may be, milliseconds; 10 minutes by default.</summary>
    public long MaxAheadMs { get; init; } = 10 * 60 * 1000;

    /// <summary>How far behind its series' newest sample a sample may be, milliseconds; 30 minutes by default. Never measured by our clock.</summary>
    public long OutOfOrderWindowMs { get; init; } = 30 * 60 * 1000;

    /// <summary>Bytes of a journal segment, allocated when it is begun; 64 MiB by default, at least 4 KiB. A record larger than that gets a segment of its own.</summary>
    public int JournalSegmentBytes { get; init; } = 64 << 20;

    /// <summary>
    /// How many complete segments of a run make it worth packing them into one, which takes a sixth of the bytes and is read at a start in a fraction of the
    /// time; 2 to 4, 4 by default.
    /// </summary>
    public int JournalPackSegments { get; init; } = 4;

    /// <summary>How long a segment is complete, by our clock, before it is packed; 0 to 1 hour, 2 minutes by default, so that a burst is over.</summary>
    public TimeSpan JournalPackPause { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Most bytes that selections may take which are kept for the next query: 4 for each series of a selection and 4 more for each grouping of
    /// it. 64 MiB by default, guessed: 100 panels over 50,000 series each.
    /// </summary>
    public long SelectionCacheBytes { get; init; } = 64L << 20;

    /// <summary>Series that packing has in memory at one time, at 150 bytes each; four times as many where series numbers are scattered over the segments.</summary>
    internal int JournalPackSeries { get; init; } = 1 << 16;

    /// <summary>Bytes of segments that packing has in memory at one time; more where one record is larger. The largest record of samples is 0.85 MB.</summary>
    internal int JournalPackBytes { get; init; } = 1 << 20;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(SelectionCacheBytes);
        ArgumentException.ThrowIfNullOrWhiteSpace(Folder);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Retention, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Retention, TimeSpan.FromDays(36_500));
        ArgumentOutOfRangeException.ThrowIfLessThan(MinuteRetention, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MinuteRetention, TimeSpan.FromDays(36_500));
        ArgumentOutOfRangeException.ThrowIfLessThan(HourRetention, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(HourRetention, TimeSpan.FromDays(36_500));
        ArgumentOutOfRangeException.ThrowIfLessThan(BlockSpan, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(BlockSpan, TimeSpan.FromDays(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(SealLag, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SealLag, TimeSpan.FromHours(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(SealPause, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SealPause, TimeSpan.FromHours(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(SeriesPause, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SeriesPause, TimeSpan.FromDays(1));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(UpkeepCpuShare, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(UpkeepCpuShare, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReadThreads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ReadThreads, 64);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSeries, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxHeadBytes, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxAheadMs);
        ArgumentOutOfRangeException.ThrowIfNegative(OutOfOrderWindowMs);
        ArgumentOutOfRangeException.ThrowIfLessThan(JournalSegmentBytes, 4096);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(JournalSegmentBytes, 1 << 30);
        ArgumentOutOfRangeException.ThrowIfLessThan(JournalPackSegments, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(JournalPackSegments, 4);
        ArgumentOutOfRangeException.ThrowIfLessThan(JournalPackPause, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(JournalPackPause, TimeSpan.FromHours(1));
    }
}
