using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>
/// What one fleet file declares, checked but not yet compared with anything. Null means: the file does not say. Halls that were stamped
/// from one template share everything below <see cref="DeclaredHall.Body"/>.
/// </summary>
/// <param name="File">Name of the file.</param>
/// <param name="Owns">The subtrees that it owns, by path, or <see cref="WholeFleet"/> alone; what it created there it may take away.</param>
/// <param name="OwnsLine">Line of <c>owns</c>.</param>
/// <param name="Organisations">Operators, tenants, owners and vendors in the order of the file.</param>
/// <param name="Programmes">Contracts in the order of the file.</param>
/// <param name="Sites">Sites in the order of the file; those above what is owned too, as holders.</param>
public sealed record DeclaredFile(
    string File,
    ImmutableArray<string> Owns,
    int OwnsLine,
    ImmutableArray<DeclaredOrganisation> Organisations,
    ImmutableArray<DeclaredProgramme> Programmes,
    ImmutableArray<DeclaredPremises> Sites)
{
    /// <summary>What <c>owns</c> says where the file declares everything that it states; no site may bear this name.</summary>
    public const string WholeFleet = "fleet";

    /// <summary>Every hall, with those of buildings, in the order of the file.</summary>
    public IEnumerable<DeclaredHall> Halls =>
        Sites.SelectMany(site => site.Halls.Concat(site.Buildings.SelectMany(building => building.Halls)));

    /// <summary>The refusal of a rack that this file created, no longer states and does not name under <c>removed</c>.</summary>
    /// <param name="rackPath">Path of the rack from the root.</param>
    public FileError UnnamedRemoval(string rackPath)
    {
        var hall = Halls.FirstOrDefault(hall => rackPath.StartsWith($"{hall.Path}/", StringComparison.Ordinal));
        var below = hall is null ? rackPath : rackPath[(hall.Path.Length + 1)..];
        return new(File, hall?.Line ?? OwnsLine, hall?.Path ?? "owns", "unnamed-removal",
            $"the rack {rackPath} is no longer declared; name it under removed: [{below}] if it is to go, or say formerly: {below} where it is now");
    }
}

/// <summary>A site or a building: what holds halls, and the power and cooling nodes that stand in none of them.</summary>
/// <param name="Kind"><see cref="NodeKind.Site"/> or <see cref="NodeKind.Building"/>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Path">From the root.</param>
/// <param name="Owner">The subtree that declares it; null where it only holds what the file owns.</param>
/// <param name="Parties">Who has to do with it; null if nobody is named.</param>
/// <param name="Note">A remark.</param>
/// <param name="Tags">Words to search by.</param>
/// <param name="Formerly">Path that it had until now, from the root.</param>
/// <param name="Power">Power nodes that its halls may name.</param>
/// <param name="Cooling">Cooling nodes that its halls may name.</param>
/// <param name="Buildings">Buildings of a site.</param>
/// <param name="Halls">Halls that stand directly in it.</param>
/// <param name="Removed">Paths below it of what may go with all its racks.</param>
/// <param name="Line">Line in the file.</param>
public sealed record DeclaredPremises(
    NodeKind Kind,
    string Name,
    string Path,
    string? Owner,
    DeclaredParties? Parties,
    string? Note,
    ImmutableArray<string> Tags,
    string? Formerly,
    ImmutableArray<DeclaredPowerNode> Power,
    ImmutableArray<DeclaredCoolingNode> Cooling,
    ImmutableArray<DeclaredPremises> Buildings,
    ImmutableArray<DeclaredHall> Halls,
    ImmutableArray<string> Removed,
    int Line);

/// <summary>Who has to do with a place; what it does not say it takes from what holds it.</summary>
/// <param name="Operator">Who runs it.</param>
/// <param name="Tenant">Who uses it.</param>
/// <param name="Owner">Whose property it is.</param>
public sealed record DeclaredParties(string? Operator, string? Tenant, string? Owner);

/// <summary>One hall: its name and people, and a body that stamped halls share.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">From the root.</param>
/// <param name="Owner">The subtree that declares it.</param>
/// <param name="Parties">Who has to do with it; null if nobody is named.</param>
/// <param name="Note">A remark.</param>
/// <param name="Tags">Words to search by.</param>
/// <param name="Formerly">Path that it had until now, from the root.</param>
/// <param name="Tranches">Capacity as contracted.</param>
/// <param name="Body">What stands in it.</param>
/// <param name="Line">Line in the file.</param>
public sealed record DeclaredHall(
    string Name,
    string Path,
    string Owner,
    DeclaredParties? Parties,
    string? Note,
    ImmutableArray<string> Tags,
    string? Formerly,
    ImmutableArray<DeclaredTranche> Tranches,
    DeclaredHallBody Body,
    int Line);

/// <summary>What stands in a hall. Names are of the hall, then of its building, then of its site; with a slash they are paths.</summary>
/// <param name="Width">Floor along x, m.</param>
/// <param name="Depth">Floor along y, m.</param>
/// <param name="Power">Power nodes in the order of the file.</param>
/// <param name="Cooling">Cooling nodes in the order of the file.</param>
/// <param name="Planes">Fabric planes.</param>
/// <param name="Switches">Switches.</param>
/// <param name="Links">Links that no build holds.</param>
/// <param name="Rows">Rows in the order of the file, rows of named racks last.</param>
/// <param name="Racks">Every rack, exceptions applied, row by row.</param>
/// <param name="Assets">Named assets in the order of the file.</param>
/// <param name="Bindings">Binding rules; the first that matches wins.</param>
/// <param name="Removed">Paths below the hall of racks that go, and of what may go with all its racks.</param>
public sealed record DeclaredHallBody(
    Ampacity.Units.Meters? Width,
    Ampacity.Units.Meters? Depth,
    ImmutableArray<DeclaredPowerNode> Power,
    ImmutableArray<DeclaredCoolingNode> Cooling,
    ImmutableArray<DeclaredPlane> Planes,
    ImmutableArray<DeclaredSwitch> Switches,
    ImmutableArray<DeclaredLink> Links,
    ImmutableArray<DeclaredRow> Rows,
    ImmutableArray<DeclaredRack> Racks,
    ImmutableArray<DeclaredAsset> Assets,
    ImmutableArray<DeclaredBinding> Bindings,
    ImmutableArray<string> Removed)
{
    /// <summary>What kinds of tray should run.</summary>
    public ImmutableArray<BaselineFact> Baselines { get; init; } = [];

    /// <summary>About how many facts one hall of this body states; a limit guards the record from a file that stamps too much.</summary>
    internal long FactCount { get; init; }
}

/// <summary>A rule that binds series to places (docs/design/0003-binding-rules.md).</summary>
/// <param name="Rank">Order in the file from 0.</param>
/// <param name="Match">PromQL selector on target and identity labels, as written.</param>
/// <param name="AssetBy">Identifier by which the asset is found; null if the rule names no asset.</param>
/// <param name="AssetFrom">Label that holds that identifier; null with <paramref name="AssetBy"/>.</param>
/// <param name="Place">Template of a place's path, with <c>$label</c>s; null if the rule names none.</param>
/// <param name="Line">Line in the file.</param>
public sealed record DeclaredBinding(int Rank, string Match, IdentifierKind? AssetBy, string? AssetFrom, string? Place, int Line);
