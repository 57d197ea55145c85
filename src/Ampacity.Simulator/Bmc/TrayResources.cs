using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Ampacity.Redfish;

namespace Ampacity.Simulator;

/// <summary>A tree as one tray has it: its own serials, MACs and UUIDs, and live readings.</summary>
/// <remarks>Any thread but for <see cref="SerialOverride"/>, which is set by one.</remarks>
internal sealed class TrayResources(BmcTree tree, SimulatedTray tray, int seed, TimeProvider time)
{
    private readonly TrayPhysics _physics = new(tray, seed);
    private readonly string? _originalSerial = tree.Text("/redfish/v1/Chassis/Chassis_0", "SerialNumber");
    private readonly string? _originalMac = tree.Text("/redfish/v1/Managers/BMC_0/EthernetInterfaces/eth0", "MACAddress");

    /// <summary>The serial to report instead of the tray's own, or null.</summary>
    public string? SerialOverride { get; set; }

    /// <summary>The body of a resource as UTF-8, or null when there is none.</summary>
    public byte[]? Body(string path)
    {
        if (!tree.TryGet(path, out var bytes))
        {
            return null;
        }

        var body = JsonNode.Parse(bytes);
        if (body is null)
        {
            return bytes.ToArray();
        }

        Own(body);
        if (body is JsonObject resource)
        {
            var now = time.GetUtcNow();
            if (resource["MetricValues"] is JsonArray values)
            {
                Enliven(resource, values, now);
            }
            else if (path.Contains("/Sensors/", StringComparison.Ordinal) && _physics.Reading(LastSegment(path), now) is { } reading)
            {
                resource["Reading"] = Math.Round(reading, 3);
                resource["ReadingTime"] = Text(now);
            }
        }

        return Encoding.UTF8.GetBytes(body.ToJsonString());
    }

    private void Enliven(JsonObject report, JsonArray values, DateTimeOffset now)
    {
        foreach (var value in values.OfType<JsonObject>())
        {
            if (value["MetricProperty"] is not JsonValue name || !name.TryGetValue<string>(out var property)
                || !property.Contains("/Sensors/", StringComparison.Ordinal)
                || _physics.Reading(LastSegment(property.Split('#')[0]), now) is not { } reading)
            {
                continue;
            }

            value["MetricValue"] = reading.ToString("F6", CultureInfo.InvariantCulture);
            value["Timestamp"] = Text(now);
            value["Oem"] = new JsonObject
            {
                ["Nvidia"] = new JsonObject { ["@odata.type"] = "#NvidiaMetricReport.v1_0_0.NvidiaMetricReport", ["MetricValueStale"] = false },
            };
        }

        report["Timestamp"] = Text(now);
    }

    private void Own(JsonNode node)
    {
        switch (node)
        {
            case JsonArray array:
                foreach (var item in array.OfType<JsonNode>())
                {
                    Own(item);
                }

                break;
            case JsonObject container:
                foreach (var (name, value) in container.ToList())
                {
                    if (value is JsonObject or JsonArray)
                    {
                        Own(value);
                    }
                    else if (name is "SerialNumber" or "UUID" or "MACAddress" or "PermanentMACAddress"
                        && value is JsonValue single && single.TryGetValue<string>(out var text) && IdentityText.Clean(text) is not null)
                    {
                        container[name] = text == _originalSerial ? SerialOverride ?? tray.Serial
                            : string.Equals(text, _originalMac, StringComparison.OrdinalIgnoreCase) ? tray.Mac
                            : Vary(text);
                    }
                }

                break;
        }
    }

    // The same shape with other last digits, fixed for a seed, a tray and a text: two trays never share a part's serial.
    private string Vary(string text)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}|{tray.Mac}|{text}"));
        var characters = text.ToCharArray();
        for (var (at, changed) = (characters.Length - 1, 0); at >= 0 && changed < 8; at--)
        {
            var random = hash[changed];
            if (char.IsAsciiDigit(characters[at]))
            {
                characters[at] = (char)('0' + (random % 10));
                changed++;
            }
            else if (char.IsAsciiLetter(characters[at]))
            {
                characters[at] = (char)((char.IsAsciiLetterLower(characters[at]) ? 'a' : 'A') + (random % 6));
                changed++;
            }
        }

        return new string(characters);
    }

    private static string LastSegment(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
}
