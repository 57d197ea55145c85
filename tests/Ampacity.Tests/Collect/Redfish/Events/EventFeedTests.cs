using Ampacity.Collect;
using Ampacity.Fleet;
using Ampacity.Redfish;

namespace Ampacity.Tests;

public sealed class EventFeedTests
{
    private const long Start = 1_764_000_000_000;

    private static EventFeed Feed(EventFormat format, params ProfileDelivery[] ways)
    {
        var feed = new EventFeed(format, ways, "02:00:00:00:00:01");
        feed.Begin(Start);
        return feed;
    }

    [Fact]
    public void Without_a_way_that_holds_everything_is_polled_for_good()
    {
        var feed = Feed(EventFormat.Reports);
        Assert.Equal((ReadingWay.Poll, long.MaxValue), (feed.State.Way, feed.NextTryMs));
        feed.Restarted(Start, "reboot");
        Assert.Equal(long.MaxValue, feed.NextTryMs);
    }

    [Fact]
    public void Alerts_come_by_the_stream_once_it_is_open_and_reports_once_one_has_come()
    {
        var (alerts, reports) = (Feed(EventFormat.Alerts, ProfileDelivery.Stream), Feed(EventFormat.Reports, ProfileDelivery.Stream));
        Assert.InRange(alerts.NextTryMs, Start + 1_000, Start + 16_000);
        alerts.Opened(Start + 1);
        reports.Opened(Start + 1);
        Assert.Equal((ReadingWay.Stream, ReadingWay.Poll), (alerts.State.Way, reports.State.Way));
        Assert.Equal("the stream is open, nothing has come by it yet", reports.State.Why);
        reports.Heard(Start + 2);
        Assert.Equal(new ReadingWayState(ReadingWay.Stream, DateTimeOffset.FromUnixTimeMilliseconds(Start + 2), ""), reports.State);
    }

    [Fact]
    public void What_is_late_is_polled_and_returns_with_the_next_that_comes()
    {
        var feed = Feed(EventFormat.Reports, ProfileDelivery.Stream);
        feed.Opened(Start);
        feed.Heard(Start);
        feed.Late(Start + 90_000, "Power");
        Assert.Equal((ReadingWay.Poll, "late: Power did not come by the stream"), (feed.State.Way, feed.State.Why));
        Assert.True(feed.IsOpen);
        feed.Heard(Start + 100_000);
        Assert.Equal((ReadingWay.Stream, Start + 100_000), (feed.State.Way, feed.State.Since.ToUnixTimeMilliseconds()));
    }

    [Fact]
    public void A_way_that_breaks_is_tried_again_later_each_time_and_a_BMC_that_asks_to_be_left_alone_is()
    {
        var feed = Feed(EventFormat.Alerts, ProfileDelivery.Stream);
        var waits = new List<long>();
        for (var time = 0; time < EventFeed.FailuresOfAWay - 1; time++)
        {
            feed.Ended(Start, "broke");
            waits.Add(feed.NextTryMs - Start);
        }

        Assert.Equal(waits.Order(), waits);
        Assert.InRange(waits[0], 9_000, 10_000);
        Assert.InRange(waits[^1], 72_000, 80_000);
        var asked = Feed(EventFormat.Alerts, ProfileDelivery.Stream);
        asked.Ended(Start, "busy", TimeSpan.FromMinutes(10));
        Assert.Equal(Start + 600_000, asked.NextTryMs);
    }

    [Fact]
    public void Something_that_came_makes_the_next_break_the_first()
    {
        var feed = Feed(EventFormat.Alerts, ProfileDelivery.Stream);
        feed.Ended(Start, "broke");
        feed.Ended(Start, "broke");
        feed.Opened(Start);
        feed.Ended(Start, "broke");
        Assert.InRange(feed.NextTryMs - Start, 9_000, 10_000);
    }

    [Fact]
    public void Five_failures_or_a_way_that_is_not_there_give_way_to_the_next_and_the_last_to_polls_for_hours()
    {
        var feed = Feed(EventFormat.Alerts, ProfileDelivery.Stream, ProfileDelivery.Push);
        for (var time = 0; time < EventFeed.FailuresOfAWay; time++)
        {
            feed.Ended(Start, "refused");
        }

        Assert.Equal((ProfileDelivery.Push, Start), (feed.Way, feed.NextTryMs));
        Assert.Equal("refused; 5 times in a row", feed.State.Why);
        feed.Unavailable(Start, "no subscriptions");
        Assert.Equal((ProfileDelivery.Stream, Start + (long)EventFeed.Given.TotalMilliseconds), (feed.Way, feed.NextTryMs));
        Assert.Equal((ReadingWay.Poll, "no subscriptions"), (feed.State.Way, feed.State.Why));
    }

    [Fact]
    public void A_restart_ends_what_stands_and_begins_with_the_first_way()
    {
        var feed = Feed(EventFormat.Alerts, ProfileDelivery.Stream, ProfileDelivery.Push);
        feed.Unavailable(Start, "no stream");
        feed.Opened(Start);
        Assert.Equal(ReadingWay.Push, feed.State.Way);
        feed.Restarted(Start + 1, "the BMC has restarted");
        Assert.Equal((false, ProfileDelivery.Stream, ReadingWay.Poll, Start + 10_001), (feed.IsOpen, feed.Way!.Value, feed.State.Way, feed.NextTryMs));
    }

    [Fact]
    public void A_slot_that_is_delivered_is_polled_when_it_is_late_and_as_a_check()
    {
        var slot = new ReadSlot(new PlannedRead(EventBmc.Report, ReadForm.Report, ReadClass.Power, 30, 0, 1), 30_000, 0);
        slot.Begin(Start);
        Assert.InRange(slot.NextMs, Start + 1, Start + 30_000);
        slot.Done(Start);
        for (var at = Start; at < Start + 600_000; at += 30_000)
        {
            slot.Delivered(at);
            Assert.False(slot.IsLate(at + 60_000));
            Assert.InRange(slot.NextMs, Math.Min(at + 60_001, Start + 600_001), Math.Min(at + 90_000, Start + 630_000));
        }

        Assert.True(slot.IsLate(slot.Came!.AtMs + 60_001));
        slot.ToPolls();
        slot.Done(Start + 700_000);
        Assert.InRange(slot.NextMs, Start + 700_001, Start + 730_000);
        slot.Hasten(Start + 700_000);
        Assert.Equal(Start + 700_000, slot.NextMs);
    }
}
