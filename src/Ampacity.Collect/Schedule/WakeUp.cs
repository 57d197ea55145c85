namespace Ampacity.Collect;

/// <summary>Waits for a time or a signal, with one timer for the life of a schedule.</summary>
/// <remarks>One waits; any thread sets. Once disposed of, setting does nothing.</remarks>
internal sealed class WakeUp : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0);
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private bool _isSet;

    public WakeUp(TimeProvider time) => _timer = time.CreateTimer(_ => Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Wakes who waits, or the next that will.</summary>
    public void Set()
    {
        lock (_gate)
        {
            if (!_isSet)
            {
                _isSet = true;
                _signal.Release();
            }
        }
    }

    /// <summary>Waits; null: for a signal alone.</summary>
    public async Task WaitAsync(TimeSpan? atMost, CancellationToken cancellationToken)
    {
        _timer.Change(atMost ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await _signal.WaitAsync(cancellationToken);
        lock (_gate)
        {
            _isSet = false;
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            _isSet = true;
            _signal.Dispose();
        }
    }
}
