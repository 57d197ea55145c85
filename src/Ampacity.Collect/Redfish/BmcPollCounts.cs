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

    /// <summary>Bodies that the BMC said were as before (304), among the unchanged.</summary>
    public long NotSent { get; init; }

    /// <summary>BMCs whose ETag stood still while a body changed; their tags are not believed any more.</summary>
    public long WrongTags { get; init; }

    /// <summary>Metric reports that came by event and were written.</summary>
    public long Delivered { get; init; }

    /// <summary>Metric reports that came by event sooner than they are wanted, and were left out.</summary>
    public long Thinned { get; init; }

    /// <summary>Reports and events that came again, or after newer ones, and were left out.</summary>
    public long Repeated { get; init; }

    /// <summary>Events that the BMC reported and that went to the ledger.</summary>
    public long Reported { get; init; }

    /// <summary>Bodies that came by event and were dropped: no room, over the limit of a minute, not understood, of no planned report.</summary>
    public long DroppedEvents { get; init; }

    /// <summary>Samples of a report's history, written at times of their own; among the samples.</summary>
    public long BackFilled { get; init; }

    /// <summary>Sums, one by one.</summary>
    public static BmcPollCounts operator +(BmcPollCounts a, BmcPollCounts b) => new(
        a.Reads + b.Reads, a.Failures + b.Failures, a.BytesRead + b.BytesRead, a.Samples + b.Samples, a.Unmapped + b.Unmapped,
        a.Ambiguous + b.Ambiguous, a.Absent + b.Absent, a.Stale + b.Stale, a.Markers + b.Markers, a.Refused + b.Refused,
        a.WriteFailures + b.WriteFailures)
    {
        Unchanged = a.Unchanged + b.Unchanged,
        Saturated = a.Saturated + b.Saturated,
        NotSent = a.NotSent + b.NotSent,
        WrongTags = a.WrongTags + b.WrongTags,
        Delivered = a.Delivered + b.Delivered,
        Thinned = a.Thinned + b.Thinned,
        Repeated = a.Repeated + b.Repeated,
        Reported = a.Reported + b.Reported,
        DroppedEvents = a.DroppedEvents + b.DroppedEvents,
        BackFilled = a.BackFilled + b.BackFilled,
    };
}

/// <summary>A poll that ended.</summary>
/// <param name="Mac">Of the BMC.</param>
/// <param name="LateMs">By how much it began after it was due.</param>
/// <param name="TookMs">From its begin to the last answer, written.</param>
public readonly record struct BmcPolled(string Mac, double LateMs, double TookMs);

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
    Uri Address, string Mac, DateTimeOffset? ReadAt, int FailuresInRow, RedfishOutcome Outcome, string Error, int SeriesCount, BmcPollCounts Counts)
{
    /// <summary>How its alerts come.</summary>
    public required ReadingWayState Alerts { get; init; }

    /// <summary>How its metric reports come.</summary>
    public required ReadingWayState Reports { get; init; }
}

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
