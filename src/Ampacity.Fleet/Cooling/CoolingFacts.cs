using System.Text.Json.Serialization;

namespace Ampacity.Fleet;

/// <summary>What a cooling node takes away at an approach temperature.</summary>
/// <param name="CapacityWatts">Heat, W; null if not stated.</param>
/// <param name="ApproachKelvins">Secondary supply less facility supply, K.</param>
/// <param name="LoopName">The loop it serves; null if not stated.</param>
/// <param name="SupplyCelsius">Coolant that it gives, °C; null if not stated.</param>
/// <param name="ReturnCelsius">Coolant that it takes back, °C, above the supply; null if not stated.</param>
/// <param name="FlowLitersPerMinute">Design flow, L/min; null if not stated.</param>
/// <param name="VolumeLiters">Coolant in the loop, L: what rides through a lost pump (domain.md §2.7); null if not stated.</param>
/// <param name="AllowedRiseKelvins">How much the loop may warm meanwhile, K; null if not stated.</param>
public sealed record CoolingRatingFact(
    double? CapacityWatts,
    double? ApproachKelvins,
    string? LoopName,
    double? SupplyCelsius = null,
    double? ReturnCelsius = null,
    double? FlowLitersPerMinute = null,
    double? VolumeLiters = null,
    double? AllowedRiseKelvins = null) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "coolingRating";
}

/// <summary>The edge *cools*: the subject gives its heat to this cooling node. The fact's key is the source's ordinal.</summary>
public sealed record CoolFact(int Source) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "cool";
}

/// <summary>How the heat of a rack divides: the rest goes to the room's air.</summary>
/// <param name="LiquidShare">Share that liquid takes away, 0 to 1.</param>
public sealed record HeatSplitFact(double LiquidShare) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "heatSplit";
}
