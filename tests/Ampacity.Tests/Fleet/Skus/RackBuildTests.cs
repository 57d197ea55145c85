using Ampacity.Fleet;
using Ampacity.Tests.Fleet.Files;

namespace Ampacity.Tests.Fleet.Skus;

public sealed class RackBuildTests
{
    private static readonly RackBuild Nvl72 = ShippedFilesTests.Catalogue.FindBuild("nvidia/gb200-nvl72@1")!;

    [Fact]
    public void A_gb200_nvl72_has_18_compute_trays_9_switch_trays_and_8_shelves_of_6_supplies()
    {
        int Count(SkuKind kind) => Nvl72.Parts.Count(part => part.SkuKind == kind);
        Assert.Equal(18, Count(SkuKind.ComputeTray));
        Assert.Equal(9, Count(SkuKind.SwitchTray));
        Assert.Equal(8, Count(SkuKind.PowerShelf));
        Assert.Equal(48, Count(SkuKind.Supply));
        Assert.Equal(72, Count(SkuKind.Accelerator));
        Assert.Equal(36, Count(SkuKind.Processor));
        Assert.Equal(192, Nvl72.Parts.Length);
    }

    [Fact]
    public void Parts_lie_depth_first_from_the_bottom_and_a_range_is_a_subtree()
    {
        Assert.Equal((0, -1, 192, PartKind.Rack, ""), (Nvl72.Parts[0].Ordinal, Nvl72.Parts[0].Parent, Nvl72.Parts[0].End, Nvl72.Parts[0].Kind, Nvl72.Parts[0].Path));
        var slots = Nvl72.Parts.Where(part => part.Kind == PartKind.Slot).Select(part => part.Name).ToList();
        Assert.Equal(Enumerable.Range(1, 35).Select(unit => unit.ToString("00", System.Globalization.CultureInfo.InvariantCulture)), slots);
        foreach (var part in Nvl72.Parts.Skip(1))
        {
            var parent = Nvl72.Parts[part.Parent];
            Assert.InRange(part.Ordinal, parent.Ordinal + 1, parent.End - 1);
            Assert.InRange(part.End, part.Ordinal + 1, parent.End);
            Assert.Equal(part.Path, parent.Path.Length == 0 ? part.Name : $"{parent.Path}/{part.Name}");
        }
    }

    [Fact]
    public void Every_part_is_found_by_its_path_and_what_is_not_there_is_not()
    {
        foreach (var part in Nvl72.Parts)
        {
            Assert.True(Nvl72.TryFind(part.Path, out var ordinal));
            Assert.Equal(part.Ordinal, ordinal);
        }

        Assert.True(Nvl72.TryFind("05/cpu1", out _));
        Assert.False(Nvl72.TryFind("5", out _));
        Assert.False(Nvl72.TryFind("36", out _));
        Assert.False(Nvl72.TryFind("05/4", out _));
    }

    [Fact]
    public void A_component_is_found_in_its_tray_only()
    {
        Assert.True(Nvl72.TryFind("05", out var tray));
        Assert.True(Nvl72.TryFindComponent(tray, "gpu3", out var gpu));
        Assert.Equal(("05/3", SkuKind.Accelerator), (Nvl72.Parts[gpu].Path, Nvl72.Parts[gpu].SkuKind));
        Assert.True(Nvl72.TryFindComponent(tray, "cpu0", out var cpu));
        Assert.Equal("05/cpu0", Nvl72.Parts[cpu].Path);
        Assert.False(Nvl72.TryFindComponent(tray, "gpu4", out _));
        Assert.False(Nvl72.TryFindComponent(tray, "psu0", out _));
    }

    [Fact]
    public void Finding_a_part_allocates_nothing()
    {
        var path = "xx/05/3/xx".AsMemory(3, 4);
        Nvl72.TryFind(path.Span, out var tray);
        Nvl72.TryFindComponent(0, "gpu3", out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Nvl72.TryFind(path.Span, out tray);
            Nvl72.TryFindComponent(0, "gpu3", out _);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal("05/3", Nvl72.Parts[tray].Path);
    }

    [Fact]
    public void Slots_higher_than_one_unit_are_named_by_their_lowest()
    {
        var catalogue = SkuCatalogue.Load(
        [
            ("rack", "ampacity: 1\nid: v/rack\nrevision: 1\nkind: Rack\ntitle: r\nheight: 48 OU\nbuild:\n  - {slots: 4-9, sku: v/tray@1}\n  - {slots: 1, sku: v/low@1}\n"),
            ("tray", "ampacity: 1\nid: v/tray\nrevision: 1\nkind: ComputeTray\ntitle: t\nheight: 2 OU\n"),
            ("low", "ampacity: 1\nid: v/low\nrevision: 1\nkind: Other\ntitle: l\nheight: 1 OU\n"),
        ]).OrThrow();
        Assert.Equal(["", "01", "04", "06", "08"], catalogue.FindBuild("v/rack@1")!.Parts.Select(part => part.Path));
    }
}
