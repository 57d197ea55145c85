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
/// Takers may join, leave and be looked at again from any thread.
/// </remarks>
internal sealed class TurnSchedule
{
    private readonly PriorityQueue<(Seat Seat, long DueMs), long> _waiting = new();
    private readonly PriorityQueue<(Seat Seat, long DueMs, int Requests), (ReadClass Class, long DueMs)> _ready = new();
    private readonly PriorityQueue<(Seat Seat, long DueMs, int Requests), (ReadClass Class, long DueMs)> _slow = new();
    private readonly ConcurrentQueue<Seat> _done = new();
    private readonly ConcurrentQueue<(ITurnTaker Taker, Call Call, TaskCompletionSource? Answered)> _calls = new();
    private readonly HashSet<Seat> _slowUnderWay = [];
    private readonly Dictionary<ITurnTaker, Seat> _seats = new(ReferenceEqualityComparer.Instance);
    private readonly int _places;
    private readonly TimeProvider _time;
    private readonly TokenBucket _bucket;
    private Action? _wake;
    private bool _isOver;
    private int _running;
    private long _turns;
    private long _lateMs;
    private long _worstMs;
    private int _readyCount;

    public TurnSchedule(IReadOnlyList<ITurnTaker> takers, int places, double requestsPerSecond, TimeProvider time)
    {
        (_places, _time) = (places, time);
        _bucket = new TokenBucket(requestsPerSecond, time);
        foreach (var taker in takers)
        {
            Join(taker);
        }
    }

    private enum Call
    {
        Join,
        Look,
        Leave,
    }

    // One taker's place in the queues. It waits, or is ready, or is under way.
    private sealed class Seat(ITurnTaker taker)
    {
        public ITurnTaker Taker => taker;

        // Of the one entry of the heap that counts.
        public long DueMs { get; set; }

        public bool IsWaiting { get; set; }

        public bool IsUnderWay { get; set; }

        public TaskCompletionSource? Leaving { get; set; }
    }

    /// <summary>How it does; from any thread.</summary>
    public ScheduleState State => new(
        Interlocked.Read(ref _turns), Interlocked.Read(ref _lateMs), Interlocked.Read(ref _worstMs), Volatile.Read(ref _running), Volatile.Read(ref _readyCount));

    /// <summary>Takes one more taker in.</summary>
    public void Join(ITurnTaker taker) => Say(taker, Call.Join, null);

    /// <summary>A taker may be due earlier than it said.</summary>
    public void Look(ITurnTaker taker) => Say(taker, Call.Look, null);

    /// <summary>Gives a taker no more turns; completes when none of it is under way.</summary>
    public Task LeaveAsync(ITurnTaker taker)
    {
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Say(taker, Call.Leave, answered);
        return answered.Task;
    }

    /// <summary>Gives turns until cancelled, then waits for those under way and returns.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var wake = new WakeUp(_time);
        Volatile.Write(ref _wake, wake.Set);
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await wake.WaitAsync(Give(cancellationToken), cancellationToken);
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

        // Who waits for a taker to leave waits for nothing more.
        Volatile.Write(ref _isOver, true);
        Hear();
    }

    // Begins what can begin; says when something else may.
    private TimeSpan? Give(CancellationToken cancellationToken)
    {
        Hear();
        Collect();
        var nowMs = NowMs();
        while (_waiting.TryPeek(out var first, out var dueMs) && dueMs <= nowMs)
        {
            _waiting.Dequeue();
            var seat = first.Seat;
            if (!seat.IsWaiting || seat.DueMs != dueMs)
            {
                continue; // it was found to be due at another time meanwhile
            }

            var (nextMs, urgency, requests) = seat.Taker.Next(nowMs);
            if (nextMs > nowMs)
            {
                Wait(seat, nextMs); // what was due has come by another way
                continue;
            }

            seat.IsWaiting = false;
            (seat.Taker.IsSlow ? _slow : _ready).Enqueue((seat, nextMs, requests), (urgency, nextMs));
        }

        TimeSpan? wait = null;
        while (_running < _places && TryNext(out var queue))
        {
            var turn = queue.Peek();
            if (turn.Seat.Leaving is { } leaving)
            {
                queue.Dequeue();
                leaving.TrySetResult();
                continue;
            }

            if (!_bucket.TryTake(turn.Requests, out var until))
            {
                wait = until;
                break;
            }

            queue.Dequeue();
            Begin(turn.Seat, turn.DueMs, nowMs, queue == _slow, cancellationToken);
        }

        Volatile.Write(ref _readyCount, _ready.Count + _slow.Count);
        if (_waiting.TryPeek(out _, out var dueNextMs))
        {
            var next = TimeSpan.FromMilliseconds(Math.Max(1, dueNextMs - nowMs));
            wait = wait is null || next < wait ? next : wait;
        }

        return wait;
    }

    private bool TryNext(out PriorityQueue<(Seat Seat, long DueMs, int Requests), (ReadClass Class, long DueMs)> queue)
    {
        var isSlowOpen = _slow.Count > 0 && _slowUnderWay.Count < Math.Max(1, _places / 2);
        queue = _ready;
        if (_ready.TryPeek(out _, out var ready))
        {
            queue = isSlowOpen && _slow.TryPeek(out _, out var slow) && slow.CompareTo(ready) < 0 ? _slow : _ready;
            return true;
        }

        queue = _slow;
        return isSlowOpen;
    }

    private void Begin(Seat seat, long dueMs, long nowMs, bool isSlow, CancellationToken cancellationToken)
    {
        var lateMs = Math.Max(0, nowMs - dueMs);
        Interlocked.Increment(ref _turns);
        Interlocked.Add(ref _lateMs, lateMs);
        Interlocked.Exchange(ref _worstMs, Math.Max(Interlocked.Read(ref _worstMs), lateMs));
        Interlocked.Increment(ref _running);
        seat.IsUnderWay = true;
        if (isSlow)
        {
            _slowUnderWay.Add(seat);
        }

        _ = TakeAsync();

        async Task TakeAsync()
        {
            try
            {
                await seat.Taker.TakeTurnAsync(dueMs, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // The run ends.
            }
            finally
            {
                _done.Enqueue(seat);
                Volatile.Read(ref _wake)?.Invoke();
            }
        }
    }

    private void Collect()
    {
        while (_done.TryDequeue(out var seat))
        {
            Interlocked.Decrement(ref _running);
            _slowUnderWay.Remove(seat);
            seat.IsUnderWay = false;
            if (seat.Leaving is { } leaving)
            {
                leaving.TrySetResult();
                continue;
            }

            Wait(seat, seat.Taker.Next(NowMs()).DueMs);
        }
    }

    private void Wait(Seat seat, long dueMs)
    {
        (seat.DueMs, seat.IsWaiting) = (dueMs, true);
        _waiting.Enqueue((seat, dueMs), dueMs);
    }

    private void Say(ITurnTaker taker, Call call, TaskCompletionSource? answered)
    {
        _calls.Enqueue((taker, call, answered));
        if (Volatile.Read(ref _isOver))
        {
            answered?.TrySetResult();
            return;
        }

        Volatile.Read(ref _wake)?.Invoke();
    }

    private void Hear()
    {
        while (_calls.TryDequeue(out var said))
        {
            if (said.Call == Call.Join)
            {
                var joined = new Seat(said.Taker);
                if (_seats.TryAdd(said.Taker, joined))
                {
                    Wait(joined, said.Taker.Next(NowMs()).DueMs);
                }

                continue;
            }

            if (!_seats.TryGetValue(said.Taker, out var seat))
            {
                said.Answered?.TrySetResult();
            }
            else if (said.Call == Call.Leave)
            {
                _seats.Remove(said.Taker);
                seat.Leaving = said.Answered;
                if (!seat.IsUnderWay)
                {
                    seat.IsWaiting = false;
                    said.Answered!.TrySetResult();
                }
            }
            else if (seat.IsWaiting && seat.Taker.Next(NowMs()).DueMs is var dueMs && dueMs < seat.DueMs)
            {
                Wait(seat, dueMs);
            }
        }
    }

    private long NowMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
