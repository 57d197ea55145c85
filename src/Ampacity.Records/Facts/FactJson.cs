using System.Text.Json.Serialization;
using Ampacity.Fleet;

namespace Ampacity.Records;

/// <summary>The JSON of a fact's value: camelCase, enums by name; generated, since reflection costs start time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(FactValue))]
internal sealed partial class FactJson : JsonSerializerContext;
