using System.Globalization;
using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>Something that a BMC tells its subscribers.</summary>
/// <param name="MessageId">Registry, version and key: <c>Environmental.1.0.LeakDetectedCritical</c>.</param>
/// <param name="Severity">OK, Warning or Critical.</param>
/// <param name="Text">What happened.</param>
/// <param name="Arguments">What the message is about.</param>
/// <param name="Origin">Path of the resource that it comes from.</param>
internal sealed record SimulatedEvent(string MessageId, string Severity, string Text, IReadOnlyList<string> Arguments, string Origin)
{
    /// <summary>The event as it is sent.</summary>
    /// <param name="id">Number of the event on this BMC.</param>
    /// <param name="at">When it happened.</param>
    /// <param name="context">What the subscriber wants to be told with it; null for none.</param>
    public JsonObject ToJson(long id, DateTimeOffset at, string? context)
    {
        var number = id.ToString(CultureInfo.InvariantCulture);
        var body = new JsonObject
        {
            ["@odata.type"] = "#Event.v1_7_0.Event",
            ["Id"] = number,
            ["Name"] = "Event Log",
            ["Events"] = new JsonArray(new JsonObject
            {
                ["MemberId"] = "0",
                ["EventId"] = number,
                ["EventType"] = "Alert",
                ["EventTimestamp"] = at.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture),
                [nameof(MessageId)] = MessageId,
                ["Message"] = Text,
                ["MessageArgs"] = new JsonArray([.. Arguments.Select(argument => (JsonNode)argument!)]),
                ["MessageSeverity"] = Severity,
                [nameof(Severity)] = Severity,
                ["OriginOfCondition"] = TreeBuilder.Link(Origin),
            }),
        };
        if (context is not null)
        {
            body["Context"] = context;
        }

        return body;
    }
}
