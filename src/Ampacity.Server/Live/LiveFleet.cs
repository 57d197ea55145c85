using Ampacity.Topology;

namespace Ampacity.Server;

/// <summary>The newest frame of the fleet, for pages and answers. Any thread.</summary>
public sealed class LiveFleet
{
    private volatile LiveFrame? _frame;

    /// <summary>Raised after a new frame stands; handlers must be quick and not throw.</summary>
    public event Action? Changed;

    /// <summary>The newest frame, or null before the first.</summary>
    public LiveFrame? Frame => _frame;

    internal void Set(LiveFrame frame)
    {
        _frame = frame;
        Changed?.Invoke();
    }
}
