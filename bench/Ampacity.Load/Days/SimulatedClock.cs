namespace Ampacity.Load;

/// <summary>A clock that is set; how long something took it tells as the machine does.</summary>
internal sealed class SimulatedClock : TimeProvider
{
    private long _nowMs;

    /// <summary>Now, UTC milliseconds.</summary>
    public long NowMs
    {
        get => Interlocked.Read(ref _nowMs);
        set => Interlocked.Exchange(ref _nowMs, value);
    }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);
}
