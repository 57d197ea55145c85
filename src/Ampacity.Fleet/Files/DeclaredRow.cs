using System.Collections.Immutable;
using Ampacity.Units;

namespace Ampacity.Fleet;

/// <summary>A row of racks.</summary>
/// <param name="Name">Its name in the hall.</param>
/// <param name="Note">A remark.</param>
/// <param name="Formerly">Path that it had until now.</param>
/// <param name="First">Index of its first rack in <see cref="DeclaredHallBody.Racks"/>.</param>
/// <param name="RackCount">How many racks it holds, named ones too.</param>
/// <param name="Line">Line in the file.</param>
public sealed record DeclaredRow(string Name, string? Note, string? Formerly, int First, int RackCount, int Line);

/// <summary>One rack as its row and its exception say together.</summary>
/// <param name="Row">Name of the row.</param>
/// <param name="Name">Its number in the row from 1, at least two digits (<c>01</c>), or a name of its own.</param>
/// <param name="Terms">What it shares with its neighbours.</param>
/// <param name="X">Front left corner from the hall's origin.</param>
/// <param name="Y">The same, across.</param>
/// <param name="Line">Line of its exception, else of its row.</param>
public sealed record DeclaredRack(string Row, string Name, RackTerms Terms, Meters? X, Meters? Y, int Line)
{
    /// <summary>Scale-up domains: the part's path, empty for the whole rack, and the domain's name.</summary>
    public ImmutableArray<(string Part, string Domain)> Domains { get; init; } = [];

    /// <summary>Index of the rack that it serves in <see cref="DeclaredHallBody.Racks"/>; −1 where it stands for itself.</summary>
    public int BoundTo { get; init; } = -1;

    /// <summary>Path that it had until now; null if it was always here.</summary>
    public string? Formerly { get; init; }

    /// <summary>Path relative to the hall: <c>r01/01</c>.</summary>
    public string Path => $"{Row}/{Name}";

    /// <summary>Revision that it pins; null for a bare frame.</summary>
    public SkuRevision? Sku => Terms.Sku;
}

/// <summary>What racks of a row have in common; the racks that one line stamps share one of these.</summary>
/// <param name="Sku">Revision that they pin; null for bare frames.</param>
/// <param name="Feeds">Power nodes that feed them, preferred first.</param>
/// <param name="Mode">How a rack shares its load among its feeds; null if not said.</param>
/// <param name="TransferSeconds">Time of its transfer switch, s; null if not said.</param>
/// <param name="Cdus">Names of the CDUs that cool them.</param>
/// <param name="Programme">Contract that they count toward.</param>
/// <param name="State">Where they are in their life.</param>
/// <param name="Tenant">Who uses them.</param>
/// <param name="Owner">Whose property they are.</param>
/// <param name="Tags">Words to search by.</param>
/// <param name="LiquidShare">Share of the heat that liquid takes away, 0 to 1.</param>
/// <param name="Frame">What they measure where no SKU says it.</param>
/// <param name="Note">A remark.</param>
public sealed record RackTerms(
    SkuRevision? Sku,
    ImmutableArray<DeclaredFeed> Feeds,
    FeedMode? Mode,
    double? TransferSeconds,
    ImmutableArray<string> Cdus,
    string? Programme,
    LifecycleState? State,
    string? Tenant,
    string? Owner,
    ImmutableArray<string> Tags,
    double? LiquidShare,
    RackFrameFact? Frame,
    string? Note)
{
    /// <summary>Nothing said.</summary>
    internal static readonly RackTerms None = new(null, [], null, null, [], null, null, null, null, [], null, null, null);

    /// <summary>How many facts they are for one rack, its existence included.</summary>
    internal int FactCount => 1 + Feeds.Length + Cdus.Length + Tags.Length + (Sku is null ? 0 : 1) + (Mode is null ? 0 : 1)
        + (Programme is null ? 0 : 1) + (State is null ? 0 : 1) + (Tenant is null && Owner is null ? 0 : 1) + (LiquidShare is null ? 0 : 1)
        + (Frame is null ? 0 : 1) + (Note is null ? 0 : 1);
}
