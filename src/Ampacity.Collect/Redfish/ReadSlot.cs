using Ampacity.Fleet;

namespace Ampacity.Collect;

/// <summary>A planned read and when it is due: at a fixed phase of its period, which follows from the BMC.</summary>
internal sealed class ReadSlot
{
    private readonly long _offsetMs;
    private long _doneMs;

    public ReadSlot(PlannedRead read, long periodMs, ulong phase)
    {
        Read = read;
        PeriodMs = periodMs;
        Path = read.Uri.Split('?')[0];
        _offsetMs = (long)(phase % (ulong)periodMs);
    }

    public PlannedRead Read { get; }

    /// <summary>The URI without its query.</summary>
    public string Path { get; }

    public long PeriodMs { get; }

    /// <summary>Of the newest body that was read to its end; 0 before.</summary>
    public ulong BodyHash { get; set; }

    /// <summary>Notes that it was read, or tried.</summary>
    public void Done(long nowMs) => _doneMs = nowMs;

    /// <summary>The first time after a time that has its phase.</summary>
    public long FirstAfter(long nowMs) => PollPhase.NextDueMs(nowMs, PeriodMs, _offsetMs);

    /// <summary>When it is due next; in the past where its time has come. Missed times are not made up for.</summary>
    public long NextMs => FirstAfter(_doneMs);
}
