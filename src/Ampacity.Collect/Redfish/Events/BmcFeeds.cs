using System.Text.Json;
using Ampacity.Fleet;
using Ampacity.Redfish;

namespace Ampacity.Collect;

/// <summary>
/// What one BMC sends by itself: opens and ends streams and subscriptions as its <see cref="EventFeed"/>s say, and holds what came until a turn
/// takes it. Every request is sent within a turn of the BMC, through its gate.
/// </summary>
/// <remarks>One turn at a time; frames and pushes come from any thread.</remarks>
internal sealed class BmcFeeds(BmcEndpoint endpoint, EventSources sources, TimeProvider time, Action onArrived)
{
    /// <summary>How often it is asked whether a subscription still stands: one GET.</summary>
    public static readonly TimeSpan SubscriptionCheck = TimeSpan.FromMinutes(10);

    private readonly Feed[] _feeds =
    [
        new(new EventFeed(EventFormat.Alerts, endpoint.Profile.Manners.Events?.Alerts ?? [], endpoint.Mac)),
        new(new EventFeed(EventFormat.Reports, endpoint.Reads.Any(read => read.Form == ReadForm.Report) ? endpoint.Profile.Manners.Events?.Reports ?? [] : [], endpoint.Mac)),
    ];

    private readonly EventInbox _inbox = new(sources.Room);
    private EventServiceFacts? _service;
    private bool _isSwept;

    public EventInbox Inbox => _inbox;

    public EventFeed Alerts => _feeds[0].Way;

    public EventFeed Reports => _feeds[1].Way;

    /// <summary>Whether the BMC holds a subscription of ours.</summary>
    public bool HasSubscriptions => _feeds.Any(feed => feed.Subscription is not null);

    /// <summary>When something is to be opened or looked after, UTC milliseconds.</summary>
    public long NextMs => _feeds.Min(feed => feed.NextMs);

    public void Begin(long nowMs)
    {
        foreach (var feed in _feeds)
        {
            feed.Way.Begin(nowMs);
        }
    }

    /// <summary>Opens what is due, and asks whether subscriptions still stand.</summary>
    public async Task TendAsync(RedfishClient client, Func<CancellationToken, ValueTask<BmcGates.Place>> enter, long nowMs, CancellationToken cancellationToken)
    {
        foreach (var feed in _feeds.Where(feed => feed.NextMs <= nowMs).ToArray())
        {
            using var place = await enter(cancellationToken);
            if (feed.Way.IsOpen)
            {
                await CheckAsync(feed, client, nowMs, cancellationToken);
            }
            else
            {
                await OpenAsync(feed, client, nowMs, cancellationToken);
            }
        }
    }

    /// <summary>The end of a stream came out of the inbox.</summary>
    public async Task EndedAsync(Arrived arrived)
    {
        var feed = _feeds[(int)arrived.Format];
        if (feed.Opening == arrived.Opening && feed.Way.IsOpen)
        {
            await DropAsync(feed);
            feed.Way.Ended(arrived.AtMs, arrived.Ended!);
        }
    }

    /// <summary>The BMC has restarted: what stood there is gone.</summary>
    public async Task RestartedAsync(long nowMs, string why)
    {
        (_service, _isSwept) = (null, false);
        foreach (var feed in _feeds)
        {
            await DropAsync(feed);
            feed.Way.Restarted(nowMs, why);
        }
    }

    /// <summary>Ends everything; a subscription that cannot be deleted is counted.</summary>
    public async Task CloseAsync(RedfishClient? client)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var feed in _feeds)
        {
            var (subscription, wasOpen) = (feed.Subscription, feed.Way.IsOpen);
            await DropAsync(feed);
            if (subscription is not null && (client is null || !await client.UnsubscribeAsync(subscription)))
            {
                Interlocked.Increment(ref sources.Left);
            }

            if (wasOpen)
            {
                feed.Way.Restarted(nowMs, "ended by us");
            }
        }

        _isSwept = false;
        while (_inbox.Take() is not null)
        {
            // What nobody will take gives its room back.
        }
    }

    private async Task OpenAsync(Feed feed, RedfishClient client, long nowMs, CancellationToken cancellationToken)
    {
        if (_service is null)
        {
            var answer = await client.GetAsync(EventServiceFacts.Uri, cancellationToken);
            if (!answer.IsRead)
            {
                Fail(feed, answer, nowMs);
                return;
            }

            _service = EventServiceFacts.Of(answer);
        }

        if (!_service.Sends(feed.Way.Format))
        {
            feed.Way.Unavailable(nowMs, $"the event service does not send {(feed.Way.Format == EventFormat.Alerts ? "events" : "metric reports")}");
        }
        else if (feed.Way.Way == ProfileDelivery.Stream)
        {
            await OpenStreamAsync(feed, _service, client, nowMs, cancellationToken);
        }
        else
        {
            await SubscribeAsync(feed, _service, client, nowMs, cancellationToken);
        }
    }

    private async Task OpenStreamAsync(Feed feed, EventServiceFacts service, RedfishClient client, long nowMs, CancellationToken cancellationToken)
    {
        if (service.StreamUri is not { Length: > 0 } uri)
        {
            feed.Way.Unavailable(nowMs, "the event service has no stream");
            return;
        }

        if (!sources.TryTakeStream())
        {
            feed.Way.Unavailable(nowMs, $"{sources.Streams} streams are open already, which is our limit");
            return;
        }

        // Alerts are what a stream without a filter carries; not every service knows the filter.
        var query = feed.Way.Format == EventFormat.Reports ? (uri.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "$filter=EventFormatType%20eq%20'MetricReport'" : "";
        var (stream, answer) = await client.OpenEventsAsync(uri + query, feed.LastId, cancellationToken);
        if (stream is null)
        {
            sources.GiveStream();
            Fail(feed, answer, nowMs);
            return;
        }

        feed.Opening++;
        feed.Stream = new FeedStream(stream, feed.Way.Format, feed.Opening, arrived => Offer(arrived), time);
        feed.Way.Opened(nowMs);
    }

    private async Task SubscribeAsync(Feed feed, EventServiceFacts service, RedfishClient client, long nowMs, CancellationToken cancellationToken)
    {
        if (sources.Desk is not { } desk || service.Subscriptions is not { Length: > 0 } collection)
        {
            feed.Way.Unavailable(nowMs, service.Subscriptions is null ? "the event service takes no subscriptions" : "it could be pushed, but no address is set at which BMCs reach us (--bmc-push)");
            return;
        }

        if (!_isSwept)
        {
            await SweepAsync(collection, desk, client, cancellationToken);
            _isSwept = true;
        }

        feed.Opening++;
        var (format, opening) = (feed.Way.Format, feed.Opening);
        var (key, destination, context) = desk.Open((body, bytes) => Offer(new Arrived(format, time.GetUtcNow().ToUnixTimeMilliseconds(), body, bytes, null, opening)));
        feed.Key = key;
        var answer = await client.SubscribeAsync(collection, JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>
        {
            ["Destination"] = destination,
            ["Protocol"] = "Redfish",
            ["SubscriptionType"] = "RedfishEvent",
            ["EventFormatType"] = format == EventFormat.Alerts ? "Event" : "MetricReport",
            ["Context"] = context,

            // When we are away for good the BMC forgets it by itself.
            ["DeliveryRetryPolicy"] = "TerminateAfterRetries",
        }));
        feed.Subscription = answer.IsRead ? answer.Location ?? PathOf(answer) : null;
        if (feed.Subscription is not null)
        {
            feed.CheckMs = nowMs + (long)SubscriptionCheck.TotalMilliseconds;
            feed.Way.Opened(nowMs);
            return;
        }

        desk.Close(key);
        feed.Key = null;
        if (answer.IsRead)
        {
            // Made, and nobody said where: found by its address at the next sweep.
            _isSwept = false;
            feed.Way.Ended(nowMs, "the BMC does not say where the subscription is");
            return;
        }

        Fail(feed, answer, nowMs);
    }

    // Subscriptions that lead to us and that we do not know: of a run that ended without a goodbye.
    private async Task SweepAsync(string collection, PushDesk desk, RedfishClient client, CancellationToken cancellationToken)
    {
        const int Most = 64; // bmcweb has 20
        var answer = await client.GetAsync(collection, cancellationToken);
        if (!answer.IsRead || !ResourceReader.TryPointer(answer.Root, "Members", out var members) || members.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var member in members.EnumerateArray().Take(Most))
        {
            if (!ResourceReader.TryPointer(member, "@odata.id", out var link) || link.ValueKind != JsonValueKind.String
                || link.GetString() is not { } path || _feeds.Any(feed => feed.Subscription == path))
            {
                continue;
            }

            var one = await client.GetAsync(path, cancellationToken);
            if (one.IsRead && ResourceReader.TryPointer(one.Root, "Destination", out var to) && to.ValueKind == JsonValueKind.String
                && to.GetString()!.StartsWith(desk.Prefix, StringComparison.OrdinalIgnoreCase) && !await client.UnsubscribeAsync(path))
            {
                Interlocked.Increment(ref sources.Left);
            }
        }
    }

    private async Task CheckAsync(Feed feed, RedfishClient client, long nowMs, CancellationToken cancellationToken)
    {
        feed.CheckMs = nowMs + (long)SubscriptionCheck.TotalMilliseconds;
        var answer = await client.GetAsync(feed.Subscription!, cancellationToken);
        if (answer.Outcome == RedfishOutcome.NotFound)
        {
            await DropAsync(feed);
            feed.Way.Ended(nowMs, "the BMC has forgotten the subscription");
        }
    }

    private bool Offer(Arrived arrived)
    {
        var isTaken = _inbox.Offer(arrived);
        onArrived();
        return isTaken;
    }

    private async Task DropAsync(Feed feed)
    {
        if (feed.Stream is { } stream)
        {
            feed.LastId = stream.LastId ?? feed.LastId;
            feed.Stream = null;
            sources.GiveStream();
            await stream.DisposeAsync();
        }

        if (feed.Key is { } key)
        {
            sources.Desk?.Close(key);
            feed.Key = null;
        }

        feed.Subscription = null;
    }

    private static void Fail(Feed feed, RedfishAnswer answer, long nowMs)
    {
        if (answer.StatusCode is 404 or 405 or 410 or 501 or 400)
        {
            feed.Way.Unavailable(nowMs, answer.Error);
        }
        else
        {
            feed.Way.Ended(nowMs, answer.Error, answer.RetryAfter);
        }
    }

    private static string? PathOf(RedfishAnswer answer)
    {
        try
        {
            var made = JsonElement.Parse(answer.Body.Span);
            return made.ValueKind == JsonValueKind.Object && ResourceReader.TryPointer(made, "@odata.id", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;
        }
        catch (JsonException)
        {
            return null; // no body, as bmcweb has none: then Location says it
        }
    }

    private sealed class Feed(EventFeed way)
    {
        public EventFeed Way => way;

        public FeedStream? Stream { get; set; }

        public string? LastId { get; set; }

        public string? Subscription { get; set; }

        public string? Key { get; set; }

        public int Opening { get; set; }

        public long CheckMs { get; set; }

        public long NextMs => way.IsOpen ? (Subscription is null ? long.MaxValue : CheckMs) : way.NextTryMs;
    }
}
