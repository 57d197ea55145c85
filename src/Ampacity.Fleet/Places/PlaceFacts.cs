using System.Text.Json.Serialization;

namespace Ampacity.Fleet;

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
/// <param name="Owner">Whose property it is; null if not stated.</param>
public sealed record HallFact(
    double? WidthMeters, double? DepthMeters, string? Operator, string? Tenant, string? Owner = null) : FactValue
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

/// <summary>Who has to do with a site, a building, a rack or an asset; what one does not say it takes from what holds it.</summary>
/// <param name="Operator">Who runs it; null if not stated.</param>
/// <param name="Tenant">Who uses it; scopes may be bound to it. Null if not stated.</param>
/// <param name="Owner">Whose property it is; null if not stated.</param>
public sealed record PartiesFact(string? Operator, string? Tenant, string? Owner) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "parties";
}

/// <summary>What a rack measures where no SKU says it: a frame that stands empty, or one that another system described.</summary>
/// <param name="Units">Height in whole rack units, 1 to 100; null if not stated.</param>
/// <param name="Unit">RU or OU.</param>
/// <param name="WidthMeters">Width on the floor, m: 0.6 and 1.2 are the usual classes; null if not stated.</param>
/// <param name="DepthMeters">Depth on the floor, m; null if not stated.</param>
public sealed record RackFrameFact(int? Units, RackUnit Unit, double? WidthMeters, double? DepthMeters) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "rackFrame";
}

/// <summary>Part of a hall's capacity as contracted: power that is promised from one day and there from another. The key is its name.</summary>
/// <param name="Watts">Power at the hall's IT boundary, W.</param>
/// <param name="ContractedMs">Day of the contract, UTC milliseconds; null if not stated.</param>
/// <param name="EnergisedMs">Day from which it can be drawn, planned or past, UTC milliseconds; null if not stated.</param>
public sealed record TrancheFact(double Watts, long? ContractedMs, long? EnergisedMs) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "tranche";
}

/// <summary>A remark in plain words, such as the assumption that a declaration rests on.</summary>
public sealed record NoteFact(string Text) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "note";
}

/// <summary>A word that people group and search by. The fact's key is the tag itself.</summary>
public sealed record TagFact(string Tag) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "tag";
}

/// <summary>A rack that belongs to another and does not work without it, such as a power sidecar.</summary>
/// <param name="Rack">Node ordinal of the rack that it serves.</param>
public sealed record BoundToFact(int Rack) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "boundTo";
}
