using System.Collections.Concurrent;
using Ampacity.Fleet;

namespace Ampacity.Collect;

/// <summary>Something that is done again and again, in turns that never overlap.</summary>
internal interface ITurnTaker
{
    /// <summary>When its next turn is due, how urgent that is, and how many requests it will send.</summary>
    (long DueMs, ReadClass Class, int Requests) Next(long nowMs);

    /// <summary>Whether its newest turn took so long that it may hold up others.</summary>
    bool IsSlow { get; }

    /// <summary>Takes a turn; never throws but for cancellation.</summary>
    Task TakeTurnAsync(long dueMs, CancellationToken cancellationToken);
}

/// <summary>How a schedule does.</summary>
/// <param name="Turns">Turns begun.</param>
/// <param name="LateMs">Milliseconds by which they began after they were due, summed.</param>
/// <param name="WorstLateMs">The most by which one began late.</param>
/// <param name="Running">Turns under way.</param>
/// <param name="Ready">Turns that are due and wait for a place.</param>
public readonly record struct ScheduleState(long Turns, long LateMs, long WorstLateMs, int Running, int Ready);

/// <summary>
/// Gives turns to thousands of takers: a heap of what is due when, a bounded number under way, a bucket of requests over all, the most urgent
/// first. A taker that waits costs an entry of the heap: no timer, no task.
/// </summary>
/// <remarks>
/// One run. Slow takers have half the places: as many as there may be of them, the others find a place. Urgent turns (leaks, power) go before
/// inventory where there are more turns than places or requests; a turn that waits for tokens holds up only those that are less urgent.
/// </remarks>
internal sealed class TurnSchedule(IReadOnlyList<ITurnTaker> takers, int places, double requestsPerSecond, TimeProvider time)
{
    private readonly PriorityQueue<int, long> _waiting = new();
    private readonly PriorityQueue<(int Taker, long DueMs, int Requests), (ReadClass Class, long DueMs)> _ready = new();
    private readonly PriorityQueue<(int Taker, long DueMs, int Requests), (ReadClass Class, long DueMs)> _slow = new();
    private readonly ConcurrentQueue<int> _done = new();
    private readonly HashSet<int> _slowUnderWay = [];
    private readonly TokenBucket _bucket = new(requestsPerSecond, time);
    private int _running;
    private long _turns;
    private long _lateMs;
    private long _worstMs;
    private int _readyCount;

    /// <summary>How it does; from any thread.</summary>
    public ScheduleState State => new(
        Interlocked.Read(ref _turns), Interlocked.Read(ref _lateMs), Interlocked.Read(ref _worstMs), Volatile.Read(ref _running), Volatile.Read(ref _readyCount));

    /// <summary>Gives turns until cancelled, then waits for those under way and returns.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var wake = new WakeUp(time);
        for (var taker = 0; taker < takers.Count; taker++)
        {
            _waiting.Enqueue(taker, takers[taker].Next(NowMs()).DueMs);
        }

        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await wake.WaitAsync(Give(wake, cancellationToken), cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The way in which a run ends.
        }

        Collect();
        while (Volatile.Read(ref _running) > 0)
        {
            await wake.WaitAsync(null, CancellationToken.None);
            Collect();
        }
    }

    // Begins what can begin; says when something else may.
    private TimeSpan? Give(WakeUp wake, CancellationToken cancellationToken)
    {
        Collect();
        var nowMs = NowMs();
        while (_waiting.TryPeek(out var taker, out var dueMs) && dueMs <= nowMs)
        {
            _waiting.Dequeue();
            var (_, urgency, requests) = takers[taker].Next(nowMs);
            (takers[taker].IsSlow ? _slow : _ready).Enqueue((taker, dueMs, requests), (urgency, dueMs));
        }

        TimeSpan? wait = null;
        while (_running < places && TryNext(out var queue))
        {
            var turn = queue.Peek();
            if (!_bucket.TryTake(turn.Requests, out var until))
            {
                wait = until;
                break;
            }

            queue.Dequeue();
            Begin(turn.Taker, turn.DueMs, nowMs, queue == _slow, wake, cancellationToken);
        }

        Volatile.Write(ref _readyCount, _ready.Count + _slow.Count);
        if (_waiting.TryPeek(out _, out var nextMs))
        {
            var next = TimeSpan.FromMilliseconds(Math.Max(1, nextMs - nowMs));
            wait = wait is null || next < wait ? next : wait;
        }

        return wait;
    }

    private bool TryNext(out PriorityQueue<(int Taker, long DueMs, int Requests), (ReadClass Class, long DueMs)> queue)
    {
        var isSlowOpen = _slow.Count > 0 && _slowUnderWay.Count < Math.Max(1, places / 2);
        queue = _ready;
        if (_ready.TryPeek(out _, out var ready))
        {
            queue = isSlowOpen && _slow.TryPeek(out _, out var slow) && slow.CompareTo(ready) < 0 ? _slow : _ready;
            return true;
        }

        queue = _slow;
        return isSlowOpen;
    }

    private void Begin(int taker, long dueMs, long nowMs, bool isSlow, WakeUp wake, CancellationToken cancellationToken)
    {
        var lateMs = Math.Max(0, nowMs - dueMs);
        Interlocked.Increment(ref _turns);
        Interlocked.Add(ref _lateMs, lateMs);
        Interlocked.Exchange(ref _worstMs, Math.Max(Interlocked.Read(ref _worstMs), lateMs));
        Interlocked.Increment(ref _running);
        if (isSlow)
        {
            _slowUnderWay.Add(taker);
        }

        _ = TakeAsync();

        async Task TakeAsync()
        {
            try
            {
                await takers[taker].TakeTurnAsync(dueMs, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // The run ends.
            }
            finally
            {
                _done.Enqueue(taker);
                wake.Set();
            }
        }
    }

    private void Collect()
    {
        while (_done.TryDequeue(out var taker))
        {
            Interlocked.Decrement(ref _running);
            _slowUnderWay.Remove(taker);
            _waiting.Enqueue(taker, takers[taker].Next(NowMs()).DueMs);
        }
    }

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
