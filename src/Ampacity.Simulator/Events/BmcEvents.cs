using System.Globalization;
using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>Who is told of a BMC's events: open streams and subscriptions, few of each, as on OpenBMC.</summary>
/// <remarks>Any thread. Exists only for a BMC that somebody listens to.</remarks>
internal sealed class BmcEvents(BmcTime time, PushDelivery push)
{
    /// <summary>Most open streams: bmcweb's limit.</summary>
    public const int MaxStreams = 10;

    /// <summary>Most subscriptions, streams included: bmcweb's limit.</summary>
    public const int MaxSubscriptions = 20;

    private readonly Lock _gate = new();
    private readonly List<EventStream> _streams = [];
    private readonly List<PushSubscription> _subscriptions = [];
    private long _lastEvent;
    private long _lastSubscription;

    /// <summary>Subscriptions, oldest first.</summary>
    public IReadOnlyList<PushSubscription> Subscriptions
    {
        get
        {
            lock (_gate)
            {
                _subscriptions.RemoveAll(subscription => subscription.IsTerminated);
                return [.. _subscriptions];
            }
        }
    }

    /// <summary>Streams and subscriptions.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                _subscriptions.RemoveAll(subscription => subscription.IsTerminated);
                return _streams.Count + _subscriptions.Count;
            }
        }
    }

    /// <summary>Adds a stream; false when there are as many as there may be.</summary>
    public bool TryAdd(EventStream stream)
    {
        lock (_gate)
        {
            if (_streams.Count >= MaxStreams || _streams.Count + _subscriptions.Count >= MaxSubscriptions)
            {
                return false;
            }

            _streams.Add(stream);
            return true;
        }
    }

    public void Remove(EventStream stream)
    {
        lock (_gate)
        {
            _streams.Remove(stream);
        }
    }

    /// <summary>Adds a subscription; null when there are as many as there may be.</summary>
    public PushSubscription? Subscribe(Uri destination, string? context, string format, string policy)
    {
        lock (_gate)
        {
            _subscriptions.RemoveAll(old => old.IsTerminated);
            if (_streams.Count + _subscriptions.Count >= MaxSubscriptions)
            {
                return null;
            }

            var subscription = new PushSubscription((++_lastSubscription).ToString(CultureInfo.InvariantCulture), destination, context, format, policy);
            _subscriptions.Add(subscription);
            return subscription;
        }
    }

    public bool Unsubscribe(string id)
    {
        lock (_gate)
        {
            var subscription = _subscriptions.Find(known => known.Id == id);
            subscription?.Terminate();
            return subscription is not null && _subscriptions.Remove(subscription);
        }
    }

    /// <summary>Tells everybody who wants events.</summary>
    public void Publish(SimulatedEvent happened)
    {
        var id = Interlocked.Increment(ref _lastEvent);
        lock (_gate)
        {
            foreach (var stream in _streams.Where(stream => !stream.WantsReports))
            {
                stream.Offer(id, happened.ToJson(id, time.Now, null));
            }
        }

        foreach (var subscription in Subscriptions.Where(subscription => subscription.Format == "Event"))
        {
            push.Send(subscription, happened.ToJson(id, time.Now, subscription.Context));
        }
    }

    /// <summary>A reboot: streams break, subscriptions are forgotten, as real BMCs do.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            foreach (var stream in _streams)
            {
                stream.Break();
            }

            _streams.Clear();
            _subscriptions.ForEach(subscription => subscription.Terminate());
            _subscriptions.Clear();
        }
    }

    /// <summary>A subscription as a resource.</summary>
    public static JsonObject ToJson(PushSubscription subscription, string collection) => new()
    {
        ["@odata.id"] = $"{collection}/{subscription.Id}",
        ["@odata.type"] = "#EventDestination.v1_11_0.EventDestination",
        ["Id"] = subscription.Id,
        ["Name"] = $"Event Destination {subscription.Id}",
        ["Destination"] = subscription.Destination.ToString(),
        ["Context"] = subscription.Context,
        ["Protocol"] = "Redfish",
        ["SubscriptionType"] = "RedfishEvent",
        ["EventFormatType"] = subscription.Format,
        ["DeliveryRetryPolicy"] = subscription.Policy,
        ["Status"] = new JsonObject { ["State"] = subscription.IsSuspended ? "Disabled" : "Enabled", ["Health"] = subscription.IsSuspended ? "Critical" : "OK" },
    };
}
