using System.Text.Json;

namespace Ampacity.Redfish;

/// <summary>Something that a BMC reported of itself.</summary>
/// <param name="Key">What tells it from others of the same BMC: its ids, time, message and origin together.</param>
/// <param name="MessageId">Registry, version and key; empty where it has none.</param>
/// <param name="Severity">As written (<c>OK</c>, <c>Warning</c>, <c>Critical</c>); empty where it has none.</param>
/// <param name="Message">In the BMC's words; empty where it has none.</param>
/// <param name="Origin">Path of the resource that it comes from; empty where it has none.</param>
/// <param name="Timestamp">When, by the BMC's own clock, as written; empty where it does not say.</param>
public sealed record ReportedEvent(string Key, string MessageId, string Severity, string Message, string Origin, string Timestamp);

/// <summary>What a body that came by event is.</summary>
public enum EventBodyKind
{
    /// <summary>Neither; <see cref="EventBody.Error"/> says what is wrong.</summary>
    Unknown,

    /// <summary>Events.</summary>
    Events,

    /// <summary>A metric report.</summary>
    Report,
}

/// <summary>
/// A body that a BMC sent by itself, over a stream or by push: events or a metric report. What firmware leaves out is left out
/// (<c>MemberId</c>, <c>EventType</c>, the body's own <c>@odata.id</c>).
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Names">Of a report: what may name it, the most exact first: its path, its definition's path, its Id.</param>
/// <param name="Events">Of events: each of them.</param>
/// <param name="Context">What the subscription told the BMC to say; null where it says none.</param>
/// <param name="Left">Events left out: over the limit of one body, or no objects.</param>
/// <param name="Error">Empty, or what is wrong.</param>
public sealed record EventBody(
    EventBodyKind Kind, IReadOnlyList<string> Names, IReadOnlyList<ReportedEvent> Events, string? Context, int Left, string Error)
{
    /// <summary>Most events of one body; a BMC that has more to say says it in several.</summary>
    public const int MaxEvents = 256;

    private const int MaxText = 1_024;

    /// <summary>Reads a body; never throws for what is in it.</summary>
    /// <param name="body">UTF-8 JSON, hostile or not.</param>
    public static EventBody Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 64 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return Unknown("it is not a JSON object");
            }

            var read = new Reading();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                read.Take(ref reader);
            }

            return read.IsReport ? new EventBody(EventBodyKind.Report, read.Names, [], read.Context, 0, "")
                : read.Events is { } events ? new EventBody(EventBodyKind.Events, [], events, read.Context, read.Left, "")
                : Unknown("it has neither Events nor MetricValues");
        }
        catch (JsonException e)
        {
            return Unknown(e.Message);
        }
        catch (InvalidOperationException)
        {
            return Unknown("text that is not Unicode"); // half a surrogate pair in an escape
        }
    }

    private static EventBody Unknown(string error) => new(EventBodyKind.Unknown, [], [], null, 0, error);

    private static string Text(JsonElement of, string name) =>
        ResourceReader.TryPointer(of, name, out var value) && value.ValueKind == JsonValueKind.String ? Cut(value.GetString()!) : "";

    private static string Cut(string text) => text.Length <= MaxText ? text : text[..MaxText];

    private sealed class Reading
    {
        private string _path = "";
        private string _definition = "";
        private string _id = "";

        public bool IsReport { get; private set; }

        public List<ReportedEvent>? Events { get; private set; }

        public int Left { get; private set; }

        public string? Context { get; private set; }

        public IReadOnlyList<string> Names => [.. new[] { _path, _definition, _id }.Where(name => name.Length > 0)];

        public void Take(ref Utf8JsonReader reader)
        {
            if (reader.ValueTextEquals("MetricValues"u8))
            {
                reader.Read();
                IsReport |= reader.TokenType == JsonTokenType.StartArray;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("Events"u8))
            {
                reader.Read();
                TakeEvents(JsonElement.ParseValue(ref reader));
            }
            else if (reader.ValueTextEquals("@odata.id"u8))
            {
                _path = TakeText(ref reader) ?? "";
            }
            else if (reader.ValueTextEquals("Id"u8))
            {
                _id = TakeText(ref reader) ?? "";
            }
            else if (reader.ValueTextEquals("Context"u8))
            {
                Context = TakeText(ref reader);
            }
            else if (reader.ValueTextEquals("MetricReportDefinition"u8))
            {
                reader.Read();
                var definition = JsonElement.ParseValue(ref reader);
                _definition = definition.ValueKind == JsonValueKind.Object && ResourceReader.PathIn(definition) is { } path ? Cut(path) : "";
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        private static string? TakeText(ref Utf8JsonReader reader)
        {
            reader.Read();
            var text = reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= MaxText ? reader.GetString() : null;
            reader.Skip();
            return text;
        }

        private void TakeEvents(JsonElement events)
        {
            if (events.ValueKind != JsonValueKind.Array)
            {
                return;
            }

            Events = [];
            foreach (var one in events.EnumerateArray())
            {
                if (one.ValueKind != JsonValueKind.Object || Events.Count == MaxEvents)
                {
                    Left++;
                    continue;
                }

                var severity = Text(one, "MessageSeverity") is { Length: > 0 } said ? said : Text(one, "Severity");
                var origin = ResourceReader.TryPointer(one, "OriginOfCondition", out var from)
                    ? from.ValueKind == JsonValueKind.String ? Cut(from.GetString()!)
                        : from.ValueKind == JsonValueKind.Object && ResourceReader.PathIn(from) is { } path ? Cut(path) : ""
                    : "";
                var (message, time, text) = (Text(one, "MessageId"), Text(one, "EventTimestamp"), Text(one, "Message"));
                Events.Add(new ReportedEvent(
                    string.Join('|', _id, Text(one, "EventId"), Text(one, "MemberId"), time, message, origin), message, severity, text, origin, time));
            }
        }
    }
}
