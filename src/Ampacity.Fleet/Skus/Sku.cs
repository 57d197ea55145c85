using System.Collections.Immutable;
using Ampacity.Units;

namespace Ampacity.Fleet;

/// <summary>What a SKU is a kind of.</summary>
public enum SkuKind : byte
{
    /// <summary>A rack with all that the vendor puts into it.</summary>
    Rack,

    /// <summary>A tray with processors and accelerators.</summary>
    ComputeTray,

    /// <summary>A tray with switches of the scale-up fabric.</summary>
    SwitchTray,

    /// <summary>An accelerator, such as a GPU.</summary>
    Accelerator,

    /// <summary>A host processor.</summary>
    Processor,

    /// <summary>A shelf of power supplies on the rack's busbar.</summary>
    PowerShelf,

    /// <summary>One power supply.</summary>
    Supply,

    /// <summary>A coolant distribution unit.</summary>
    Cdu,

    /// <summary>A switch that stands for itself.</summary>
    Switch,

    /// <summary>A network adapter or DPU.</summary>
    Adapter,

    /// <summary>A drive.</summary>
    Drive,

    /// <summary>Any other part.</summary>
    Other,
}

/// <summary>Which ladder a rack's slots are counted on.</summary>
public enum RackUnit : byte
{
    /// <summary>EIA-310 rack unit, 44.45 mm.</summary>
    RU,

    /// <summary>Open Rack unit, 48 mm.</summary>
    OU,
}

/// <summary>A height in whole rack units; RU and OU never mix.</summary>
/// <param name="Count">How many, from 1 to 100.</param>
/// <param name="Unit">Of which kind.</param>
public readonly record struct RackHeight(int Count, RackUnit Unit)
{
    /// <summary>The height in metres.</summary>
    public Meters Meters => new((double)(Count * (Unit == RackUnit.RU ? 0.04445m : 0.048m)));

    /// <summary>As written in files: <c>48 RU</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Count} {Unit}");
}

/// <summary>One line of a build: the same child SKU in a range of slots, or in a number of sockets.</summary>
/// <param name="Kind"><see cref="PartKind.Slot"/> or <see cref="PartKind.Socket"/>.</param>
/// <param name="First">First rack unit from the bottom (slots), or first socket number.</param>
/// <param name="Last">Last of the range; a slot's last rack unit is inside it.</param>
/// <param name="Child">What sits there.</param>
/// <param name="NamePattern">How the places are named, <c>{n}</c> being the number; slots are always two digits.</param>
/// <param name="ComponentPattern">How telemetry names what sits there, such as <c>gpu{n}</c>; null if it has no name of its own.</param>
/// <param name="Line">Line in its file.</param>
public sealed record BuildItem(
    PartKind Kind, int First, int Last, SkuRevision Child, string NamePattern, string? ComponentPattern, int Line);

/// <summary>One revision of a product as sold: its size, every claim about it, and what it is built of. Immutable.</summary>
/// <param name="Revision">Id and revision.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Title">Its name in the trade.</param>
/// <param name="Height">Height in rack units; null for what is not slotted.</param>
/// <param name="Width">Width on the floor or in the rack; null if not stated.</param>
/// <param name="Claims">All figures about it.</param>
/// <param name="Build">What sits in it; empty if nothing is declared.</param>
/// <param name="File">File that declares it.</param>
/// <param name="Line">Line there.</param>
public sealed record Sku(
    SkuRevision Revision,
    SkuKind Kind,
    string Title,
    RackHeight? Height,
    Meters? Width,
    ImmutableArray<Claim> Claims,
    ImmutableArray<BuildItem> Build,
    string File,
    int Line)
{
    /// <summary>Name of the claims about electrical power at this thing's input.</summary>
    public const string PowerClaim = "power";

    /// <summary>
    /// The power claim that a policy prefers: the first kind in the list that is claimed, and of several of that kind the latest, then
    /// the highest. Null if none of the kinds is claimed.
    /// </summary>
    public Claim? PowerBy(params ReadOnlySpan<ClaimKind> preference)
    {
        foreach (var kind in preference)
        {
            var claim = Claims.Where(c => c.Of == PowerClaim && c.Kind == kind)
                .OrderByDescending(c => c.Date).ThenByDescending(c => WattsOf(c).Value).FirstOrDefault();
            if (claim is not null)
            {
                return claim;
            }
        }

        return null;
    }

    /// <summary>
    /// What planners provide for it at its input: the design claim, else Max-P, nameplate, assumption; null if nobody claims any.
    /// </summary>
    public Watts? DesignWatts =>
        PowerBy(ClaimKind.Design, ClaimKind.MaxP, ClaimKind.Nameplate, ClaimKind.Assumption) is { } claim ? WattsOf(claim) : null;

    /// <summary>A power claim's value; the catalogue has checked that it is one.</summary>
    public static Watts WattsOf(Claim claim) => QuantityText.TryWatts(claim.Value, out var watts, out var hint)
        ? watts
        : throw new InvalidOperationException($"Bug: the catalogue let a power claim pass: {hint}");
}
