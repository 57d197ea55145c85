using System.Collections.Immutable;
using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>One thing in a rack as it is drawn from the outside.</summary>
/// <param name="Part">Part ordinal: of the build, or a free position.</param>
/// <param name="Name">Last path segment.</param>
/// <param name="Face">Front, rear or side. What the build puts into a slot goes through the whole depth and is at the front.</param>
/// <param name="LowestUnit">Lowest unit from the bottom; may be a half. On the side its running number.</param>
/// <param name="Units">Height in the rack's units; 0 on the side.</param>
/// <param name="Sku">What it is; null if nobody said.</param>
/// <param name="Kind">What kind of thing; null if nobody said.</param>
/// <param name="Title">Its name in the trade; null if the catalogue has no such SKU.</param>
/// <param name="Accelerators">Accelerators in it.</param>
/// <param name="Asset">The asset in it; null if none is named.</param>
public sealed record ElevationItem(
    int Part, string Name, RackFace Face, double LowestUnit, double Units, string? Sku, SkuKind? Kind, string? Title, int Accelerators, AssetId? Asset);

/// <summary>Units of a rack in which nothing is, from the lowest to the highest.</summary>
public readonly record struct FreeUnits(int Lowest, int Highest);

/// <summary>A rack as it is seen from the front, the rear and the side. Pure; any thread.</summary>
/// <param name="Units">Height in units; what stands above the stated height raises it.</param>
/// <param name="Unit">RU or OU.</param>
/// <param name="IsHeightStated">Whether a SKU or a frame says the height; else it is that of what is in it.</param>
/// <param name="Items">From the bottom up; side last.</param>
/// <param name="Free">Free units at the front, from the bottom up.</param>
public sealed record ElevationDrawing(int Units, RackUnit Unit, bool IsHeightStated, ImmutableArray<ElevationItem> Items, ImmutableArray<FreeUnits> Free)
{
    /// <summary>Draws a rack.</summary>
    /// <param name="graph">The fleet.</param>
    /// <param name="catalogue">SKUs: they say how high things are.</param>
    /// <param name="rack">Node ordinal of a rack.</param>
    public static ElevationDrawing Of(FleetGraph graph, SkuCatalogue catalogue, int rack)
    {
        var about = graph.NodeOf(rack)!;
        var build = about.Build;
        var height = build is not null && catalogue.TryFind(build.Sku, out var sku) ? sku.Height : null;
        var unit = height?.Unit ?? about.Frame?.Unit ?? RackUnit.RU;
        var stated = height?.Count ?? about.Frame?.Units;
        var inside = graph.Assets.In(rack);
        var items = new List<ElevationItem>();
        foreach (var part in build?.Parts.Where(part => part is { Kind: PartKind.Slot, Parent: 0 }) ?? [])
        {
            var id = inside.FirstOrDefault(placed => placed.Part == part.Ordinal).Id;
            AssetId? asset = id.Number == 0 ? null : id;
            var actual = asset is { } known ? graph.Assets.Find(known)?.Sku : null;
            items.Add(Item(
                catalogue, part.Ordinal, part.Name, RackFace.Front, int.Parse(part.Name, NumberStyles.None, CultureInfo.InvariantCulture),
                actual ?? part.Sku.ToString(), Count(build!, part), asset));
        }

        foreach (var (ordinal, id) in inside.Where(placed => RackPosition.IsFree(placed.Part)))
        {
            var position = RackPosition.Of(ordinal);
            items.Add(Item(catalogue, ordinal, position.ToString(), position.Face, position.HalfUnits / 2.0, graph.Assets.Find(id)?.Sku, 0, id));
        }

        ElevationItem[] ordered = [.. items.OrderBy(item => item.Face == RackFace.Side).ThenBy(item => item.LowestUnit).ThenBy(item => item.Face)];
        var top = ordered.Where(item => item.Face != RackFace.Side)
            .Select(item => (int)Math.Ceiling(item.LowestUnit + item.Units - 1)).DefaultIfEmpty(0).Max();
        var units = Math.Max(stated ?? 0, top);
        return new ElevationDrawing(units, unit, stated is not null, [.. ordered], FreeOf(ordered, units));
    }

    private static ElevationItem Item(
        SkuCatalogue catalogue, int part, string name, RackFace face, double lowest, string? sku, int accelerators, AssetId? asset)
    {
        var known = SkuRevision.TryParse(sku, out var revision) && catalogue.TryFind(revision, out var found) ? found : null;
        var units = face == RackFace.Side ? 0 : known?.Height?.Count ?? 1;
        return new ElevationItem(part, name, face, lowest, units, sku, known?.Kind, known?.Title, accelerators, asset);
    }

    private static int Count(RackBuild build, RackPart slot)
    {
        var count = 0;
        for (var ordinal = slot.Ordinal; ordinal < slot.End; ordinal++)
        {
            count += build.Parts[ordinal].SkuKind == SkuKind.Accelerator ? 1 : 0;
        }

        return count;
    }

    private static ImmutableArray<FreeUnits> FreeOf(ElevationItem[] items, int units)
    {
        var taken = new bool[units + 2];
        foreach (var item in items.Where(item => item.Face == RackFace.Front))
        {
            for (var unit = (int)Math.Floor(item.LowestUnit); unit < item.LowestUnit + item.Units && unit <= units; unit++)
            {
                taken[unit] = true;
            }
        }

        taken[units + 1] = true;
        var free = ImmutableArray.CreateBuilder<FreeUnits>();
        for (var unit = 1; unit <= units; unit++)
        {
            if (!taken[unit])
            {
                var lowest = unit;
                while (!taken[unit + 1])
                {
                    unit++;
                }

                free.Add(new FreeUnits(lowest, unit));
            }
        }

        return free.ToImmutable();
    }
}
