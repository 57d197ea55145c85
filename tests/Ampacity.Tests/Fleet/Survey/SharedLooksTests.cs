using Ampacity.Fleet;

namespace Ampacity.Tests;

public sealed class SharedLooksTests
{
    [Fact]
    public void Equal_parts_of_looks_become_one_object_and_say_what_they_said()
    {
        var first = Look(1);
        var second = Look(2);
        var looks = new SharedLooks();
        var (a, b) = (looks.Share(first), looks.Share(second));

        Assert.Same(a.Ports, b.Ports);
        Assert.Same(a.ReadPlan, b.ReadPlan);
        Assert.Same(a.Firmware, b.Firmware);
        Assert.Same(a.Quirks, b.Quirks);
        Assert.Same(a.ReportUris, b.ReportUris);
        Assert.Same(a.Components[1], b.Components[1]); // without a serial of its own
        Assert.Same(a.Components[0].Uri, b.Components[0].Uri);
        Assert.Same(a.Serial!.Source, b.Serial!.Source);

        Assert.Equal(("S1", "S2"), (a.Serial.Value, b.Serial.Value));
        Assert.Equal(second.Components, b.Components);
        Assert.Equal(second.Ports, b.Ports);
        Assert.Equal(second.ReadPlan, b.ReadPlan);
        Assert.Equal(second.Quirks, b.Quirks);
        Assert.Equal(
            second with { Components = [], ReportUris = [], Quirks = [], Firmware = [], Ports = [], ReadPlan = [] },
            b with { Components = [], ReportUris = [], Quirks = [], Firmware = [], Ports = [], ReadPlan = [] });
    }

    [Fact]
    public void One_other_port_is_another_list()
    {
        var looks = new SharedLooks();
        var up = looks.Share(Look(1));
        var down = looks.Share(Look(2) with { Ports = [Port("LinkDown")] });
        Assert.NotSame(up.Ports, down.Ports);
        Assert.Equal("LinkDown", down.Ports[0].LinkStatus);
        Assert.Equal("LinkUp", up.Ports[0].LinkStatus);
    }

    // Every text is an object of its own, as a walk makes them.
    private static SurveyedBmc Look(int number) => new(
        $"http://10.0.0.{number}:80", $"02:00:00:00:00:0{number}", New("Vendor"), New("Tray"), New("1.17.0"), null, New("generic"),
        new SurveyedValue($"S{number}", New("/redfish/v1/Chassis/1#/SerialNumber")), null, null,
        [
            new SurveyedComponent(New("gpu0"), SurveyedKind.Accelerator, New("/redfish/v1/Systems/1/Processors/gpu0"), $"G{number}", New("P"), New("M"), null),
            new SurveyedComponent(New("leak0"), SurveyedKind.LeakDetector, New("/redfish/v1/Chassis/1/LeakDetectors/0"), null, null, null, null) { State = New("Enabled") },
        ],
        [New("/redfish/v1/TelemetryService/MetricReports/All")],
        [new SurveyedQuirk(New("/redfish/v1"), "", New("odd"))])
    {
        Kind = SurveyedBmcKind.ComputeTray,
        SensorCount = number,
        Firmware = [new SurveyedFirmware(New("BMC"), New("1.2"), null)],
        Ports = [Port("LinkUp")],
        ReadPlan = [new PlannedRead(New("/redfish/v1/Chassis/1/Sensors?$expand=."), ReadForm.Expanded, ReadClass.Power, 30, 1_000, 10)],
    };

    private static SurveyedPort Port(string status) => new(New("gpu0"), New("1"), New("/redfish/v1/Systems/1/Processors/gpu0/Ports/1"), New("NVLink"), New(status), 400, null);

    private static string New(string text) => new(text.AsSpan());
}
