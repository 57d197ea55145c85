using Ampacity.Collect;
using Ampacity.Redfish;
using Ampacity.Samples;
using Ampacity.Simulator;
using Microsoft.Extensions.Time.Testing;

namespace Ampacity.Tests;

public sealed class BmcPollerTests
{
    private static readonly PlatformProfile Gb200 = PlatformProfiles.Load(SimulatedRack.ProfileFolder).ById("nvidia-gb200-nvl")!;

    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_764_000_000_000));
    private readonly RecordingWriter _writer = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private BmcPoller Poller(SimulatorHost rack) => new(
        [.. rack.Endpoints.Select(endpoint => new BmcEndpoint(endpoint.Address, endpoint.Tray.Mac, Gb200, Gb200.Reports))],
        SimulatedRack.Credentials, _writer, new BmcPollerOptions(), _time);

    [Theory]
    [InlineData(false, 14)]
    [InlineData(true, 17)]
    public async Task A_poll_writes_each_watt_once_at_the_begin_of_the_poll(bool captured, int temperatures)
    {
        await using var rack = await SimulatorHost.StartAsync(SimulatedRack.Options(2, SimulatedRack.Tree(captured)), _time, Token);
        var poller = Poller(rack);
        await poller.PollOnceAsync(Token);
        _time.Advance(TimeSpan.FromSeconds(10));
        await poller.PollOnceAsync(Token);
        await poller.EndSessionsAsync();

        var mac = rack.Endpoints[0].Tray.Mac;
        var first = _writer.Samples.Where(sample => sample.Series["bmc"] == mac && sample.TimestampMs == 1_764_000_000_000).ToList();
        var power = first.Where(sample => sample.Series.Name == "hw_power_watts").ToList();
        Assert.Equal(["cpu0", "cpu1", "gpu0", "gpu1", "gpu2", "gpu3"], power.Select(sample => sample.Series["component"]).Order());
        Assert.All(power, sample => Assert.Equal(SampleQuality.Good, sample.Quality));
        Assert.InRange(power.Sum(sample => sample.Value), 4 * 290, (4 * 1_000) + (2 * 200));
        Assert.Equal(temperatures, first.Count(sample => sample.Series.Name == "hw_temperature_celsius"));

        // Energy in joules agrees with the power between the polls: factor and unit are right.
        var energy = _writer.Samples.Where(sample => sample.Series["bmc"] == mac && sample.Series.Name == "hw_energy_joules_total" && sample.Series["component"] == "gpu0").ToList();
        Assert.Equal(2, energy.Count);
        Assert.Equal(SampleQuality.Inferred, energy[0].Quality);
        Assert.InRange((energy[1].Value - energy[0].Value) / 10, 290, 1_000);

        Assert.Equal(4, poller.Counts.Reads);
        Assert.Equal(0, poller.Counts.Failures);
        Assert.True(poller.Counts.Unmapped > 0);
        Assert.All(rack.Endpoints, endpoint => Assert.Equal(0, endpoint.LiveSessions));
        Assert.All(rack.Endpoints, endpoint => Assert.Equal(1, endpoint.SessionCount));
        Assert.All(rack.Endpoints, endpoint => Assert.InRange(endpoint.MostConcurrent, 1, 4));
    }

    [Fact]
    public async Task What_one_bmc_says_never_ends_the_polls_of_the_others()
    {
        await using var rack = await SimulatorHost.StartAsync(SimulatedRack.Options(1), TimeProvider.System, Token);
        await using var hostile = await HostileBmc.StartAsync("surrogate", Token);
        var good = rack.Endpoints[0];
        var poller = new BmcPoller(
            [
                new BmcEndpoint(good.Address, good.Tray.Mac, Gb200, Gb200.Reports),
                new BmcEndpoint(hostile.Address, "02:00:00:00:00:99", Gb200, Gb200.Reports),
            ],
            SimulatedRack.Credentials, _writer, new BmcPollerOptions { Interval = TimeSpan.FromMilliseconds(100) }, TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        stop.CancelAfter(TimeSpan.FromSeconds(60));
        var run = poller.RunAsync(stop.Token);
        while (!run.IsCompleted && !stop.IsCancellationRequested
            && !(poller.States[0].Counts.Reads >= 3 && poller.States[1].FailuresInRow > 0))
        {
            await Task.Delay(20, Token);
        }

        Assert.True(poller.States[0].Counts.Reads >= 3);
        Assert.Contains("not Unicode", poller.States[1].Error);
        Assert.False(run.IsCompleted);
        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task A_bmc_that_is_gone_ends_its_series_once()
    {
        await using var rack = await SimulatorHost.StartAsync(SimulatedRack.Options(1), _time, Token);
        var poller = Poller(rack);
        await poller.PollOnceAsync(Token);
        var live = poller.States[0].SeriesCount;
        Assert.True(live > 20);
        rack.SetOffline(rack.Endpoints[0].Tray.Place, true);
        for (var i = 0; i < 4; i++)
        {
            await poller.PollOnceAsync(Token);
            _time.Advance(TimeSpan.FromMinutes(2));
        }

        await poller.PollOnceAsync(Token);
        Assert.Equal(live, poller.Counts.Markers);
        Assert.Equal(live, _writer.Samples.Count(sample => StaleMarker.Is(sample.Value)));
        Assert.Equal(5, poller.States[0].FailuresInRow);
        Assert.Equal(0, poller.States[0].SeriesCount);

        rack.SetOffline(rack.Endpoints[0].Tray.Place, false);
        await poller.PollOnceAsync(Token);
        Assert.Equal(live, poller.States[0].SeriesCount);
        Assert.Equal(0, poller.States[0].FailuresInRow);
        await poller.EndSessionsAsync();
        Assert.Equal(0, rack.Endpoints[0].LiveSessions);
    }

    [Fact]
    public async Task A_dead_bmc_is_left_alone_between_the_steps()
    {
        var options = SimulatedRack.Options(2);
        await using var rack = await SimulatorHost.StartAsync(options with { Faults = [new TrayFault("site/hall/r1/2", Offline: true)] }, _time, Token);
        var poller = Poller(rack);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var run = poller.RunAsync(stop.Token);
        var offset = PollPhase.OffsetMs(rack.Endpoints[0].Tray.Mac, 10_000);
        var (due, reads) = (PollPhase.NextDueMs(_time.GetUtcNow().ToUnixTimeMilliseconds(), 10_000, offset), 0);
        for (var second = 0; second < 200; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            if (_time.GetUtcNow().ToUnixTimeMilliseconds() >= due)
            {
                due += 10_000;
                reads++;
            }

            await UntilAsync(() => poller.States[0].Counts.Reads >= reads);
        }

        await stop.CancelAsync();
        await run;
        Assert.Equal(20, reads);
        Assert.Equal(20, poller.States[0].Counts.Reads);
        Assert.InRange(poller.States[1].FailuresInRow, 3, 6); // at about 10, 20, 40, 80, 160 s and their phase
        Assert.Equal(poller.States[1].FailuresInRow, poller.States[1].Counts.Failures);
        Assert.Equal(0, rack.Endpoints[0].LiveSessions);
    }

    [Fact]
    public void Two_bmcs_with_one_mac_are_refused()
    {
        var endpoint = new BmcEndpoint(new Uri("http://127.0.0.1:1"), "02:00:00:00:00:01", Gb200, Gb200.Reports);
        Assert.Throws<ArgumentException>(() => new BmcPoller([endpoint, endpoint], SimulatedRack.Credentials, _writer, new BmcPollerOptions(), _time));
    }

    // Real sockets under a fake clock: the clock goes on when the poll that it set off has ended.
    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, limit.Token);
        }
    }
}
