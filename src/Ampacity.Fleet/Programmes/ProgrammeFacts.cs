using System.Text.Json.Serialization;

namespace Ampacity.Fleet;

/// <summary>The contract that a rack counts toward.</summary>
public sealed record ProgrammeFact(string Programme) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "programme";
}

/// <summary>How firm a programme is.</summary>
public enum ProgrammeStatus : byte
{
    /// <summary>Made public, form unknown.</summary>
    Announced = 1,

    /// <summary>A letter of intent or term sheet: not binding.</summary>
    LetterOfIntent = 2,

    /// <summary>A binding contract.</summary>
    UnderContract = 3,
}

/// <summary>What a programme promises. The subject is a node of kind <see cref="NodeKind.Programme"/>.</summary>
/// <param name="Vendor">Who delivers; null if not stated.</param>
/// <param name="ContractedWatts">Power that it deploys, W at the utility boundary unless a note says otherwise; null if not stated.</param>
/// <param name="Status">How firm it is.</param>
/// <param name="PricePerWatt">Price per W in <paramref name="Currency"/>; null if not stated.</param>
/// <param name="Currency">ISO 4217 code of the price; null without one.</param>
/// <param name="Sites">Names of eligible sites; empty means any.</param>
/// <param name="Skus">Eligible SKU revisions or product ids; empty means any.</param>
public sealed record ProgrammeTermsFact(
    string? Vendor,
    double? ContractedWatts,
    ProgrammeStatus Status,
    double? PricePerWatt,
    string? Currency,
    IReadOnlyList<string> Sites,
    IReadOnlyList<string> Skus) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "programmeTerms";

    /// <inheritdoc/>
    public bool Equals(ProgrammeTermsFact? other) => other is not null
        && (Vendor, ContractedWatts, Status, PricePerWatt, Currency)
            == (other.Vendor, other.ContractedWatts, other.Status, other.PricePerWatt, other.Currency)
        && Sites.SequenceEqual(other.Sites, StringComparer.Ordinal) && Skus.SequenceEqual(other.Skus, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Vendor, ContractedWatts, Status, PricePerWatt, Sites.Count, Skus.Count);
}

/// <summary>Power that a programme has to have deployed by a day. The fact's key is the day, <c>yyyy-MM-dd</c>.</summary>
/// <param name="DueMs">The day, UTC milliseconds.</param>
/// <param name="Watts">Cumulated, W, at the boundary of the programme's terms.</param>
public sealed record MilestoneFact(long DueMs, double Watts) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "milestone";
}

/// <summary>An operator, tenant, owner or vendor. The subject is a node of kind <see cref="NodeKind.Organisation"/>.</summary>
/// <param name="Title">Its name in full; null if not stated.</param>
/// <param name="Roles">What it is here, such as <c>operator</c>, <c>tenant</c>, <c>owner</c>, <c>vendor</c>.</param>
public sealed record OrganisationFact(string? Title, IReadOnlyList<string> Roles) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "organisation";

    /// <inheritdoc/>
    public bool Equals(OrganisationFact? other) =>
        other is not null && Title == other.Title && Roles.SequenceEqual(other.Roles, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Title, Roles.Count);
}
