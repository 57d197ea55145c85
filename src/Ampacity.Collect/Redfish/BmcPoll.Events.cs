using System.Globalization;
using Ampacity.Fleet;
using Ampacity.Redfish;

namespace Ampacity.Collect;

/// <content>What the BMC sends by itself: decoded, written and told as what is polled.</content>
internal sealed partial class BmcPoll
{
    /// <summary>Events of a BMC that go to the ledger in a minute (AMD's collector: 100); the rest is counted.</summary>
    public const int EventsPerMinute = 100;

    // Leak detectors and power are read at once after an alert, but not oftener than this.
    private const long HastenMs = 5_000;

    private readonly BmcFeeds _feeds;
    private RecentEvents? _recent;
    private long _stampMs;
    private long _hastenedMs;
    private long _minute;
    private int _ofMinute;
    private long _droppedBefore;

    private ValueTask<BmcGates.Place> EnterAsync(CancellationToken cancellationToken) =>
        _shared.Gates.EnterAsync(Endpoint.Address, Endpoint.Profile.Concurrency, ReadClass.Inventory, cancellationToken);

    private async Task TakeArrivedAsync(CancellationToken cancellationToken)
    {
        // As many as there are now: who sends without end does not keep the turn.
        for (var left = EventInbox.MaxWaiting; left > 0 && _feeds.Inbox.Take() is { } arrived; left--)
        {
            if (arrived.Ended is not null)
            {
                await _feeds.EndedAsync(arrived);
                if (arrived.Format == EventFormat.Reports)
                {
                    ToPolls();
                }
            }
            else if (arrived.Body!.Kind == EventBodyKind.Events)
            {
                TakeEvents(arrived);
            }
            else if (SlotOf(arrived.Body) is { } slot)
            {
                await TakeReportAsync(arrived, slot, cancellationToken);
            }
            else
            {
                Count(new BmcPollCounts { DroppedEvents = 1 });
            }
        }

        if (_feeds.Inbox.Dropped is var dropped && dropped > _droppedBefore)
        {
            // What was lost may have been a leak: read what is urgent.
            Count(new BmcPollCounts { DroppedEvents = dropped - _droppedBefore });
            _droppedBefore = dropped;
            HastenUrgent(_shared.Time.GetUtcNow().ToUnixTimeMilliseconds());
        }
    }

    private void TakeEvents(Arrived arrived)
    {
        _feeds.Alerts.Heard(arrived.AtMs);
        var (reported, repeated, dropped) = (0, 0, arrived.Body!.Left);
        foreach (var one in arrived.Body.Events)
        {
            if (!(_recent ??= new RecentEvents()).IsNew(one))
            {
                repeated++;
                continue;
            }

            var severity = SeverityOf(one.Severity);
            if (severity != EventSeverity.Ok)
            {
                HastenUrgent(arrived.AtMs);
            }

            if (!IsWithinMinute(arrived.AtMs))
            {
                dropped++;
                continue;
            }

            reported++;
            _shared.OnEvent(new BmcEvent(
                arrived.AtMs, Endpoint.Mac, ComponentOf(one.Origin), BmcEventKind.Reported, severity, "redfish event",
                string.Create(CultureInfo.InvariantCulture, $"{(one.MessageId.Length > 0 ? one.MessageId : "no MessageId")}: {one.Message} (origin {(one.Origin.Length > 0 ? one.Origin : "not said")}, by the BMC's clock {(one.Timestamp.Length > 0 ? one.Timestamp : "not said")})")));
        }

        Count(new BmcPollCounts { Reported = reported, Repeated = repeated, DroppedEvents = dropped });
    }

    private async Task TakeReportAsync(Arrived arrived, ReadSlot slot, CancellationToken cancellationToken)
    {
        _feeds.Reports.Heard(arrived.AtMs);

        // A tenth of a period early is in time: BMCs' own timers are not exact.
        if (slot.Came is { } before && arrived.AtMs - before.TakenMs < slot.PeriodMs * 9 / 10 && slot.Read.Class != ReadClass.Leak)
        {
            slot.Delivered(arrived.AtMs);
            Count(new BmcPollCounts { Thinned = 1 });
            return;
        }

        _stampMs = Math.Max(arrived.AtMs, _stampMs + 1);
        _series.Begin();
        if (!TakeReport(arrived, slot))
        {
            return;
        }

        var isChanged = _series.IsChanged;
        var written = await WriteAsync(_stampMs, isRead: true, cancellationToken);
        Count(written with { Delivered = 1, BytesRead = written.BytesRead + arrived.Bytes.Length });
        lock (_gate)
        {
            _readAt = DateTimeOffset.FromUnixTimeMilliseconds(arrived.AtMs);
        }

        if (isChanged)
        {
            _shared.OnChange(new BmcChange(Endpoint.Mac, Endpoint.Address, BmcChangeKind.Membership, $"{slot.Read.Uri}: the report names other values than the one before"));
        }

        else if (_series.Turned is { } turned)
        {
            _shared.OnChange(new BmcChange(Endpoint.Mac, Endpoint.Address, BmcChangeKind.Membership, turned));
        }

        Publish();
    }

    // False where it is not whole, or no newer than what came before.
    private bool TakeReport(Arrived arrived, ReadSlot slot)
    {
        var scratch = _shared.Scratches.Rent();
        try
        {
            var result = scratch.Decoder.Decode(arrived.Bytes, slot.Path, _series.Properties, scratch.Readings);
            if (result.Error.Length > 0)
            {
                // Nothing of it is believed, and a poll reads it again when it is late.
                _shared.Tally.Add(RedfishOutcome.NotJson);
                Count(new BmcPollCounts { DroppedEvents = 1 });
                return false;
            }

            var came = slot.Delivered(arrived.AtMs);
            if (result.ReportTimeMs != MetricReadings.NoTime && came.ReportMs != MetricReadings.NoTime && result.ReportTimeMs <= came.ReportMs)
            {
                Count(new BmcPollCounts { Repeated = 1 });
                return false;
            }

            (came.TakenMs, came.ReportMs, slot.BodyHash) = (arrived.AtMs, result.ReportTimeMs, 0);
            ReadingAge.Mark(scratch.Readings, 0, result.ReportTimeMs, slot.PeriodMs);
            _series.Take(slot.Read.Uri, scratch.Readings, 0, isWhole: true);
            return true;
        }
        finally
        {
            _shared.Scratches.Return(scratch);
        }
    }

    // By its path, else by what its definition or Id has in common with it: no SSE payload of the field has an @odata.id.
    private ReadSlot? SlotOf(EventBody body)
    {
        foreach (var name in body.Names)
        {
            var last = name[(name.LastIndexOf('/') + 1)..];
            foreach (var slot in _slots)
            {
                if (slot.Read.Form == ReadForm.Report
                    && (slot.Path.Equals(name, StringComparison.OrdinalIgnoreCase)
                        || (slot.Path.EndsWith(last, StringComparison.OrdinalIgnoreCase) && slot.Path.Length > last.Length && slot.Path[^(last.Length + 1)] == '/')))
                {
                    return slot;
                }
            }
        }

        return null;
    }

    private void NoteLate(ReadSlot slot, long nowMs)
    {
        if (slot.IsLate(nowMs))
        {
            slot.ToPolls();
            _feeds.Reports.Late(nowMs, slot.Path[(slot.Path.LastIndexOf('/') + 1)..]);
        }
    }

    private void ToPolls()
    {
        foreach (var slot in _slots)
        {
            slot.ToPolls();
            if (slot.Came is { } came)
            {
                came.ReportMs = MetricReadings.NoTime; // its clock may have been set back
            }
        }
    }

    private void HastenUrgent(long nowMs)
    {
        if (nowMs - _hastenedMs < HastenMs)
        {
            return;
        }

        _hastenedMs = nowMs;
        foreach (var slot in _slots)
        {
            if (slot.Read.Class is ReadClass.Leak or ReadClass.Power)
            {
                slot.Hasten(nowMs);
            }
        }
    }

    private bool IsWithinMinute(long nowMs)
    {
        if (nowMs / 60_000 != _minute)
        {
            (_minute, _ofMinute) = (nowMs / 60_000, 0);
        }

        return _ofMinute++ < EventsPerMinute;
    }

    private string ComponentOf(string origin)
    {
        foreach (var (path, name) in Endpoint.Components)
        {
            if (path.Equals(origin, StringComparison.OrdinalIgnoreCase))
            {
                return name;
            }
        }

        return "";
    }

    private static EventSeverity SeverityOf(string said) =>
        said.Equals("Critical", StringComparison.OrdinalIgnoreCase) ? EventSeverity.Critical
        : said.Equals("Warning", StringComparison.OrdinalIgnoreCase) ? EventSeverity.Warning
        : EventSeverity.Ok;

    private void Count(BmcPollCounts more)
    {
        lock (_gate)
        {
            _counts += more;
        }
    }
}
