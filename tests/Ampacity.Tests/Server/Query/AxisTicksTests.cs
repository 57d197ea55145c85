using Ampacity.Server;
using CsCheck;

namespace Ampacity.Tests;

/// <summary>Round numbers and times on axes.</summary>
public sealed class AxisTicksTests
{
    private const long Minute = 60_000;

    [Fact]
    public void Ticks_enclose_any_range_are_even_and_few() =>
        Gen.Select(Gen.Double[-1e12, 1e12], Gen.Double[0, 1e12], Gen.Int[3, 12]).Sample((least, span, most) =>
        {
            var ticks = AxisTicks.OfValues(least, least + span, most);
            Assert.InRange(ticks.Length, 2, most);
            var step = ticks[1] - ticks[0];
            Assert.True(ticks[0] <= least + (step * 1e-6) && ticks[^1] >= least + span - (step * 1e-6), $"{ticks[0]} – {ticks[^1]} does not hold {least} – {least + span}");
            Assert.All(ticks.Zip(ticks.Skip(1)), pair => Assert.Equal(step, pair.Second - pair.First, (step * 1e-6) + (Math.Abs(least) * 1e-12)));
        });

    [Fact]
    public void An_axis_begins_at_zero_where_values_come_near_it_and_not_where_they_do_not()
    {
        Assert.Equal(0, AxisTicks.OfValues(20, 90, 6)[0]);
        Assert.Equal([62, 63, 64, 65], AxisTicks.OfValues(62.1, 64.9, 4));
        Assert.Equal([-10, 0, 10], AxisTicks.OfValues(-7, 8, 3));
    }

    [Fact]
    public void A_range_of_one_value_still_has_two_ticks_around_it()
    {
        Assert.True(AxisTicks.OfValues(5, 5, 6) is [< 5, .., > 5]);
        Assert.True(AxisTicks.OfValues(0, 0, 6) is [< 0, .., > 0]);
    }

    [Fact]
    public void Times_are_round_within_the_span_and_say_the_day_where_one_begins()
    {
        var fromMs = new DateTimeOffset(2026, 11, 30, 23, 7, 12, TimeSpan.Zero).ToUnixTimeMilliseconds();
        var ticks = AxisTicks.OfTimes(fromMs, fromMs + (60 * Minute), 5);
        Assert.Equal(["23:15", "23:30", "23:45", "12-01"], ticks.Select(tick => AxisTicks.TimeLabel(tick, ticks[1] - ticks[0])));
        Assert.Equal("23:07:20", AxisTicks.TimeLabel(AxisTicks.OfTimes(fromMs, fromMs + Minute, 6)[0], 10_000));
        Assert.Equal(15_000, AxisTicks.RoundTime(12_001));
        Assert.Equal(728L * 86_400_000, AxisTicks.RoundTime(700L * 86_400_000));
    }

    [Theory]
    [InlineData(2.5, 2.5, "2.5")]
    [InlineData(20, 10, "20")]
    [InlineData(0.25, 0.25, "0.25")]
    [InlineData(-1e-17, 0.5, "0.0")]
    [InlineData(64.25, 0.05, "64.25")]
    public void A_tick_has_the_digits_that_tell_it_from_the_next(double value, double step, string label) => Assert.Equal(label, AxisTicks.ValueLabel(value, step));
}
