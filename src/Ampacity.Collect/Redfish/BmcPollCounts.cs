using Ampacity.Redfish;

namespace Ampacity.Collect;

/// <summary>What a poller has done since it began.</summary>
/// <param name="Reads">Bodies read.</param>
/// <param name="Failures">Bodies that could not be read, or not to the end.</param>
/// <param name="BytesRead">Bytes of their bodies.</param>
/// <param name="Samples">Samples written.</param>
/// <param name="Unmapped">Values that became no series; <see cref="PollTally"/> says why.</param>
/// <param name="Ambiguous">Values left out because another property already is the same series.</param>
/// <param name="Absent">Values that the BMC did not have; among the samples.</param>
/// <param name="Stale">Values that the BMC flagged as old, or whose age shows it; among the samples.</param>
/// <param name="Markers">Staleness markers written; not among the samples.</param>
/// <param name="Refused">Samples that the store refused: too old, too new, or over its limit of series.</param>
/// <param name="WriteFailures">Polls that the store did not take.</param>
public readonly record struct BmcPollCounts(
    long Reads, long Failures, long BytesRead, long Samples, long Unmapped, long Ambiguous, long Absent, long Stale, long Markers,
    long Refused, long WriteFailures)
{
    /// <summary>Bodies that were as before: not decoded, their values appended again. Among the reads.</summary>
    public long Unchanged { get; init; }

    /// <summary>Counters that stand at the end of their 32 or 64 bits: written as out of range. Among the samples.</summary>
    public long Saturated { get; init; }

    /// <summary>Sums, one by one.</summary>
    public static BmcPollCounts operator +(BmcPollCounts a, BmcPollCounts b) => new(
        a.Reads + b.Reads, a.Failures + b.Failures, a.BytesRead + b.BytesRead, a.Samples + b.Samples, a.Unmapped + b.Unmapped,
        a.Ambiguous + b.Ambiguous, a.Absent + b.Absent, a.Stale + b.Stale, a.Markers + b.Markers, a.Refused + b.Refused,
        a.WriteFailures + b.WriteFailures)
    {
        Unchanged = a.Unchanged + b.Unchanged,
        Saturated = a.Saturated + b.Saturated,
    };
}

/// <summary>How one BMC does.</summary>
/// <param name="Address">Scheme, host and port.</param>
/// <param name="Mac">MAC of the BMC.</param>
/// <param name="ReadAt">When it was last read, or null when never.</param>
/// <param name="FailuresInRow">Polls that failed since.</param>
/// <param name="Outcome">Of the newest request.</param>
/// <param name="Error">In words; empty when well.</param>
/// <param name="SeriesCount">Series that it feeds now.</param>
/// <param name="Counts">What was done for it.</param>
public sealed record BmcPollState(
    Uri Address, string Mac, DateTimeOffset? ReadAt, int FailuresInRow, RedfishOutcome Outcome, string Error, int SeriesCount, BmcPollCounts Counts);

/// <summary>Values that became no series, by reason, and failed requests by kind, over all BMCs of a poller.</summary>
/// <remarks>Any thread.</remarks>
public sealed class PollTally
{
    private readonly long[] _refused = new long[Enum.GetValues<RefusalReason>().Length];
    private readonly long[] _failed = new long[Enum.GetValues<RedfishOutcome>().Length];

    /// <summary>Values that were refused for a reason.</summary>
    public long Refused(RefusalReason reason) => Interlocked.Read(ref _refused[(int)reason]);

    /// <summary>Requests that ended so.</summary>
    public long Failed(RedfishOutcome outcome) => Interlocked.Read(ref _failed[(int)outcome]);

    internal void Add(RefusalReason reason, long count) => Interlocked.Add(ref _refused[(int)reason], count);

    internal void Add(RedfishOutcome outcome) => Interlocked.Increment(ref _failed[(int)outcome]);
}
