using Ampacity.Fleet;
using Ampacity.Tests.Fleet.Files;

namespace Ampacity.Tests.Fleet.Skus;

/// <summary>Scale-up domains and sidecars against builds; own SKUs beside shipped ones.</summary>
public sealed class SkuAdditionTests
{
    private const string Chip = "ampacity: 1\nid: v/chip\nrevision: 1\nkind: Accelerator\ntitle: chip\n";
    private const string Tray = "ampacity: 1\nid: v/tray\nrevision: 1\nkind: ComputeTray\ntitle: tray\nheight: 1 RU\nbuild: [{sockets: 0-3, sku: v/chip@1}]\n";

    [Theory]
    [InlineData("scaleUp: {accelerators: 8}", null)]
    [InlineData("scaleUp: {accelerators: 16, racks: 2}", null)]
    [InlineData("scaleUp: {accelerators: 8, racks: 2}", "scale-up-count")]
    [InlineData("scaleUp: {domains: [{name: a, accelerators: 4, parts: ['01']}, {name: b, accelerators: 4, parts: ['02']}]}", null)]
    [InlineData("scaleUp: {domains: [{name: a, accelerators: 8, parts: ['01-02']}]}", null)]
    [InlineData("scaleUp: {domains: [{name: a, accelerators: 1, parts: ['02/3']}]}", null)]
    [InlineData("scaleUp: {domains: [{name: a, accelerators: 3, parts: ['01']}]}", "scale-up-count")]
    [InlineData("scaleUp: {domains: [{name: a, accelerators: 8, parts: ['01-02']}, {name: b, accelerators: 4, parts: ['02']}]}", "domain-overlap")]
    [InlineData("scaleUp: {domains: [{name: a, accelerators: 4, parts: ['01', '09']}]}", "unknown-part")]
    [InlineData("sidecar: v/nothing@1", "unknown-sku")]
    [InlineData("sidecar: v/tray@1", "not-a-sidecar")]
    public void What_a_rack_says_of_itself_is_held_against_its_build(string line, string? rule)
    {
        var read = SkuCatalogue.Load([("rack", Rack(line)), ("tray", Tray), ("chip", Chip)]);

        Assert.Equal(rule, read.Errors.Count == 0 ? null : read.Errors[0].Rule);
        Assert.True(rule is null || read.Errors[0].File == "rack");
    }

    [Fact]
    public void Adding_says_what_is_new_and_what_to_write_and_adding_again_adds_nothing()
    {
        var first = ShippedFilesTests.Catalogue.Add([("tray", Tray), ("chip", Chip)]).OrThrow();

        Assert.Equal(["v/tray@1.yaml", "v/chip@1.yaml"], first.Files.Select(file => file.Path));
        Assert.True(first.Catalogue.TryFind(first.Added[0], out _));
        var again = first.Catalogue.Add(first.Files.Select(file => (file.Path, file.Text))).OrThrow();
        Assert.Empty(again.Added);
        Assert.Equal(2, again.Unchanged.Length);
        // What was written is what the next start reads.
        var started = SkuCatalogue.LoadBoth([], first.Files.Select(file => (file.Path, file.Text))).OrThrow();
        Assert.Equal(2, started.Skus.Count());
    }

    [Fact]
    public void Another_build_under_a_revision_that_is_there_is_refused_whole()
    {
        var there = ShippedFilesTests.Catalogue.Add([("tray", Tray), ("chip", Chip)]).OrThrow().Catalogue;
        var error = Assert.Single(there.Add([("new", Tray.Replace("0-3", "0-7", StringComparison.Ordinal)), ("other", Chip.Replace("v/chip", "v/other", StringComparison.Ordinal))]).Errors);

        Assert.Equal(("new", "duplicate-sku"), (error.File, error.Rule));
    }

    [Fact]
    public void A_build_of_what_nobody_has_is_refused()
    {
        Assert.Equal("unknown-sku", Assert.Single(SkuCatalogue.Empty.Add([("tray", Tray)]).Errors).Rule);
    }

    [Fact]
    public void A_sites_own_revision_stands_before_a_shipped_one_and_is_said()
    {
        var own = Chip.Replace("title: chip", "title: ours", StringComparison.Ordinal);
        var catalogue = SkuCatalogue.LoadBoth([("chip", Chip), ("tray", Tray)], [("own", own)]).OrThrow();

        Assert.Equal("v/chip@1", Assert.Single(catalogue.Shadowed).ToString());
        Assert.Equal("ours", catalogue[catalogue.Shadowed[0]].Title);
    }

    [Theory]
    [InlineData("N", 6, 0)]
    [InlineData("N+1", 6, 1)]
    [InlineData("2N", 6, 3)]
    [InlineData("N+N", 8, 4)]
    public void A_redundancy_rule_says_how_many_may_be_lost(string text, int count, int spare)
    {
        Assert.True(SupplyRedundancy.TryParse(text, out var rule));
        Assert.Equal(spare, rule.SpareOf(count));
        Assert.False(SupplyRedundancy.TryParse("N+", out _) || SupplyRedundancy.TryParse("N+10", out _) || SupplyRedundancy.TryParse("", out _));
    }

    private static string Rack(string line) =>
        $"ampacity: 1\nid: v/rack\nrevision: 1\nkind: Rack\ntitle: rack\nheight: 4 RU\n{line}\nbuild: [{{slots: 1-2, sku: v/tray@1}}]\n";
}
