using Ampacity.Fleet;

namespace Ampacity.Tests.Fleet.Intent;

/// <summary>What files state as facts: names across levels, renames, removals, ownership.</summary>
public sealed class DeclarationWalkTests
{
    private const string Two = "ampacity: 1\nowns: s/h\nrows:\n  r01: {sku: nvidia/gb200-nvl72@1, racks: 3, feeds: [a]}\npower:\n  a: {kind: Ups}\n";

    [Fact]
    public void Every_noun_of_a_file_becomes_facts_that_the_graph_holds()
    {
        var graph = Graph(Apply(FactLedger.Empty, """
            ampacity: 1
            owns: fleet
            organisations: {oracle: {title: Oracle, roles: [operator]}}
            programmes: {p: {vendor: oracle, power: 10 GW, status: signed, price: 35 USD/W, milestones: {2026-12-31: 1 GW}}}
            sites:
              s:
                operator: oracle
                power: {mv: {kind: Substation, rating: 60 MVA, voltage: {in: 138 kV, out: 34.5 kV}}}
                cooling: {plant: {kind: Plant}}
                buildings:
                  b:
                    power: {gen: {kind: Generator, rating: 5 MW}}
                    halls:
                      h:
                        size: [30 m, 20 m]
                        tranches: {t1: {power: 25 MW, energised: 2027-01-01}}
                        power:
                          tx: {kind: Transformer, fedBy: [{from: mv, rating: 3 MW, share: 2}, gen], mode: catcher, transfer: 8 ms, efficiency: {50%: 0.98, 100%: 0.97}, fixedLoss: 2 kW, stored: 90 MJ}
                          dc: {kind: Busway, fedBy: tx, rating: 1600 A at 800 V, phases: dc}
                        cooling: {cdu: {kind: Cdu, cooledBy: plant, supply: 30 C, return: 40 C, flow: 1500 L/min, volume: 800 L, rise: 10 K}}
                        rows:
                          r: {sku: nvidia/gb200-nvl72@1, racks: 2, at: [1 m, 1 m], pitch: 600 mm, feeds: [dc], cdus: [cdu], programme: p, state: Planned, tenant: oracle, tags: [x], liquid: 0.87, domain: {racks: 2}}
                        racks: {q/side: {frame: {height: 44 OU, width: 600 mm}, boundTo: r/01, note: beside}}
                        fabric: {planes: {up: {kind: scale-up}}, switches: {leaf: {rack: r/02}}, links: [{from: r/*, to: leaf, plane: up, count: 18, rate: 400 Gbit/s}]}
                        assets: {r/01/u40: {serial: A1, part: P-1, firmware: {bmc: '1.2'}, state: Live}}
            """));
        int At(string path) => graph.FindPath(path);
        FleetNode About(string path) => graph.NodeOf(At(path))!;
        Assert.Equal("Oracle", graph.NodeOf(graph.RegisterOf(NodeKind.Organisation, "oracle"))!.Organisation!.Title);
        var programme = graph.NodeOf(graph.RegisterOf(NodeKind.Programme, "p"))!;
        Assert.Equal((10e9, 35.0, "USD"), (programme.Terms!.ContractedWatts, programme.Terms.PricePerWatt, programme.Terms.Currency));
        Assert.Equal(1e9, Assert.Single(programme.Milestones).Watts);
        Assert.Equal("oracle", About("s").Parties!.Operator);
        Assert.Equal(25e6, About("s/b/h").Tranches[0].Tranche.Watts);
        Assert.Equal([new(At("s/mv"), 0, 2, About("s/b/h/tx").Feeds[0].Rating), new FeedFact(At("s/b/gen"), 1)], About("s/b/h/tx").Feeds);
        var transformer = About("s/b/h/tx").Power!;
        Assert.Equal((FeedMode.Catcher, 0.008, 2000.0, 2), (transformer.Mode, transformer.TransferSeconds, transformer.Efficiency!.FixedLossWatts, transformer.Efficiency.Curve!.Count));
        Assert.Equal(1600.0 * 800, About("s/b/h/dc").Power!.Rating!.Rating.Value);
        Assert.Equal(90e6, About("s/b/h/tx").StoredEnergy!.Joules);
        Assert.Equal([At("s/plant")], About("s/b/h/cdu").Coolers);
        Assert.Equal((30.0, 40.0, 1500.0, 800.0, 10.0), About("s/b/h/cdu").Cooling is { } c
            ? (c.SupplyCelsius!.Value, c.ReturnCelsius!.Value, c.FlowLitersPerMinute!.Value, c.VolumeLiters!.Value, c.AllowedRiseKelvins!.Value) : default);
        var rack = About("s/b/h/r/02");
        Assert.Equal((1.6, "p", LifecycleState.Planned, "oracle", 0.87, "x"),
            (rack.Position!.XMeters, rack.Programme, rack.State, rack.Parties!.Tenant, rack.HeatSplit!.LiquidShare, rack.Tags[0]));
        Assert.Equal(("", "r.d1"), rack.Domains[0]);
        Assert.Equal(new LinkFact(At("s/b/h/leaf"), At("s/b/h/up"), 18, 400e9, null, null), Assert.Single(rack.Links));
        Assert.Equal((44, RackUnit.OU, At("s/b/h/r/01"), "beside"), (About("s/b/h/q/side").Frame!.Units, About("s/b/h/q/side").Frame!.Unit, About("s/b/h/q/side").BoundTo, About("s/b/h/q/side").Note));
        var asset = Assert.Single(graph.Assets.All);
        Assert.Equal(("P-1", "1.2", LifecycleState.Live), (asset.PartNumber, asset.Firmware[0].Version, asset.State));
        Assert.Equal("s/b/h/r/01/u40", graph.PathOf(asset.Place!.Value));
    }

    [Fact]
    public void A_sidecar_stands_beside_each_rack_and_is_bound_to_it()
    {
        var graph = Graph(Apply(FactLedger.Empty, "ampacity: 1\nowns: s/h\nrows:\n  r: {sku: nvidia/gb200-nvl72@1, racks: 2, at: [1 m, 1 m], pitch: 2 m, sidecar: nvidia/kyber-sidecar@1}\n"));
        var sidecar = graph.NodeOf(graph.FindPath("s/h/r/02-sidecar"))!;
        Assert.Equal((graph.FindPath("s/h/r/02"), 3.6), (sidecar.BoundTo, sidecar.Position!.XMeters));
    }

    [Fact]
    public void What_is_said_to_have_been_something_else_is_renamed_and_keeps_its_ordinal()
    {
        var before = Apply(FactLedger.Empty, Two);
        var was = Graph(before).FindPath("s/h/r01/02");
        var text = Two.Replace("r01: {", "r09: {formerly: r01, ", StringComparison.Ordinal).Replace("a: {kind: Ups}", "b: {kind: Ups, formerly: a}", StringComparison.Ordinal)
            .Replace("[a]", "[b]", StringComparison.Ordinal);
        var (after, plan) = OneRack.Apply(before, Parse(text), OneRack.BeganMs + 1);
        Assert.Empty(plan.Errors);
        Assert.Equal(was, Graph(after, 1).FindPath("s/h/r09/02"));
        Assert.Equal(2, plan.Tally.Count);

        // The file is applied again as it is.
        Assert.True(OneRack.Apply(after, Parse(text), OneRack.BeganMs + 2).Plan.Draft.IsEmpty);
    }

    [Fact]
    public void A_rack_moves_to_another_row_by_its_former_path()
    {
        var before = Apply(FactLedger.Empty, Two);
        var was = Graph(before).FindPath("s/h/r01/03");
        var (after, plan) = OneRack.Apply(before, Parse(Two.Replace("racks: 3", "racks: 2", StringComparison.Ordinal)
            + "racks:\n  r02/x: {sku: nvidia/gb200-nvl72@1, feeds: [a], formerly: r01/03}\n"), OneRack.BeganMs + 1);
        Assert.Empty(plan.Errors);
        Assert.Equal(was, Graph(after, 1).FindPath("s/h/r02/x"));
    }

    [Fact]
    public void A_former_name_that_nothing_has_is_refused()
    {
        var plan = OneRack.Apply(FactLedger.Empty, Parse(Two.Replace("r01: {", "r09: {formerly: r01, ", StringComparison.Ordinal)), OneRack.BeganMs).Plan;
        Assert.Equal(("unknown-formerly", 4), (Assert.Single(plan.Errors).Rule, plan.Errors[0].Line));
    }

    [Fact]
    public void A_rack_that_disappears_has_to_be_named()
    {
        var before = Apply(FactLedger.Empty, Two);
        var less = Two.Replace("racks: 3", "racks: 2", StringComparison.Ordinal);
        var error = Assert.Single(OneRack.Apply(before, Parse(less), OneRack.BeganMs + 1).Plan.Errors);
        Assert.Equal("unnamed-removal", error.Rule);
        Assert.Contains("r01/03", error.Hint);

        foreach (var text in new[] { less + "removed: [r01/03]\n", Two + "removed: [r01/03]\n", "ampacity: 1\nowns: s/h\nremoved: [r01]\n" })
        {
            var file = Parse(text);
            var (after, plan) = OneRack.Apply(Apply(FactLedger.Empty, Two), file, OneRack.BeganMs + 1);
            Assert.Empty(plan.Errors);
            Assert.True(Graph(after, 1).FindPath("s/h/r01/03") < 0);
            Assert.True(OneRack.Apply(after, file, OneRack.BeganMs + 2).Plan.Draft.IsEmpty);
        }
    }

    [Fact]
    public void A_path_that_leads_nowhere_is_refused_against_what_holds()
    {
        var file = Parse(Two.Replace("{kind: Ups}", "{kind: Ups, fedBy: other/mv}", StringComparison.Ordinal));
        Assert.Equal("unknown-feed", Assert.Single(OneRack.Apply(FactLedger.Empty, file, OneRack.BeganMs).Plan.Errors).Rule);
        var site = Apply(FactLedger.Empty, "ampacity: 1\nowns: other\nsites: {other: {power: {mv: {kind: Substation}}}}\n");
        Assert.Empty(OneRack.Apply(site, file, OneRack.BeganMs + 1).Plan.Errors);
    }

    [Fact]
    public void A_name_and_a_path_of_one_feed_are_told()
    {
        var file = Parse(Two.Replace("[a]", "[a, s/h/a]", StringComparison.Ordinal));
        Assert.Equal("duplicate-feed", Assert.Single(OneRack.Apply(FactLedger.Empty, file, OneRack.BeganMs).Plan.Errors).Rule);
    }

    [Fact]
    public void Two_things_that_are_known_as_one_are_told()
    {
        var before = Apply(FactLedger.Empty, Two + "assets: {r01/01/05: {serial: A1, bmc: '02:00:00:00:00:01'}}\n");
        var file = Parse(Two + "assets: {r01/01/05: {serial: A1}, r01/01/06: {bmc: '02:00:00:00:00:01'}}\n");
        Assert.Equal("same-asset", Assert.Single(OneRack.Apply(before, file, OneRack.BeganMs + 1).Plan.Errors).Rule);
    }

    [Fact]
    public void A_file_takes_away_only_what_its_own_subtrees_hold()
    {
        var site = Apply(FactLedger.Empty, "ampacity: 1\nowns: [s/h1, s/h2]\nsites: {s: {halls: {h1-h2: {rows: {r: {sku: nvidia/gb200-nvl72@1, racks: 1}}}}}}\n");
        var (after, plan) = OneRack.Apply(site, Parse("ampacity: 1\nowns: s/h1\nremoved: [r]\n"), OneRack.BeganMs + 1);
        Assert.Empty(plan.Errors);
        var graph = Graph(after, 1);
        Assert.True(graph.FindPath("s/h1/r/01") < 0);
        Assert.True(graph.FindPath("s/h2/r/01") >= 0);
        Assert.True(graph.FindPath("s/h1") >= 0);
    }

    private static DeclaredFile Parse(string text) => FleetFile.Parse("fleet.yaml", text, OneRack.Catalogue).OrThrow();

    private static FactLedger Apply(FactLedger ledger, string text)
    {
        var (after, plan) = OneRack.Apply(ledger, Parse(text), OneRack.BeganMs);
        Assert.Empty(plan.Errors);
        return after;
    }

    private static FleetGraph Graph(FactLedger ledger, long laterMs = 0) => FleetGraphBuilder.Build(ledger, OneRack.BeganMs + laterMs, OneRack.Catalogue);
}
