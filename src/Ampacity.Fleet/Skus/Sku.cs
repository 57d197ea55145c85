using System.Collections.Immutable;
using Ampacity.Units;

namespace Ampacity.Fleet;

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

/// <summary>
/// One revision of a product as sold: its size, every claim about it, and what it is built of. Immutable; the build of a published
/// revision never changes, while claims, being knowledge about it, may be added. Made by <see cref="SkuFile"/> only.
/// </summary>
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

    /// <summary>Name of the claims about the power that this thing puts out.</summary>
    public const string OutputClaim = "power-output";

    /// <summary>Name of the claims about mass.</summary>
    public const string MassClaim = "mass";

    /// <summary>Name of the claims about the share of its heat that goes into liquid.</summary>
    public const string LiquidShareClaim = "liquid-share";

    /// <summary>Name of the claims about the heat that goes into liquid.</summary>
    public const string LiquidHeatClaim = "liquid-heat";

    // What a planner wants to know first: what the vendor says to plan with, then what it says at all, then what was measured.
    private static readonly ClaimKind[] Preference =
    [
        ClaimKind.Design, ClaimKind.MaxP, ClaimKind.Nameplate, ClaimKind.MeasuredP99, ClaimKind.MeasuredP50, ClaimKind.MaxQ, ClaimKind.Assumption,
    ];

    /// <summary>The vendor's own number for it; empty if not stated.</summary>
    public string PartNumber { get; init; } = "";

    /// <summary>Which way air goes, such as <c>front-to-rear</c>; empty if not stated.</summary>
    public string Airflow { get; init; } = "";

    /// <summary>Whether it takes the whole depth of the rack; null if not stated.</summary>
    public bool? IsFullDepth { get; init; }

    /// <summary>Anything else that is said of it, for people.</summary>
    public string Note { get; init; } = "";

    /// <summary>The sidecar that comes with a rack and is bound to it; null if none.</summary>
    public SkuRevision? Sidecar { get; init; }

    /// <summary>Its ports, in groups; they stay in the build.</summary>
    public ImmutableArray<PortGroup> Ports { get; init; } = [];

    /// <summary>Its scale-up domains: none, one over the whole (or over several such racks), or several over parts of it.</summary>
    public ImmutableArray<ScaleUpDomain> ScaleUp { get; init; } = [];

    /// <summary>Whether it stands on the floor and its build is laid out: racks and their sidecars.</summary>
    public bool StandsOnFloor => Kind is SkuKind.Rack or SkuKind.Sidecar;

    /// <summary>
    /// What planners provide for it at its input: the design claim, else Max-P, nameplate, assumption; null if nobody claims any.
    /// </summary>
    public Watts? DesignWatts { get; } =
        Choose(Claims, PowerClaim, [ClaimKind.Design, ClaimKind.MaxP, ClaimKind.Nameplate, ClaimKind.Assumption])?.Amount is { } watts
            ? new Watts(watts) : null;

    /// <summary>Mass, kg, without coolant unless its claim says so; null if nobody claims any.</summary>
    public double? MassKilograms { get; } = Choose(Claims, MassClaim, Preference)?.Amount;

    /// <summary>Share of its heat that goes into liquid, 0 to 1: as claimed, else claimed liquid heat over design power; null if unknown.</summary>
    public Ratio? LiquidShare { get; } = ShareOf(Claims);

    /// <summary>Height in whole rack units that it takes; null for what is not slotted.</summary>
    public int? HeightUnits => Height?.Count;

    /// <summary>Width, m; null if not stated.</summary>
    public double? WidthMeters => Width?.Value;

    /// <summary>Accelerators of its largest scale-up domain, over all racks of the domain; null if it declares none.</summary>
    public int? AcceleratorsPerDomain => ScaleUp.Length == 0 ? null : ScaleUp.Max(domain => domain.Accelerators);

    /// <summary>Racks of its largest scale-up domain, this one included; null if it declares none.</summary>
    public int? RacksPerDomain => ScaleUp.Length == 0 ? null : ScaleUp.Max(domain => domain.Racks);

    /// <summary>
    /// The power claim that a policy prefers: the first kind in the list that is claimed, and of several of that kind the latest, then
    /// the highest. Null if none of the kinds is claimed.
    /// </summary>
    public Claim? PowerBy(params ReadOnlySpan<ClaimKind> preference) => Choose(Claims, PowerClaim, preference);

    /// <summary>The same for claims of any name; without kinds: design, Max-P, nameplate, measured, Max-Q, assumption.</summary>
    /// <param name="of">What it is about, such as <see cref="MassClaim"/>.</param>
    /// <param name="preference">Kinds, the best first.</param>
    public Claim? ClaimBy(string of, params ReadOnlySpan<ClaimKind> preference) =>
        Choose(Claims, of, preference.IsEmpty ? Preference : preference);

    /// <summary>The amount of that claim in <see cref="ClaimFigure.UnitOf"/>; null if there is none.</summary>
    public double? Amount(string of, params ReadOnlySpan<ClaimKind> preference) => ClaimBy(of, preference)?.Amount;

    /// <summary>A power claim's value; the catalogue has checked that it is one.</summary>
    public static Watts WattsOf(Claim claim) => QuantityText.TryWatts(claim.Value, out var watts, out var hint)
        ? watts
        : throw new InvalidOperationException($"Bug: the catalogue let a power claim pass: {hint}");

    private static Claim? Choose(ImmutableArray<Claim> claims, string of, ReadOnlySpan<ClaimKind> preference)
    {
        foreach (var kind in preference)
        {
            Claim? best = null;
            foreach (var claim in claims)
            {
                if (claim.Of == of && claim.Kind == kind
                    && (best is null || claim.Date > best.Date || (claim.Date == best.Date && claim.Amount > best.Amount)))
                {
                    best = claim;
                }
            }

            if (best is not null)
            {
                return best;
            }
        }

        return null;
    }

    private static Ratio? ShareOf(ImmutableArray<Claim> claims)
    {
        if (Choose(claims, LiquidShareClaim, Preference)?.Amount is { } share)
        {
            return new Ratio(Math.Min(share, 1));
        }

        return Choose(claims, LiquidHeatClaim, Preference)?.Amount is { } heat && Choose(claims, PowerClaim, Preference)?.Amount is { } power and > 0
            ? new Ratio(Math.Min(heat / power, 1)) : null;
    }
}
