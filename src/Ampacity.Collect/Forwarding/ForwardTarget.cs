using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>Where samples are sent on by remote write, which, and how much may wait.</summary>
public sealed record ForwardTarget
{
    /// <summary>Its name: folder of its queue and label of its metrics.</summary>
    public required string Name { get; init; }

    /// <summary>The whole address, such as <c>http://prometheus:9090/api/v1/write</c>.</summary>
    public required Uri Url { get; init; }

    /// <summary>Which remote write it is sent; 1.0 if nothing is said.</summary>
    public ForwardProtocol Protocol { get; init; }

    /// <summary>Headers of every request.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Selectors, on the labels that are sent; a series goes that passes any of them. Empty: all go.</summary>
    public IReadOnlyList<IReadOnlyList<Matcher>> Match { get; init; } = [];

    /// <summary>Whether topology labels are written out, as of each sample's time.</summary>
    public bool WritesTopology { get; init; } = true;

    /// <summary>Most bytes that wait on the disk; 1 GiB, guessed: 50 million samples of long labels as Snappy leaves them. Beyond it the oldest go.</summary>
    public long MaxQueueBytes { get; init; } = 1L << 30;

    /// <summary>Samples of one request; 5,000. Prometheus sends 2,000, receivers take tens of thousands.</summary>
    public int SamplesPerRequest { get; init; } = 5_000;

    /// <summary>Longest wait between two attempts; 1 minute. The first is a second, then doubled.</summary>
    public TimeSpan MaxBackOff { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Time for one request; 30 s, as Prometheus.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>What became of samples that were to be sent on, since start.</summary>
/// <param name="Sent">Samples that the receiver acknowledged.</param>
/// <param name="Refused">Samples that it refused for good (4xx but 429), or of a 2.0 request did not write.</param>
/// <param name="Dropped">Samples that left the queue unsent: it was full, or could not be written or read.</param>
/// <param name="Requests">Requests acknowledged.</param>
/// <param name="Retries">Attempts that failed and were made again.</param>
/// <param name="QueuedSamples">Samples that wait.</param>
/// <param name="QueuedBytes">Bytes of the queue's files.</param>
/// <param name="OldestMs">When the first that waits was queued, UTC milliseconds; null when none does.</param>
/// <param name="Failing">Why it does not go on just now; null while it does.</param>
/// <param name="FallBacks">How often 1.0 had to be sent instead of the 2.0 that was asked for.</param>
public readonly record struct ForwardCounts(
    long Sent, long Refused, long Dropped, long Requests, long Retries, long QueuedSamples, long QueuedBytes, long? OldestMs, string? Failing, long FallBacks);
