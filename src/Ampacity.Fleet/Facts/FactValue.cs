using System.Text.Json.Serialization;

namespace Ampacity.Fleet;

/// <summary>
/// What a fact says. Each kind is an *aspect*; its JSON is what the record keeps, so a property is never renamed and raw numbers
/// carry their unit in their name.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "aspect")]
[JsonDerivedType(typeof(NodeFact), "node")]
[JsonDerivedType(typeof(HallFact), "hall")]
[JsonDerivedType(typeof(FloorPositionFact), "floorPosition")]
[JsonDerivedType(typeof(PinnedSkuFact), "sku")]
[JsonDerivedType(typeof(ProgrammeFact), "programme")]
[JsonDerivedType(typeof(PowerRatingFact), "powerRating")]
[JsonDerivedType(typeof(EfficiencyFact), "efficiency")]
[JsonDerivedType(typeof(CoolingRatingFact), "coolingRating")]
[JsonDerivedType(typeof(FeedFact), "feed")]
[JsonDerivedType(typeof(FeedModeFact), "feedMode")]
[JsonDerivedType(typeof(CoolFact), "cool")]
[JsonDerivedType(typeof(PlacementFact), "placement")]
[JsonDerivedType(typeof(IdentifierFact), "identifier")]
[JsonDerivedType(typeof(LifecycleFact), "lifecycle")]
[JsonDerivedType(typeof(BindingRuleFact), "bindingRule")]
public abstract record FactValue
{
    /// <summary>Name of the aspect: the JSON discriminator.</summary>
    [JsonIgnore]
    public abstract string Aspect { get; }
}

/// <summary>A node exists: its kind, its name among its siblings, and what holds it.</summary>
/// <param name="Kind">Kind of place, power node or cooling node.</param>
/// <param name="Name">One path segment.</param>
/// <param name="Parent">Node ordinal of what holds it, or −1 for a site.</param>
public sealed record NodeFact(NodeKind Kind, string Name, int Parent) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "node";
}

/// <summary>What is said of a hall: its floor and its people.</summary>
/// <param name="WidthMeters">Floor along x, metres; null if not stated.</param>
/// <param name="DepthMeters">Floor along y, metres; null if not stated.</param>
/// <param name="Operator">Who runs it; null if not stated.</param>
/// <param name="Tenant">Who uses it; scopes may be bound to it. Null if not stated.</param>
public sealed record HallFact(double? WidthMeters, double? DepthMeters, string? Operator, string? Tenant) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "hall";
}

/// <summary>Where a rack stands: its front left corner, metres from the hall's origin.</summary>
public sealed record FloorPositionFact(double XMeters, double YMeters) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "floorPosition";
}

/// <summary>The SKU revision that an installed rack, or an asset, is built to, such as <c>nvidia/gb200-nvl72@1</c>.</summary>
public sealed record PinnedSkuFact(string Sku) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "sku";
}

/// <summary>The contract that a rack counts toward.</summary>
public sealed record ProgrammeFact(string Programme) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "programme";
}

/// <summary>What a power node may carry. Exactly one of watts, volt-amperes, or amperes with volts is set.</summary>
/// <param name="Watts">Real-power rating, W.</param>
/// <param name="VoltAmperes">Apparent-power rating, VA.</param>
/// <param name="Amperes">Current rating per phase, A, with <paramref name="Volts"/>.</param>
/// <param name="Volts">Line-to-line voltage, V.</param>
/// <param name="ContinuousFactor">Share that may be carried for 3 h and more: 0.8, or 1.0 where 100 %-rated.</param>
/// <param name="PowerFactor">Turns VA into W, 0–1.</param>
/// <param name="Overload">How long it bears more than its rating, by rising multiple.</param>
public sealed record PowerRatingFact(
    double? Watts,
    double? VoltAmperes,
    double? Amperes,
    double? Volts,
    double ContinuousFactor,
    double PowerFactor,
    IReadOnlyList<OverloadPoint> Overload) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "powerRating";

    /// <inheritdoc/>
    public bool Equals(PowerRatingFact? other) => other is not null
        && (Watts, VoltAmperes, Amperes, Volts, ContinuousFactor, PowerFactor)
            == (other.Watts, other.VoltAmperes, other.Amperes, other.Volts, other.ContinuousFactor, other.PowerFactor)
        && Overload.SequenceEqual(other.Overload);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Watts, VoltAmperes, Amperes, Volts, Overload.Count);
}

/// <summary>At this multiple of the rating the element holds for these seconds, then trips.</summary>
/// <param name="Multiple">Above 1.</param>
/// <param name="Seconds">Zero and up.</param>
public readonly record struct OverloadPoint(double Multiple, double Seconds);

/// <summary>What a power node gives of what it takes: output over input, above 0, at most 1; constant over its load.</summary>
public sealed record EfficiencyFact(double OutputOverInput) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "efficiency";
}

/// <summary>What a cooling node takes away at an approach temperature.</summary>
/// <param name="CapacityWatts">Heat, W; null if not stated.</param>
/// <param name="ApproachKelvins">Secondary supply less facility supply, K.</param>
/// <param name="LoopName">The loop it serves; null if not stated.</param>
public sealed record CoolingRatingFact(double? CapacityWatts, double? ApproachKelvins, string? LoopName) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "coolingRating";
}

/// <summary>The edge *feeds*: the subject draws from this power node. The fact's key is the source's ordinal.</summary>
/// <param name="Source">Node ordinal of what feeds it.</param>
/// <param name="Order">Rank among the subject's feeds, from 0: the preferred one first.</param>
public sealed record FeedFact(int Source, int Order) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "feed";
}

/// <summary>How a node with several feeds shares its load among those that are live.</summary>
public sealed record FeedModeFact(FeedMode Mode) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "feedMode";
}

/// <summary>The edge *cools*: the subject gives its heat to this cooling node. The fact's key is the source's ordinal.</summary>
public sealed record CoolFact(int Source) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "cool";
}

/// <summary>This asset is in this part of this rack (part 0: it is the rack itself).</summary>
/// <param name="Rack">Node ordinal of the rack.</param>
/// <param name="Part">Local ordinal in the rack's build.</param>
public sealed record PlacementFact(int Rack, int Part) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "placement";
}

/// <summary>A dated identifier that the asset gained: evidence, not identity. The fact's key is the kind.</summary>
/// <param name="Kind">Which identifier.</param>
/// <param name="Text">Normalised text; never <c>NA</c>, zeros or empty.</param>
public sealed record IdentifierFact(IdentifierKind Kind, string Text) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "identifier";
}

/// <summary>Where an asset or a rack is in its life.</summary>
public sealed record LifecycleFact(LifecycleState State) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "lifecycle";
}

/// <summary>A rule that binds series to places, declared by a hall. The fact's key is the rule's rank.</summary>
/// <param name="Rank">Order among the hall's rules, from 0; the first that matches wins.</param>
/// <param name="Match">A PromQL selector on target and identity labels.</param>
/// <param name="AssetBy">Identifier by which the asset is found, or null.</param>
/// <param name="AssetFromLabel">Label that holds that identifier, or null.</param>
/// <param name="PlaceTemplate">Path with <c>$label</c>s, relative to the hall, or null.</param>
public sealed record BindingRuleFact(
    int Rank, string Match, IdentifierKind? AssetBy, string? AssetFromLabel, string? PlaceTemplate) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "bindingRule";
}
