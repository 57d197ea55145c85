using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>What goes wrong.</summary>
public enum FaultKind
{
    /// <summary>A request is answered with a status and an error body.</summary>
    Status,

    /// <summary>A request is answered late.</summary>
    Delay,

    /// <summary>A request's connection breaks before an answer.</summary>
    Drop,

    /// <summary>JSON is merged into an answer (RFC 7396): null takes a property away.</summary>
    Merge,

    /// <summary>Readings stand still and are flagged as stale.</summary>
    Stale,

    /// <summary>The BMC goes and comes: half of each period it is not there.</summary>
    Flap,

    /// <summary>The BMC reboots: gone for a while, sessions and subscriptions forgotten.</summary>
    Reboot,

    /// <summary>A leak detector sees a leak; what stands above it goes on saying OK.</summary>
    Leak,

    /// <summary>A supply trips: no output.</summary>
    PsuTrip,

    /// <summary>Supplies lose their input: one, or all of a shelf.</summary>
    FeedLoss,

    /// <summary>An accelerator falls off the bus: Absent, no readings.</summary>
    GpuGone,

    /// <summary>The cables of two neighbouring adapters are swapped: each sees the other's switch port.</summary>
    CableSwap,

    /// <summary>The hardware reports another serial: it was replaced, or stands in another's place.</summary>
    Serial,

    /// <summary>The BMC reports another MAC: its board was replaced.</summary>
    Mac,
}

/// <summary>When, where and how often something goes wrong.</summary>
public sealed record FaultRule
{
    /// <summary>What.</summary>
    public required FaultKind Do { get; init; }

    /// <summary>Places of the BMCs; <c>*</c> stands for any text.</summary>
    public string Place { get; init; } = "*";

    /// <summary>Paths of requests; <c>*</c> stands for any text. For status, delay, drop and merge.</summary>
    public string Path { get; init; } = "*";

    /// <summary>Method of requests, or null for all.</summary>
    public string? Method { get; init; }

    /// <summary>When it begins, seconds of simulated time since the start.</summary>
    public double AtSeconds { get; init; }

    /// <summary>How long it lasts, seconds; null: to the end. A reboot takes 60 s without it.</summary>
    public double? ForSeconds { get; init; }

    /// <summary>Most requests of a BMC that it meets; null: all.</summary>
    public int? Count { get; init; }

    /// <summary>Share of requests that it meets, 0 to 1, drawn from the seed.</summary>
    public double Rate { get; init; } = 1;

    /// <summary>Status of an answer, 400 to 599.</summary>
    public int StatusCode { get; init; } = 500;

    /// <summary>Seconds of a Retry-After, or null for none.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>How late, seconds.</summary>
    public double DelaySeconds { get; init; }

    /// <summary>Length of a flap from gone to gone, seconds.</summary>
    public double PeriodSeconds { get; init; } = 60;

    /// <summary>What is merged into an answer.</summary>
    public JsonObject? Merge { get; init; }

    /// <summary>Number of the part, from 0: detector, supply, accelerator, adapter. A feed loss without it meets all supplies.</summary>
    public int? Part { get; init; }

    /// <summary>The serial or MAC that is reported; of a reboot the firmware that it comes up with, null for the same.</summary>
    public string? Text { get; init; }

    /// <summary>Whether it is about single requests, not about a state that lasts.</summary>
    internal bool IsOfRequests => Do is FaultKind.Status or FaultKind.Delay or FaultKind.Drop or FaultKind.Merge;

    internal double EndSeconds => AtSeconds + (ForSeconds ?? (Do == FaultKind.Reboot ? BmcActions.RebootTime.TotalSeconds : double.PositiveInfinity));

    internal bool IsActive(double seconds) => seconds >= AtSeconds && seconds < EndSeconds;
}
