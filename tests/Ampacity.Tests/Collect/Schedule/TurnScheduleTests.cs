using Ampacity.Collect;
using Ampacity.Fleet;
using Microsoft.Extensions.Time.Testing;

namespace Ampacity.Tests;

public sealed class TurnScheduleTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_764_000_000_000));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    // Takes turns that end when they are let go, or at once.
    private sealed class Taker(TimeProvider time, ReadClass kind, long periodMs, Action<Taker> onTurn) : ITurnTaker
    {
        private TaskCompletionSource? _held;
        private long _nextMs = time.GetUtcNow().ToUnixTimeMilliseconds() + periodMs;

        public int Turns { get; private set; }

        public bool IsSlow { get; set; }

        public bool Holds { get; set; }

        public (long DueMs, ReadClass Class, int Requests) Next(long nowMs) => (_nextMs, kind, 1);

        public async Task TakeTurnAsync(long dueMs, CancellationToken cancellationToken)
        {
            Turns++;
            _nextMs = time.GetUtcNow().ToUnixTimeMilliseconds() + periodMs;
            onTurn(this);
            if (Holds)
            {
                _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await _held.Task.WaitAsync(cancellationToken);
            }
        }

        public void LetGo()
        {
            Holds = false;
            _held?.TrySetResult();
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, limit.Token);
        }
    }

    [Fact]
    public async Task The_most_urgent_goes_first_where_there_is_room_for_one()
    {
        var order = new List<ReadClass>();
        Taker[] takers = [.. new[] { ReadClass.Inventory, ReadClass.Sensors, ReadClass.Leak, ReadClass.Power }.Select(kind => new Taker(_time, kind, 1_000, _ => order.Add(kind)))];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var schedule = new TurnSchedule(takers, places: 1, requestsPerSecond: 1_000, _time);
        var run = schedule.RunAsync(stop.Token);
        _time.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(() => takers.All(taker => taker.Turns == 1));
        await stop.CancelAsync();
        await run;
        Assert.Equal([ReadClass.Leak, ReadClass.Power, ReadClass.Sensors, ReadClass.Inventory], order);
    }

    [Fact]
    public async Task Slow_ones_leave_half_of_the_places_to_the_others()
    {
        Taker[] slow = [.. Enumerable.Range(0, 10).Select(_ => new Taker(_time, ReadClass.Power, 1_000, _ => { }) { IsSlow = true, Holds = true })];
        Taker[] quick = [.. Enumerable.Range(0, 20).Select(_ => new Taker(_time, ReadClass.Power, 1_000, _ => { }))];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var schedule = new TurnSchedule([.. slow, .. quick], places: 4, requestsPerSecond: 10_000, _time);
        var run = schedule.RunAsync(stop.Token);
        for (var second = 1; second <= 5; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await UntilAsync(() => quick.All(taker => taker.Turns == second));
        }

        // Two of the four places are held for good by slow ones, and nobody quick was ever late.
        Assert.Equal(2, slow.Sum(taker => taker.Turns));
        Assert.Equal(2, schedule.State.Running);
        Array.ForEach(slow, taker => taker.Holds = false);
        Array.ForEach(slow, taker => taker.LetGo());
        await UntilAsync(() => slow.All(taker => taker.Turns >= 1));
        await stop.CancelAsync();
        await run;
        Assert.Equal(0, schedule.State.Running);
    }

    [Fact]
    public async Task Requests_over_all_are_bounded_a_second()
    {
        var takers = Enumerable.Range(0, 50).Select(_ => new Taker(_time, ReadClass.Power, 1_000, _ => { })).ToArray();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var schedule = new TurnSchedule(takers, places: 100, requestsPerSecond: 10, _time);
        var run = schedule.RunAsync(stop.Token);
        _time.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(() => schedule.State.Turns == 10);
        for (var tenth = 1; tenth <= 10; tenth++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await UntilAsync(() => schedule.State.Turns == 10 + tenth);
        }

        await stop.CancelAsync();
        await run;
        Assert.Equal(20, takers.Sum(taker => taker.Turns));
        Assert.True(schedule.State.WorstLateMs >= 900);
    }

    [Fact]
    public async Task A_run_ends_when_the_turns_under_way_have_ended()
    {
        var ended = false;
        var taker = new Taker(_time, ReadClass.Power, 1_000, _ => { }) { Holds = true };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var run = new TurnSchedule([taker], places: 1, requestsPerSecond: 10, _time).RunAsync(stop.Token).ContinueWith(_ => ended = true, Token, TaskContinuationOptions.None, TaskScheduler.Default);
        _time.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(() => taker.Turns == 1);
        Assert.False(ended);
        await stop.CancelAsync();
        await run;
        Assert.True(ended);
    }
}
