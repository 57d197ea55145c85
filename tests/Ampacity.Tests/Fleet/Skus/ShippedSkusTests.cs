using System.Globalization;
using Ampacity.Fleet;
using Ampacity.Tests.Fleet.Files;

namespace Ampacity.Tests.Fleet.Skus;

/// <summary>What the shipped catalogue says, rack by rack.</summary>
public sealed class ShippedSkusTests
{
    private static SkuCatalogue Catalogue => ShippedFilesTests.Catalogue;

    [Fact]
    public void Every_claim_is_one_that_programs_know_and_names_its_source_and_day()
    {
        foreach (var sku in Catalogue.Skus)
        {
            foreach (var claim in sku.Claims)
            {
                Assert.True(claim.Unit != ClaimUnit.None, $"{sku.Revision}: nothing computes with '{claim.Of}'");
                Assert.NotNull(claim.Amount);
                Assert.True(claim.Source.Length > 5 && claim.Date.Year >= 2026, $"{sku.Revision}: {claim}");
            }
        }
    }

    [Theory]
    [InlineData("nvidia/gb200-nvl72@1", 72, 72, 1, 18, 9, 8)]
    [InlineData("nvidia/gb200-nvl72@2", 72, 72, 1, 18, 9, 8)]
    [InlineData("nvidia/gb300-nvl72@1", 72, 72, 1, 18, 9, 8)]
    [InlineData("nvidia/vera-rubin-nvl72@1", 72, 72, 1, 18, 9, 4)]
    [InlineData("nvidia/rubin-ultra-nvl576@1", 144, 144, 1, 72, 0, 0)]
    [InlineData("amd/helios-mi450@1", 72, 72, 1, 18, 0, 8)]
    [InlineData("google/tpu7x-cube@1", 64, 9216, 144, 16, 0, 0)]
    [InlineData("aws/trn3-ultraserver-rack@1", 72, 144, 2, 18, 0, 0)]
    [InlineData("broadcom/custom-ethernet-rack@1", 72, 72, 1, 18, 9, 8)]
    [InlineData("nvidia/dgx-h100-rack-4@1", 32, 8, 1, 0, 0, 0)]
    [InlineData("amd/mi300x-rack-4@1", 32, 8, 1, 0, 0, 0)]
    public void A_rack_has_its_accelerators_trays_and_shelves(
        string revision, int accelerators, int inDomain, int racks, int computeTrays, int switchTrays, int shelves)
    {
        var build = Catalogue.FindBuild(revision)!;
        var sku = Catalogue[build.Sku];
        int Count(SkuKind kind) => build.Parts.Count(part => part.SkuKind == kind);

        Assert.Equal(accelerators, build.AcceleratorCount);
        Assert.Equal((inDomain, racks), (sku.AcceleratorsPerDomain, sku.RacksPerDomain));
        Assert.Equal((computeTrays, switchTrays, shelves), (Count(SkuKind.ComputeTray), Count(SkuKind.SwitchTray), Count(SkuKind.PowerShelf)));
        Assert.NotNull(sku.DesignWatts);
        Assert.NotNull(sku.LiquidShare);
        Assert.Equal(6 * shelves, Count(SkuKind.Supply) - (6 * Count(SkuKind.Node) * (revision.StartsWith("nvidia", StringComparison.Ordinal) ? 1 : 0)));
        Assert.All(build.Parts.Where(part => part.SkuKind == SkuKind.Accelerator), part => Assert.NotNull(part.Component));
    }

    [Fact]
    public void Four_nodes_of_a_rack_are_four_domains_of_their_own_accelerators()
    {
        var build = Catalogue.FindBuild("nvidia/dgx-h100-rack-4@1")!;

        Assert.Equal(["d1", "d2", "d3", "d4"], build.Domains.Select(domain => domain.Name));
        foreach (var group in build.Parts.Where(part => part.SkuKind == SkuKind.Accelerator).GroupBy(part => build.DomainOf(part.Ordinal)))
        {
            Assert.Equal(8, group.Count());
            Assert.Single(group.Select(part => part.Parent).Distinct());
        }

        Assert.Equal(-1, build.DomainOf(0));
        var whole = Catalogue.FindBuild("nvidia/gb200-nvl72@1")!;
        Assert.All(whole.Parts, part => Assert.Equal(0, whole.DomainOf(part.Ordinal)));
    }

    [Theory]
    [InlineData("nvidia/gb200-nvl72@1", 132_000)]
    [InlineData("nvidia/gb200-nvl72@2", 132_000)]
    [InlineData("nvidia/gb300-nvl72@1", 140_000)]
    [InlineData("nvidia/vera-rubin-nvl72@1", 230_000)]
    [InlineData("nvidia/rubin-ultra-nvl576@1", 600_000)]
    [InlineData("nvidia/dgx-h100@1", 10_200)]
    [InlineData("amd/helios-mi450@1", 200_000)]
    [InlineData("broadcom/custom-ethernet-rack@1", 130_000)]
    public void Planners_get_the_design_figure_first(string revision, double watts) =>
        Assert.Equal(watts, Catalogue[Revision(revision)].DesignWatts!.Value.Value);

    [Fact]
    public void Figures_that_disagree_are_all_kept()
    {
        var power = Catalogue[Revision("nvidia/gb300-nvl72@1")].Claims.Where(claim => claim.Of == Sku.PowerClaim).Select(claim => claim.Amount!.Value);

        Assert.Equal([120_000, 132_000, 136_000, 140_000, 142_000], power.Order());
        Assert.Equal("190 kW", Catalogue[Revision("nvidia/vera-rubin-nvl72@1")].PowerBy(ClaimKind.MaxQ)!.Value);
    }

    [Fact]
    public void Sizes_shares_and_masses_are_read_once_in_their_units()
    {
        var gb200 = Catalogue[Revision("nvidia/gb200-nvl72@1")];
        var helios = Catalogue[Revision("amd/helios-mi450@1")];

        Assert.Equal((1360.0, 48, 0.6), (gb200.MassKilograms, gb200.HeightUnits, gb200.WidthMeters));
        Assert.Equal(115.0 / 132, gb200.LiquidShare!.Value.Value, 1e-9);
        Assert.Equal((3175.0, 1.2, "44 OU"), (helios.MassKilograms, helios.WidthMeters, helios.Height.ToString()));
        Assert.Equal(1, Catalogue[Revision("nvidia/vera-rubin-nvl72@1")].LiquidShare!.Value.Value);
        Assert.Null(Catalogue[Revision("generic/rack-42ru@1")].DesignWatts);
    }

    [Fact]
    public void A_shelf_says_what_it_carries_and_what_it_may_lose()
    {
        var small = Catalogue.FindShelf(Revision("nvidia/power-shelf-33kw@1"))!;
        var large = Catalogue.FindShelf(Revision("nvidia/power-shelf-110kw@1"))!;

        Assert.Equal((33_000.0, 6, 5_500.0, 0), (small.Rating.Value, small.Supplies, small.SupplyRating!.Value.Value, small.Redundancy!.Value.SpareOf(6)));
        Assert.Equal((110_000.0, 6), (large.Rating.Value, large.Supplies));
        Assert.Equal(585, Catalogue.FindShelf(Revision("nvidia/power-shelf-33kw-storage@1"))!.Stored!.Value.Value);
        Assert.Null(Catalogue.FindShelf(Revision("nvidia/b200@1")));
    }

    [Fact]
    public void A_kyber_rack_brings_its_sidecar_and_a_sidecar_has_a_build()
    {
        var sidecar = Catalogue[Revision("nvidia/rubin-ultra-nvl576@1")].Sidecar!.Value;

        Assert.Equal((SkuKind.Sidecar, true), (Catalogue[sidecar].Kind, Catalogue[sidecar].StandsOnFloor));
        Assert.NotNull(Catalogue.FindBuild(sidecar.ToString()));
    }

    [Theory]
    [InlineData("nvidia/gb200-nvl72@1", "gb200-nvl72.parts.golden.txt")]
    [InlineData("nvidia/gb200-nvl72@2", "gb200-nvl72.2.parts.golden.txt")]
    public void The_parts_of_a_published_build_never_change(string sku, string file)
    {
        // Stable keys are made of these ordinals. If this fails, the build needs a new revision; the golden file is never edited.
        var golden = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "tests", "Ampacity.Tests", "Fleet", "Skus", file));
        var parts = Catalogue.FindBuild(sku)!.Parts
            .Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Ordinal} {part.Parent} {part.End} {part.Path} {part.Sku} {part.Component}").TrimEnd());

        Assert.Equal(golden.TrimEnd('\n').Split('\n'), parts);
    }

    [Fact]
    public void Every_shipped_sku_is_written_and_read_back_as_the_same()
    {
        foreach (var sku in Catalogue.Skus)
        {
            var text = SkuText.Write(sku);
            var back = SkuFile.Parse("back.yaml", text).OrThrow();

            Assert.Equal(text, SkuText.Write(back));
            Assert.Equal(sku.Claims, back.Claims);
            Assert.Equal(sku.Ports.Select(port => port with { Line = 0 }), back.Ports.Select(port => port with { Line = 0 }));
            Assert.Equal(sku.Build.Select(item => item with { Line = 0 }), back.Build.Select(item => item with { Line = 0 }));
            Assert.Equal((sku.Height, sku.Width, sku.Kind, sku.Sidecar), (back.Height, back.Width, back.Kind, back.Sidecar));
        }
    }

    private static SkuRevision Revision(string text) => SkuRevision.TryParse(text, out var revision) ? revision : throw new FormatException(text);
}
