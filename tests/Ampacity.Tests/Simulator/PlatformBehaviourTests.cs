using System.Net;
using Ampacity.Simulator;
using Microsoft.Extensions.Time.Testing;

namespace Ampacity.Tests;

public sealed class PlatformBehaviourTests
{
    private const string Gpus = "/redfish/v1/Systems/HGX_Baseboard_0/Processors";
    private const string Report = "/redfish/v1/TelemetryService/MetricReports/HGX_PlatformEnvironmentMetrics_0";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<(SimulatorHost Rack, BmcProbe Probe)> StartAsync(PlatformBehaviour behaviour, TimeProvider? time = null)
    {
        var rack = await SimulatorHost.StartAsync(SimulatedRack.Options(1) with { Behaviour = behaviour }, time ?? TimeProvider.System, Token);
        return (rack, new BmcProbe(rack.Endpoints[0].Address));
    }

    [Fact]
    public void Every_platform_has_a_name_of_its_own_and_times_that_make_sense()
    {
        Assert.Equal(PlatformBehaviours.All.Count, PlatformBehaviours.All.Select(known => known.Name).Distinct().Count());
        Assert.All(PlatformBehaviours.All, known =>
        {
            Assert.Same(known, PlatformBehaviours.ByName(known.Name));
            Assert.InRange(known.MeanSeconds, 0.001, known.MaxSeconds);
        });
        Assert.All(Enum.GetValues<SimulatedKind>(), kind => Assert.NotNull(PlatformBehaviours.Usual(kind)));
    }

    [Fact]
    public async Task Expand_is_refused_or_answered_without_what_is_required()
    {
        var (off, asking) = await StartAsync(new PlatformBehaviour { Name = "off", Expand = ExpandBehaviour.Off });
        await using var running = off;
        using var one = asking;
        using var refused = await asking.SendAsync(HttpMethod.Get, Gpus + "?$expand=.");
        Assert.Equal(HttpStatusCode.NotImplemented, refused.StatusCode);

        var (broken, probe) = await StartAsync(new PlatformBehaviour { Name = "broken", Expand = ExpandBehaviour.Broken });
        await using var alsoRunning = broken;
        using var two = probe;
        var member = (await probe.GetAsync(Gpus + "?$expand=.")).GetProperty("Members")[0];
        Assert.Equal("GPU_0", member.GetProperty("Id").GetString());
        Assert.False(member.TryGetProperty("@odata.type", out _));
    }

    [Fact]
    public async Task Units_are_missing_values_are_nan_or_stale_and_counters_stop()
    {
        var (rack, probe) = await StartAsync(new PlatformBehaviour { Name = "sloppy", WithoutUnits = true, NanShare = 0.5, StaleShare = 1, SaturatingCounters = true });
        await using var running = rack;
        using var asking = probe;

        var sensor = await probe.GetAsync("/redfish/v1/Chassis/HGX_GPU_0/Sensors/HGX_GPU_0_Power_0");
        var values = (await probe.GetAsync(Report)).GetProperty("MetricValues").EnumerateArray().ToList();
        Assert.False(sensor.TryGetProperty("ReadingUnits", out _));
        Assert.True(sensor.TryGetProperty("ReadingType", out _));
        Assert.InRange(values.Count(value => value.GetProperty("MetricValue").GetString() == "nan"), 1, values.Count - 1);
        Assert.All(values, value => Assert.True(value.GetProperty("Oem").GetProperty("Nvidia").GetProperty("MetricValueStale").GetBoolean()));
        Assert.Equal(uint.MaxValue, (await probe.GetAsync(Gpus + "/GPU_0/Ports/NVLink_0/Metrics")).GetProperty("RXBytes").GetUInt64());
    }

    [Fact]
    public async Task One_request_at_a_time_is_served_and_too_many_that_wait_are_refused()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(57));
        var (rack, probe) = await StartAsync(new PlatformBehaviour { Name = "slow", MeanSeconds = 1, MaxSeconds = 1, Concurrency = 1, MaxWaiting = 2 }, time);
        await using var running = rack;
        using var asking = probe;

        // The time stands still until all six are there: one is served, two wait, three are refused.
        var answers = Enumerable.Range(0, 6).Select(_ => probe.SendAsync(HttpMethod.Get, "/redfish/v1")).ToList();
        while (answers.Count(answer => answer.IsCompleted) < 3)
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        while (answers.Count(answer => answer.IsCompleted) < 6)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        var done = await Task.WhenAll(answers);
        var refused = done.Count(answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable);
        Assert.Equal(3, refused);
        Assert.All(done.Where(answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable), answer => Assert.NotNull(answer.Headers.RetryAfter));
        Assert.Equal(6 - refused, done.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        Array.ForEach(done, answer => answer.Dispose());
    }
}
