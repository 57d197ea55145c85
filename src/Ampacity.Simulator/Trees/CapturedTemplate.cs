using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ampacity.Simulator;

/// <summary>
/// Makes a captured tree into a template: identifiers become each BMC's own, readings that have physics become live, and everything else
/// stays as it was captured, quirks and all.
/// </summary>
internal sealed class CapturedTemplate
{
    private const string Systems = "/redfish/v1/Systems/";
    private const string Chassis = "/redfish/v1/Chassis/";
    private const string Managers = "/redfish/v1/Managers/";

    private readonly List<LiveHole> _holes = [];
    private readonly Dictionary<string, int> _identityHoles = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly string? _serial;
    private readonly string? _mac;

    private CapturedTemplate(string? serial, string? mac)
    {
        _serial = serial;
        _mac = mac;
    }

    public static TreeTemplate Of(Dictionary<string, byte[]> raw)
    {
        var identity = IdentityOf(raw);
        var making = new CapturedTemplate(identity.Serial, identity.Mac);
        var marked = raw.ToDictionary(entry => entry.Key, entry => making.Marked(entry.Key, entry.Value), StringComparer.Ordinal);
        return new TreeTemplate(marked.ToDictionary(entry => entry.Key, entry => LiveBody.Of(entry.Value, making._holes), StringComparer.Ordinal), making._holes)
        {
            Serial = identity.Serial,
            Mac = identity.Mac,
        };
    }

    /// <summary>The serial and MAC by which a BMC of this tree would be known: those of the tray, else of the first system, chassis and manager that say one.</summary>
    private static (string? Serial, string? Mac) IdentityOf(Dictionary<string, byte[]> raw)
    {
        string? First(Func<string, bool> where, string property) => raw.Keys.Where(where).Order(StringComparer.Ordinal)
            .Select(path => TextOf(raw[path], property)).FirstOrDefault(text => text is not null && TreeText.IsIdentity(text));
        static bool IsChild(string path, string below) => path.StartsWith(below, StringComparison.Ordinal) && path.IndexOf('/', below.Length) < 0;
        var serial = First(path => path == Chassis + "Chassis_0", "SerialNumber") ?? First(path => IsChild(path, Systems), "SerialNumber")
            ?? First(path => IsChild(path, Chassis), "SerialNumber");
        var mac = First(path => path == Managers + "BMC_0/EthernetInterfaces/eth0", "MACAddress")
            ?? First(path => path.StartsWith(Managers, StringComparison.Ordinal) && path.Contains("/EthernetInterfaces/", StringComparison.Ordinal), "MACAddress");
        return (serial, mac);
    }

    private static string? TextOf(byte[] body, string property)
    {
        using var document = JsonDocument.Parse(body);
        try
        {
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(property, out var value)
                && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null; // half of a surrogate pair: no text that names anything
        }
    }

    private byte[] Marked(string path, byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        _buffer.ResetWrittenCount();
        try
        {
            using (var writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            {
                WriteResource(path, document.RootElement, writer);
            }

            return _buffer.WrittenSpan.ToArray();
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            return body; // not Unicode somewhere: given byte for byte, as the BMC did
        }
    }

    private void WriteResource(string path, JsonElement resource, Utf8JsonWriter writer)
    {
        var reading = path.Contains("/Sensors/", StringComparison.Ordinal) ? NvidiaReadings.Of(TreeText.Last(path)) : null;
        var isReport = resource.ValueKind == JsonValueKind.Object && resource.TryGetProperty("MetricValues", out var values) && values.ValueKind == JsonValueKind.Array;
        if (resource.ValueKind != JsonValueKind.Object || (reading is null && !isReport))
        {
            Write(resource, writer, null);
            return;
        }

        writer.WriteStartObject();
        foreach (var property in resource.EnumerateObject())
        {
            if (reading is not null && property.Name is "Reading" or "ReadingTime" || isReport && property.Name == "Timestamp")
            {
                continue;
            }

            writer.WritePropertyName(Safe(property.Name));
            if (isReport && property.Name == "MetricValues")
            {
                writer.WriteStartArray();
                foreach (var value in property.Value.EnumerateArray())
                {
                    WriteMetricValue(value, writer);
                }

                writer.WriteEndArray();
            }
            else
            {
                Write(property.Value, writer, property.Name);
            }
        }

        if (reading is not null)
        {
            WriteHole(writer, "Reading", new LiveHole(HoleForm.Number, 3, reading, null));
            WriteHole(writer, "ReadingTime", new LiveHole(HoleForm.Time, 0, null, null));
        }
        else
        {
            WriteHole(writer, "Timestamp", new LiveHole(HoleForm.Time, 0, null, null));
        }

        writer.WriteEndObject();
    }

    private void WriteMetricValue(JsonElement value, Utf8JsonWriter writer)
    {
        var reading = value.ValueKind == JsonValueKind.Object && value.TryGetProperty("MetricProperty", out var property) && property.ValueKind == JsonValueKind.String
            && property.GetString()!.Split('#')[0] is var path && path.Contains("/Sensors/", StringComparison.Ordinal)
            ? NvidiaReadings.Of(TreeText.Last(path))
            : null;
        if (reading is null)
        {
            Write(value, writer, null);
            return;
        }

        writer.WriteStartObject();
        foreach (var item in value.EnumerateObject().Where(item => item.Name is not ("MetricValue" or "Timestamp" or "Oem")))
        {
            writer.WritePropertyName(Safe(item.Name));
            Write(item.Value, writer, item.Name);
        }

        WriteHole(writer, "MetricValue", new LiveHole(HoleForm.QuotedNumber, 6, reading, null));
        WriteHole(writer, "Timestamp", new LiveHole(HoleForm.Time, 0, null, null));
        writer.WriteStartObject("Oem");
        writer.WriteStartObject("Nvidia");
        writer.WriteString("@odata.type", "#NvidiaMetricReport.v1_0_0.NvidiaMetricReport");
        WriteHole(writer, "MetricValueStale", new LiveHole(HoleForm.StaleFlag, 0, null, null));
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private void Write(JsonElement value, Utf8JsonWriter writer, string? name)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in value.EnumerateObject())
                {
                    writer.WritePropertyName(Safe(property.Name));
                    Write(property.Value, writer, property.Name);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(item, writer, null);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String when name is "SerialNumber" or "UUID" or "MACAddress" or "PermanentMACAddress" && value.GetString()! is var text && TreeText.IsIdentity(text):
                writer.WriteStringValue(MarkOf(IdentityHole(text)));
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Safe(value.GetString()!));
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private int IdentityHole(string text)
    {
        if (!_identityHoles.TryGetValue(text, out var index))
        {
            Wording wording = text == _serial ? (in Moment moment) => moment.Self.Serial
                : string.Equals(text, _mac, StringComparison.OrdinalIgnoreCase) ? (in Moment moment) => moment.Self.Mac
                : (in Moment moment) => moment.Self.Vary(text);
            _identityHoles[text] = index = Add(new LiveHole(HoleForm.Text, 0, null, wording));
        }

        return index;
    }

    private void WriteHole(Utf8JsonWriter writer, string name, LiveHole hole) => writer.WriteString(name, MarkOf(Add(hole)));

    private int Add(LiveHole hole)
    {
        _holes.Add(hole);
        return _holes.Count - 1;
    }

    private static string MarkOf(int index) => string.Create(CultureInfo.InvariantCulture, $"{LiveBody.Mark}{index}");

    // No text of a tree may pass for a hole.
    private static string Safe(string text) => text.Length > 0 && text[0] == LiveBody.Mark ? "\uFFFD" + text[1..] : text;
}
