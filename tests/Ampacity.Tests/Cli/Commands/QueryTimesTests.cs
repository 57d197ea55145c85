using Ampacity.Cli;

namespace Ampacity.Tests;

/// <summary>The times of a query as they are typed.</summary>
public sealed class QueryTimesTests
{
    private const long Hour = 3_600_000;
    private static readonly long NowMs = Ms(15, 7, 13);

    [Theory]
    [InlineData("now", 15, 7, 13)]
    [InlineData("-1h", 14, 7, 13)]
    [InlineData("now-1h30m", 13, 37, 13)]
    [InlineData("+10m", 15, 17, 13)]
    [InlineData("2026-11-30T12:00:00Z", 12, 0, 0)]
    [InlineData("2026-11-30T12:30", 12, 30, 0)]
    [InlineData("2026-11-30", 0, 0, 0)]
    public void An_instant_is_absolute_or_relative(string text, int hour, int minute, int second) =>
        Assert.Equal(Ms(hour, minute, second), WhenText.Instant("--at", text, NowMs));

    [Theory]
    [InlineData("15s", 15_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("250ms", 250)]
    [InlineData("0.5", 500)]
    [InlineData("60", 60_000)]
    public void A_length_has_units_or_is_in_seconds(string text, long lengthMs) => Assert.Equal(lengthMs, WhenText.Length("--step", text));

    [Theory]
    [InlineData("soon")]
    [InlineData("-1x")]
    [InlineData("now-")]
    [InlineData("-")]
    [InlineData("-999999999y")]
    [InlineData("")]
    public void What_is_no_instant_is_refused_with_an_example(string text) =>
        Assert.Contains("-90m", Assert.Throws<RefusedException>(() => WhenText.Instant("--at", text, NowMs)).Message);

    [Theory]
    [InlineData("0")]
    [InlineData("-5s")]
    [InlineData("fast")]
    [InlineData("1e300")]
    public void What_is_no_length_is_refused(string text) => Assert.Equal(2, Assert.Throws<RefusedException>(() => WhenText.Length("--step", text)).Code);

    [Fact]
    public void Alone_it_is_one_instant_and_the_servers_now_unless_said()
    {
        Assert.Equal(new QueryTimes(null, null, 0), QueryTimes.Read(null, null, null, null, null, NowMs));
        Assert.Equal(new QueryTimes(null, NowMs - Hour, 0), QueryTimes.Read("-1h", null, null, null, null, NowMs));
    }

    [Fact]
    public void A_range_takes_a_round_step_that_fills_a_plot_and_relative_ends_stand_on_multiples_of_it()
    {
        var plotted = QueryTimes.Read(null, null, null, null, 80, NowMs);
        Assert.Equal(new QueryTimes(Ms(14, 7, 0), Ms(15, 7, 0), 60_000), plotted);
        var range = QueryTimes.Read(null, "-1h", null, null, null, NowMs);
        Assert.Equal((15_000, 0), (range.StepMs, range.FromMs!.Value % 15_000));
        Assert.Equal(new QueryTimes(Ms(3, 0, 7), Ms(9, 0, 0), 300_000), QueryTimes.Read(null, "2026-11-30T03:00:07Z", "2026-11-30T09:00:00Z", "5m", null, NowMs));
    }

    [Theory]
    [InlineData("now", "-1h", null, null)]
    [InlineData(null, null, "now", null)]
    [InlineData(null, null, null, "5s")]
    [InlineData(null, "now", "-1h", null)]
    public void What_does_not_go_together_is_refused_as_usage(string? at, string? from, string? to, string? step) =>
        Assert.Equal(2, Assert.Throws<RefusedException>(() => QueryTimes.Read(at, from, to, step, null, NowMs)).Code);

    private static long Ms(int hour, int minute, int second) => new DateTimeOffset(2026, 11, 30, hour, minute, second, TimeSpan.Zero).ToUnixTimeMilliseconds();
}
