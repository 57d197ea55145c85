using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Ampacity.Fleet;

namespace Ampacity.Records;

/// <summary>The JSON of a fact's value: camelCase, enums by name.</summary>
internal static class FactJson
{
    /// <summary>How every value is written and read.</summary>
    public static JsonTypeInfo<FactValue> Value { get; } = MakeValue();

    private static JsonTypeInfo<FactValue> MakeValue()
    {
        var options = new JsonSerializerOptions(FactJsonContext.Default.Options)
        {
            TypeInfoResolver = FactJsonContext.Default.WithAddedModifier(DropAspect),
        };
        options.MakeReadOnly();
        return (JsonTypeInfo<FactValue>)options.GetTypeInfo(typeof(FactValue));
    }

    // The override of Aspect does not inherit JsonIgnore, and a property may not bear the discriminator's name.
    private static void DropAspect(JsonTypeInfo type)
    {
        if (!type.Type.IsAssignableTo(typeof(FactValue)))
        {
            return;
        }

        for (var index = type.Properties.Count - 1; index >= 0; index--)
        {
            if (type.Properties[index].Name == "aspect")
            {
                type.Properties.RemoveAt(index);
            }
        }
    }
}

/// <summary>Generated contracts, since reflection costs start time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(FactValue))]
internal sealed partial class FactJsonContext : JsonSerializerContext;
