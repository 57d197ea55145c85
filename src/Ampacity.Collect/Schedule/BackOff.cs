namespace Ampacity.Collect;

/// <summary>
/// How long to leave something alone after it failed: the interval, doubled with each further failure, up to a limit, and up to a tenth less by its
/// key so that a switch that comes back is not met by all at once.
/// </summary>
/// <param name="Failures">Failures in a row; 0 is well.</param>
public readonly record struct BackOff(int Failures)
{
    /// <summary>Whether the circuit is open: nothing but one attempt per step is allowed.</summary>
    public bool IsOpen => Failures > 0;

    /// <summary>After one more failure.</summary>
    public BackOff Failed() => new(Math.Min(Failures + 1, 62));

    /// <summary>How long to wait until the next attempt; zero when well.</summary>
    /// <param name="interval">Wait after the first failure.</param>
    /// <param name="limit">Longest wait.</param>
    /// <param name="key">Sets the share that is taken off.</param>
    public TimeSpan Delay(TimeSpan interval, TimeSpan limit, string key)
    {
        if (Failures == 0)
        {
            return TimeSpan.Zero;
        }

        var milliseconds = Math.Min(interval.TotalMilliseconds * Math.Pow(2, Failures - 1), limit.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(milliseconds * (1 - (PollPhase.Hash(key) % 1_000 / 10_000.0)));
    }
}
