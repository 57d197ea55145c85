using Ampacity.Redfish;

namespace Ampacity.Collect;

/// <summary>What all BMCs that send by themselves share.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class EventSources(BmcPollerOptions options)
{
    private int _streams;

    /// <summary>Takes pushes; null where nobody said at which address BMCs reach us.</summary>
    public PushDesk? Desk => options.Push;

    /// <summary>Room of all inboxes.</summary>
    public InboxRoom Room { get; } = new(options.MaxWaitingEventBytes);

    /// <summary>Subscriptions and streams that could not be ended; the BMC ends them after its retries.</summary>
    public int Left;

    /// <summary>Streams open now.</summary>
    public int Streams => Volatile.Read(ref _streams);

    /// <summary>Takes one of the streams that may be open; false where none is left.</summary>
    public bool TryTakeStream()
    {
        if (Interlocked.Increment(ref _streams) <= options.MaxEventStreams)
        {
            return true;
        }

        Interlocked.Decrement(ref _streams);
        return false;
    }

    public void GiveStream() => Interlocked.Decrement(ref _streams);
}

/// <summary>What an event service says of itself.</summary>
/// <param name="StreamUri">Where it streams; null: it does not.</param>
/// <param name="Subscriptions">Path of its subscriptions; null: it takes none.</param>
/// <param name="Formats">Formats that it names; empty: it does not say.</param>
internal sealed record EventServiceFacts(string? StreamUri, string? Subscriptions, IReadOnlyList<string> Formats)
{
    /// <summary>Where the standard puts it.</summary>
    public const string Uri = "/redfish/v1/EventService";

    public static EventServiceFacts Of(RedfishAnswer answer)
    {
        static string? Text(RedfishAnswer answer, string pointer) =>
            ResourceReader.TryPointer(answer.Root, pointer, out var value) && value.ValueKind == System.Text.Json.JsonValueKind.String ? value.GetString() : null;

        List<string> formats = [];
        if (ResourceReader.TryPointer(answer.Root, "EventFormatTypes", out var named) && named.ValueKind == System.Text.Json.JsonValueKind.Array)
        {
            formats.AddRange(named.EnumerateArray().Take(16).Where(one => one.ValueKind == System.Text.Json.JsonValueKind.String).Select(one => one.GetString()!));
        }

        return new EventServiceFacts(Text(answer, "ServerSentEventUri"), Text(answer, "Subscriptions/@odata.id"), formats);
    }

    /// <summary>Whether a format is sent, as far as it says.</summary>
    public bool Sends(EventFormat format) =>
        Formats.Count == 0 ? format == EventFormat.Alerts : Formats.Contains(format == EventFormat.Alerts ? "Event" : "MetricReport", StringComparer.OrdinalIgnoreCase);
}
