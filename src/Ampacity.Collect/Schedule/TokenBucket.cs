namespace Ampacity.Collect;

/// <summary>At most so many requests a second over all BMCs; what was not used is kept for one second.</summary>
/// <remarks>One thread at a time.</remarks>
internal sealed class TokenBucket
{
    private readonly double _perSecond;
    private readonly TimeProvider _time;
    private double _tokens;
    private long _filledAt;

    public TokenBucket(double perSecond, TimeProvider time)
    {
        (_perSecond, _time, _tokens, _filledAt) = (perSecond, time, perSecond, time.GetTimestamp());
    }

    /// <summary>Takes tokens; where there are too few, says how long until there are, and takes none. More than a second's worth counts as a second's.</summary>
    public bool TryTake(int count, out TimeSpan wait)
    {
        var now = _time.GetTimestamp();
        _tokens = Math.Min(_perSecond, _tokens + (_time.GetElapsedTime(_filledAt, now).TotalSeconds * _perSecond));
        _filledAt = now;
        var wanted = Math.Min(count, _perSecond);
        if (_tokens >= wanted)
        {
            _tokens -= wanted;
            wait = TimeSpan.Zero;
            return true;
        }

        wait = TimeSpan.FromSeconds((wanted - _tokens) / _perSecond);
        return false;
    }
}
