namespace Ampacity.Benchmarks;

/// <summary>A wall clock that stands at a time of samples until it is moved; what lasts is measured by the machine's.</summary>
internal sealed class SampleClock : TimeProvider
{
    private long _nowMs = StoreSeries.BeginMs;

    /// <summary>Moves it, UTC milliseconds.</summary>
    public void MoveTo(long nowMs) => Volatile.Write(ref _nowMs, nowMs);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Volatile.Read(ref _nowMs));
}
