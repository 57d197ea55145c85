using Ampacity.Fleet;

namespace Ampacity.Tests.Fleet.Files;

/// <summary>Every rule of the grammar of halls, sites and programmes, by a small file that breaks it and nothing else.</summary>
public sealed class GrammarRulesTests
{
    private const string Hall = "ampacity: 1\nowns: s/h\n";
    private const string Row = Hall + "rows:\n  r01: {sku: nvidia/gb200-nvl72@1, racks: 2, at: [1 m, 1 m], pitch: 600 mm}\n";
    private const string Site = "ampacity: 1\nowns: s\nsites:\n  s:\n    power:\n      mv: {kind: Substation, rating: 10 MVA, voltage: {in: 138 kV, out: 34.5 kV}}\n";

    [Theory]
    [InlineData("power:\n  a: {kind: Ups, fedBy: [{rating: 3 MW}]}", 4, "power.a.fedBy[0]", "missing-key")]
    [InlineData("power:\n  a: {kind: Ups}\n  b: {kind: Ups, fedBy: [a, {from: a}]}", 5, "power.b.fedBy[1].from", "duplicate-feed")]
    [InlineData("power:\n  a: {kind: Ups}\n  b: {kind: Ups, fedBy: [{from: a, rating: 60 W}, {from: a2}]}", 5, "power.b.fedBy[1].from", "unknown-feed")]
    [InlineData("power:\n  a: {kind: Ups, rating: 3 MW, phases: dc}", 4, "power.a.phases", "phases-of-power")]
    [InlineData("power:\n  a: {kind: Ups, rating: 3 A at 4 V, phases: 2}", 4, "power.a.phases", "not-in-list")]
    [InlineData("power:\n  a: {kind: Ups, transfer: 8 ms}", 4, "power.a.transfer", "transfer-mode")]
    [InlineData("power:\n  a: {kind: Ups, mode: catcher, transfer: 8}", 4, "power.a.transfer", "wrong-type")]
    [InlineData("power:\n  a: {kind: Ups, efficiency: {50%: 0.96, 25%: 0.94}}", 4, "power.a.efficiency.25%", "efficiency-curve")]
    [InlineData("power:\n  a: {kind: Ups, efficiency: {50%: 1.2}}", 4, "power.a.efficiency.50%", "out-of-range")]
    [InlineData("power:\n  a: {kind: Ups, efficiency: 1.2}", 4, "power.a.efficiency", "out-of-range")]
    [InlineData("power:\n  a: {kind: Ups, fixedLoss: 12 kVA}", 4, "power.a.fixedLoss", "bad-quantity")]
    [InlineData("power:\n  a: {kind: Ups, stored: 5 kW}", 4, "power.a.stored", "bad-quantity")]
    [InlineData("power:\n  a: {kind: Ups, discharge: 5 kW}", 4, "power.a.discharge", "no-store")]
    [InlineData("power:\n  a: {kind: Ups, voltage: {in: 415 V}}", 4, "power.a.voltage", "missing-key")]
    [InlineData("power:\n  a: {kind: Ups, voltage: {out: 0 V}}", 4, "power.a.voltage.out", "out-of-range")]
    [InlineData("power:\n  a: {kind: Ups, voltage: {out: 415 V}}\n  b: {kind: Busway, fedBy: a, rating: 100 A at 480 V}", 5, "power.b.fedBy", "voltage-mismatch")]
    [InlineData("power:\n  a: {kind: Busway, rating: 100 A at 480 V}\n  b: {kind: Transformer, fedBy: [a], voltage: {in: 34.5 kV, out: 415 V}}", 5, "power.b.fedBy[0]", "voltage-mismatch")]
    [InlineData("cooling:\n  a: {kind: Cdu, cooledBy: b}", 4, "cooling.a.cooledBy", "unknown-cooler")]
    [InlineData("cooling:\n  a: {kind: Cdu, cooledBy: b}\n  b: {kind: Loop, cooledBy: a}", 5, "cooling.b", "cooling-loop")]
    [InlineData("cooling:\n  a: {kind: Cdu, supply: 40 C, return: 30 C}", 4, "cooling.a.return", "return-below-supply")]
    [InlineData("cooling:\n  a: {kind: Cdu, supply: 40 K}", 4, "cooling.a.supply", "bad-quantity")]
    [InlineData("cooling:\n  a: {kind: Cdu, flow: 40 L}", 4, "cooling.a.flow", "bad-quantity")]
    [InlineData("cooling:\n  a: {kind: Loop, volume: 40 kg}", 4, "cooling.a.volume", "bad-quantity")]
    [InlineData("cooling:\n  a: {kind: Loop, rise: 4 C}", 4, "cooling.a.rise", "bad-quantity")]
    [InlineData("power:\n  a: {kind: Ups}\ncooling:\n  b: {kind: Loop, cooledBy: a}", 6, "cooling.b.cooledBy", "unknown-cooler")]
    [InlineData("rows:\n  r01: {racks: 3}", 4, "rows.r01", "sku-or-frame")]
    [InlineData("rows:\n  r01: {sku: nvidia/gb200-nvl72@1, racks: 3, domain: {}}", 4, "rows.r01.domain", "missing-key")]
    [InlineData("rows:\n  r01: {sku: nvidia/gb200-nvl72@1, racks: 3, liquid: 1.2}", 4, "rows.r01.liquid", "out-of-range")]
    [InlineData("rows:\n  r01: {sku: nvidia/gb200-nvl72@1, racks: 3, state: live}", 4, "rows.r01.state", "not-in-list")]
    [InlineData("rows:\n  r01: {sku: nvidia/gb200-nvl72@1, racks: 3, sidecar: nvidia/gb200-nvl72@1}", 4, "rows.r01.sidecar", "not-a-sidecar")]
    [InlineData("rows:\n  r01: {frame: {height: 42 RU, width: 60 m}, racks: 3}", 4, "rows.r01.frame.width", "out-of-range")]
    [InlineData("hall: {tranches: {t1: {power: 5 MW, contracted: 2026-02-30}}}", 3, "hall.tranches.t1.contracted", "bad-date")]
    [InlineData("hall: {tranches: {t1: {power: 5 MW, contracted: 2026-03-01, energised: 2026-02-01}}}", 3, "hall.tranches.t1.energised", "tranche-order")]
    [InlineData("hall: {tranches: {t1: {power: 5 MWh}}}", 3, "hall.tranches.t1.power", "bad-quantity")]
    [InlineData("programmes:\n  p: {status: signed, price: 35 dollars}", 4, "programmes.p.price", "bad-quantity")]
    [InlineData("programmes:\n  p: {status: signed, skus: [nvidia/none]}", 4, "programmes.p.skus[0]", "unknown-sku")]
    [InlineData("programmes:\n  p:\n    status: signed\n    milestones: {2026-12-31: 2 GW, 2027-12-31: 1 GW}", 6, "programmes.p.milestones.2027-12-31", "milestone-order")]
    [InlineData("programmes:\n  p:\n    status: signed\n    milestones: {2026-12-31: 1 GW, 2026-06-30: 2 GW}", 6, "programmes.p.milestones.2026-06-30", "milestone-order")]
    [InlineData("fabric: {switches: {l1: {rack: r01/01}}}", 3, "fabric.switches.l1.rack", "unknown-rack")]
    [InlineData("fabric: {switches: {l1: {}}, links: [{from: l1, to: l2}]}", 3, "fabric.links[0].to", "unknown-end")]
    [InlineData("fabric: {switches: {l1: {}}, links: [{from: l1, to: l1}]}", 3, "fabric.links[0]", "link-to-itself")]
    [InlineData("fabric: {switches: {l1: {}, l2: {}}, links: [{from: l1, to: l2, plane: p}]}", 3, "fabric.links[0].plane", "unknown-plane")]
    [InlineData("fabric: {switches: {l1: {}, l2: {}}, links: [{from: l1, to: l2}, {from: l1, to: l2, count: 2}]}", 3, "fabric.links[1]", "duplicate-link")]
    [InlineData("fabric: {switches: {l1: {}, l2: {}}, links: [{from: l1, to: l2, rate: 400 Gbps}]}", 3, "fabric.links[0].rate", "bad-quantity")]
    [InlineData("fabric: {planes: {a: {kind: scale-up}}, switches: {a: {}}}", 3, "fabric.switches.a", "duplicate-name")]
    [InlineData("sites: {s: {}}\npower: {}", 4, "power", "two-forms")]
    public void A_mistake_is_named_by_line_path_and_rule(string addition, int line, string path, string rule) =>
        AssertOne(Hall + addition + "\n", line, path, rule, allowMore: rule == "two-forms");

    // Row is four lines: a row of two racks from 1 m to 2.2 m, 1.2 m deep.
    [Theory]
    [InlineData("racks:\n  r02/a: {sku: nvidia/gb200-nvl72@1, at: [2 m, 2 m]}", 6, "racks.r02/a", "racks-overlap")]
    [InlineData("racks:\n  r02/a: {frame: {width: 600 mm, depth: 600 mm}, at: [0.5 m, 0.5 m]}", 6, "racks.r02/a", "racks-overlap")]
    [InlineData("overrides:\n  r01/02: {at: [1.1 m, 1 m]}", 6, "overrides.r01/02", "racks-overlap")]
    [InlineData("overrides:\n  r01/01: {sku: amd/helios-mi450@1}", 6, "overrides.r01/01", "racks-overlap")]
    [InlineData("hall: {size: [2 m, 10 m]}", 4, "rows.r01", "outside-hall")]
    [InlineData("hall: {size: [10 m, 2 m]}", 4, "rows.r01", "outside-hall")]
    [InlineData("racks:\n  r01/01: {note: x}\noverrides:\n  r01/01: {note: y}", 8, "overrides.r01/01", "stated-twice")]
    [InlineData("racks:\n  r02/a: {boundTo: r01/09}", 6, "racks.r02/a.boundTo", "unknown-rack")]
    [InlineData("removed: [r01]", 5, "removed[0]", "removed-stated")]
    [InlineData("removed: [r01/01]\noverrides:\n  r01/01: {note: y}", 7, "overrides.r01/01", "removed-stated")]
    [InlineData("domains:\n  d: {racks: [r01/09]}", 6, "domains.d.racks[0]", "unknown-rack")]
    [InlineData("domains:\n  d: {racks: [r01/01], part: '99'}", 6, "domains.d.part", "unknown-slot")]
    [InlineData("domains:\n  d: {racks: [r01/01]}\n  e: {racks: [r01/01]}", 7, "domains.e.racks[0]", "domain-twice")]
    [InlineData("assets:\n  r01/01/u5: {serial: A1}", 6, "assets.r01/01/u5", "slot-taken")]
    [InlineData("assets:\n  r01/01/u5-rear: {serial: A1}", 6, "assets.r01/01/u5-rear", "slot-taken")]
    [InlineData("assets:\n  r01/01/u40: {serial: A1}\n  r01/01/u39.5: {serial: A2}", 7, "assets.r01/01/u39.5", "slot-taken")]
    [InlineData("assets:\n  r01/01/u48.5: {serial: A1}", 6, "assets.r01/01/u48.5", "outside-rack")]
    [InlineData("assets:\n  r01/01/u40: {sku: nvidia/none@1}", 6, "assets.r01/01/u40.sku", "unknown-sku")]
    [InlineData("assets:\n  r01/01/05: {assetTag: T1}\n  r01/01/06: {assetTag: T1}", 7, "assets.r01/01/06.assetTag", "duplicate-assettag")]
    [InlineData("assets:\n  r01/01/05: {firmware: {bmc: 1.2}}", 6, "assets.r01/01/05.firmware.bmc", "wrong-type")]
    [InlineData("overrides:\n  r01/01: {formerly: r01/02}", 6, "overrides.r01/01.formerly", "formerly-stated")]
    [InlineData("overrides:\n  r01/01: {formerly: r09/01}\n  r01/02: {formerly: r09/01}", 7, "overrides.r01/02.formerly", "formerly-twice")]
    public void A_mistake_on_the_floor_or_in_a_rack_is_named(string addition, int line, string path, string rule) =>
        AssertOne(Row + addition + "\n", line, path, rule);

    // Site is six lines: site s with a substation mv at 34.5 kV.
    [Theory]
    [InlineData("    halls: {h: {rows: {r01: {sku: nvidia/gb200-nvl72@1, racks: 1, feeds: [mv]}}}}", 7, "sites.s.halls.h.rows.r01.feeds[0]", "feed-voltage")]
    [InlineData("    halls: {h: {power: {tx: {kind: Transformer, fedBy: mv, voltage: {in: 13.8 kV, out: 415 V}}}}}", 7, "sites.s.halls.h.power.tx.fedBy", "voltage-mismatch")]
    [InlineData("    halls: {h: {power: {tx: {kind: Transformer, fedBy: lv}}}}", 7, "sites.s.halls.h.power.tx.fedBy", "unknown-feed")]
    [InlineData("    halls: {h: {power: {tx: {kind: Transformer, fedBy: s/lv}}}}", 7, "sites.s.halls.h.power.tx.fedBy", "unknown-feed")]
    [InlineData("    halls: {h: {use: t}}", 7, "sites.s.halls.h.use", "unknown-template")]
    [InlineData("    halls: {h: {use: t}}\ntemplates: {t: {use: t}}", 8, "templates.t.use", "template-in-template")]
    [InlineData("    halls: {h08-h02: {}}", 7, "sites.s.halls.h08-h02", "hall-range")]
    [InlineData("    halls: {h1-h5000: {}}", 7, "sites.s.halls.h1-h5000", "hall-range")]
    [InlineData("    halls: {h01-h02: {formerly: s/h9}}", 7, "sites.s.halls.h01-h02.formerly", "formerly-twice")]
    [InlineData("    halls: {h01: {}, h01-h02: {}}", 7, "sites.s.halls.h01-h02", "duplicate-name")]
    [InlineData("    halls: {mv: {}}", 7, "sites.s.halls.mv", "duplicate-name")]
    [InlineData("    halls: {h1: {}, h2: {formerly: s/h1}}", 7, "sites.s.halls.h2.formerly", "formerly-stated")]
    [InlineData("    halls: {h1-h2: {use: t}}\ntemplates:\n  t:\n    rows: {r: {frame: {width: 600 mm}, racks: 1}}\n    assets: {r/01: {serial: A1}}", 11, "templates.t.assets", "assets-stamped")]
    [InlineData("  t: {}", 7, "sites.t", "outside-owned")]
    [InlineData("    halls: {h: {}}\ntemplates: {unused: {rows: {r: {racks: 1}}}}", 8, "templates.unused.rows.r", "sku-or-frame")]
    public void A_mistake_across_levels_is_named(string addition, int line, string path, string rule) =>
        AssertOne(Site + addition + "\n", line, path, rule);

    [Theory]
    [InlineData("owns: [s, s/h]\nsites: {s: {halls: {h: {}}}}", 2, "owns[1]", "owned-twice")]
    [InlineData("owns: [s/h, s/i]\nsites: {s: {halls: {h: {}}}}", 2, "owns[1]", "owned-unstated")]
    [InlineData("owns: [s/h, s/i]\npower: {}", 3, "power", "which-hall")]
    [InlineData("owns: s\nrows: {}", 3, "rows", "which-hall")]
    [InlineData("owns: s/h\nsites:\n  s:\n    note: x\n    halls: {h: {}}", 5, "sites.s.note", "outside-owned")]
    [InlineData("owns: fleet\nsites:\n  fleet: {}", 4, "sites.fleet", "reserved-name")]
    [InlineData("owns: fleet\nsites: {s: {}}\nprogrammes:\n  p: {status: signed, sites: [t]}", 5, "programmes.p.sites[0]", "unknown-site")]
    [InlineData("owns: fleet\nsites: {s: {halls: {h: {rows: {r: {frame: {width: 1 m}, racks: 1, programme: q}}}}}}\nprogrammes:\n  p: {status: signed}", 3, "sites.s.halls.h.rows.r.programme", "unknown-programme")]
    [InlineData("owns: fleet\nsites: {s: {operator: oracel}}\norganisations: {oracle: {}}", 3, "sites.s.operator", "unknown-organisation")]
    public void A_mistake_about_what_is_owned_is_named(string text, int line, string path, string rule) =>
        AssertOne($"ampacity: 1\n{text}\n", line, path, rule);

    [Fact]
    public void A_loop_through_a_site_and_a_hall_is_told_by_its_names()
    {
        const string Text = "ampacity: 1\nowns: s\nsites:\n  s:\n    power:\n      mv: {kind: Switchboard, fedBy: s/h/gen}\n    halls:\n      h:\n        power:\n"
            + "          tx: {kind: Transformer, fedBy: mv}\n          gen: {kind: Switchboard, fedBy: tx}\n";
        var error = Assert.Single(Parse(Text).Errors);
        Assert.Equal("feed-loop", error.Rule);
        Assert.Contains("s/mv fedBy s/h/gen fedBy s/h/tx fedBy s/mv", error.Hint);
    }

    [Fact]
    public void A_node_at_34_kilovolts_may_stand_upstream_of_racks()
    {
        var file = Parse(Site + "    halls: {h: {power: {tx: {kind: Transformer, fedBy: mv, voltage: {in: 34.5 kV, out: 415 V}}}, "
            + "rows: {r01: {sku: nvidia/gb200-nvl72@1, racks: 1, feeds: [tx]}}}}\n").OrThrow();
        Assert.Equal("tx", Assert.Single(file.Halls).Body.Racks[0].Terms.Feeds[0].From);
    }

    [Fact]
    public void Ten_thousand_racks_are_compared_with_their_neighbours_only()
    {
        // Quadratic work would be 50 million comparisons a run of this; the last rack stands on the first of the row before it.
        var rows = string.Concat(Enumerable.Range(0, 100).Select(row => FormattableString.Invariant(
            $"  r{row}: {{sku: nvidia/gb200-nvl72@1, racks: 100, at: [1 m, {(row == 99 ? 98 * 2 : row * 2)} m], pitch: 600 mm}}\n")));
        var error = Assert.Single(Parse(Hall + "rows:\n" + rows).Errors);
        Assert.Equal(("rows.r99", "racks-overlap"), (error.Path, error.Rule));
    }

    [Fact]
    public void More_halls_than_one_file_may_declare_are_refused()
    {
        var errors = Parse("ampacity: 1\nowns: fleet\nsites:\n  s:\n    halls:\n      a1-a900: {}\n      b1-b900: {}\n").Errors;
        Assert.Equal((7, "too-many-halls"), (Assert.Single(errors).Line, errors[0].Rule));
    }

    [Fact]
    public void More_racks_than_one_file_may_stamp_are_refused()
    {
        var errors = Parse("ampacity: 1\nowns: fleet\nsites:\n  s:\n    halls:\n      a1-a900: {rows: {r: {sku: nvidia/gb200-nvl72@1, racks: 500}}}\n").Errors;
        Assert.Equal("too-many-racks", Assert.Single(errors).Rule);
    }

    private static FileResult<DeclaredFile> Parse(string text) => FleetFile.Parse("fleet.yaml", text, ShippedFilesTests.Catalogue);

    private static void AssertOne(string text, int line, string path, string rule, bool allowMore = false)
    {
        var result = Parse(text);
        Assert.Null(result.Value);
        var error = allowMore ? result.Errors.First(e => e.Rule == rule) : Assert.Single(result.Errors);
        Assert.Equal(("fleet.yaml", line, path, rule), (error.File, error.Line, error.Path, error.Rule));
        Assert.NotEmpty(error.Hint);
    }
}
