using System.Runtime.CompilerServices;

namespace Ampacity.Fleet;

/// <summary>What a rack of one build adds to a count.</summary>
/// <param name="ComputeTrays">Compute trays.</param>
/// <param name="SwitchTrays">Switch trays of the scale-up fabric.</param>
/// <param name="Accelerators">Accelerators.</param>
/// <param name="DesignWatts">What planners provide at rack input, W; null if its SKU claims nothing.</param>
/// <param name="Claim">Which kind of claim says so; null if none does.</param>
public sealed record BuildFigures(int ComputeTrays, int SwitchTrays, int Accelerators, double? DesignWatts, ClaimKind? Claim)
{
    // A build is immutable and belongs to one catalogue: it is counted once.
    private static readonly ConditionalWeakTable<RackBuild, BuildFigures> Counted = [];

    /// <summary>A rack without a build: one rack, and nothing known of it.</summary>
    public static readonly BuildFigures Nothing = new(0, 0, 0, null, null);

    /// <summary>The figures of a build; counted when first asked for.</summary>
    /// <param name="build">The build, or null.</param>
    /// <param name="catalogue">The catalogue that the build is of.</param>
    public static BuildFigures Of(RackBuild? build, SkuCatalogue catalogue)
    {
        if (build is null)
        {
            return Nothing;
        }

        if (!Counted.TryGetValue(build, out var figures))
        {
            figures = Count(build, catalogue);
            Counted.AddOrUpdate(build, figures);
        }

        return figures;
    }

    private static BuildFigures Count(RackBuild build, SkuCatalogue catalogue)
    {
        var claim = catalogue.TryFind(build.Sku, out var sku)
            ? sku.PowerBy(ClaimKind.Design, ClaimKind.MaxP, ClaimKind.Nameplate, ClaimKind.Assumption)
            : null;
        return new BuildFigures(
            build.Parts.Count(part => part.SkuKind == SkuKind.ComputeTray),
            build.Parts.Count(part => part.SkuKind == SkuKind.SwitchTray),
            build.Parts.Count(part => part.SkuKind == SkuKind.Accelerator),
            claim is null ? null : Sku.WattsOf(claim).Value,
            claim?.Kind);
    }
}
