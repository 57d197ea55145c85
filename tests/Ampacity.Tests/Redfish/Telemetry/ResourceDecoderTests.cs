using System.Text;
using Ampacity.Redfish;
using CsCheck;

namespace Ampacity.Tests;

public sealed class ResourceDecoderTests
{
    private static readonly PlatformProfile Generic = PlatformProfiles.Load(Path.Combine(RepositoryFolder.Root, "profiles")).ById("generic")!;

    private readonly MetricPropertyTable _table = new();
    private readonly MetricReadings _readings = new();
    private readonly ResourceDecoder _decoder = new();

    private DecodeResult Decode(string path, string json) => _decoder.Decode(Encoding.UTF8.GetBytes(json), path, _table, _readings);

    private List<(ValueMeaning Meaning, double Value, ReadingMarks Marks)> Meanings(params (string, string)[] components)
    {
        var mapper = new ValueMapper(Generic, components);
        return [.. Enumerable.Range(0, _readings.Count).Select(row => (
            mapper.Map(_table.NameOf(_readings.Properties[row]), _table.FactsOf(_readings.Properties[row])), _readings.Values[row], _readings.Flags[row]))];
    }

    [Fact]
    public void An_excerpt_its_sensor_and_a_report_of_it_are_one_property()
    {
        Decode("/redfish/v1/Systems/S/Processors/GPU_0/EnvironmentMetrics",
            """{"@odata.type":"#EnvironmentMetrics.v1_3_0.EnvironmentMetrics","PowerWatts":{"Reading":231.9,"DataSourceUri":"/redfish/v1/Chassis/G/Sensors/G_Power_0"}}""");
        Decode("/redfish/v1/Chassis/G/Sensors/G_Power_0", """{"@odata.type":"#Sensor.v1_2_0.Sensor","Reading":232,"ReadingType":"Power","ReadingUnits":"W"}""");
        Decode("/redfish/v1/TelemetryService/MetricReports/R", """{"@odata.type":"#MetricReport.v1_4_0.MetricReport","MetricValues":[{"MetricProperty":"/redfish/v1/Chassis/G/Sensors/G_Power_0","MetricValue":"233"}]}""");
        Assert.Equal(1, _table.Count);
        Assert.Equal([231.9, 232, 233], _readings.Values.ToArray());
        Assert.All(Meanings(("/redfish/v1/Systems/S/Processors/GPU_0", "gpu0")), one => Assert.Equal(("hw_power_watts", "gpu0"), (one.Meaning.Family, one.Meaning.Component)));
    }

    [Fact]
    public void What_an_excerpt_lies_about_is_taken_for_what_its_sensor_is()
    {
        // GB200: a CPU's EnvironmentMetrics shows the margin to the limit as its temperature, and one regulator as its power.
        Decode("/redfish/v1/Systems/S/Processors/CPU_0/EnvironmentMetrics",
            """
            {"@odata.type":"#EnvironmentMetrics.v1_3_0.EnvironmentMetrics",
             "PowerWatts":{"DataSourceUri":"/redfish/v1/Chassis/HGX_CPU_0/Sensors/ProcessorModule_0_Vreg_0_SocPower_0","Reading":6.5},
             "TemperatureCelsius":{"DataSourceUri":"/redfish/v1/Chassis/HGX_CPU_0/Sensors/ProcessorModule_0_CPU_0_TempLimit_0","Reading":46.8}}
            """);
        Assert.Equal(["hw_sensor_power_watts", "hw_temperature_margin_kelvins"], Meanings(("/redfish/v1/Systems/S/Processors/CPU_0", "cpu0")).Select(one => one.Meaning.Family).Order());
    }

    [Fact]
    public void A_fans_revolutions_that_are_shown_as_percent_are_revolutions()
    {
        Decode("/redfish/v1/Chassis/D/Sensors/SPD_FAN_0", """{"@odata.type":"#Sensor.v1_0_2.Sensor","Reading":4950,"ReadingType":"Rotational"}""");
        Decode("/redfish/v1/Chassis/D/ThermalSubsystem/Fans/0", """{"@odata.type":"#Fan.v1_2_0.Fan","SpeedPercent":{"DataSourceUri":"/redfish/v1/Chassis/D/Sensors/SPD_FAN_0","Reading":4950}}""");
        Assert.Equal("hw_fan_speed_rpm", Meanings()[1].Meaning.Family);
        Assert.Equal(1, Meanings()[1].Meaning.Factor);
    }

    [Fact]
    public void Members_of_an_expanded_collection_are_read_each_by_its_own_id()
    {
        var result = Decode("/redfish/v1/Chassis/C/Sensors",
            """
            {"@odata.type":"#SensorCollection.SensorCollection","Members@odata.count":3,"Members":[
              {"@odata.id":"/redfish/v1/Chassis/C/Sensors/a","@odata.type":"#Sensor.v1_2_0.Sensor","Reading":21,"ReadingType":"Temperature","ReadingUnits":"Cel","Thresholds":{"UpperCritical":{"Reading":90}}},
              {"Reading":null,"ReadingType":"Temperature","Status":{"State":"Absent"},"@odata.type":"#Sensor.v1_2_0.Sensor","@odata.id":"/redfish/v1/Chassis/C/Sensors/b"},
              {"@odata.id":"/redfish/v1/Chassis/C/Sensors/c"}]}
            """);
        Assert.Equal(ResourceKind.Collection, result.Kind);
        Assert.Equal(["/redfish/v1/Chassis/C/Sensors/a", "/redfish/v1/Chassis/C/Sensors/b"], _readings.Properties.ToArray().Select(_table.NameOf));
        Assert.Equal([ReadingMarks.None, ReadingMarks.Absent], _readings.Flags.ToArray());
        Assert.Equal([21, double.NaN], _readings.Values.ToArray());
    }

    [Fact]
    public void A_part_that_is_not_there_has_no_reading_whatever_number_stands_beside()
    {
        Decode("/redfish/v1/Chassis/C/Sensors/a", """{"@odata.type":"#Sensor.v1_2_0.Sensor","Reading":0,"ReadingUnits":"Cel","Status":{"State":"Disabled"}}""");
        Assert.Equal(double.NaN, _readings.Values[0]);
        Assert.Equal(ReadingMarks.Absent, _readings.Flags[0]);
    }

    [Theory]
    [InlineData("OK", 0, 0)]
    [InlineData("Warning", 1, 0)]
    [InlineData("Critical", 2, 0)]
    [InlineData("Unavailable", double.NaN, 1)]
    [InlineData("Absent", double.NaN, 1)]
    [InlineData("Shrug", double.NaN, 1)]
    public void A_detector_says_its_state_or_is_blind(string word, double state, double blind)
    {
        Decode("/redfish/v1/Chassis/C/ThermalSubsystem/LeakDetection/LeakDetectors/L1",
            $$$"""{"@odata.type":"#LeakDetector.v1_1_0.LeakDetector","DetectorState":"{{{word}}}","Status":{"Health":"OK","State":"Enabled"}}""");
        var meanings = Meanings().ToDictionary(one => one.Meaning.Family, one => one.Value);
        Assert.Equal(state, meanings["hw_leak_detector_state"]);
        Assert.Equal(blind, meanings["hw_leak_detector_blind"]);
    }

    [Fact]
    public void Entries_of_the_older_arrays_keep_their_name_when_the_array_moves()
    {
        Decode("/redfish/v1/Chassis/1/Thermal", """{"@odata.type":"#Thermal.v1_6_0.Thermal","Fans":[{"Name":"Fan 1","Reading":3000,"ReadingUnits":"RPM"},{"Name":"Fan 2","Reading":40,"ReadingUnits":"Percent"}]}""");
        Decode("/redfish/v1/Chassis/1/Thermal", """{"@odata.type":"#Thermal.v1_6_0.Thermal","Fans":[{"Name":"Fan 2","Reading":41,"ReadingUnits":"Percent"}]}""");
        Assert.Equal(2, _table.Count);
        Assert.Equal(_readings.Properties[1], _readings.Properties[2]);
        Assert.Equal(["hw_fan_speed_rpm", "hw_fan_speed_ratio", "hw_fan_speed_ratio"], Meanings().Select(one => one.Meaning.Family));
        Assert.Equal(0.41, Meanings()[2].Value * Meanings()[2].Meaning.Factor, 9);
    }

    [Fact]
    public void Supplies_of_one_name_are_told_apart_by_their_member_id()
    {
        Decode("/redfish/v1/Chassis/1/Power",
            """{"@odata.type":"#Power.v1_3_0.Power","PowerSupplies":[{"Name":"PS","MemberId":"0","LastPowerOutputWatts":57},{"Name":"PS","MemberId":"1","LastPowerOutputWatts":222}]}""");
        Assert.Equal(["1/PS 0", "1/PS 1"], Meanings().Select(one => one.Meaning.Component));
    }

    [Fact]
    public void Volt_amperes_never_become_watts()
    {
        Decode("/redfish/v1/PowerEquipment/RackPDUs/1/Branches/A",
            """{"@odata.type":"#Circuit.v1_9_0.Circuit","BreakerState":"Tripped","PowerWatts":{"Reading":897.4,"ApparentVA":900,"ReactiveVAR":2,"PowerFactor":0.99},"RatedCurrentAmps":20,"PolyPhaseCurrentAmps":{"Line1":{"Reading":5.19}}}""");
        var meanings = Meanings().ToDictionary(one => $"{one.Meaning.Family}|{one.Meaning.Component}", one => one.Value);
        Assert.Equal(897.4, meanings["hw_circuit_power_watts|pdu1/A"]);
        Assert.Equal(900, meanings["hw_apparent_power_volt_amperes|pdu1/A"]);
        Assert.Equal(2, meanings["hw_breaker_state|pdu1/A"]);
        Assert.Equal(5.19, meanings["hw_circuit_current_amperes|pdu1/A/L1"]);
    }

    [Fact]
    public void A_saturated_counter_is_marked()
    {
        Decode("/redfish/v1/Systems/S/Processors/GPU_0/Ports/NVLink_1/Metrics", """{"@odata.type":"#PortMetrics.v1_3_0.PortMetrics","Oem":{"Nvidia":{"TXWait":4294967295}},"RXBytes":18446744073709551615,"TXBytes":4294967294}""");
        Assert.Equal([ReadingMarks.Saturated, ReadingMarks.Saturated, ReadingMarks.None], _readings.Flags.ToArray());
    }

    [Fact]
    public void A_known_body_is_decoded_again_without_an_allocation()
    {
        var body = Encoding.UTF8.GetBytes(
            """{"Members":[{"@odata.id":"/redfish/v1/Chassis/C/Sensors/a","@odata.type":"#Sensor.v1_2_0.Sensor","Reading":21,"ReadingType":"Temperature","ReadingUnits":"Cel","Status":{"State":"Enabled"}},{"@odata.id":"/redfish/v1/Chassis/C/Sensors/b","@odata.type":"#Sensor.v1_2_0.Sensor","Reading":22.5,"Name":"b","ReadingType":"Temperature"}]}""");
        for (var i = 0; i < 3; i++)
        {
            _readings.Clear();
            _decoder.Decode(body, "/redfish/v1/Chassis/C/Sensors", _table, _readings);
        }

        _readings.Clear();
        var before = GC.GetAllocatedBytesForCurrentThread();
        _decoder.Decode(body, "/redfish/v1/Chassis/C/Sensors", _table, _readings);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(2, _readings.Count);
    }

    [Fact]
    public void Damaged_bodies_never_throw()
    {
        var good = Encoding.UTF8.GetBytes(
            """{"@odata.type":"#Power.v1_3_0.Power","@odata.id":"\/redfish\/v1","PowerSupplies":[{"Name":"P\u00e4S","MemberId":"0","LastPowerOutputWatts":"57","Oem":{"X":{"Y":[1,2,{"Z":3}]}}}],"Members":[{"@odata.id":"/a","Reading":1,"DataSourceUri":"/redfish/v1/x","Status":{"State":"Absent"},"RelatedItem":[{"@odata.id":"/b"}]}],"DetectorState":"OK"}""");
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, good.Length]).Sample((at, value, length) =>
        {
            var bytes = good.ToArray();
            bytes[at] = value;
            new ResourceDecoder().Decode(bytes.AsSpan(0, length), "/redfish/v1/Chassis/1/Power", new MetricPropertyTable(), new MetricReadings());
        });
    }

    [Fact]
    public void A_body_with_too_many_numbers_is_cut_and_says_so()
    {
        var json = new StringBuilder("{\"@odata.type\":\"#ProcessorMetrics.v1_0_0.ProcessorMetrics\",\"CoreMetrics\":[");
        json.AppendJoin(',', Enumerable.Range(0, 20_000).Select(n => $"{{\"IOStallCount\":{n}}}")).Append("]}");
        var result = Decode("/redfish/v1/Systems/S/Processors/P/ProcessorMetrics", json.ToString());
        Assert.Equal(20_000, result.Readings + result.Skipped);
        Assert.True(result.Skipped > 0);
    }
}
