namespace Ampacity.Simulator;

/// <summary>What a platform makes of <c>$expand</c>.</summary>
public enum ExpandBehaviour
{
    /// <summary>As its service root says.</summary>
    AsSaid,

    /// <summary>Refused, though the root may say otherwise.</summary>
    Off,

    /// <summary>Answered with members that lack required properties (AMI).</summary>
    Broken,
}

/// <summary>How one kind of BMC behaves beyond what its tree says: how slow, how limited, how wrong.</summary>
public sealed record PlatformBehaviour
{
    /// <summary>Name by which it is chosen.</summary>
    public required string Name { get; init; }

    /// <summary>Mean time for an answer, seconds; 0 answers at once.</summary>
    public double MeanSeconds { get; init; }

    /// <summary>Longest time for an answer, seconds.</summary>
    public double MaxSeconds { get; init; }

    /// <summary>Mean time for a collection of log entries, seconds, or null: as all else.</summary>
    public double? LogSeconds { get; init; }

    /// <summary>Requests served at one time; further ones wait. Null: no limit.</summary>
    public int? Concurrency { get; init; }

    /// <summary>Requests that may wait; those beyond are refused with 503 and Retry-After.</summary>
    public int MaxWaiting { get; init; } = 64;

    /// <summary>What it makes of <c>$expand</c>.</summary>
    public ExpandBehaviour Expand { get; init; }

    /// <summary>Members of a collection in one answer; null: all.</summary>
    public int? PageSize { get; init; }

    /// <summary>Sensors say no units.</summary>
    public bool WithoutUnits { get; init; }

    /// <summary>Share of a report's values that is flagged as stale, 0 to 1.</summary>
    public double StaleShare { get; init; }

    /// <summary>Share of a report's values that is <c>nan</c>, 0 to 1.</summary>
    public double NanShare { get; init; }

    /// <summary>Counters stop at 2^32 − 1.</summary>
    public bool SaturatingCounters { get; init; }

    /// <summary>Idle time after which a session ends, seconds; null: the simulator's.</summary>
    public int? SessionSeconds { get; init; }

    /// <summary>Most sessions; null: the simulator's.</summary>
    public int? Sessions { get; init; }

    /// <summary>Share of requests that are refused with 503 and Retry-After, 0 to 1.</summary>
    public double BusyShare { get; init; }

    private PlatformBehaviour? _withoutLatency;

    /// <summary>The same, answering at once; made once.</summary>
    internal PlatformBehaviour WithoutLatency() => MeanSeconds == 0 && LogSeconds is null ? this
        : _withoutLatency ??= this with { MeanSeconds = 0, MaxSeconds = 0, LogSeconds = null, _withoutLatency = null };

    /// <summary>Answers at once and holds to the specification.</summary>
    public static PlatformBehaviour Ideal { get; } = new() { Name = "ideal" };
}
