namespace Ampacity.Collect;

/// <summary>Waits for a time or a signal, with one timer for the life of a schedule.</summary>
/// <remarks>One waits; any thread sets.</remarks>
internal sealed class WakeUp : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0);
    private readonly ITimer _timer;
    private int _isSet;

    public WakeUp(TimeProvider time) => _timer = time.CreateTimer(_ => Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Wakes who waits, or the next that will.</summary>
    public void Set()
    {
        if (Interlocked.Exchange(ref _isSet, 1) == 0)
        {
            _signal.Release();
        }
    }

    /// <summary>Waits; null: for a signal alone.</summary>
    public async Task WaitAsync(TimeSpan? atMost, CancellationToken cancellationToken)
    {
        _timer.Change(atMost ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await _signal.WaitAsync(cancellationToken);
        Volatile.Write(ref _isSet, 0);
    }

    public void Dispose()
    {
        _timer.Dispose();
        _signal.Dispose();
    }
}
