using System.Text.Json.Serialization;

namespace Ampacity.Fleet;

/// <summary>The SKU revision that an installed rack, or an asset, is built to, such as <c>nvidia/gb200-nvl72@1</c>.</summary>
public sealed record PinnedSkuFact(string Sku) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "sku";
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

/// <summary>The maker's part number, as printed.</summary>
public sealed record PartNumberFact(string PartNumber) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "partNumber";
}

/// <summary>Where the asset's BMC is to be looked for. No identifier: addresses are given anew.</summary>
/// <param name="Address">A host with or without a port, such as <c>10.1.0.5</c> or <c>bmc-7:8443</c>.</param>
public sealed record BmcAddressFact(string Address) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "bmcAddress";
}

/// <summary>A firmware version. The fact's key is the component, such as <c>bmc</c>.</summary>
public sealed record FirmwareFact(string Component, string Version) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "firmware";
}

/// <summary>Two records turned out to be one thing: the subject's history goes on under another id.</summary>
/// <param name="Asset">Number of the asset that it is.</param>
public sealed record MergedIntoFact(long Asset) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "mergedInto";
}

/// <summary>One record turned out to be two things: the subject was cut off from another.</summary>
/// <param name="Asset">Number of the asset that it was recorded as.</param>
public sealed record SplitFromFact(long Asset) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "splitFrom";
}
