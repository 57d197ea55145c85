using System.Text;
using Ampacity.Collect;
using Ampacity.Redfish;
using Ampacity.Samples;

namespace Ampacity.Tests;

/// <summary>Values that platforms in the field give; docs/design/0025-redfish-quirks.md says which test is for which.</summary>
public sealed class FieldValueTests
{
    private static readonly PlatformProfiles Profiles = PlatformProfiles.Load(SimulatedRack.ProfileFolder);

    private readonly RecordingWriter _writer = new();
    private readonly PollTally _tally = new();

    private async Task<IReadOnlyList<(string Name, double Value, SampleQuality Quality)>> ReadAsync(string path, string json, string profile = "generic")
    {
        var endpoint = new BmcEndpoint(new Uri("http://127.0.0.1:1"), "02:00:00:00:00:03", Profiles.ById(profile)!, []);
        var series = new BmcSeries(endpoint, _writer, new ReadLayouts().Of(endpoint), _tally, readsEverything: true);
        var readings = new MetricReadings();
        series.Begin();
        var result = new ResourceDecoder().Decode(Encoding.UTF8.GetBytes(json), path, series.Properties, readings);
        Assert.Empty(result.Error);
        series.Take(path, readings, 0, isWhole: true);
        series.Finish(1_764_000_000_000, isGone: false);
        await _writer.AppendAsync(new SampleBatch(series.Polls, series.SeriesNumbers, series.Values, series.Qualities), TestContext.Current.CancellationToken);
        series.EndPoll();
        return [.. _writer.Samples.Select(sample => (sample.Series.Name!, sample.Value, sample.Quality))];
    }

    // GB200: PCIe devices that use no lane.
    [Fact]
    public async Task Lanes_in_use_are_no_series()
    {
        Assert.Empty(await ReadAsync("/redfish/v1/Chassis/C/PCIeDevices/GPU_0", """{"@odata.type":"#PCIeDevice.v1_11_1.PCIeDevice","PCIeInterface":{"LanesInUse":0,"MaxLanes":16}}"""));
    }

    // GB300: a bit error rate of 1.5e-254.
    [Fact]
    public async Task A_rate_near_nothing_is_a_number_or_refused_and_never_infinite()
    {
        var read = await ReadAsync("/redfish/v1/Systems/S/Processors/GPU_0/Ports/N/Metrics", """{"@odata.type":"#PortMetrics.v1_3_0.PortMetrics","Oem":{"Nvidia":{"BitErrorRate":1.5e-254}},"RXBytes":1e400}""");
        Assert.All(read, sample => Assert.True(double.IsFinite(sample.Value) || sample.Quality == SampleQuality.Absent));
    }

    // GB200: a report's definition writes HGX_COU_0 where a CPU is meant; a property is what it says.
    [Fact]
    public async Task A_misspelt_property_is_another_property_and_takes_nothing_from_the_right_one()
    {
        var read = await ReadAsync(
            "/redfish/v1/TelemetryService/MetricReports/R",
            """
            {"MetricValues":[{"MetricProperty":"/redfish/v1/Chassis/HGX_CPU_0/EnvironmentMetrics#/PowerWatts","MetricValue":"100"},
            {"MetricProperty":"/redfish/v1/Chassis/HGX_COU_0/EnvironmentMetrics#/PowerWatts","MetricValue":"7"}]}
            """);
        Assert.Contains(read, sample => sample.Value == 100);
        Assert.Equal(2, _writer.Samples.Select(sample => sample.Series["component"]).Distinct().Count());
    }

    // EX235a: a set point of 0 with the mode Disabled is no cap.
    [Fact]
    public async Task A_limit_that_is_switched_off_is_no_limit_of_nothing()
    {
        var read = await ReadAsync("/redfish/v1/Chassis/Card1/Controls/NodePowerLimit", """{"@odata.type":"#Control.v1_0_0.Control","ControlType":"Power","ControlMode":"Disabled","SetPoint":0,"SetPointUnits":"W","SettingRangeMin":100,"SettingRangeMax":560}""");
        Assert.DoesNotContain(read, sample => sample is { Name: "hw_power_limit_watts", Quality: SampleQuality.Good or SampleQuality.Inferred });
    }

    // EX235a: sensors without a Status.
    [Fact]
    public async Task A_sensor_without_a_status_is_there()
    {
        Assert.Equal(51.5, Assert.Single(await ReadAsync("/redfish/v1/Chassis/C/Sensors/T", """{"@odata.type":"#Sensor.v1_0_0.Sensor","Reading":51.5,"ReadingType":"Temperature","ReadingUnits":"Cel"}""")).Value);
    }

    // Delta: a second fan of 0 RPM on every supply, which is not fitted. Nothing tells it from one that stands still.
    [Fact]
    public async Task A_fan_of_zero_revolutions_is_zero_and_not_absent()
    {
        var fan = Assert.Single(await ReadAsync("/redfish/v1/Chassis/PowerShelf/Sensors/ps1_fan2_speed", """{"@odata.type":"#Sensor.v1_2_0.Sensor","Reading":0,"ReadingType":"Rotational","ReadingUnits":"{rev}/min"}"""));
        Assert.Equal((0, true), (fan.Value, fan.Quality is SampleQuality.Good or SampleQuality.Inferred));
    }

    // GH200: altitude in pascals; Lenovo: a number written as text.
    [Theory]
    [InlineData("""{"@odata.type":"#Sensor.v1_2_0.Sensor","Reading":101000,"ReadingType":"Altitude","ReadingUnits":"Pa"}""")]
    [InlineData("""{"@odata.type":"#Sensor.v1_2_0.Sensor","Reading":"412","ReadingType":"Power","ReadingUnits":"W"}""")]
    public async Task What_had_to_be_guessed_says_so_or_is_refused(string json)
    {
        Assert.DoesNotContain(await ReadAsync("/redfish/v1/Chassis/C/Sensors/x", json), sample => sample.Quality == SampleQuality.Good);
    }
}
