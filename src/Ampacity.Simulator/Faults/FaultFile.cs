using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Ampacity.Fleet;

namespace Ampacity.Simulator;

/// <summary>Reads fault rules: a YAML or JSON file (<c>schemas/simulator-faults.schema.json</c>), or one rule as text.</summary>
public static class FaultFile
{
    private const string Kind = "simulator-faults";

    private static readonly JsonSerializerOptions Reading = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>The rules of a file, in its order.</summary>
    /// <param name="name">Name that errors show.</param>
    /// <param name="text">YAML or JSON.</param>
    /// <exception cref="SimulatorStartException">The text is wrong; every error is named with its line.</exception>
    public static IReadOnlyList<FaultRule> Read(string name, string text)
    {
        var read = DataFile.Read(name, text, FileSchema.Embedded(Kind));
        if (read.Value is not { } file)
        {
            throw new SimulatorStartException($"{name} has {read.Errors.Count} errors; mend them:\n{string.Join('\n', read.Errors)}");
        }

        return Rules(name, JsonNode.Parse(file.ToJson())!["faults"]!.AsArray());
    }

    /// <summary>One rule as <c>do=status,place=site/*,statusCode=503,rate=0.1</c>.</summary>
    /// <exception cref="SimulatorStartException">It is wrong; the message says what.</exception>
    public static FaultRule ReadOne(string text)
    {
        var rule = new JsonObject();
        foreach (var pair in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !rule.TryAdd(pair[..equals], Value(pair[(equals + 1)..])))
            {
                throw new SimulatorStartException($"--fault {text}: '{pair}' is not key=value, or comes twice. Example: do=status,place=site/*,statusCode=503,rate=0.1");
            }
        }

        var file = new JsonObject { ["ampacity"] = 1, ["faults"] = new JsonArray(rule) };
        return Read($"--fault {text}", file.ToJsonString())[0];
    }

    private static JsonValue Value(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
        ? number == Math.Floor(number) && Math.Abs(number) < 1e9 ? JsonValue.Create((int)number) : JsonValue.Create(number)
        : JsonValue.Create(text)!;

    private static List<FaultRule> Rules(string name, JsonArray faults)
    {
        var rules = new List<FaultRule>();
        foreach (var fault in faults)
        {
            FaultRule rule;
            try
            {
                rule = fault.Deserialize<FaultRule>(Reading)!;
            }
            catch (JsonException error)
            {
                throw new SimulatorStartException($"{name}, fault {rules.Count + 1}: {error.Message}", error);
            }

            var missing = rule.Do switch
            {
                FaultKind.Merge when rule.Merge is null => "merge needs the object to merge",
                FaultKind.Delay when rule.DelaySeconds <= 0 => "delay needs delaySeconds",
                FaultKind.Leak or FaultKind.PsuTrip or FaultKind.GpuGone or FaultKind.CableSwap when rule.Part is null => "part is needed: the number of the detector, supply, accelerator or adapter, from 0",
                FaultKind.Serial or FaultKind.Mac when rule.Text is null => "text is needed: what is reported instead",
                _ => null,
            };
            rules.Add(missing is null ? rule : throw new SimulatorStartException($"{name}, fault {rules.Count + 1}: {missing}."));
        }

        return rules;
    }
}
