using System.Collections.Concurrent;
using Ampacity.Collect;
using Ampacity.Fleet;
using Ampacity.Redfish;
using Ampacity.Samples;
using Ampacity.Simulator;
using Microsoft.Extensions.Time.Testing;

namespace Ampacity.Tests;

/// <summary>From a change that a poll sees to a new walk and a new plan, on a simulated tray under a clock that the test moves.</summary>
public sealed class RewalkTests
{
    private static readonly PlatformProfiles Profiles = PlatformProfiles.Load(SimulatedRack.ProfileFolder);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_764_000_000_000));
    private readonly RecordingWriter _writer = new();
    private readonly ConcurrentQueue<BmcChange> _changes = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private async Task<SurveyedBmc> WalkAsync(SimulatorHost rack, BmcGates gates)
    {
        var address = rack.Endpoints[0].Address;
        var survey = await new BmcSweep(new BmcSweepOptions { Gates = gates }, Profiles, SimulatedRack.Credentials, _time)
            .RunAsync([new SurveyTarget("http", address.Host, address.Port)], "test", null, Token);
        Assert.Empty(survey.Errors);
        return Assert.Single(survey.Bmcs);
    }

    private static BmcEndpoint Endpoint(SurveyedBmc bmc) => new(new Uri(bmc.Address), bmc.Mac!, Profiles.ById(bmc.ProfileId)!, [])
    {
        Reads = bmc.ReadPlan,
        Components = [.. bmc.Components.Select(component => (component.Uri, component.Id))],
        Firmware = string.Join(' ', bmc.Firmware.Select(entry => $"{entry.Id}={entry.Version}")),
    };

    private async Task UntilAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, limit.Token);
            _time.Advance(TimeSpan.FromMilliseconds(500));
        }
    }

    private async Task<(SimulatorHost Rack, BmcPoller Poller, BmcGates Gates, SurveyedBmc Seen)> BeginAsync(params FaultRule[] faults)
    {
        var rack = await SimulatorHost.StartAsync(SimulatedRack.Options(1) with { FaultRules = faults }, _time, Token);
        var gates = new BmcGates();
        var seen = await WalkAsync(rack, gates);
        Assert.InRange(seen.ReadPlan.Count(read => read.Class == ReadClass.Inventory), 3, 6);
        var poller = new BmcPoller([Endpoint(seen)], SimulatedRack.Credentials, _writer, new BmcPollerOptions { Gates = gates }, _time);
        poller.Changed += _changes.Enqueue;
        return (rack, poller, gates, seen);
    }

    [Fact]
    public async Task A_reboot_with_new_firmware_is_seen_walked_and_read_on_with_the_same_series()
    {
        // After the watches have been looked at once.
        var (rack, poller, gates, before) = await BeginAsync(new FaultRule { Do = FaultKind.Reboot, AtSeconds = 400, ForSeconds = 45, Text = "99.1" });
        await using var simulated = rack;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var run = poller.RunAsync(stop.Token);
        await UntilAsync(() => _changes.Any(change => change.Kind == BmcChangeKind.Firmware));
        Assert.Contains("99.1 now", _changes.First(change => change.Kind == BmcChangeKind.Firmware).Evidence, StringComparison.Ordinal);

        var after = await WalkAsync(rack, gates);
        Assert.Equal(before.Mac, after.Mac);
        var (series, markers, sessions) = (poller.States[0].SeriesCount, poller.Counts.Markers, rack.Endpoints[0].LiveSessions);
        await poller.ReplaceAsync([Endpoint(after)], Token);
        var reads = poller.Counts.Reads;
        await UntilAsync(() => poller.Counts.Reads >= reads + before.ReadPlan.Count);
        Assert.Equal((series, markers, sessions), (poller.States[0].SeriesCount, poller.Counts.Markers, rack.Endpoints[0].LiveSessions));
        await stop.CancelAsync();
        await run;
        Assert.Equal(0, rack.Endpoints[0].LiveSessions);
    }

    [Fact]
    public async Task A_gpu_that_falls_off_the_bus_is_seen_and_its_series_end_once_it_is_planned_anew()
    {
        var (rack, poller, gates, before) = await BeginAsync(new FaultRule { Do = FaultKind.GpuGone, Part = 3, AtSeconds = 200 });
        await using var simulated = rack;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var run = poller.RunAsync(stop.Token);
        await UntilAsync(() => _changes.Any(change => change.Kind == BmcChangeKind.Membership));

        var after = await WalkAsync(rack, gates);
        Assert.Equal((4, 3), (Accelerators(before), Accelerators(after)));
        await poller.ReplaceAsync([Endpoint(after)], Token);
        await UntilAsync(() => poller.Counts.Markers > 0);
        await stop.CancelAsync();
        await run;
        var ended = _writer.Samples.Where(sample => StaleMarker.Is(sample.Value)).Select(sample => sample.Series["component"]!).Distinct().ToList();
        Assert.NotEmpty(ended);
        Assert.All(ended, component => Assert.Contains("3", component, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_planned_as_before_keeps_its_session_and_what_is_no_more_ends()
    {
        await using var rack = await SimulatorHost.StartAsync(SimulatedRack.Options(2), _time, Token);
        var gates = new BmcGates();
        var survey = await new BmcSweep(new BmcSweepOptions { Gates = gates }, Profiles, SimulatedRack.Credentials, _time).RunAsync(
            [.. rack.Endpoints.Select(one => new SurveyTarget("http", one.Address.Host, one.Address.Port))], "test", null, Token);
        var (one, two) = (Endpoint(survey.Bmcs[0]), Endpoint(survey.Bmcs[1]));
        var opened = rack.Endpoints.Select(endpoint => endpoint.SessionCount).ToList();
        var poller = new BmcPoller([one, two], SimulatedRack.Credentials, _writer, new BmcPollerOptions { Gates = gates }, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var run = poller.RunAsync(stop.Token);
        await UntilAsync(() => poller.States.All(state => state.SeriesCount > 20));
        var reads = poller.Counts.Reads;
        var live = poller.StateOf(two.Mac)!.SeriesCount;

        await poller.ReplaceAsync([Endpoint(survey.Bmcs[0])], Token);
        Assert.Null(poller.StateOf(two.Mac));
        Assert.True(poller.Counts.Reads >= reads);
        Assert.Equal(live, _writer.Samples.ToArray().Count(sample => sample.Series["bmc"] == two.Mac && StaleMarker.Is(sample.Value)));
        Assert.Equal([1, 0], rack.Endpoints.Select(endpoint => endpoint.LiveSessions));
        await UntilAsync(() => poller.Counts.Reads > reads + 10);
        Assert.Equal(opened[0] + 1, rack.Endpoints[0].SessionCount);
        await stop.CancelAsync();
        await run;
        Assert.All(rack.Endpoints, endpoint => Assert.Equal(0, endpoint.LiveSessions));
    }

    [Fact]
    public async Task Surveys_and_polls_together_keep_within_the_places_of_the_profile()
    {
        var bmc = new CountingBmc();
        var (gates, options) = (new BmcGates(), new RedfishClientOptions { Handler = () => bmc.Connect() });
        var profile = Profiles.ById("generic")!;
        var endpoint = new BmcEndpoint(new Uri("http://127.0.0.1:9"), "02:00:00:00:00:04", profile, [])
        {
            Reads = [.. Enumerable.Range(0, 5).Select(read => new PlannedRead($"/redfish/v1/Chassis/C/Sensors/{read}", ReadForm.Member, ReadClass.Power, 10, 0, 1))],
        };
        var poller = new BmcPoller([endpoint], SimulatedRack.Credentials, _writer, new BmcPollerOptions { Gates = gates, Client = options }, TimeProvider.System);
        await poller.PollOnceAsync(Token); // the profile is known from here on
        var sweep = new BmcSweep(new BmcSweepOptions { Gates = gates, Client = options }, Profiles, SimulatedRack.Credentials, TimeProvider.System);
        var walks = Enumerable.Range(0, 8).Select(_ => sweep.RunAsync([new SurveyTarget("http", "127.0.0.1", 9)], "test", null, Token));
        await Task.WhenAll(walks.Append(PollAsync()));
        await poller.EndSessionsAsync();
        Assert.True(bmc.Requests > 100);
        Assert.Equal(profile.Concurrency, bmc.Most);

        async Task PollAsync()
        {
            for (var poll = 0; poll < 10; poll++)
            {
                await poller.PollOnceAsync(Token);
            }
        }
    }

    // A BMC in memory that counts what is asked of it at one time; each answer takes a moment.
    private sealed class CountingBmc
    {
        private static readonly (string, string)[] Tree =
        [
            ("/redfish/v1", """{"RedfishVersion":"1.6.0","Chassis":{"@odata.id":"/redfish/v1/Chassis"}}"""),
            ("/redfish/v1/Chassis", """{"Members":[{"@odata.id":"/redfish/v1/Chassis/C"}]}"""),
            ("/redfish/v1/Chassis/C", """{"ChassisType":"Sled","Sensors":{"@odata.id":"/redfish/v1/Chassis/C/Sensors"}}"""),
            ("/redfish/v1/Chassis/C/Sensors", $$"""{"Members":[{{string.Join(',', Enumerable.Range(0, 8).Select(sensor => $$"""{"@odata.id":"/redfish/v1/Chassis/C/Sensors/{{sensor}}"}"""))}}]}"""),
            .. Enumerable.Range(0, 8).Select(sensor => ($"/redfish/v1/Chassis/C/Sensors/{sensor}", """{"Reading":1,"ReadingType":"Power"}""")),
        ];

        private readonly Lock _gate = new();
        private int _now;

        public int Most { get; private set; }

        public int Requests { get; private set; }

        public HttpMessageHandler Connect() => new Counted(this, TreeServer.Of(Tree));

        private sealed class Counted(CountingBmc bmc, HttpMessageHandler tree) : DelegatingHandler(tree)
        {
            protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                lock (bmc._gate)
                {
                    bmc.Requests++;
                    bmc.Most = Math.Max(bmc.Most, ++bmc._now);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(1), cancellationToken);
                var answer = await base.SendAsync(request, cancellationToken);
                lock (bmc._gate)
                {
                    bmc._now--;
                }

                return answer;
            }
        }
    }

    private static int Accelerators(SurveyedBmc bmc) => bmc.Components.Count(component => component.Kind == SurveyedKind.Accelerator);
}
