namespace Ampacity.Simulator;

/// <summary>Where a BMC sends its events.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class PushSubscription(string id, Uri destination, string? context, string format, string policy)
{
    private volatile bool _terminated;
    private volatile bool _suspended;

    public string Id => id;

    public Uri Destination => destination;

    /// <summary>What is sent back with every event.</summary>
    public string? Context { get; set; } = context;

    /// <summary>Event or MetricReport.</summary>
    public string Format => format;

    /// <summary>What happens when the destination does not answer: TerminateAfterRetries, SuspendRetries or RetryForever.</summary>
    public string Policy => policy;

    public bool IsTerminated => _terminated;

    public bool IsSuspended => _suspended;

    public void Terminate() => _terminated = true;

    public void Suspend() => _suspended = true;
}
