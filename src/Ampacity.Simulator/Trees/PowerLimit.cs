using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>The power limit of an accelerator, which two resources show and set: firmware has it in one place.</summary>
/// <param name="Accelerator">Its number, from 0.</param>
/// <param name="Environment">Path of its EnvironmentMetrics, whose PowerLimitWatts it is.</param>
/// <param name="Control">Path of its Control.</param>
internal sealed record PowerLimit(int Accelerator, string Environment, string Control)
{
    /// <summary>The other of the two.</summary>
    public string Twin(string path) => path == Environment ? Control : Environment;

    /// <summary>What a resource says of it.</summary>
    public JsonObject? In(string path, JsonObject resource) => path == Control ? resource : resource["PowerLimitWatts"] as JsonObject;

    /// <summary>The watts that are held to; infinite where the limit is switched off.</summary>
    public static double Watts(JsonObject said) => TreeText.Text(said["ControlMode"]) != "Disabled" && said["SetPoint"] is JsonValue value && value.TryGetValue<double>(out var watts)
        ? watts
        : double.PositiveInfinity;

    /// <summary>Makes one of the two say what the other does.</summary>
    public static void Copy(JsonObject from, JsonObject to)
    {
        foreach (var name in (string[])["SetPoint", "ControlMode"])
        {
            to[name] = from[name]?.DeepClone();
        }
    }
}
