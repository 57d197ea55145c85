using System.Text.Json.Serialization;

namespace Ampacity.Fleet;

/// <summary>
/// What a fact says. Each kind is an *aspect*; its JSON is what the record keeps, so a property is never renamed and raw numbers
/// carry their unit in their name.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "aspect")]
[JsonDerivedType(typeof(NodeFact), "node")]
[JsonDerivedType(typeof(HallFact), "hall")]
[JsonDerivedType(typeof(PartiesFact), "parties")]
[JsonDerivedType(typeof(RackFrameFact), "rackFrame")]
[JsonDerivedType(typeof(TrancheFact), "tranche")]
[JsonDerivedType(typeof(NoteFact), "note")]
[JsonDerivedType(typeof(TagFact), "tag")]
[JsonDerivedType(typeof(BoundToFact), "boundTo")]
[JsonDerivedType(typeof(FloorPositionFact), "floorPosition")]
[JsonDerivedType(typeof(PinnedSkuFact), "sku")]
[JsonDerivedType(typeof(ProgrammeFact), "programme")]
[JsonDerivedType(typeof(ProgrammeTermsFact), "programmeTerms")]
[JsonDerivedType(typeof(MilestoneFact), "milestone")]
[JsonDerivedType(typeof(OrganisationFact), "organisation")]
[JsonDerivedType(typeof(PowerRatingFact), "powerRating")]
[JsonDerivedType(typeof(VoltageFact), "voltage")]
[JsonDerivedType(typeof(StoredEnergyFact), "storedEnergy")]
[JsonDerivedType(typeof(EfficiencyFact), "efficiency")]
[JsonDerivedType(typeof(CoolingRatingFact), "coolingRating")]
[JsonDerivedType(typeof(HeatSplitFact), "heatSplit")]
[JsonDerivedType(typeof(FeedFact), "feed")]
[JsonDerivedType(typeof(FeedModeFact), "feedMode")]
[JsonDerivedType(typeof(CoolFact), "cool")]
[JsonDerivedType(typeof(PlaneFact), "plane")]
[JsonDerivedType(typeof(LinkFact), "link")]
[JsonDerivedType(typeof(DomainFact), "domain")]
[JsonDerivedType(typeof(PlacementFact), "placement")]
[JsonDerivedType(typeof(IdentifierFact), "identifier")]
[JsonDerivedType(typeof(PartNumberFact), "partNumber")]
[JsonDerivedType(typeof(FirmwareFact), "firmware")]
[JsonDerivedType(typeof(MergedIntoFact), "mergedInto")]
[JsonDerivedType(typeof(SplitFromFact), "splitFrom")]
[JsonDerivedType(typeof(OriginFact), "origin")]
[JsonDerivedType(typeof(LifecycleFact), "lifecycle")]
[JsonDerivedType(typeof(BindingRuleFact), "bindingRule")]
[JsonDerivedType(typeof(BaselineFact), "baseline")]
[JsonDerivedType(typeof(CableFact), "cable")]
[JsonDerivedType(typeof(BmcAddressFact), "bmcAddress")]
public abstract record FactValue
{
    /// <summary>Name of the aspect: the JSON discriminator.</summary>
    [JsonIgnore]
    public abstract string Aspect { get; }
}
