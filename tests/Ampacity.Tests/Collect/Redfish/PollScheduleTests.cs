using Ampacity.Collect;
using CsCheck;

namespace Ampacity.Tests;

public sealed class PollScheduleTests
{
    [Fact]
    public void The_next_poll_is_after_now_within_one_interval_and_in_phase() =>
        Gen.Select(Gen.Long[1, 4_000_000_000_000], Gen.Long[1, 100_000], Gen.String[Gen.Char.AlphaNumeric, 1, 20]).Sample((now, interval, key) =>
        {
            var offset = PollPhase.OffsetMs(key, interval);
            var due = PollPhase.NextDueMs(now, interval, offset);
            Assert.InRange(due, now + 1, now + interval);
            Assert.Equal(offset, due % interval);
        });

    [Fact]
    public void A_racks_macs_spread_over_the_interval()
    {
        var tenths = Enumerable.Range(0, 180).Select(n => PollPhase.OffsetMs($"02:a0:00:00:01:{n:x2}", 10_000) / 1_000).ToList();
        Assert.Equal(10, tenths.Distinct().Count());
        Assert.InRange(tenths.GroupBy(tenth => tenth).Max(group => group.Count()), 18, 54);
    }

    [Fact]
    public void Waiting_doubles_up_to_its_limit()
    {
        var (interval, limit) = (TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(300));
        var backOff = default(BackOff);
        Assert.False(backOff.IsOpen);
        Assert.Equal(TimeSpan.Zero, backOff.Delay(interval, limit, "a"));
        foreach (var seconds in (double[])[10, 20, 40, 80, 160, 300, 300, 300])
        {
            backOff = backOff.Failed();
            Assert.InRange(backOff.Delay(interval, limit, "a").TotalSeconds, seconds * 0.9, seconds);
        }
    }
}
