using System.Collections.Immutable;
using Ampacity.Units;

namespace Ampacity.Fleet;

/// <summary>What one fleet file declares, checked but not yet compared with anything. Null means: the file does not say.</summary>
/// <param name="File">Name of the file; what it created is known by it.</param>
/// <param name="Site">Name of the site: the first segment of <c>owns</c>.</param>
/// <param name="Hall">Name of the hall: the second segment of <c>owns</c>.</param>
/// <param name="Floor">What is said of the hall itself; null if nothing.</param>
/// <param name="Power">Power nodes in the order of the file.</param>
/// <param name="Cooling">Cooling nodes in the order of the file.</param>
/// <param name="Rows">Rows in the order of the file.</param>
/// <param name="Racks">Every rack of every row, exceptions applied, in the order of rows and positions.</param>
/// <param name="Assets">Named assets in the order of the file.</param>
/// <param name="Bindings">Binding rules; the first that matches wins.</param>
public sealed record DeclaredFile(
    string File,
    string Site,
    string Hall,
    DeclaredHall? Floor,
    ImmutableArray<DeclaredPowerNode> Power,
    ImmutableArray<DeclaredCoolingNode> Cooling,
    ImmutableArray<DeclaredRow> Rows,
    ImmutableArray<DeclaredRack> Racks,
    ImmutableArray<DeclaredAsset> Assets,
    ImmutableArray<DeclaredBinding> Bindings)
{
    /// <summary>Path of the subtree that the file owns: <c>site/hall</c>.</summary>
    public string Owns => $"{Site}/{Hall}";
}

/// <summary>What is said of the hall.</summary>
/// <param name="Width">Floor along x.</param>
/// <param name="Depth">Floor along y.</param>
/// <param name="Operator">Who runs it.</param>
/// <param name="Tenant">Who uses it.</param>
/// <param name="Line">Line in the file.</param>
public sealed record DeclaredHall(Meters? Width, Meters? Depth, string? Operator, string? Tenant, int Line);

/// <summary>A node of the power graph.</summary>
/// <param name="Name">Its name in the hall.</param>
/// <param name="Kind">A kind of which <see cref="NodeKinds.IsPower"/> is true.</param>
/// <param name="FedBy">Names of what feeds it, preferred first; empty for a source.</param>
/// <param name="Mode">How it shares its load among several feeds; null if not said.</param>
/// <param name="Rating">Nameplate rating.</param>
/// <param name="Continuous">Share that may be carried for 3 h and more, above 0, at most 1.</param>
/// <param name="PowerFactor">Turns VA into W, above 0, at most 1.</param>
/// <param name="Overload">How long it bears more than its rating, by rising multiple; empty if not said.</param>
/// <param name="Efficiency">Output over input, above 0, at most 1.</param>
/// <param name="Line">Line in the file.</param>
public sealed record DeclaredPowerNode(
    string Name,
    NodeKind Kind,
    ImmutableArray<string> FedBy,
    FeedMode? Mode,
    PowerRating? Rating,
    double? Continuous,
    double? PowerFactor,
    ImmutableArray<OverloadPoint> Overload,
    double? Efficiency,
    int Line);

/// <summary>A node of the cooling graph.</summary>
/// <param name="Name">Its name in the hall.</param>
/// <param name="Kind">A kind of which <see cref="NodeKinds.IsCooling"/> is true.</param>
/// <param name="Loop">Name of the coolant loop that it is on; a loop need not be declared as a node.</param>
/// <param name="Capacity">Heat that it takes away at <paramref name="Approach"/>.</param>
/// <param name="Approach">Secondary supply less facility supply.</param>
/// <param name="Line">Line in the file.</param>
public sealed record DeclaredCoolingNode(string Name, NodeKind Kind, string? Loop, Watts? Capacity, Kelvins? Approach, int Line);

/// <summary>A row of racks of one SKU.</summary>
/// <param name="Name">Its name in the hall.</param>
/// <param name="Sku">Revision that its racks pin unless an exception says otherwise.</param>
/// <param name="RackCount">How many positions, 1–10,000.</param>
/// <param name="X">Front left corner of the first rack from the hall's origin.</param>
/// <param name="Y">The same, across.</param>
/// <param name="Pitch">From one rack's left edge to the next one's.</param>
/// <param name="Feeds">Names of the power nodes that feed its racks, preferred first.</param>
/// <param name="Mode">How a rack shares its load among its feeds.</param>
/// <param name="Cdus">Names of the CDUs that cool its racks.</param>
/// <param name="Programme">Contract that its racks count toward.</param>
/// <param name="Line">Line in the file.</param>
public sealed record DeclaredRow(
    string Name,
    SkuRevision Sku,
    int RackCount,
    Meters? X,
    Meters? Y,
    Meters? Pitch,
    ImmutableArray<string> Feeds,
    FeedMode Mode,
    ImmutableArray<string> Cdus,
    string? Programme,
    int Line);

/// <summary>One rack as its row and its exception say together.</summary>
/// <param name="Row">Name of the row.</param>
/// <param name="Name">Its number in the row from 1, at least two digits: <c>01</c>.</param>
/// <param name="Sku">Revision that it pins.</param>
/// <param name="X">Front left corner from the hall's origin.</param>
/// <param name="Y">The same, across.</param>
/// <param name="Feeds">Names of the power nodes that feed it, preferred first.</param>
/// <param name="Mode">How it shares its load among its feeds.</param>
/// <param name="Cdus">Names of the CDUs that cool it.</param>
/// <param name="Programme">Contract that it counts toward.</param>
/// <param name="Line">Line of its exception, else of its row.</param>
public sealed record DeclaredRack(
    string Row,
    string Name,
    SkuRevision Sku,
    Meters? X,
    Meters? Y,
    ImmutableArray<string> Feeds,
    FeedMode Mode,
    ImmutableArray<string> Cdus,
    string? Programme,
    int Line)
{
    /// <summary>Path relative to the hall: <c>r01/01</c>.</summary>
    public string Path => $"{Row}/{Name}";
}

/// <summary>A thing that somebody has named, usually from a delivery note.</summary>
/// <param name="Row">Name of the row.</param>
/// <param name="Rack">Name of the rack.</param>
/// <param name="Part">Local ordinal in the rack's build; 0 is the rack itself.</param>
/// <param name="PartPath">Path relative to the rack: <c>05</c>, <c>05/0</c>; empty for the rack.</param>
/// <param name="Identifiers">What it is known by, normalised (<see cref="IdentifierText"/>); each kind at most once.</param>
/// <param name="PartNumber">Part number that the maker printed.</param>
/// <param name="Line">Line in the file.</param>
public sealed record DeclaredAsset(
    string Row,
    string Rack,
    int Part,
    string PartPath,
    ImmutableArray<DeclaredIdentifier> Identifiers,
    string? PartNumber,
    int Line)
{
    /// <summary>Path of the rack relative to the hall: <c>r01/01</c>.</summary>
    public string RackPath => $"{Row}/{Rack}";

    /// <summary>The identifier of a kind, or null.</summary>
    public string? Identifier(IdentifierKind kind)
    {
        foreach (var identifier in Identifiers)
        {
            if (identifier.Kind == kind)
            {
                return identifier.Text;
            }
        }

        return null;
    }
}

/// <summary>One identifier of a declared asset.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Text">Normalised text.</param>
public readonly record struct DeclaredIdentifier(IdentifierKind Kind, string Text);

/// <summary>A rule that binds series to places (docs/design/0003-binding-rules.md).</summary>
/// <param name="Rank">Order in the file from 0.</param>
/// <param name="Match">PromQL selector on target and identity labels, as written.</param>
/// <param name="AssetBy">Identifier by which the asset is found; null if the rule names no asset.</param>
/// <param name="AssetFrom">Label that holds that identifier; null with <paramref name="AssetBy"/>.</param>
/// <param name="Place">Template of a place's path, with <c>$label</c>s; null if the rule names none.</param>
/// <param name="Line">Line in the file.</param>
public sealed record DeclaredBinding(int Rank, string Match, IdentifierKind? AssetBy, string? AssetFrom, string? Place, int Line);
