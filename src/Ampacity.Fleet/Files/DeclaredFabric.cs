using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>A fabric plane.</summary>
/// <param name="Name">Its name in the hall.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Note">A remark.</param>
/// <param name="Line">Line in the file.</param>
public sealed record DeclaredPlane(string Name, PlaneKind Kind, string? Note, int Line);

/// <summary>A switch.</summary>
/// <param name="Name">Its name in the hall.</param>
/// <param name="Sku">What product it is; null if not said.</param>
/// <param name="Rack">Index of the rack that it stands in, in <see cref="DeclaredHallBody.Racks"/>; −1 if not said.</param>
/// <param name="Note">A remark.</param>
/// <param name="Line">Line in the file.</param>
public sealed record DeclaredSwitch(string Name, SkuRevision? Sku, int Rack, string? Note, int Line);

/// <summary>Equal links from each of some ends to each of others.</summary>
/// <param name="From">Ends that state the links.</param>
/// <param name="To">Their peers.</param>
/// <param name="Plane">Name of the plane; null if not said.</param>
/// <param name="Count">Links between each pair.</param>
/// <param name="BitsPerSecond">Rate of one link; null if not said.</param>
/// <param name="Optic">Transceiver or cable kind; null if not said.</param>
/// <param name="LengthMeters">Cable length, m; null if not said.</param>
/// <param name="Line">Line in the file.</param>
public sealed record DeclaredLink(
    ImmutableArray<LinkEnd> From,
    ImmutableArray<LinkEnd> To,
    string? Plane,
    int Count,
    double? BitsPerSecond,
    string? Optic,
    double? LengthMeters,
    int Line);

/// <summary>One end of a link: a rack of the hall, or a switch by name or path.</summary>
/// <param name="Rack">Index of the rack; −1 where it is a switch.</param>
/// <param name="Name">Name in the hall or path from the root of a switch; path of a rack that is not in the hall.</param>
public readonly record struct LinkEnd(int Rack, string Name);
