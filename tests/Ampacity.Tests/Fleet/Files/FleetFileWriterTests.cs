using System.Globalization;
using System.Text;
using Ampacity.Fleet;

namespace Ampacity.Tests.Fleet.Files;

public sealed class FleetFileWriterTests
{
    private const long NowMs = OneRack.BeganMs;

    [Theory]
    [InlineData("one-rack.yaml", "site/hall")]
    [InlineData("one-rack.yaml", "site")]
    [InlineData("one-rack.yaml", "fleet")]
    [InlineData("hall-300.yaml", "example/h1")]
    [InlineData("programme-26gw.yaml", "fleet")]
    [InlineData("programme-26gw.yaml", "abilene")]
    [InlineData("programme-26gw.yaml", "abilene/b1")]
    [InlineData("programme-26gw.yaml", "abilene/b1/h1")]
    public void An_example_exports_back_to_no_difference(string name, string under)
    {
        var text = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "examples", name));
        var exported = RoundTrip(text, under);
        if (under == "fleet" || under.StartsWith("example", StringComparison.Ordinal))
        {
            // Stamped again, not typed: no longer than a person wrote it, comments apart.
            Assert.InRange(exported.Text.Length, 1, text.Length * 2);
        }
    }

    [Fact]
    public void A_row_is_stamped_again_with_its_exceptions_holes_and_named_racks()
    {
        const string Text = """
            ampacity: 1
            owns: s/h
            power:
              a: {kind: Ups}
              b: {kind: Ups}
            rows:
              r01: {sku: nvidia/gb200-nvl72@1, racks: 20, at: [2 m, 4 m], pitch: 600 mm, feeds: [a, b], mode: preferred, transfer: 8 ms, domain: {racks: 2}, note: near the door}
              r02: {sku: nvidia/gb200-nvl72@1, racks: 3, at: [20 m, 4 m], pitch: 700 mm, direction: y}
            racks:
              r01/17: {frame: {height: 42 RU, width: 600 mm}}
              r09/a01: {sku: nvidia/gb200-nvl72@1, at: [30 m, 4 m], boundTo: r01/02, tags: [spare]}
            overrides:
              r01/07: {feeds: [b, a], state: Live}
              r01/08: {at: [2 m, 8 m]}
            removed: [r01/15]
            """;
        var exported = RoundTrip(Text, "s/h");
        var lines = exported.Text.Split('\n');
        Assert.Contains("  r01: {sku: nvidia/gb200-nvl72@1, racks: 20, at: [2 m, 4 m], pitch: 600 mm, feeds: [a, b], mode: preferred, transfer: 8 ms, "
            + "domain: {racks: 2}, note: near the door}", lines);
        Assert.Contains("  r02: {sku: nvidia/gb200-nvl72@1, racks: 3, at: [20 m, 4 m], pitch: 700 mm, direction: y}", lines);
        Assert.Contains("  r01/07: {feeds: [b, a], state: Live}", lines);
        Assert.Contains("  r01/08: {at: [2 m, 8 m]}", lines);
        Assert.Contains("removed: [r01/15]", lines);
        Assert.Contains("  r01/17: {frame: {height: 42 RU, width: 600 mm}}", lines);
    }

    [Fact]
    public void Halls_that_are_alike_share_a_template_again()
    {
        const string Text = """
            ampacity: 1
            owns: fleet
            sites:
              s:
                power: {mv: {kind: Substation, voltage: {out: 34.5 kV}}}
                halls:
                  h01-h08: {use: t, tenant: openai}
                  h09: {use: t, tenant: other}
            templates:
              t: {power: {tx: {kind: Transformer, fedBy: mv}}, rows: {r1: {sku: nvidia/gb200-nvl72@1, racks: 4, feeds: [tx]}}}
            """;
        var lines = RoundTrip(Text, "fleet").Text.Split('\n');
        Assert.Contains("      h01-h08: {use: t1, tenant: openai}", lines);
        Assert.Contains("      h09: {use: t1, tenant: other}", lines);
    }

    [Fact]
    public void Random_files_export_back_to_no_difference()
    {
        for (var seed = 1; seed <= 60; seed++)
        {
            var text = RandomFile(new Random(seed));
            try
            {
                RoundTrip(text, "fleet");
                RoundTrip(text, "s1");
                RoundTrip(text, "s1/h1");
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                Assert.Fail($"seed {seed}: {error.Message}\n{text}");
            }
        }
    }

    [Fact]
    public void Quantities_of_any_size_are_written_so_that_they_read_back_the_same()
    {
        var random = new Random(7);
        var nodes = string.Concat(Enumerable.Range(0, 500).Select(n => string.Create(CultureInfo.InvariantCulture,
            $"  n{n}: {{kind: Bess, rating: {Random(random)} {Unit("W", "kW", "MW", "GW")}, stored: {Random(random)} {Unit("J", "MJ", "kWh", "MWh")}, voltage: {{out: {random.NextDouble() * 100:0.############} kV}}}}\n")));
        RoundTrip("ampacity: 1\nowns: s/h\npower:\n" + nodes, "s/h");

        string Unit(params string[] units) => units[random.Next(units.Length)];
        static string Random(Random random) => (random.NextDouble() * Math.Pow(10, random.Next(0, 6)) + 0.001).ToString("0.##############", CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Quantities_are_written_as_people_write_them()
    {
        const string Text = """
            ampacity: 1
            owns: s/h
            hall: {size: [60 m, 40.5 m]}
            power:
              a: {kind: Ups, rating: 3 MW, overload: {110%: 600 s, 150%: 10 s}, efficiency: {25%: 0.94, 100%: 0.96}, voltage: {in: 34.5 kV, out: 415 V}, stored: 500 kWh}
              b: {kind: Busway, fedBy: a, rating: 1600 A at 415 V, continuous: 0.8, powerFactor: 0.95}
            cooling:
              c: {kind: Cdu, capacity: 2 MW at 5 K, supply: 30 C, flow: 1500 L/min, volume: 800 L}
            """;
        Assert.Equal(Text.Trim(), RoundTrip(Text, "s/h").Text.Trim());
    }

    // Declares the text, exports what holds, and plans the export on what holds: nothing may change, whoever owns it.
    private static ExportedFile RoundTrip(string text, string under)
    {
        var file = FleetFile.Parse("in.yaml", text, OneRack.Catalogue).OrThrow();
        var (ledger, plan) = OneRack.Apply(FactLedger.Empty, file, NowMs);
        Assert.Empty(plan.Errors);
        var graph = FleetGraphBuilder.Build(ledger, NowMs, OneRack.Catalogue);
        var exported = FleetFileWriter.Write(graph.Within(PlaceScope.Whole), ledger, under)!;
        Assert.Empty(exported.Omitted);
        var back = FleetFile.Parse("out.yaml", exported.Text, OneRack.Catalogue).OrThrow();
        var again = ChangePlanner.Plan(ledger, graph, [back], "test", "", NowMs + 1);
        Assert.Empty(again.Errors);
        Assert.True(again.Draft.IsEmpty, string.Join('\n', again.Changes.Take(5)) + "\n" + exported.Text[..Math.Min(4000, exported.Text.Length)]);

        // The same, declared anew: all that was said before is said again.
        if (under == file.Owns[0])
        {
            var (_, fresh) = OneRack.Apply(FactLedger.Empty, back, NowMs);
            Assert.Empty(fresh.Errors);
            Assert.Equal(plan.Tally.Added, fresh.Tally.Added);
        }

        return exported;
    }

    private static string RandomFile(Random random)
    {
        var text = new StringBuilder("ampacity: 1\nowns: fleet\n");
        text.Append("organisations: {openai: {title: 'Open: AI, \"it\\'s\"', roles: [tenant]}}\n".Replace("\\'", "''", StringComparison.Ordinal));
        text.Append(CultureInfo.InvariantCulture, $"programmes: {{p1: {{status: announced, power: {random.Next(1, 99)} GW, price: {random.NextDouble():0.###} USD/W, milestones: {{2026-12-31: 1 GW, 2027-12-31: {random.Next(2, 9)} GW}}}}}}\n");
        text.Append("sites:\n  s1:\n    tenant: openai\n    note: '17'\n    power:\n      sub: {kind: Substation, rating: 90 MVA, voltage: {in: 138 kV, out: 34.5 kV}, tags: [a, '5']}\n");
        text.Append("    cooling: {plant: {kind: Plant, supply: 20.5 C, return: 31 C}}\n    halls:\n");
        for (var hall = 1; hall <= random.Next(1, 4); hall++)
        {
            Hall(text, random, $"h{hall.ToString(CultureInfo.InvariantCulture)}");
        }

        return text.ToString();
    }

    private static void Hall(StringBuilder text, Random random, string name)
    {
        text.Append(CultureInfo.InvariantCulture, $"      {name}:\n        size: [90 m, {random.Next(60, 90)} m]\n        tranches: {{t1: {{power: {random.Next(1, 50)} MW, energised: 2027-0{random.Next(1, 9)}-01}}}}\n");
        text.Append("        power:\n");
        text.Append(CultureInfo.InvariantCulture, $"          tx: {{kind: Transformer, fedBy: sub, rating: {random.NextDouble() * 100:0.####} MVA, voltage: {{in: 34.5 kV, out: 415 V}}, efficiency: {{{random.Next(10, 40)}%: 0.9{random.Next(10, 99)}, 100%: 0.98}}, fixedLoss: {random.Next(1, 9000)} W}}\n");
        text.Append(CultureInfo.InvariantCulture, $"          bat: {{kind: Bess, rating: 2 MW, stored: {random.Next(1, 900)} kWh, discharge: {random.Next(1, 9)}.5 MW}}\n");
        text.Append(CultureInfo.InvariantCulture, $"          a: {{kind: Ups, fedBy: [{{from: tx, rating: {random.Next(1, 900)} A at 415 V, share: 0.{random.Next(1, 9)}, continuous: 0.8}}, bat], mode: preferred, transfer: {random.Next(1, 99)} ms, rating: 3 MW, overload: {{110%: 10 min, 12{random.Next(1, 9)}.5%: 60 s}}}}\n");
        text.Append(CultureInfo.InvariantCulture, $"          b: {{kind: Busway, fedBy: a, rating: {random.Next(100, 6000)} A at 415 V, phases: {random.Next(0, 2) switch { 0 => "3", _ => "1" }}, powerFactor: 0.9{random.Next(1, 9)}}}\n");
        text.Append("          dc: {kind: Busway, rating: 1600 A at 800 V, phases: dc}\n");
        text.Append(CultureInfo.InvariantCulture, $"        cooling:\n          l: {{kind: Loop, cooledBy: plant, volume: {random.Next(1, 9000)} L, rise: 8.25 K}}\n          c: {{kind: Cdu, loop: l, cooledBy: [l], capacity: {random.NextDouble() * 5 + 0.1:0.###} MW at 5 K, flow: {random.Next(1, 9000)} L/min}}\n");
        text.Append("        rows:\n");
        var rows = random.Next(1, 6);
        string[] feeds = ["[a, b]", "[b]", "[{from: a, share: 2}, dc]", "[s1/h1/a, b]"];
        for (var row = 1; row <= rows; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"          r{row:00}: {{sku: nvidia/gb200-nvl72@1, racks: {random.Next(3, 12)}, at: [{random.Next(0, 9)}.{random.Next(0, 999)} m, {row * 3} m], pitch: {random.Next(600, 900)} mm, feeds: {feeds[random.Next(feeds.Length)]}");
            foreach (var key in new[] { "mode: active-active", "cdus: [c]", "programme: p1", "state: Planned", "tenant: openai", "tags: [x, y]", "liquid: 0.87", "domain: {racks: 2}", "depth: 1.25 m", "note: 'a: b'" })
            {
                text.Append(random.Next(3) == 0 ? $", {key}" : "");
            }

            text.Append("}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"          q: {{}}\n        racks:\n          r01/02: {{sku: nvidia/gb300-nvl72@1, at: [{random.Next(40, 60)} m, 3 m]}}\n          z/a-1: {{frame: {{height: 44 OU, width: 1.2 m}}, boundTo: r01/01, note: \"two\\nlines\"}}\n");
        text.Append("        overrides:\n          r01/01: {state: Live, tags: [z], domain: odd}\n");
        text.Append("        removed: [r01/03]\n        domains: {part-1: {racks: [r01/01, r01/02], part: '05'}}\n");
        text.Append("        fabric:\n          planes: {p1: {kind: scale-out}}\n          switches: {leaf-1: {rack: r01/01}, leaf-2: {note: spare}}\n          links:\n");
        text.Append(CultureInfo.InvariantCulture, $"            - {{from: r01/*, to: [leaf-1, leaf-2], plane: p1, count: {random.Next(1, 18)}, rate: 400 Gbit/s, optic: dr4, length: {random.Next(1, 30)} m}}\n            - {{from: leaf-1, to: leaf-2}}\n");
        text.Append(CultureInfo.InvariantCulture, $"        assets:\n          r01/01/05: {{serial: '{name}-{random.Next(1000)}', part: '0012', firmware: {{bmc: '1.{random.Next(9)}', bios: v2}}, state: Racked, owner: openai, tags: [t]}}\n");
        text.Append(CultureInfo.InvariantCulture, $"          r01/01/u40-rear: {{assetTag: T-{name}, note: 'x # y'}}\n          r01/02: {{hostname: {name}-rack}}\n");
        text.Append("        bindings: [{match: '{job=\"dcgm\"}', asset: {by: uuid, from: UUID}, place: 'host:$Hostname'}]\n");
    }
}
