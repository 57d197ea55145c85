using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>A thing that somebody has named, usually from a delivery note.</summary>
/// <param name="Row">Name of the row.</param>
/// <param name="Rack">Name of the rack.</param>
/// <param name="RackIndex">Index of the rack in <see cref="DeclaredHallBody.Racks"/>.</param>
/// <param name="Part">Local ordinal in the rack's build, or of a free position; 0 is the rack itself.</param>
/// <param name="PartPath">Path relative to the rack: <c>05</c>, <c>05/0</c>, <c>u12-rear</c>; empty for the rack.</param>
/// <param name="Identifiers">What it is known by, normalised (<see cref="IdentifierText"/>); each kind at most once.</param>
/// <param name="PartNumber">Part number that the maker printed.</param>
/// <param name="Line">Line in the file.</param>
public sealed record DeclaredAsset(
    string Row,
    string Rack,
    int RackIndex,
    int Part,
    string PartPath,
    ImmutableArray<DeclaredIdentifier> Identifiers,
    string? PartNumber,
    int Line)
{
    /// <summary>What product it is; null where its place's build says it.</summary>
    public SkuRevision? Sku { get; init; }

    /// <summary>Firmware by component, such as <c>bmc</c>.</summary>
    public ImmutableArray<FirmwareFact> Firmware { get; init; } = [];

    /// <summary>Where its BMC is to be looked for; null if not said.</summary>
    public string? BmcAddress { get; init; }

    /// <summary>What its ports are connected to.</summary>
    public ImmutableArray<CableFact> Cables { get; init; } = [];

    /// <summary>Tenant and owner; null if not said.</summary>
    public DeclaredParties? Parties { get; init; }

    /// <summary>Where it is in its life; null where it inherits its rack's.</summary>
    public LifecycleState? State { get; init; }

    /// <summary>Words to search by.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>A remark.</summary>
    public string? Note { get; init; }

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
