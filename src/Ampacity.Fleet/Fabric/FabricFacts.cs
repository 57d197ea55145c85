using System.Text.Json.Serialization;

namespace Ampacity.Fleet;

/// <summary>What a plane is for. Numbers are kept in records: never renumber.</summary>
public enum PlaneKind : byte
{
    /// <summary>Joins the accelerators of a domain: NVLink, UALink, ICI.</summary>
    ScaleUp = 1,

    /// <summary>Joins domains: Ethernet or InfiniBand.</summary>
    ScaleOut = 2,

    /// <summary>Storage.</summary>
    Storage = 3,

    /// <summary>Management.</summary>
    Management = 4,
}

/// <summary>What a fabric plane is for. The subject is a node of kind <see cref="NodeKind.Plane"/>.</summary>
public sealed record PlaneFact(PlaneKind Kind) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "plane";
}

/// <summary>
/// Equal links from the subject (a rack or a switch) to a peer: what a build does not hold already. The fact's key is
/// <c>plane/peer</c> by ordinals.
/// </summary>
/// <param name="Peer">Node ordinal of the switch or rack at the other end.</param>
/// <param name="Plane">Node ordinal of the plane, or −1 where nobody said.</param>
/// <param name="Count">How many links, from 1.</param>
/// <param name="BitsPerSecond">Rate of one link; null if not stated.</param>
/// <param name="Optic">Transceiver or cable kind, such as <c>dr4</c>; null if not stated.</param>
/// <param name="LengthMeters">Cable length, m; null if not stated.</param>
public sealed record LinkFact(int Peer, int Plane, int Count, double? BitsPerSecond, string? Optic, double? LengthMeters) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "link";
}

/// <summary>
/// The scale-up domain that a rack's accelerators, or those of a part of it, belong to. The fact's key is the part's path, or empty for
/// the whole rack. Racks that state none are a domain of their own.
/// </summary>
/// <param name="Domain">Name, unique in its hall: racks of one hall that name the same one share it.</param>
public sealed record DomainFact(string Domain) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "domain";
}
