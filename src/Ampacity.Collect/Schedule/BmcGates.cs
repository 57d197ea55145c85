using System.Collections.Concurrent;
using Ampacity.Fleet;

namespace Ampacity.Collect;

/// <summary>
/// How many requests one BMC stands at one time, over everything that reads it: polls, surveys, discovery, event streams. Whoever sends a request
/// enters first; where there is no place, the most urgent waits least.
/// </summary>
/// <remarks>Any thread. A gate lives as long as this object; a site has some 20,000 BMCs, and a gate is some 150 bytes.</remarks>
public sealed class BmcGates
{
    private readonly ConcurrentDictionary<string, BmcGate> _gates = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Waits for a place at a BMC; to be disposed of when the answer is there.</summary>
    /// <param name="address">Scheme, host and port.</param>
    /// <param name="most">Places, as the platform's profile says; null where that is not known yet: one, until somebody knows.</param>
    /// <param name="urgency">What it is for: leaks and power go before inventory, which a survey is.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public ValueTask<Place> EnterAsync(Uri address, int? most, ReadClass urgency, CancellationToken cancellationToken) =>
        Of(address).EnterAsync(most, urgency, cancellationToken);

    /// <summary>The same as what <see cref="Redfish.RedfishClientOptions.Turn"/> asks for.</summary>
    public Func<CancellationToken, ValueTask<IDisposable>> Turns(Uri address, int? most, ReadClass urgency)
    {
        var gate = Of(address);
        return async cancellationToken => await gate.EnterAsync(most, urgency, cancellationToken);
    }

    private BmcGate Of(Uri address) => _gates.GetOrAdd(address.Authority, static _ => new BmcGate());

    /// <summary>A place at a BMC.</summary>
    public readonly struct Place : IDisposable
    {
        private readonly BmcGate _gate;

        internal Place(BmcGate gate) => _gate = gate;

        /// <summary>Gives it back.</summary>
        public void Dispose() => _gate.Leave();
    }
}

/// <summary>The places of one BMC.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class BmcGate
{
    private readonly Lock _gate = new();
    private PriorityQueue<TaskCompletionSource, (ReadClass Urgency, long Number)>? _waiting;
    private int _places = 1;
    private int _inside;
    private long _number;

    public async ValueTask<BmcGates.Place> EnterAsync(int? most, ReadClass urgency, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource turn;
        lock (_gate)
        {
            if (most is { } places && places != _places)
            {
                _places = places;
                Admit();
            }

            if (_inside < _places)
            {
                _inside++;
                return new BmcGates.Place(this);
            }

            turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            (_waiting ??= new()).Enqueue(turn, (urgency, _number++));
        }

        // Who gives up is passed over when its turn comes.
        await using (cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken)))
        {
            await turn.Task;
        }

        return new BmcGates.Place(this);
    }

    public void Leave()
    {
        lock (_gate)
        {
            _inside--;
            Admit();
        }
    }

    private void Admit()
    {
        while (_inside < _places && _waiting is not null && _waiting.TryDequeue(out var next, out _))
        {
            if (next.TrySetResult())
            {
                _inside++;
            }
        }

        _waiting = _waiting is { Count: 0 } ? null : _waiting;
    }
}
