using Ampacity.Collect;
using Ampacity.Fleet;

namespace Ampacity.Tests;

public sealed class BmcGatesTests
{
    private static readonly Uri Bmc = new("http://10.0.0.1:80");

    private readonly BmcGates _gates = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Task<BmcGates.Place> EnterAsync(int? most, ReadClass urgency = ReadClass.Sensors, CancellationToken? token = null) =>
        _gates.EnterAsync(Bmc, most, urgency, token ?? Token).AsTask();

    [Fact]
    public async Task As_many_are_inside_as_the_profile_says_and_one_before_it_is_known()
    {
        var look = await EnterAsync(null, ReadClass.Inventory);
        var second = EnterAsync(null);
        Assert.False(second.IsCompleted);
        var third = await EnterAsync(4); // the profile is known: there is room for all
        (await second).Dispose();
        look.Dispose();
        third.Dispose();
        var places = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => EnterAsync(4)));
        Assert.False(EnterAsync(4).IsCompleted);
        Array.ForEach(places, place => place.Dispose());
    }

    [Fact]
    public async Task Leaks_and_power_go_before_a_survey_that_waited_longer()
    {
        var inside = await EnterAsync(1);
        var order = new List<ReadClass>();
        async Task PassAsync(ReadClass urgency)
        {
            using var place = await EnterAsync(1, urgency);
            order.Add(urgency);
        }

        var all = Task.WhenAll(new[] { ReadClass.Inventory, ReadClass.Inventory, ReadClass.Sensors, ReadClass.Leak, ReadClass.Power }.Select(PassAsync));
        inside.Dispose();
        await all;
        Assert.Equal([ReadClass.Leak, ReadClass.Power, ReadClass.Sensors, ReadClass.Inventory, ReadClass.Inventory], order);
    }

    [Fact]
    public async Task Who_gives_up_waiting_takes_no_place()
    {
        var inside = await EnterAsync(1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var given = EnterAsync(1, ReadClass.Leak, stop.Token);
        var next = EnterAsync(1);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        inside.Dispose();
        (await next).Dispose();
        (await EnterAsync(1)).Dispose();
    }

    [Fact]
    public async Task Never_more_are_inside_than_places_whatever_comes_and_gives_up()
    {
        const int Seed = 7;
        const int Places = 3;
        var (inside, most) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async worker =>
        {
            var random = new Random(Seed + worker);
            for (var turn = 0; turn < 200; turn++)
            {
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
                if (random.Next(4) == 0)
                {
                    stop.CancelAfter(TimeSpan.FromMilliseconds(random.Next(3)));
                }

                try
                {
                    using var place = await EnterAsync(Places, (ReadClass)random.Next(4), stop.Token);
                    var now = Interlocked.Increment(ref inside);
                    InterlockedMax(ref most, now);
                    await Task.Yield();
                    Interlocked.Decrement(ref inside);
                }
                catch (OperationCanceledException)
                {
                    Assert.True(stop.IsCancellationRequested);
                }
            }
        }));
        Assert.InRange(most, 1, Places);
        await Task.WhenAll(Enumerable.Range(0, Places).Select(_ => EnterAsync(Places)));
    }

    private static void InterlockedMax(ref int most, int now)
    {
        for (var seen = Volatile.Read(ref most); now > seen; seen = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, now, seen);
        }
    }
}
