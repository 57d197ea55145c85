using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Ampacity.Fleet;
using Ampacity.Topology;

namespace Ampacity.Server;

/// <summary>
/// Frames as Server-Sent Events. What a frame says to one scope is encoded once, by the first viewer that asks, and the same bytes go to all of that scope.
/// </summary>
/// <remarks>Any thread. A viewer that is slow misses frames, and never holds up another.</remarks>
internal sealed class LiveStream : IDisposable
{
    /// <summary>Viewers at once; each is a connection that stays open.</summary>
    public const int MaxViewers = 500;

    private readonly LiveFleet _live;
    private volatile Round _round = new(null);
    private int _viewers;
    private long _encoded;

    public LiveStream(LiveFleet live)
    {
        _live = live;
        live.Changed += Begin;
        Begin();
    }

    /// <summary>Viewers now.</summary>
    public int Viewers => Volatile.Read(ref _viewers);

    /// <summary>Frames encoded so far, for any scope.</summary>
    public long Encoded => Interlocked.Read(ref _encoded);

    /// <summary>Takes a viewer's place; false when all are taken. Every place that is taken is given back.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _viewers) <= MaxViewers)
        {
            return true;
        }

        Leave();
        return false;
    }

    /// <summary>Gives a viewer's place back.</summary>
    public void Leave() => Interlocked.Decrement(ref _viewers);

    /// <summary>The next event for a viewer: the newest frame when it has not had it, else the next one.</summary>
    /// <param name="ask">Whose event.</param>
    /// <param name="hadMs">The instant of the frame that the viewer had last.</param>
    /// <param name="cancellationToken">The viewer has gone.</param>
    public async Task<(long AtMs, byte[] Event)> NextAsync(LiveAsk ask, long hadMs, CancellationToken cancellationToken)
    {
        var round = _round;
        while (round.Frame is null || round.Frame.AtMs <= hadMs)
        {
            await round.Over.WaitAsync(cancellationToken);
            round = _round;
        }

        var made = round.Events.GetOrAdd(ask, asked => new Lazy<byte[]>(() => Encode(round.Frame, asked)));
        return (round.Frame.AtMs, made.Value);
    }

    public void Dispose() => _live.Changed -= Begin;

    private void Begin()
    {
        var before = _round;
        _round = new Round(_live.Frame);
        before.End();
    }

    private byte[] Encode(LiveFrame frame, LiveAsk ask)
    {
        Interlocked.Increment(ref _encoded);
        var json = JsonSerializer.SerializeToUtf8Bytes(LiveEvent.Of(frame, ask), RestJson.Options);
        return [.. Encoding.ASCII.GetBytes($"event: frame\nid: {frame.AtMs}\ndata: "), .. json, (byte)'\n', (byte)'\n'];
    }

    // One frame, and what it says to each scope that asks.
    private sealed class Round(LiveFrame? frame)
    {
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public LiveFrame? Frame => frame;

        public ConcurrentDictionary<LiveAsk, Lazy<byte[]>> Events { get; } = new();

        public Task Over => _over.Task;

        public void End() => _over.SetResult();
    }
}

/// <summary>What a viewer sees of a frame.</summary>
/// <param name="Scope">The scope as its header says it; empty is the whole fleet.</param>
/// <param name="Kinds">The kinds of node, as bits by <see cref="NodeKind"/>.</param>
internal readonly record struct LiveAsk(string Scope, ulong Kinds)
{
    /// <summary>Places down to the hall, where a few hundred are a 10 GW fleet.</summary>
    public const ulong UsualKinds = (1UL << (int)NodeKind.Site) | (1UL << (int)NodeKind.Building) | (1UL << (int)NodeKind.Hall);

    /// <summary>Whether nodes of a kind are seen.</summary>
    public bool Has(NodeKind kind) => (Kinds >> (int)kind & 1) != 0;
}
