using Ampacity.Fleet;
using Ampacity.Tests.Fleet.Files;

namespace Ampacity.Tests.Fleet.Skus;

public sealed class SkuCatalogueTests
{
    [Theory]
    [InlineData("sockets: 0-3, slots: 1", "slots-or-sockets")]
    [InlineData("sockets: 3-1", "bad-range")]
    [InlineData("slots: 1, name: 'x{n}'", "slot-name")]
    [InlineData("slots: 0-1", "slot-outside")]
    [InlineData("slots: 5", "slot-outside")]
    [InlineData("slots: 1-3", "slot-range")]
    public void A_build_line_that_cannot_be_built_is_named(string places, string rule)
    {
        AssertOne(rule, 8, Rack($"{{{places}, sku: v/tray@1}}"), Tray("height: 2 RU"));
    }

    [Fact]
    public void Builds_are_checked_against_one_another()
    {
        AssertOne("unknown-sku", 8, Rack("{slots: 1-2, sku: v/nothing@1}"));
        AssertOne("bad-sku", 8, Rack("{slots: 1-2, sku: nothing}"));
        AssertOne("no-height", 8, Rack("{slots: 1-2, sku: v/tray@1}"), Tray(""));
        AssertOne("rack-unit", 8, Rack("{slots: 1-2, sku: v/tray@1}"), Tray("height: 2 OU"));
        AssertOne("slot-taken", 9, Rack("{slots: 1-2, sku: v/tray@1}\n  - {slots: 1-4, sku: v/tray@1}"), Tray("height: 2 RU"));
        AssertOne("duplicate-socket", 9, Rack("{sockets: 0-1, sku: v/tray@1}\n  - {sockets: 1-2, sku: v/tray@1}"), Tray("height: 2 RU"));
        AssertOne("sku-cycle", 8, Rack("{sockets: 0, sku: v/rack@1}"));
        AssertOne("duplicate-sku", 1, Tray("height: 2 RU"), Tray("height: 2 RU"));
    }

    [Fact]
    public void A_build_over_the_limit_of_parts_is_refused()
    {
        AssertOne("too-many-parts", 1, Rack("{sockets: 0-999, sku: v/tray@1}"), Tray("build: [{sockets: 0-99, sku: v/chip@1}]"),
            "ampacity: 1\nid: v/chip\nrevision: 1\nkind: Other\ntitle: chip\n");
    }

    [Theory]
    [InlineData("claims: [{of: power, value: 3, kind: design, source: x, date: 2026-01-01}]", "wrong-type")]
    [InlineData("claims: [{of: power, value: 3 MVA, kind: design, source: x, date: 2026-01-01}]", "bad-quantity")]
    [InlineData("claims: [{of: power, value: 3 MW, kind: hearsay, source: x, date: 2026-01-01}]", "not-in-list")]
    [InlineData("claims: [{of: power, value: 3 MW, kind: design, source: x, date: 2026-02-30}]", "bad-date")]
    [InlineData("height: 0 RU", "wrong-form")]
    [InlineData("width: 19 inch", "bad-quantity")]
    public void A_mistake_in_a_sku_is_named(string line, string rule)
    {
        AssertOne(rule, 6, Tray(line));
    }

    [Fact]
    public void Claims_that_disagree_are_kept_and_chosen_by_policy()
    {
        var rack = ShippedFilesTests.Catalogue[Revision("nvidia/gb200-nvl72@1")];
        Assert.Equal("132 kW", rack.PowerBy(ClaimKind.Design, ClaimKind.Nameplate)!.Value);
        Assert.Equal("120 kW", rack.PowerBy(ClaimKind.MaxP, ClaimKind.Nameplate)!.Value);
        Assert.Null(rack.PowerBy(ClaimKind.MeasuredP99));
        Assert.Equal(2.1336, rack.Height!.Value.Meters.Value, 1e-9);
    }

    [Theory]
    [InlineData("nvidia/gb200-nvl72@1", true)]
    [InlineData("nvidia/supply-5.5kw@9999", true)]
    [InlineData("nvidia/x@0", false)]
    [InlineData("nvidia/x@01", false)]
    [InlineData("nvidia/x@10000", false)]
    [InlineData("nvidia/x", false)]
    [InlineData("NVIDIA/x@1", false)]
    [InlineData("nvidia/x/y@1", false)]
    [InlineData("/x@1", false)]
    public void A_revision_has_one_text(string text, bool good)
    {
        Assert.Equal(good, SkuRevision.TryParse(text, out var revision));
        Assert.True(!good || revision.ToString() == text);
    }

    private static SkuRevision Revision(string text) => SkuRevision.TryParse(text, out var revision) ? revision : throw new FormatException(text);

    // The build's first item is on line 8.
    private static string Rack(string item) =>
        $"ampacity: 1\nid: v/rack\nrevision: 1\nkind: Rack\ntitle: rack\nheight: 4 RU\nbuild:\n  - {item}\n";

    private static string Tray(string line) => $"ampacity: 1\nid: v/tray\nrevision: 1\nkind: ComputeTray\ntitle: tray\n{line}\n";

    private static void AssertOne(string rule, int line, params string[] files)
    {
        var result = SkuCatalogue.Load(files.Select((text, i) => (FormattableString.Invariant($"{i}.yaml"), text)));
        Assert.Null(result.Value);
        var error = Assert.Single(result.Errors);
        Assert.Equal((rule, line), (error.Rule, error.Line));
    }
}
