namespace Ampacity.Server;

/// <summary>
/// Bounds what bodies of samples take in memory at one time. Past it a sender is told to wait (429), which costs it nothing; taking
/// everything would cost all senders the process.
/// </summary>
/// <remarks>Any thread. A body is counted by what it may grow to: its declared length, or the limit when it declares none.</remarks>
internal sealed class SampleGate
{
    /// <summary>Most requests under way; 512, guessed: Prometheus sends by at most 50 shards (queue_config.max_shards).</summary>
    public const int MaxRequests = 512;

    /// <summary>Most bytes of their bodies together: 256 MiB, about 5,000 requests of Prometheus; guessed.</summary>
    public const long MaxBytes = 256L << 20;

    private readonly Lock _lock = new();
    private int _requests;
    private long _bytes;

    /// <summary>Whether there is room; if so, <see cref="Leave"/> must follow.</summary>
    public bool TryEnter(long bytes)
    {
        lock (_lock)
        {
            // One alone always has room, or a large limit could never be used.
            if (_requests > 0 && (_requests == MaxRequests || _bytes + bytes > MaxBytes))
            {
                return false;
            }

            _requests++;
            _bytes += bytes;
            return true;
        }
    }

    public void Leave(long bytes)
    {
        lock (_lock)
        {
            _requests--;
            _bytes -= bytes;
        }
    }
}
