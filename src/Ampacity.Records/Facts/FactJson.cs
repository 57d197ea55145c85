using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Ampacity.Fleet;

namespace Ampacity.Records;

/// <summary>The JSON of a fact's value: camelCase, enums by name.</summary>
internal static class FactJson
{
    /// <summary>How every value is written and read.</summary>
    public static JsonTypeInfo<FactValue> Value => FactJsonContext.Default.FactValue;
}

/// <summary>Generated contracts, since reflection costs start time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FactValue))]
internal sealed partial class FactJsonContext : JsonSerializerContext;
