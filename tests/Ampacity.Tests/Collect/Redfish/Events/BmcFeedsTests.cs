using System.Collections.Concurrent;
using System.Text;
using Ampacity.Collect;
using Ampacity.Fleet;
using Ampacity.Redfish;
using Microsoft.Extensions.Time.Testing;

namespace Ampacity.Tests;

/// <summary>Streams and pushes of one BMC, over real sockets under a clock that the test moves.</summary>
public sealed class BmcFeedsTests
{
    private const string Mac = "02:00:00:00:00:07";
    private const string Other = "/redfish/v1/EventService/Subscriptions/other";
    private const string Former = "/redfish/v1/EventService/Subscriptions/former";

    private static readonly PlatformProfile Generic = PlatformProfiles.Load(SimulatedRack.ProfileFolder).ById("generic")!;

    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_764_000_000_000));
    private readonly RecordingWriter _writer = new();
    private readonly ConcurrentQueue<BmcEvent> _events = new();
    private readonly PushDesk _desk = new(new Uri("http://10.0.0.1:7480"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private BmcPoller Poller(EventBmc bmc, ProfileDelivery[] alerts, ProfileDelivery[] reports)
    {
        var profile = Generic with { Manners = new ProfileManners(Events: new ProfileEvents(alerts, reports)) };
        var endpoint = new BmcEndpoint(bmc.Address, Mac, profile, [])
        {
            Reads =
            [
                new PlannedRead(EventBmc.Report, ReadForm.Report, ReadClass.Sensors, 10, 0, 1),
                new PlannedRead(EventBmc.Detector, ReadForm.Member, ReadClass.Leak, 30, 0, 1),
            ],
            Components = [(EventBmc.Detector, "coldplate")],
        };
        var poller = new BmcPoller([endpoint], SimulatedRack.Credentials, _writer, new BmcPollerOptions { Push = _desk }, _time);
        poller.Happened += _events.Enqueue;
        return poller;
    }

    private async Task UntilAsync(Func<bool> condition, TimeSpan? step = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, limit.Token);
            if (step is { } each)
            {
                _time.Advance(each);
            }
        }
    }

    private Task LaterAsync(Func<bool> condition) => UntilAsync(condition, TimeSpan.FromMilliseconds(500));

    private static int Polls(EventBmc bmc) => bmc.Count($"GET {EventBmc.Report}");

    private static string At(int seconds) => FormattableString.Invariant($"2026-01-01T01:{seconds / 60:00}:{seconds % 60:00}Z");

    [Fact]
    public async Task A_report_that_is_streamed_is_not_polled_until_it_is_late_and_not_again_once_it_comes()
    {
        await using var bmc = await EventBmc.StartAsync(Token);
        var poller = Poller(bmc, [], [ProfileDelivery.Stream]);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var run = poller.RunAsync(stop.Token);
        await LaterAsync(() => bmc.HasStream("MetricReport"));
        Assert.Equal(ReadingWay.Poll, poller.States[0].Reports.Way);

        // In time, ten seconds apart: a minute without a poll.
        bmc.Send("MetricReport", "1", EventBmc.ReportFrame(200, At(0)));
        await UntilAsync(() => poller.Counts.Delivered == 1);
        Assert.Equal(ReadingWay.Stream, poller.States[0].Reports.Way);
        var polls = Polls(bmc);
        for (var report = 1; report <= 6; report++)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            bmc.Send("MetricReport", $"{report + 1}", EventBmc.ReportFrame(200 + report, At(report * 10)));
            await UntilAsync(() => poller.Counts.Delivered == report + 1);
        }

        Assert.Equal(polls, Polls(bmc));
        Assert.Equal(206, _writer.Samples.Last(sample => sample.Value >= 200).Value);

        // Nothing comes: polled after at most three periods, and told why.
        await LaterAsync(() => Polls(bmc) > polls);
        Assert.Equal(ReadingWay.Poll, poller.States[0].Reports.Way);
        Assert.StartsWith("late: Power", poller.States[0].Reports.Why, StringComparison.Ordinal);

        // It comes: back to the stream.
        bmc.Send("MetricReport", "9", EventBmc.ReportFrame(300, At(600)));
        await UntilAsync(() => poller.States[0].Reports.Way == ReadingWay.Stream);
        await stop.CancelAsync();
        await run;
        Assert.Equal((0, 0), (bmc.Sessions, poller.EventStreams));
    }

    [Fact]
    public async Task A_stream_that_drops_is_polled_at_its_next_period_and_opened_again_where_it_ended()
    {
        await using var bmc = await EventBmc.StartAsync(Token);
        var poller = Poller(bmc, [], [ProfileDelivery.Stream]);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var run = poller.RunAsync(stop.Token);
        await LaterAsync(() => bmc.HasStream("MetricReport"));
        bmc.Send("MetricReport", "41", EventBmc.ReportFrame(200, At(0)));
        await UntilAsync(() => poller.States[0].Reports.Way == ReadingWay.Stream);
        var polls = Polls(bmc);
        bmc.Break("MetricReport");
        await UntilAsync(() => poller.States[0].Reports.Way == ReadingWay.Poll);
        Assert.Contains("stream", poller.States[0].Reports.Why, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(10));
        await UntilAsync(() => Polls(bmc) > polls);
        await LaterAsync(() => bmc.HasStream("MetricReport"));
        Assert.Equal("41", bmc.LastEventId);
        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task Reports_that_come_twice_late_or_too_soon_are_written_once()
    {
        await using var bmc = await EventBmc.StartAsync(Token);
        var poller = Poller(bmc, [], [ProfileDelivery.Stream]);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var run = poller.RunAsync(stop.Token);
        await LaterAsync(() => bmc.HasStream("MetricReport"));
        bmc.Send("MetricReport", "1", EventBmc.ReportFrame(500, At(100)));
        await UntilAsync(() => poller.Counts.Delivered == 1);
        bmc.Send("MetricReport", "2", EventBmc.ReportFrame(501, At(101)));
        await UntilAsync(() => poller.Counts.Thinned == 1);
        _time.Advance(TimeSpan.FromSeconds(10));
        bmc.Send("MetricReport", "1", EventBmc.ReportFrame(502, At(100)));
        await UntilAsync(() => poller.Counts.Repeated == 1);
        bmc.Send("MetricReport", "1", EventBmc.ReportFrame(503, At(90)));
        await UntilAsync(() => poller.Counts.Repeated == 2);
        bmc.Send("MetricReport", "3", "not json");
        await UntilAsync(() => poller.Counts.DroppedEvents == 1);
        bmc.Send("MetricReport", "3", EventBmc.ReportFrame(504, At(110)));
        await UntilAsync(() => poller.Counts.Delivered == 2);
        await stop.CancelAsync();
        await run;
        Assert.Equal([500, 504], _writer.Samples.Where(sample => sample.Value >= 500).Select(sample => sample.Value));
    }

    [Fact]
    public async Task An_alert_is_told_once_with_its_component_and_leak_detectors_are_read_at_once()
    {
        await using var bmc = await EventBmc.StartAsync(Token);
        var poller = Poller(bmc, [ProfileDelivery.Stream], []);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var run = poller.RunAsync(stop.Token);
        await LaterAsync(() => poller.States[0].Alerts.Way == ReadingWay.Stream);
        var reads = bmc.Count($"GET {EventBmc.Detector}");
        bmc.Send("Event", "7", EventBmc.EventFrame("7", "Critical"));
        await UntilAsync(() => bmc.Count($"GET {EventBmc.Detector}") > reads);
        bmc.Send("Event", "7", EventBmc.EventFrame("7", "Critical"));
        await UntilAsync(() => poller.Counts.Repeated == 1);
        await stop.CancelAsync();
        await run;
        var told = Assert.Single(_events, one => one.Kind == BmcEventKind.Reported);
        Assert.Equal(("coldplate", EventSeverity.Critical, "redfish event"), (told.Component, told.Severity, told.Source));
        Assert.Contains("2026-01-01T00:00:00-0600", told.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flood_of_alerts_is_cut_at_a_hundred_a_minute_and_counted()
    {
        await using var bmc = await EventBmc.StartAsync(Token);
        var poller = Poller(bmc, [ProfileDelivery.Stream], []);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var run = poller.RunAsync(stop.Token);
        await LaterAsync(() => poller.States[0].Alerts.Way == ReadingWay.Stream);
        for (var sent = 0; sent < 300; sent++)
        {
            bmc.Send("Event", $"{sent}", EventBmc.EventFrame($"{sent}", "OK"));
        }

        await UntilAsync(() => poller.Counts.Reported + poller.Counts.DroppedEvents == 300);
        await stop.CancelAsync();
        await run;
        Assert.InRange(_events.Count(one => one.Kind == BmcEventKind.Reported), 1, 200); // two minutes at most
        Assert.True(poller.Counts.DroppedEvents >= 100);
    }

    [Fact]
    public async Task What_is_pushed_needs_the_secret_of_its_subscription_and_the_subscription_goes_with_us()
    {
        await using var bmc = await EventBmc.StartAsync(Token);
        bmc.Subscriptions[Other] = System.Text.Json.JsonDocument.Parse("""{"Destination":"http://10.0.0.2/events"}""").RootElement;
        bmc.Subscriptions[Former] = System.Text.Json.JsonDocument.Parse($$"""{"Destination":"{{_desk.Prefix}}0123"}""").RootElement;
        var poller = Poller(bmc, [ProfileDelivery.Push], [ProfileDelivery.Push]);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var run = poller.RunAsync(stop.Token);
        await LaterAsync(() => bmc.Subscriptions.Count == 3);
        await UntilAsync(() => poller.States[0].Alerts.Way == ReadingWay.Push);
        Assert.DoesNotContain(Former, bmc.Subscriptions.Keys);
        var mine = bmc.Subscriptions.Where(pair => pair.Key != Other).Select(pair => pair.Value).ToList();
        var alerts = mine.Single(one => one.GetProperty("EventFormatType").GetString() == "Event");
        var reports = mine.Single(one => one.GetProperty("EventFormatType").GetString() == "MetricReport");
        string Key(System.Text.Json.JsonElement one) => one.GetProperty("Destination").GetString()![_desk.Prefix.Length..];
        PushOutcome Push(string key, string json) => _desk.Take(key, Encoding.UTF8.GetBytes(json));

        Assert.Equal(PushOutcome.Unknown, Push("guess", EventBmc.EventFrame("1", "Critical")));
        Assert.Equal(PushOutcome.WrongContext, Push(Key(alerts), EventBmc.EventFrame("1", "Critical")));
        Assert.Equal(PushOutcome.WrongContext, Push(Key(alerts), EventBmc.EventFrame("1", "Critical", "guess")));
        Assert.Equal(PushOutcome.NotUnderstood, Push(Key(alerts), "[]"));
        Assert.Equal(PushOutcome.Taken, Push(Key(alerts), EventBmc.EventFrame("1", "Critical", alerts.GetProperty("Context").GetString()!)));
        Assert.Equal(PushOutcome.Taken, Push(Key(reports), EventBmc.ReportFrame(700, At(5))));
        await UntilAsync(() => poller.Counts is { Reported: 1, Delivered: 1 });
        Assert.Equal(ReadingWay.Push, poller.States[0].Reports.Way);

        // The BMC forgets: seen by the check, made anew.
        bmc.Subscriptions.Clear();
        await LaterAsync(() => bmc.Subscriptions.Count == 2);
        await stop.CancelAsync();
        await run;
        Assert.Empty(bmc.Subscriptions);
        Assert.Equal((0, 0), (bmc.Sessions, poller.SubscriptionsLeft));
        Assert.Equal(PushOutcome.Unknown, Push(Key(alerts), EventBmc.EventFrame("2", "OK", alerts.GetProperty("Context").GetString()!)));
    }

    [Fact]
    public async Task A_bmc_that_was_silent_and_comes_back_is_subscribed_to_anew()
    {
        await using var bmc = await EventBmc.StartAsync(Token);
        var poller = Poller(bmc, [ProfileDelivery.Push], []);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var run = poller.RunAsync(stop.Token);
        await LaterAsync(() => poller.States[0].Alerts.Way == ReadingWay.Push);
        var before = bmc.Subscriptions.Keys.Single();
        bmc.IsAway = true;
        await LaterAsync(() => poller.States[0].FailuresInRow > 0);
        bmc.Subscriptions.Clear();
        bmc.IsAway = false;
        await LaterAsync(() => bmc.Subscriptions.Count == 1);
        Assert.NotEqual(before, bmc.Subscriptions.Keys.Single());
        await stop.CancelAsync();
        await run;
        Assert.Empty(bmc.Subscriptions);
    }

    [Fact]
    public async Task A_stream_that_is_not_there_gives_way_to_a_subscription()
    {
        await using var bmc = await EventBmc.StartAsync(Token);
        bmc.StreamStatus = 404;
        var poller = Poller(bmc, [ProfileDelivery.Stream, ProfileDelivery.Push], []);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var run = poller.RunAsync(stop.Token);
        await LaterAsync(() => poller.States[0].Alerts.Way == ReadingWay.Push);
        await stop.CancelAsync();
        await run;
        Assert.Empty(bmc.Subscriptions);
    }
}
