using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>A node of the cooling graph.</summary>
/// <param name="Name">Its name in the hall, building or site.</param>
/// <param name="Kind">A kind of which <see cref="NodeKinds.IsCooling"/> is true.</param>
/// <param name="CooledBy">Names of the cooling nodes that take its heat.</param>
/// <param name="Rating">Loop, capacity, temperatures, flow and volume; null if none is said.</param>
/// <param name="Note">A remark.</param>
/// <param name="Tags">Words to search by.</param>
/// <param name="Formerly">Path that it had until now.</param>
/// <param name="Line">Line in the file.</param>
public sealed record DeclaredCoolingNode(
    string Name,
    NodeKind Kind,
    ImmutableArray<string> CooledBy,
    CoolingRatingFact? Rating,
    string? Note,
    ImmutableArray<string> Tags,
    string? Formerly,
    int Line);
