using System.Collections.Concurrent;

namespace Ampacity.Collect;

/// <summary>
/// How many requests one BMC stands at one time, over everything that reads it: polls, surveys, event streams. Whoever sends a request enters first.
/// </summary>
/// <remarks>Any thread. A gate lives as long as this object; a site has some 20,000 BMCs, and a gate is some 100 bytes.</remarks>
public sealed class BmcGates
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Waits for a place at a BMC; to be disposed of when the answer is there.</summary>
    /// <param name="address">Scheme, host and port.</param>
    /// <param name="most">Places, where nobody has entered before: as the platform's profile says.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async ValueTask<Place> EnterAsync(Uri address, int most, CancellationToken cancellationToken)
    {
        var gate = _gates.GetOrAdd(address.Authority, static (_, places) => new SemaphoreSlim(places, places), most);
        await gate.WaitAsync(cancellationToken);
        return new Place(gate);
    }

    /// <summary>A place at a BMC.</summary>
    public readonly struct Place(SemaphoreSlim gate) : IDisposable
    {
        /// <summary>Gives it back.</summary>
        public void Dispose() => gate.Release();
    }
}
