using System.Text;
using Ampacity.Collect;
using Ampacity.Fleet;
using Ampacity.Redfish;
using Ampacity.Samples;

namespace Ampacity.Tests;

public sealed class BmcSeriesTests
{
    private const string Mac = "02:00:00:00:00:01";

    private static readonly PlatformProfile Generic = PlatformProfiles.Load(SimulatedRack.ProfileFolder).ById("generic")!;

    private readonly RecordingWriter _writer = new();
    private readonly PollTally _tally = new();
    private readonly ReadLayouts _layouts = new();
    private readonly ResourceDecoder _decoder = new();
    private readonly MetricReadings _readings = new();
    private long _timeMs = 1_764_000_000_000;

    private BmcSeries Series(string mac = Mac, bool everything = true)
    {
        var endpoint = new BmcEndpoint(new Uri("http://127.0.0.1:1"), mac, Generic, []);
        return new BmcSeries(endpoint, _writer, _layouts.Of(endpoint), _tally, everything);
    }

    private async Task<BmcPollCounts> PollAsync(BmcSeries series, params (string Path, string Json)[] bodies)
    {
        series.Begin();
        foreach (var (path, json) in bodies)
        {
            var first = _readings.Count;
            var result = _decoder.Decode(Encoding.UTF8.GetBytes(json), path, series.Properties, _readings);
            series.Take(path, _readings, first, result.Error.Length == 0);
        }

        _readings.Clear();
        var counts = series.Finish(_timeMs, isGone: false);
        Poll[] polls = series.Count > 0 ? [new Poll(_timeMs, series.Count)] : [];
        await _writer.AppendAsync(new SampleBatch(polls, series.SeriesNumbers, series.Values, series.Qualities), TestContext.Current.CancellationToken);
        series.EndPoll();
        _timeMs += 10_000;
        return counts;
    }

    private (double Value, SampleQuality Quality) Newest(string family) => _writer.Samples.Where(sample => sample.Series.Name == family).Select(sample => (sample.Value, sample.Quality)).Last();

    private static string Sensor(string type, double reading) =>
        FormattableString.Invariant($$"""{"@odata.type":"#Sensor.v1_2_0.Sensor","Reading":{{reading}},"ReadingType":"{{type}}"}""");

    [Fact]
    public async Task Joules_that_agree_with_the_register_are_the_series_and_those_that_do_not_are_refused()
    {
        var series = Series();
        (string, string)[] bodies =
        [
            ("/redfish/v1/Chassis/S/Sensors/ps1_total_energy_in", Sensor("EnergykWh", 46.15)),
            ("/redfish/v1/Chassis/S/Sensors/ps1_energy_in", Sensor("EnergyJoules", 166_140_010)),
        ];
        await PollAsync(series, bodies);
        Assert.Equal((166_140_010, SampleQuality.Inferred), Newest("hw_sensor_energy_joules_total"));

        // A Delta shelf: its joules rise and fall, its kilowatt hours are the meter.
        bodies[1] = ("/redfish/v1/Chassis/S/Sensors/ps1_energy_in", Sensor("EnergyJoules", 107_382));
        await PollAsync(series, bodies);
        Assert.Equal(166_140_000, Newest("hw_sensor_energy_joules_total").Value, 1);
        Assert.Equal(1, _tally.Refused(RefusalReason.EnergyDisagrees));
        bodies[1] = ("/redfish/v1/Chassis/S/Sensors/ps1_energy_in", Sensor("EnergyJoules", 166_140_010));
        await PollAsync(series, bodies);
        Assert.Equal(166_140_000, Newest("hw_sensor_energy_joules_total").Value, 1);
        Assert.Single(_writer.Samples.Select(sample => sample.Series).Distinct());
    }

    [Fact]
    public async Task A_power_factor_of_100_is_a_ratio_from_then_on()
    {
        var series = Series();
        await PollAsync(series, ("/redfish/v1/C/1/Circuits/Branches/A", """{"@odata.type":"#Circuit.v1_9_0.Circuit","PowerWatts":{"Reading":1,"PowerFactor":85.28}}"""));
        Assert.Equal((0.8528, SampleQuality.Inferred), (Math.Round(Newest("hw_power_factor_ratio").Value, 9), Newest("hw_power_factor_ratio").Quality));
        await PollAsync(series, ("/redfish/v1/C/1/Circuits/Branches/A", """{"@odata.type":"#Circuit.v1_9_0.Circuit","PowerWatts":{"Reading":1,"PowerFactor":1.2}}"""));
        Assert.Equal(0.012, Newest("hw_power_factor_ratio").Value, 9);
    }

    [Fact]
    public async Task A_saturated_counter_is_out_of_range_and_a_gauge_of_the_same_value_is_not()
    {
        var series = Series();
        var counts = await PollAsync(
            series,
            ("/redfish/v1/Systems/S/Processors/GPU_0/Ports/N/Metrics", """{"@odata.type":"#PortMetrics.v1_3_0.PortMetrics","RXBytes":4294967295}"""),
            ("/redfish/v1/Chassis/S/Sensors/f", Sensor("Frequency", 4_294_967_295)));
        Assert.Equal(1, counts.Saturated);
        Assert.Equal((4_294_967_295, SampleQuality.OutOfRange), Newest("hw_port_io_bytes_total"));
        Assert.Equal(SampleQuality.Inferred, Newest("hw_line_frequency_hertz").Quality);
    }

    [Fact]
    public async Task A_leak_is_an_event_when_it_begins_and_when_it_ends()
    {
        const string Path = "/redfish/v1/Chassis/C/ThermalSubsystem/LeakDetection/LeakDetectors/L1";
        static (string, string) Detector(string state) => (Path, $$$"""{"@odata.type":"#LeakDetector.v1_1_0.LeakDetector","DetectorState":"{{{state}}}"}""");
        var series = Series();
        await PollAsync(series, Detector("OK"));
        Assert.Empty(series.Events);
        await PollAsync(series, Detector("Critical"));
        var leak = Assert.Single(series.Events);
        Assert.Equal((BmcEventKind.Leak, EventSeverity.Critical, "C/L1"), (leak.Kind, leak.Severity, leak.Component));
        Assert.Equal($"{Path}#/DetectorState: OK before, Critical now", leak.Evidence);
        await PollAsync(series, Detector("Critical"));
        Assert.Empty(series.Events);
        await PollAsync(series, Detector("Unavailable"));
        Assert.Equal((BmcEventKind.DetectorBlind, EventSeverity.Warning), series.Events.Select(one => (one.Kind, one.Severity)).Single());
        await PollAsync(series, Detector("OK"));
        Assert.Equal([BmcEventKind.Leak, BmcEventKind.DetectorBlind], series.Events.Select(one => one.Kind).Order());
        Assert.All(series.Events, one => Assert.Equal(EventSeverity.Ok, one.Severity));
    }

    [Fact]
    public async Task A_value_that_a_whole_body_no_longer_names_ends_and_one_of_a_broken_body_does_not()
    {
        var series = Series();
        const string Two = """{"Members":[{"@odata.id":"/redfish/v1/Chassis/C/Sensors/a","Reading":1,"ReadingType":"Temperature"},{"@odata.id":"/redfish/v1/Chassis/C/Sensors/b","Reading":2,"ReadingType":"Temperature"}]}""";
        await PollAsync(series, ("/redfish/v1/Chassis/C/Sensors", Two));
        var broken = await PollAsync(series, ("/redfish/v1/Chassis/C/Sensors", Two[..120]));
        Assert.Equal(0, broken.Markers);
        var whole = await PollAsync(series, ("/redfish/v1/Chassis/C/Sensors", """{"Members":[{"@odata.id":"/redfish/v1/Chassis/C/Sensors/b","Reading":2,"ReadingType":"Temperature"}]}"""));
        Assert.Equal(1, whole.Markers);
        Assert.True(series.IsChanged);
        Assert.Equal(1, series.LiveCount);
    }

    [Fact]
    public async Task What_is_not_written_by_default_is_counted()
    {
        var series = Series(everything: false);
        await PollAsync(series, ("/redfish/v1/Systems/S/Processors/GPU_0/Ports/N/Metrics", """{"@odata.type":"#PortMetrics.v1_3_0.PortMetrics","RXBytes":1}"""));
        Assert.Empty(_writer.Samples);
        Assert.Equal(1, _tally.Refused(RefusalReason.NotByDefault));
    }

    [Fact]
    public async Task Bmcs_of_one_kind_share_what_their_bodies_mean_and_not_their_series()
    {
        var (one, two) = (Series(), Series("02:00:00:00:00:02"));
        Assert.Same(one.Properties, two.Properties);
        await PollAsync(one, ("/redfish/v1/Chassis/S/Sensors/t", Sensor("Temperature", 20)));
        await PollAsync(two, ("/redfish/v1/Chassis/S/Sensors/t", Sensor("Temperature", 30)));
        Assert.Equal([(Mac, 20), ("02:00:00:00:00:02", 30)], _writer.Samples.Select(sample => (sample.Series["bmc"], sample.Value)));
    }

    [Fact]
    public void Values_three_periods_behind_their_report_are_stale_unless_it_stamps_changes()
    {
        static MetricReadings Of(params long[] timesMs)
        {
            var readings = new MetricReadings();
            foreach (var time in timesMs)
            {
                readings.TryAdd(0, 1, time, ReadingMarks.None);
            }

            return readings;
        }

        var old = Of(1_000_000, 1_000_000 - 30_000, 1_000_000 - 200_000, MetricReadings.NoTime);
        ReadingAge.Mark(old, 0, MetricReadings.NoTime, 60_000);
        Assert.Equal([ReadingMarks.None, ReadingMarks.None, ReadingMarks.Stale, ReadingMarks.None], old.Flags.ToArray());

        var changes = Of(1_000_000, 500_000);
        ReadingAge.Mark(changes, 0, 900_000_000, 60_000);
        Assert.All(changes.Flags.ToArray(), flag => Assert.Equal(ReadingMarks.None, flag));
    }
}
