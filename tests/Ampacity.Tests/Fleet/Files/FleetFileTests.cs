using Ampacity.Fleet;

namespace Ampacity.Tests.Fleet.Files;

public sealed class FleetFileTests
{
    private const string Head = """
        ampacity: 1
        owns: site/hall
        power:
          ups-a: {kind: Ups, rating: 250 kW}
          ups-b: {kind: Ups, rating: 250 kW}
          mv: {kind: Switchboard, rating: 600 A at 13.8 kV}
        cooling:
          fws-1: {kind: Loop}
          cdu-1: {kind: Cdu, loop: fws-1, capacity: 2 MW at 5 K}

        """;

    // Head is nine lines, so what a case adds begins on line 10.
    [Fact]
    public void A_wrong_SKU_is_told_once_and_not_again_for_every_slot_of_its_racks()
    {
        var read = FleetFile.Parse("a.yaml", OneRack.FileText.Replace("sku: nvidia/gb200-nvl72@1", "sku: nvidia/gb999@1", StringComparison.Ordinal), OneRack.Catalogue);
        Assert.Equal(("unknown-sku", "rows.r01.sku"), (Assert.Single(read.Errors).Rule, read.Errors[0].Path));
    }

    [Theory]
    [InlineData("rows:\n  r01: {sku: nvidia/gb200-nvl72@9, racks: 1}", 11, "rows.r01.sku", "unknown-sku")]
    [InlineData("rows:\n  r01: {sku: gb200, racks: 1}", 11, "rows.r01.sku", "bad-sku")]
    [InlineData("rows:\n  r01: {sku: nvidia/b200@1, racks: 1}", 11, "rows.r01.sku", "not-a-rack")]
    [InlineData("rows:\n  r01: {sku: nvidia/gb200-nvl72@1, racks: 0}", 11, "rows.r01.racks", "out-of-range")]
    [InlineData("rows:\n  r01: {sku: nvidia/gb200-nvl72@1, racks: 10001}", 11, "rows.r01.racks", "out-of-range")]
    [InlineData("rows:\n  r01:\n    sku: nvidia/gb200-nvl72@1\n    racks: 1\n    feeds: [ups-a, ups-x]", 14, "rows.r01.feeds[1]", "unknown-feed")]
    [InlineData("rows:\n  r01:\n    sku: nvidia/gb200-nvl72@1\n    racks: 1\n    feeds: [ups-a,\n      mv]", 15, "rows.r01.feeds[1]", "feed-voltage")]
    [InlineData("rows:\n  r01:\n    sku: nvidia/gb200-nvl72@1\n    racks: 1\n    cdus: [cdu-9]", 14, "rows.r01.cdus[0]", "unknown-cdu")]
    [InlineData("rows:\n  r01:\n    sku: nvidia/gb200-nvl72@1\n    racks: 1\n    cdus: [fws-1]", 14, "rows.r01.cdus[0]", "unknown-cdu")]
    [InlineData("rows:\n  r01: {sku: nvidia/gb200-nvl72@1, racks: 2, pitch: 599 mm}", 11, "rows.r01", "racks-overlap")]
    [InlineData("rows:\n  r01: {sku: nvidia/gb200-nvl72@1, racks: 2, at: [1 m, 1 m]}", 11, "rows.r01", "no-pitch")]
    [InlineData("rows:\n  r01: {sku: nvidia/gb200-nvl72@1, racks: 2, pitch: 600}", 11, "rows.r01.pitch", "wrong-type")]
    [InlineData("rows:\n  r01: {sku: nvidia/gb200-nvl72@1, racks: 2, pitch: 600 furlongs}", 11, "rows.r01.pitch", "bad-quantity")]
    [InlineData("rows:\n  ups-a: {sku: nvidia/gb200-nvl72@1, racks: 1}", 11, "rows.ups-a", "duplicate-name")]
    [InlineData("rows:\n  R01: {sku: nvidia/gb200-nvl72@1, racks: 1}", 11, "rows.R01", "unknown-key")]
    [InlineData("rows:\n  r01: {sku: nvidia/gb200-nvl72@1, racks: 1, feeds: [ups-a, ups-a]}", 11, "rows.r01.feeds", "not-unique")]
    [InlineData("hall: {size: [60 m, 40 m, 5 m]}", 10, "hall.size", "too-many")]
    [InlineData("hall: {size: [60 m, 40]}", 10, "hall.size[1]", "wrong-type")]
    [InlineData("hall: {size: [60 m, 40 W]}", 10, "hall.size[1]", "bad-quantity")]
    [InlineData("bindings:\n  - match: 'up'\n    place: r01/01", 11, "bindings[0].match", "bad-selector")]
    [InlineData("bindings:\n  - {match: '{a=\"b\"}'}", 11, "bindings[0]", "asset-or-place")]
    [InlineData("power:\n  ups-c: {kind: Ups}", 10, "power", "duplicate-key")]
    [InlineData("colour: red", 10, "colour", "unknown-key")]
    public void A_mistake_is_named_by_line_path_and_rule(string addition, int line, string path, string rule)
    {
        AssertOne(Head + addition + "\n", line, path, rule);
    }

    [Theory]
    [InlineData("a: {kind: Ups, rating: 3}", 4, "power.a.rating", "wrong-type")]
    [InlineData("a: {kind: Ups, rating: 3 MVB}", 4, "power.a.rating", "bad-quantity")]
    [InlineData("a: {kind: Toaster}", 4, "power.a.kind", "not-in-list")]
    [InlineData("a: {kind: Ups, continuous: 1.2}", 4, "power.a.continuous", "out-of-range")]
    [InlineData("a:\n    kind: Ups\n    fedBy: nobody", 6, "power.a.fedBy", "unknown-feed")]
    [InlineData("a:\n    kind: Ups\n    fedBy:\n      - a", 4, "power.a", "feed-loop")]
    [InlineData("a: {kind: Ups}\n  b:\n    kind: Ups\n    overload: {125%: 60 s,\n      110%: 600 s}", 8, "power.b.overload.110%", "overload-curve")]
    [InlineData("a: {kind: Ups, overload: {100%: 60 s}}", 4, "power.a.overload.100%", "overload-curve")]
    [InlineData("a: {kind: Ups, overload: {110%: 60 W}}", 4, "power.a.overload.110%", "bad-quantity")]
    public void A_mistake_in_a_power_node_is_named(string node, int line, string path, string rule)
    {
        AssertOne($"ampacity: 1\nowns: site/hall\npower:\n  {node}\n", line, path, rule);
    }

    [Theory]
    [InlineData("c: {kind: Cdu, capacity: 2 MW}", 4, "cooling.c.capacity", "bad-quantity")]
    [InlineData("c: {kind: Cdu}\n  d: {kind: Cdu, loop: c}", 5, "cooling.d.loop", "not-a-loop")]
    public void A_mistake_in_a_cooling_node_is_named(string node, int line, string path, string rule)
    {
        AssertOne($"ampacity: 1\nowns: site/hall\ncooling:\n  {node}\n", line, path, rule);
    }

    [Theory]
    [InlineData("r01/01/36: {serial: A1}", 5, "assets.r01/01/36", "unknown-slot")]
    [InlineData("r01/01/05/9: {serial: A1}", 5, "assets.r01/01/05/9", "unknown-slot")]
    [InlineData("r01/02/05: {serial: A1}", 5, "assets.r01/02/05", "unknown-rack")]
    [InlineData("r01/01/05: {serial: NA}", 5, "assets.r01/01/05.serial", "no-identifier")]
    [InlineData("r01/01/05: {serial: '00000'}", 5, "assets.r01/01/05.serial", "no-identifier")]
    [InlineData("r01/01/05: {serial: 12345}", 5, "assets.r01/01/05.serial", "wrong-type")]
    [InlineData("r01/01/05: {bmc: '02:00'}", 5, "assets.r01/01/05.bmc", "no-identifier")]
    [InlineData("r01/01/05: {serial: A1}\n  r01/01/05: {serial: A2}", 6, "assets.r01/01/05", "duplicate-key")]
    [InlineData("r01/01/05: {serial: A1}\n  r01/01/06: {serial: A1}", 6, "assets.r01/01/06.serial", "duplicate-serial")]
    [InlineData("r01/01/05: {bmc: '02:00:00:00:00:0a'}\n  r01/01/06: {bmc: 02-00-00-00-00-0A}", 6, "assets.r01/01/06.bmc", "duplicate-bmc")]
    [InlineData("r01/01/05: {hostname: n7}\n  r01/01/06: {hostname: N7}", 6, "assets.r01/01/06.hostname", "duplicate-hostname")]
    [InlineData("r01/01/05: {uuid: 3f2504e0-4f89-41d3-9a0c-0305e82c3301}\n  r01/01/06: {uuid: 3F2504E0-4F89-41D3-9A0C-0305E82C3301}", 6, "assets.r01/01/06.uuid", "duplicate-uuid")]
    [InlineData("r01/01/05: {}", 5, "assets.r01/01/05", "too-few")]
    [InlineData("r01/01/05: {part: ''}", 5, "assets.r01/01/05.part", "wrong-length")]
    public void A_mistake_in_an_asset_is_named(string asset, int line, string path, string rule)
    {
        AssertOne($"ampacity: 1\nowns: site/hall\nrows: {{r01: {{sku: nvidia/gb200-nvl72@1, racks: 1}}}}\nassets:\n  {asset}\n", line, path, rule);
    }

    [Fact]
    public void More_racks_than_one_file_may_declare_are_refused_before_they_are_made()
    {
        var rows = string.Concat(Enumerable.Range(1, 41).Select(n => FormattableString.Invariant($"  r{n}: {{sku: nvidia/gb200-nvl72@1, racks: 10000}}\n")));
        AssertOne("ampacity: 1\nowns: site/hall\nrows:\n" + rows, 3, "rows", "too-many-racks");
    }

    [Fact]
    public void A_feed_loop_is_told_by_its_names()
    {
        const string Text = "ampacity: 1\nowns: s/h\npower:\n  a: {kind: Ups, fedBy: b}\n  b: {kind: Ups, fedBy: [c, d]}\n  c: {kind: Ups, fedBy: b}\n  d: {kind: Ups}\n";
        var error = Assert.Single(Parse(Text).Errors);
        Assert.Equal((6, "feed-loop"), (error.Line, error.Rule));
        Assert.Contains("b fedBy c fedBy b", error.Hint);
    }

    [Fact]
    public void All_mistakes_are_told_at_once_in_the_order_of_lines()
    {
        var errors = Parse(Head + "rows:\n  r01: {sku: nvidia/gb200-nvl72@1, racks: 1, feeds: [x], cdus: [y]}\nassets:\n  r01/01/99: {serial: NA}\n").Errors;
        Assert.Equal([(11, "unknown-feed"), (11, "unknown-cdu"), (13, "unknown-slot")], errors.Select(e => (e.Line, e.Rule)));
    }

    [Fact]
    public void Racks_are_stamped_from_rows_and_an_exception_changes_what_it_states()
    {
        var file = Parse(Head + """
            rows:
              r01: {sku: nvidia/gb200-nvl72@1, racks: 100, at: [2 m, 4 m], pitch: 600 mm, feeds: [ups-a, ups-b], cdus: [cdu-1], programme: p1}
            overrides:
              r01/07: {feeds: [ups-b], mode: preferred}
            """).OrThrow();

        var racks = Assert.Single(file.Halls).Body.Racks;
        Assert.Equal(["r01/01", "r01/02"], racks.Take(2).Select(rack => rack.Path));
        Assert.Equal(["99", "100"], racks.TakeLast(2).Select(rack => rack.Name));
        Assert.Equal([2, 2.6, 3.2], racks.Take(3).Select(rack => rack.X!.Value.Value));
        var seventh = racks[6];
        Assert.Equal((FeedMode.Preferred, "p1", 13), (seventh.Terms.Mode, seventh.Terms.Programme, seventh.Line));
        Assert.Equal(["ups-b"], seventh.Terms.Feeds.Select(feed => feed.From));
        Assert.Equal(["cdu-1"], seventh.Terms.Cdus);
        Assert.Equal((null, 11), (racks[7].Terms.Mode, racks[7].Line));
        Assert.Same(racks[7].Terms, racks[8].Terms);
    }

    [Theory]
    [InlineData("r01/00")]
    [InlineData("r01/03")]
    [InlineData("r01/001")]
    [InlineData("r02/01")]
    public void An_exception_for_a_rack_that_is_not_there_is_refused(string path)
    {
        AssertOne(Head + $"rows:\n  r01: {{sku: nvidia/gb200-nvl72@1, racks: 2}}\noverrides:\n  {path}: {{programme: p}}\n", 13, $"overrides.{path}", "unknown-rack");
    }

    [Fact]
    public void An_overload_curve_and_ratings_keep_their_units()
    {
        var ups = Parse("ampacity: 1\nowns: s/h\npower:\n  a: {kind: Ups, rating: 3 MW, overload: {110%: 10 min, 150%: 10 s}, efficiency: 0.96}\n")
            .OrThrow().Halls.Single().Body.Power[0];
        Assert.Equal([new(1.1, 600), new(1.5, 10)], ups.Rating!.Overload);
        Assert.Equal(new PowerRating.Real(new(3e6)), ups.Rating.Rating);
        Assert.Equal((0.96, null, 4), (ups.Efficiency!.OutputOverInput, ups.Rating.Continuous, ups.Line));
    }

    [Fact]
    public void A_caller_may_bring_a_better_judge_of_selectors()
    {
        const string Text = "ampacity: 1\nowns: s/h\nbindings:\n  - {match: '{a=b}', place: r01/01}\n";
        var error = Assert.Single(FleetFile.Parse("x.yaml", Text, SkuCatalogue.Empty, selector => $"not {selector}").Errors);
        Assert.Equal((4, "bad-selector", "not {a=b}"), (error.Line, error.Rule, error.Hint));
    }

    private static FileResult<DeclaredFile> Parse(string text) => FleetFile.Parse("hall.yaml", text, ShippedFilesTests.Catalogue);

    private static void AssertOne(string text, int line, string path, string rule)
    {
        var result = Parse(text);
        Assert.Null(result.Value);
        var error = Assert.Single(result.Errors);
        Assert.Equal(("hall.yaml", line, path, rule), (error.File, error.Line, error.Path, error.Rule));
        Assert.NotEmpty(error.Hint);
    }
}
