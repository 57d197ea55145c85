using System.Text;
using Ampacity.Redfish;
using CsCheck;

namespace Ampacity.Tests;

public sealed class MetricReportParserTests
{
    private readonly MetricPropertyTable _properties = new();
    private readonly MetricReadings _readings = new();

    private MetricReportResult Parse(string json) => MetricReportParser.Parse(Encoding.UTF8.GetBytes(json), _properties, _readings);

    [Fact]
    public void Nan_is_absent_and_never_zero()
    {
        Parse("""{"MetricValues":[{"MetricProperty":"/a","MetricValue":"nan"},{"MetricProperty":"/b","MetricValue":"0"},{"MetricProperty":"/c","MetricValue":null},{"MetricProperty":"/d"}]}""");
        Assert.Equal([ReadingMarks.Absent, ReadingMarks.None, ReadingMarks.Absent, ReadingMarks.Absent], _readings.Flags.ToArray());
        Assert.Equal([double.NaN, 0, double.NaN, double.NaN], _readings.Values.ToArray());
    }

    [Fact]
    public void Nvidias_stale_flag_time_and_value_are_read()
    {
        var result = Parse("""{"Id":"x","MetricValues":[{"Oem":{"Nvidia":{"@odata.type":"#x","MetricValueStale":true}},"MetricProperty":"\/a\/b","MetricValue":"159.013000","Timestamp":"2025-01-06T22:56:02.131+00:00"}],"Oem":{"Nvidia":{"SensingIntervalMilliseconds":250}}}""");
        Assert.Equal(new MetricReportResult(1, 0, ""), result);
        Assert.Equal("/a/b", _properties.NameOf(_readings.Properties[0]));
        Assert.Equal(159.013, _readings.Values[0]);
        Assert.Equal(ReadingMarks.Stale, _readings.Flags[0]);
        Assert.Equal(1_736_204_162_131, _readings.SourceTimesMs[0]);
    }

    [Fact]
    public void Other_dialects_are_told_apart_by_id_and_context()
    {
        var result = Parse("""{"MetricValues":[{"MetricId":"Power","MetricValue":"1"},{"MetricId":"Power","MetricValue":2,"Oem":{"Dell":{"ContextID":"PSU.1"}}},{"MetricId":"State","MetricValue":"On"},{"MetricId":"Up","MetricValue":"true"},{"MetricValue":"3"},7]}""");
        Assert.Equal(new MetricReportResult(4, 2, ""), result);
        Assert.Equal(["id:Power", "id:Power@PSU.1", "id:State", "id:Up"], _readings.Properties.ToArray().Select(_properties.NameOf));
        Assert.Equal(ReadingMarks.NotANumber, _readings.Flags[2]);
        Assert.Equal(1, _readings.Values[3]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("{\"MetricValues\":[{\"MetricProperty\":\"/a\",\"MetricValue\":\"1\"},{\"MetricPro")]
    public void What_is_no_report_is_an_error_and_keeps_what_came_before(string json) => Assert.NotEqual("", Parse(json).Error);

    [Theory]
    [InlineData("""{"Metric\ud800Values":1}""")]
    [InlineData("""{"MetricValues":[{"Metric\ud800Property":1}]}""")]
    [InlineData("""{"MetricValues":[{"MetricProperty":"/a","Timestamp":"\ud80026-11-23T00:00:00Z"}]}""")]
    public void Half_a_surrogate_pair_is_an_error_of_the_report(string json) => Assert.Contains("not Unicode", Parse(json).Error);

    [Fact]
    public void Depth_is_limited() =>
        Assert.Contains("depth", Parse("{\"x\":" + new string('[', 100_000)).Error, StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void A_second_poll_in_the_same_order_makes_no_new_property()
    {
        const string Report = """{"MetricValues":[{"MetricProperty":"/a","MetricValue":"1"},{"MetricProperty":"/b","MetricValue":"2"}]}""";
        var body = Encoding.UTF8.GetBytes(Report);
        MetricReportParser.Parse(body, _properties, _readings);
        var before = GC.GetAllocatedBytesForCurrentThread();
        _readings.Clear();
        MetricReportParser.Parse(body, _properties, _readings);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(2, _properties.Count);
        Assert.InRange(allocated, 0, 200); // the first property of a report is looked up by a string
    }

    [Fact]
    public void Damaged_reports_never_throw()
    {
        const string Report = """{"MetricValues":[{"MetricProperty":"/a\u00e4","MetricValue":"1","Oem":{"Nvidia":{"MetricValueStale":true}},"Timestamp":"2025-01-06T22:56:02Z"}]}""";
        var good = Encoding.UTF8.GetBytes(Report);
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, good.Length]).Sample((at, value, length) =>
        {
            var bytes = good.ToArray();
            bytes[at] = value;
            MetricReportParser.Parse(bytes.AsSpan(0, length), new MetricPropertyTable(), new MetricReadings());
        });
    }
}
