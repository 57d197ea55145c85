using Ampacity.Fleet;
using Ampacity.Redfish;

namespace Ampacity.Collect;

/// <summary>A planned read and when it is due: at a fixed phase of its period, which follows from the BMC.</summary>
internal sealed class ReadSlot
{
    private readonly long _offsetMs;
    private long _doneMs;
    private long _hastenedMs = long.MaxValue;

    public ReadSlot(PlannedRead read, long periodMs, ulong phase)
    {
        Read = read;
        PeriodMs = periodMs;
        Path = read.Uri.Split('?')[0];
        _offsetMs = (long)(phase % (ulong)periodMs);
    }

    public PlannedRead Read { get; }

    /// <summary>Whether it is looked at for changes and gives no values.</summary>
    public bool IsWatch => Read.Class == ReadClass.Inventory;

    /// <summary>The URI without its query.</summary>
    public string Path { get; }

    public long PeriodMs { get; }

    /// <summary>Of the newest body that was read to its end; 0 before.</summary>
    public ulong BodyHash { get; set; }

    /// <summary>Of that body, to be sent with the next read; null where the BMC gave none, it is not believed, or bodies differ from read to read.</summary>
    public string? Tag { get; set; }

    /// <summary>How often a tag was believed since a whole body was last asked for.</summary>
    public int TagsBelieved { get; set; }

    /// <summary>Where it is looked at for changes: what it said last. Null before, and for all that gives values.</summary>
    public ResourceWatch? Watch { get; set; }

    /// <summary>What came of it by event; null for what never did.</summary>
    public Arrivals? Came { get; private set; }

    /// <summary>Whether it comes by event: a poll then is but a check.</summary>
    public bool IsDelivered => Came is { IsOpen: true };

    /// <summary>How long after it came by event it has to come again before it is polled: two periods, and what is left of the third.</summary>
    public long LateMs => 2 * PeriodMs;

    /// <summary>How often what comes by event is polled all the same: ten periods, but ten minutes at least (guessed).</summary>
    public long CheckMs => Math.Max(600_000, 10 * PeriodMs);

    /// <summary>It came by event.</summary>
    public Arrivals Delivered(long nowMs)
    {
        Came ??= new Arrivals();
        (Came.IsOpen, Came.AtMs) = (true, nowMs);
        return Came;
    }

    /// <summary>It comes by event no more.</summary>
    public void ToPolls()
    {
        if (Came is { } came)
        {
            came.IsOpen = false;
        }
    }

    /// <summary>Whether it should have come by event and did not.</summary>
    public bool IsLate(long nowMs) => Came is { IsOpen: true } came && nowMs - came.AtMs > LateMs;

    /// <summary>Whether it was read, or tried, at all.</summary>
    public bool IsTried { get; private set; }

    /// <summary>Begins its period: it is due after this time.</summary>
    public void Begin(long nowMs) => _doneMs = nowMs;

    /// <summary>Notes that it was read, or tried.</summary>
    public void Done(long nowMs) => (_doneMs, _hastenedMs, IsTried) = (nowMs, long.MaxValue, true);

    /// <summary>It is due now, whatever its period.</summary>
    public void Hasten(long nowMs) => _hastenedMs = Math.Min(_hastenedMs, nowMs);

    /// <summary>The first time after a time that has its phase.</summary>
    public long FirstAfter(long nowMs) => PollPhase.NextDueMs(nowMs, PeriodMs, _offsetMs);

    /// <summary>When it is due next; in the past where its time has come. Missed times are not made up for.</summary>
    public long NextMs => Math.Min(
        _hastenedMs,
        Came is { IsOpen: true } came ? Math.Min(FirstAfter(came.AtMs + LateMs), FirstAfter(_doneMs + CheckMs)) : FirstAfter(_doneMs));

    /// <summary>What came of one read by event.</summary>
    internal sealed class Arrivals
    {
        /// <summary>Whether it comes.</summary>
        public bool IsOpen { get; set; }

        /// <summary>When it came last, UTC milliseconds.</summary>
        public long AtMs { get; set; }

        /// <summary>When what came was last written, UTC milliseconds; far back before.</summary>
        public long TakenMs { get; set; } = long.MinValue / 2;

        /// <summary>The newest report's own time, by the BMC's clock; what is older is a repetition.</summary>
        public long ReportMs { get; set; } = MetricReadings.NoTime;
    }
}
