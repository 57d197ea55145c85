using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>What became of a PATCH.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Message">Message of the Base registry; null when all was set.</param>
/// <param name="Text">What is wrong; null when all was set.</param>
/// <param name="Body">The changed resource; null when nothing changed.</param>
internal sealed record PatchOutcome(int Status, string? Message, string? Text, JsonObject? Body);

/// <summary>Sets what may be set: set points and modes of controls and power limits, asset tags, locations, indicators.</summary>
internal static class ResourcePatch
{
    private static readonly string[] ChassisNames = ["AssetTag", "IndicatorLED", "LocationIndicatorActive", "Location"];

    /// <summary>Applies a PATCH to a resource; all of it or nothing.</summary>
    public static PatchOutcome Apply(JsonObject resource, JsonElement patch)
    {
        if (patch.ValueKind != JsonValueKind.Object)
        {
            return new PatchOutcome(400, "MalformedJSON", "the body is no JSON object", null);
        }

        var type = TreeText.Text(resource["@odata.type"]) ?? "";
        var any = false;
        foreach (var property in patch.EnumerateObject())
        {
            if (property.Name.StartsWith('@'))
            {
                continue;
            }

            any = true;
            var refusal = Refusal(resource, type, property.Name, property.Value);
            if (refusal is not null)
            {
                return refusal;
            }

            Merge(resource, property.Name, JsonNode.Parse(property.Value.GetRawText()));
        }

        return any ? new PatchOutcome(200, null, null, resource) : new PatchOutcome(400, "NoOperation", "the body sets nothing", null);
    }

    private static PatchOutcome? Refusal(JsonObject resource, string type, string name, JsonElement value)
    {
        if (type.Contains(".Control", StringComparison.Ordinal))
        {
            return name switch
            {
                "SetPoint" => SetPoint(resource, name, value),
                "ControlMode" => Mode(name, value),
                _ => Refused(resource, name),
            };
        }

        if (type.Contains(".EnvironmentMetrics", StringComparison.Ordinal) && name == "PowerLimitWatts" && resource[name] is JsonObject limit)
        {
            if (value.ValueKind != JsonValueKind.Object)
            {
                return new PatchOutcome(400, "PropertyValueTypeError", $"{name} is an object", null);
            }

            return value.EnumerateObject().Select(part => part.Name switch
            {
                "SetPoint" => SetPoint(limit, part.Name, part.Value),
                "ControlMode" => Mode(part.Name, part.Value),
                _ => Refused(limit, part.Name),
            }).FirstOrDefault(refusal => refusal is not null);
        }

        if (type.Contains(".Chassis", StringComparison.Ordinal) && ChassisNames.Contains(name, StringComparer.Ordinal))
        {
            var wants = name switch { "Location" => JsonValueKind.Object, "LocationIndicatorActive" => JsonValueKind.True, _ => JsonValueKind.String };
            return value.ValueKind == wants || (wants == JsonValueKind.True && value.ValueKind == JsonValueKind.False)
                ? null
                : new PatchOutcome(400, "PropertyValueTypeError", $"{name} has another type", null);
        }

        return Refused(resource, name);
    }

    private static PatchOutcome Refused(JsonObject resource, string name) => resource.ContainsKey(name)
        ? new PatchOutcome(400, "PropertyNotWritable", $"{name} cannot be set", null)
        : new PatchOutcome(400, "PropertyUnknown", $"there is no {name} here", null);

    private static PatchOutcome? SetPoint(JsonObject holder, string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Number)
        {
            return new PatchOutcome(400, "PropertyValueTypeError", $"{name} is a number", null);
        }

        var (min, max) = (Number(holder, "AllowableMin") ?? Number(holder, "SettingMin"), Number(holder, "AllowableMax") ?? Number(holder, "SettingMax"));
        var wanted = value.GetDouble();
        return wanted < min || wanted > max
            ? new PatchOutcome(400, "PropertyValueOutOfRange", FormattableString.Invariant($"{name} {wanted} is not between {min} and {max}"), null)
            : null;
    }

    private static PatchOutcome? Mode(string name, JsonElement value) => value.ValueKind == JsonValueKind.String
        && value.GetString() is "Automatic" or "Override" or "Manual" or "Disabled"
        ? null
        : new PatchOutcome(400, "PropertyValueNotInList", $"{name} is Automatic, Override, Manual or Disabled", null);

    private static double? Number(JsonObject holder, string name) => holder[name] is JsonValue value && value.TryGetValue<double>(out var number) ? number : null;

    private static void Merge(JsonObject target, string name, JsonNode? value)
    {
        if (value is JsonObject parts && target[name] is JsonObject inner)
        {
            foreach (var (part, content) in parts)
            {
                Merge(inner, part, content?.DeepClone());
            }
        }
        else
        {
            target[name] = value;
        }
    }
}
