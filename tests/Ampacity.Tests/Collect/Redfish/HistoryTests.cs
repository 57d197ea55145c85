using System.Text;
using Ampacity.Collect;
using Ampacity.Redfish;
using Ampacity.Samples;

namespace Ampacity.Tests;

/// <summary>Reports that carry one property many times: each value once, at its own time.</summary>
public sealed class HistoryTests
{
    private const string Report = "/redfish/v1/TelemetryService/MetricReports/PowerMetrics";
    private static readonly DateTimeOffset Noon = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);
    private static readonly PlatformProfile Generic = PlatformProfiles.Load(SimulatedRack.ProfileFolder).ById("generic")!;

    private readonly RecordingWriter _writer = new();
    private readonly ResourceDecoder _decoder = new();
    private readonly MetricReadings _readings = new();

    private BmcSeries Series(Func<int, long?>? newestMs = null)
    {
        var endpoint = new BmcEndpoint(new Uri("http://127.0.0.1:1"), "02:00:00:00:00:05", Generic, []);
        return new BmcSeries(endpoint, _writer, new ReadLayouts().Of(endpoint), new PollTally(), readsEverything: true, newestMs);
    }

    private static string Body(DateTimeOffset clock, params int[] minutes) => $$"""
        {"Timestamp":"{{clock:O}}","MetricValues":[{{string.Join(',', minutes.Select(minute => FormattableString.Invariant(
            $$"""{"MetricProperty":"/redfish/v1/Chassis/C/EnvironmentMetrics#/PowerWatts","MetricValue":"{{1_000 + minute}}","Timestamp":"{{clock.AddMinutes(minute - clock.Minute):O}}"}""")))}}]}
        """;

    private async Task<BmcPollCounts> PollAsync(BmcSeries series, DateTimeOffset now, string body, DateTimeOffset? clock = null)
    {
        series.Begin();
        series.HoldClock(clock ?? now, now.ToUnixTimeMilliseconds());
        _readings.Clear();
        var result = _decoder.Decode(Encoding.UTF8.GetBytes(body), Report, series.Properties, _readings);
        Assert.Empty(result.Error);
        series.Take(Report, _readings, 0, isWhole: true);
        var counts = series.Finish(now.ToUnixTimeMilliseconds(), isGone: false);
        await _writer.AppendAsync(new SampleBatch(series.Polls, series.SeriesNumbers, series.Values, series.Qualities), TestContext.Current.CancellationToken);
        series.EndPoll();
        return counts;
    }

    private IEnumerable<(double Minute, double Value)> Written => _writer.Samples.Select(sample => ((sample.TimestampMs - Noon.ToUnixTimeMilliseconds()) / 60_000.0, sample.Value));

    [Fact]
    public async Task Values_between_two_polls_are_written_at_their_own_times_and_none_twice()
    {
        var series = Series();
        await PollAsync(series, Noon.AddMinutes(5).AddSeconds(30), Body(Noon.AddMinutes(5), 3, 4, 5));
        var counts = await PollAsync(series, Noon.AddMinutes(10).AddSeconds(30), Body(Noon.AddMinutes(10), 4, 5, 6, 7, 7, 8, 9, 10));
        Assert.Equal(4, counts.BackFilled);
        await PollAsync(series, Noon.AddMinutes(11).AddSeconds(30), Body(Noon.AddMinutes(11), 9, 10, 11));
        Assert.Equal([(5.5, 1_005), (6, 1_006), (7, 1_007), (8, 1_008), (9, 1_009), (10.5, 1_010), (11.5, 1_011)], Written);
    }

    [Fact]
    public async Task After_a_start_only_what_the_store_does_not_have_is_written()
    {
        await PollAsync(Series(_ => Noon.AddMinutes(7.5).ToUnixTimeMilliseconds()), Noon.AddMinutes(10), Body(Noon.AddMinutes(10), 6, 7, 8, 9, 10));
        Assert.Equal([(8, 1_008), (9, 1_009), (10, 1_010)], Written);
    }

    [Fact]
    public async Task Without_a_store_to_ask_history_from_before_the_start_is_left_out()
    {
        await PollAsync(Series(), Noon.AddMinutes(10), Body(Noon.AddMinutes(10), 8, 9, 10));
        Assert.Equal([(10, 1_010)], Written);
    }

    [Fact]
    public async Task History_goes_as_far_back_as_the_store_takes_it()
    {
        await PollAsync(Series(_ => null), Noon.AddMinutes(50), Body(Noon.AddMinutes(50), [.. Enumerable.Range(0, 51)]));
        Assert.Equal(Enumerable.Range(20, 31).Select(minute => (double)minute), Written.Select(sample => sample.Minute));
    }

    [Fact]
    public async Task By_a_clock_that_is_off_history_is_moved_by_as_much_each_time()
    {
        var (series, hours) = (Series(), TimeSpan.FromHours(6));
        await PollAsync(series, Noon.AddMinutes(5), Body(Noon.AddMinutes(5) - hours, 4, 5), Noon.AddMinutes(5) - hours);

        // Answered a little sooner or later: no other offset.
        await PollAsync(series, Noon.AddMinutes(8), Body(Noon.AddMinutes(8) - hours, 5, 6, 7, 8), Noon.AddMinutes(8).AddSeconds(-9) - hours);
        Assert.Equal([(5, 1_005), (6, 1_006), (7, 1_007), (8, 1_008)], Written);
    }
}
