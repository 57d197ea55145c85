using System.Globalization;
using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>Where the slots of a rack are drawn in its front elevation. Pure: the same build gives the same drawing.</summary>
/// <param name="Units">Height of the rack in its own units.</param>
/// <param name="UnitName">RU or OU.</param>
/// <param name="Slots">Slots from the bottom up.</param>
public sealed record RackElevationLayout(int Units, string UnitName, IReadOnlyList<SlotBox> Slots)
{
    /// <summary>Height of one rack unit, px.</summary>
    public const double UnitHeight = 15;

    /// <summary>Left edge of the slots, px: the ladder of unit numbers stands before it.</summary>
    public const double SlotLeft = 30;

    /// <summary>Width of a slot, px.</summary>
    public const double SlotWidth = 400;

    /// <summary>Left edge of the accelerator cells within a slot, px.</summary>
    public const double CellsLeft = 108;

    /// <summary>Width of all accelerator cells of a slot, px.</summary>
    public const double CellsWidth = 150;

    /// <summary>Accelerators drawn one by one; a rack with more gets one cell a tray, so that a page stays small.</summary>
    public const int CellsMax = 256;

    /// <summary>Width of the drawing, px.</summary>
    public const double Width = SlotLeft + SlotWidth + 8;

    /// <summary>Height of the drawing, px.</summary>
    public double Height => (Units * UnitHeight) + 8;

    /// <summary>Lays a build out.</summary>
    public static RackElevationLayout Of(RackBuild build, SkuCatalogue catalogue)
    {
        var parts = build.Parts.Where(part => part is { Kind: PartKind.Slot, Parent: 0 }).ToArray();
        var top = parts.Select(part => LowestUnit(part) + UnitsOf(part, catalogue) - 1).DefaultIfEmpty(1).Max();
        var height = catalogue.TryFind(build.Sku, out var rack) ? rack.Height : null;
        var units = Math.Max(height?.Count ?? top, top);
        var cells = build.Parts.Count(part => part.SkuKind == SkuKind.Accelerator) <= CellsMax;
        return new RackElevationLayout(
            units, (height?.Unit ?? RackUnit.RU).ToString(), [.. parts.Select(part => Box(build, part, units, UnitsOf(part, catalogue), cells))]);
    }

    /// <summary>What a kind of slot is called in a narrow drawing.</summary>
    public static string Caption(SkuKind kind) => kind switch
    {
        SkuKind.ComputeTray => "Compute",
        SkuKind.SwitchTray => "Switch",
        SkuKind.PowerShelf => "Power shelf",
        SkuKind.Cdu => "CDU",
        _ => kind.ToString(),
    };

    private static SlotBox Box(RackBuild build, RackPart part, int units, int height, bool cells)
    {
        var lowest = LowestUnit(part);
        var y = 4 + ((units - (lowest + height - 1)) * UnitHeight);
        var boxHeight = (height * UnitHeight) - 1;
        int[] accelerators = [.. Enumerable.Range(part.Ordinal, part.End - part.Ordinal)
            .Where(ordinal => build.Parts[ordinal].SkuKind == SkuKind.Accelerator)];
        return new SlotBox(
            part.Ordinal, part.Name, part.SkuKind, lowest, height, y, boxHeight, accelerators.Length,
            cells || accelerators.Length == 0 ? Cells(accelerators, y, boxHeight) : Cells([part.Ordinal], y, boxHeight));
    }

    private static CellBox[] Cells(int[] parts, double y, double height)
    {
        const double gap = 2;
        var width = parts.Length == 0 ? 0 : (CellsWidth - ((parts.Length - 1) * gap)) / parts.Length;
        return [.. parts.Select((part, i) => new CellBox(part, SlotLeft + CellsLeft + (i * (width + gap)), y + 2, width, height - 4))];
    }

    private static int LowestUnit(RackPart slot) => int.Parse(slot.Name, NumberStyles.None, CultureInfo.InvariantCulture);

    private static int UnitsOf(RackPart slot, SkuCatalogue catalogue) =>
        catalogue.TryFind(slot.Sku, out var sku) && sku.Height is { } height ? height.Count : 1;
}

/// <summary>One slot of a drawing.</summary>
/// <param name="Part">Local ordinal in the build.</param>
/// <param name="Name">Its name: its lowest rack unit.</param>
/// <param name="Kind">What sits in it.</param>
/// <param name="LowestUnit">Lowest rack unit.</param>
/// <param name="Units">Height in rack units.</param>
/// <param name="Y">Top edge, px.</param>
/// <param name="Height">Height, px.</param>
/// <param name="Accelerators">How many accelerators are in it.</param>
/// <param name="Cells">Cells of its accelerators.</param>
public sealed record SlotBox(
    int Part, string Name, SkuKind Kind, int LowestUnit, int Units, double Y, double Height, int Accelerators, IReadOnlyList<CellBox> Cells);

/// <summary>The cell of one accelerator, px.</summary>
/// <param name="Part">Local ordinal of the accelerator; of its slot where a cell stands for all of them.</param>
/// <param name="X">Left edge.</param>
/// <param name="Y">Top edge.</param>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
public readonly record struct CellBox(int Part, double X, double Y, double Width, double Height);
