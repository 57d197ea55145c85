using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ampacity.Simulator;
using Microsoft.Extensions.Time.Testing;

namespace Ampacity.Tests;

public sealed class FaultTests
{
    private const string Chassis = "/redfish/v1/Chassis/Chassis_0";
    private const string Report = "/redfish/v1/TelemetryService/MetricReports/HGX_PlatformEnvironmentMetrics_0";
    private const string Detector = Chassis + "/ThermalSubsystem/LeakDetection/LeakDetectors/Chassis_0_LeakDetector_1_ColdPlate";

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(57));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private async Task<(SimulatorHost Rack, BmcProbe Probe)> StartAsync(params FaultRule[] rules)
    {
        var rack = await SimulatorHost.StartAsync(SimulatedRack.Options(1) with { FaultRules = rules }, _time, Token);
        return (rack, new BmcProbe(rack.Endpoints[0].Address));
    }

    [Fact]
    public async Task A_status_meets_its_paths_as_often_as_it_says()
    {
        var (rack, probe) = await StartAsync(new FaultRule { Do = FaultKind.Status, Path = "/redfish/v1/Chassis*", StatusCode = 503, RetryAfter = 7, Count = 2 });
        await using var running = rack;
        using var asking = probe;

        var statuses = new List<HttpStatusCode>();
        for (var n = 0; n < 3; n++)
        {
            using var answer = await probe.SendAsync(HttpMethod.Get, Chassis);
            statuses.Add(answer.StatusCode);
            Assert.Equal(answer.StatusCode == HttpStatusCode.OK ? null : TimeSpan.FromSeconds(7), answer.Headers.RetryAfter?.Delta);
        }

        Assert.Equal([HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK], statuses);
        using var other = await probe.SendAsync(HttpMethod.Get, "/redfish/v1/Systems");
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task A_rate_meets_about_its_share_and_the_same_requests_again_with_the_same_seed()
    {
        var patterns = new List<string>();
        for (var run = 0; run < 2; run++)
        {
            var options = SimulatedRack.Options(1);
            var tray = options.Trays[0] with { Mac = "02:a0:00:00:aa:01" };
            await using var rack = await SimulatorHost.StartAsync(
                options with { Trays = [tray], FaultRules = [new FaultRule { Do = FaultKind.Status, Rate = 0.3 }] }, _time, Token);
            using var probe = new BmcProbe(rack.Endpoints[0].Address);
            var pattern = "";
            for (var n = 0; n < 200; n++)
            {
                using var answer = await probe.SendAsync(HttpMethod.Get, "/redfish/v1");
                pattern += answer.StatusCode == HttpStatusCode.OK ? '.' : 'x';
            }

            patterns.Add(pattern);
        }

        Assert.Equal(patterns[0], patterns[1]);
        Assert.InRange(patterns[0].Count(letter => letter == 'x'), 35, 85);
    }

    [Fact]
    public async Task A_drop_breaks_the_connection_and_a_merge_takes_and_adds()
    {
        var (rack, probe) = await StartAsync(
            new FaultRule { Do = FaultKind.Drop, Path = "/redfish/v1/Systems" },
            new FaultRule { Do = FaultKind.Merge, Path = Chassis, Merge = new JsonObject { ["Model"] = null, ["Status"] = new JsonObject { ["Health"] = "Warning" } } });
        await using var running = rack;
        using var asking = probe;

        await Assert.ThrowsAsync<HttpRequestException>(() => probe.GetAsync("/redfish/v1/Systems"));
        var chassis = await probe.GetAsync(Chassis);
        Assert.False(chassis.TryGetProperty("Model", out _));
        Assert.Equal("Warning", chassis.GetProperty("Status").GetProperty("Health").GetString());
        Assert.Equal("Enabled", chassis.GetProperty("Status").GetProperty("State").GetString());
    }

    [Fact]
    public async Task A_leak_comes_at_its_time_is_told_and_goes_while_its_parent_says_ok()
    {
        var (rack, probe) = await StartAsync(new FaultRule { Do = FaultKind.Leak, Part = 2, AtSeconds = 30, ForSeconds = 60 });
        await using var running = rack;
        using var asking = probe;
        using var stream = await probe.SendAsync(HttpMethod.Get, "/redfish/v1/EventService/SSE");
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync(Token));
        Assert.Equal("OK", await StateAsync(probe));

        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal("Critical", await StateAsync(probe));
        Assert.Equal("OK", (await probe.GetAsync(Chassis + "/ThermalSubsystem/LeakDetection")).GetProperty("Status").GetProperty("HealthRollup").GetString());
        var told = (await NextAsync(reader)).GetProperty("Events")[0];
        Assert.Equal("Environmental.1.0.LeakDetectedCritical", told.GetProperty("MessageId").GetString());
        Assert.Equal(Detector, told.GetProperty("OriginOfCondition").GetProperty("@odata.id").GetString());

        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("OK", await StateAsync(probe));
        Assert.Equal("OK", (await NextAsync(reader)).GetProperty("Events")[0].GetProperty("MessageSeverity").GetString());
    }

    [Fact]
    public async Task A_gpu_that_is_gone_is_absent_without_readings_and_another_board_has_another_mac()
    {
        var (rack, probe) = await StartAsync(
            new FaultRule { Do = FaultKind.GpuGone, Part = 3 }, new FaultRule { Do = FaultKind.Mac, Text = "02:ff:00:00:00:01" }, new FaultRule { Do = FaultKind.Serial, Text = "OTHER-1" });
        await using var running = rack;
        using var asking = probe;

        var gpu = await probe.GetAsync("/redfish/v1/Systems/HGX_Baseboard_0/Processors/GPU_3");
        Assert.Equal(("Absent", "Critical"), (gpu.GetProperty("Status").GetProperty("State").GetString(), gpu.GetProperty("Status").GetProperty("Health").GetString()));
        Assert.Equal(JsonValueKind.Null, (await probe.GetAsync("/redfish/v1/Chassis/HGX_GPU_3/Sensors/HGX_GPU_3_Power_0")).GetProperty("Reading").ValueKind);
        Assert.Equal(6, (await probe.GetAsync(Report)).GetProperty("MetricValues").EnumerateArray().Count(value => value.GetProperty("MetricValue").GetString() == "nan"));
        Assert.Equal("OTHER-1", (await probe.GetAsync(Chassis)).GetProperty("SerialNumber").GetString());
        Assert.Equal("02:ff:00:00:00:01", (await probe.GetAsync("/redfish/v1/Managers/BMC_0/EthernetInterfaces/eth0")).GetProperty("MACAddress").GetString());
    }

    [Fact]
    public async Task Stale_readings_stand_still_and_say_so()
    {
        var (rack, probe) = await StartAsync(new FaultRule { Do = FaultKind.Stale, AtSeconds = 10 });
        await using var running = rack;
        using var asking = probe;
        JsonElement First(JsonElement report) => report.GetProperty("MetricValues")[0];
        static bool Flag(JsonElement value) => value.GetProperty("Oem").GetProperty("Nvidia").GetProperty("MetricValueStale").GetBoolean();

        Assert.False(Flag(First(await probe.GetAsync(Report))));
        _time.Advance(TimeSpan.FromSeconds(11));
        var stale = First(await probe.GetAsync(Report));
        _time.Advance(TimeSpan.FromSeconds(40));
        var later = First(await probe.GetAsync(Report));

        Assert.True(Flag(stale));
        Assert.Equal(stale.GetRawText(), later.GetRawText());
    }

    [Fact]
    public async Task A_flap_is_away_half_of_each_period_and_a_reboot_forgets_sessions()
    {
        var (rack, probe) = await StartAsync(new FaultRule { Do = FaultKind.Flap, AtSeconds = 100, ForSeconds = 60, PeriodSeconds = 20 });
        await using var running = rack;
        using var asking = probe;

        _time.Advance(TimeSpan.FromSeconds(105));
        await Assert.ThrowsAsync<HttpRequestException>(() => probe.GetAsync("/redfish/v1"));
        _time.Advance(TimeSpan.FromSeconds(10));
        await probe.GetAsync("/redfish/v1");
        using var login = await probe.SendAsync(HttpMethod.Post, "/redfish/v1/SessionService/Sessions",
            $$"""{"UserName":"{{SimulatedRack.Credentials.Username}}","Password":"{{SimulatedRack.Credentials.Password}}"}""");
        Assert.Equal(1, rack.Endpoints[0].LiveSessions);
        _time.Advance(TimeSpan.FromSeconds(60));
        using var reset = await probe.SendAsync(HttpMethod.Post, "/redfish/v1/Managers/BMC_0/Actions/Manager.Reset", "{}");
        Assert.Equal(HttpStatusCode.NoContent, reset.StatusCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => probe.GetAsync("/redfish/v1"));
        Assert.Equal(0, rack.Endpoints[0].LiveSessions);
        _time.Advance(TimeSpan.FromSeconds(61));
        await probe.GetAsync("/redfish/v1");
    }

    [Fact]
    public async Task Swapped_cables_show_each_adapter_the_others_switch_port()
    {
        async Task<List<string?>> SeenAsync(params FaultRule[] rules)
        {
            var (rack, probe) = await StartAsync(rules);
            await using var running = rack;
            using var asking = probe;
            var seen = new List<string?>();
            for (var n = 0; n < 4; n++)
            {
                var port = await probe.GetAsync($"/redfish/v1/Chassis/IO_Board_0/NetworkAdapters/IO_Board_0_CX7_{n}/Ports/1");
                seen.Add(port.GetProperty("Ethernet").GetProperty("LLDPReceive").GetProperty("ChassisId").GetString());
            }

            return seen;
        }

        Assert.Equal(["leaf-0", "leaf-1", "leaf-2", "leaf-3"], await SeenAsync());
        Assert.Equal(["leaf-0", "leaf-1", "leaf-3", "leaf-2"], await SeenAsync(new FaultRule { Do = FaultKind.CableSwap, Part = 2 }));
    }

    [Fact]
    public void A_file_of_faults_is_read_and_mistakes_are_named_with_their_line()
    {
        const string Text = """
            ampacity: 1
            faults:
              - {do: status, place: 'site/*', statusCode: 503, rate: 0.1}
              - {do: merge, path: '*/GPU_0', merge: {Status: {Health: Critical}}}
            """;
        var rules = FaultFile.Read("faults.yaml", Text);

        Assert.Equal([FaultKind.Status, FaultKind.Merge], rules.Select(rule => rule.Do));
        Assert.Equal((503, 0.1, "site/*"), (rules[0].StatusCode, rules[0].Rate, rules[0].Place));
        Assert.Equal("Critical", rules[1].Merge!["Status"]!["Health"]!.GetValue<string>());
        Assert.Equal((FaultKind.PsuTrip, 4, 30.0), FaultFile.ReadOne("do=psu-trip,part=4,atSeconds=30") is var one ? (one.Do, one.Part!.Value, one.AtSeconds) : default);
        Assert.Contains("faults.yaml:3", Assert.Throws<SimulatorStartException>(() => FaultFile.Read("faults.yaml", Text.Replace("503", "99", StringComparison.Ordinal))).Message, StringComparison.Ordinal);
        Assert.Contains("part is needed", Assert.Throws<SimulatorStartException>(() => FaultFile.ReadOne("do=leak")).Message, StringComparison.Ordinal);
        Assert.Contains("key=value", Assert.Throws<SimulatorStartException>(() => FaultFile.ReadOne("leak")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_that_is_about_nobody_is_refused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => SimulatorHost.StartAsync(
            SimulatedRack.Options(1) with { FaultRules = [new FaultRule { Do = FaultKind.Drop, Place = "nowhere/*" }] }, _time, Token));

    private static async Task<string?> StateAsync(BmcProbe probe) => (await probe.GetAsync(Detector)).GetProperty("DetectorState").GetString();

    private static async Task<JsonElement> NextAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync(Token) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return JsonElement.Parse(line[6..]);
            }
        }

        throw new EndOfStreamException("the stream ended");
    }
}
