using System.Text.Json.Nodes;
using Ampacity.Fleet;
using CsCheck;

namespace Ampacity.Tests;

public sealed class NetBoxConversionTests
{
    [Fact]
    public void A_site_is_one_file_and_the_tenants_another()
    {
        var import = NetBoxSample.Import();

        Assert.Equal(["ams1.yaml", "ber.yaml", "tenants.yaml"], import.FleetFiles.Select(file => file.Name));
        Assert.Contains("\nowns: ams1\n", import.FileText("ams1.yaml"), StringComparison.Ordinal);
        Assert.Contains("  acme: {title: Acme Research, roles: [tenant]}\n", import.FileText("tenants.yaml"), StringComparison.Ordinal);
    }

    [Theory]
    // A location at the top with locations below it is a building, what is below it a hall, what is below that a row.
    [InlineData("ams1.yaml", "    buildings:\n      building-a:\n")]
    [InlineData("ams1.yaml", "        halls:\n          hall-1:\n")]
    [InlineData("ams1.yaml", "              row-1/r01: {frame: {height: 42 RU, width: 600 mm, depth: 1200 mm}, feeds: [pdp-a-busduct, pdu-r01-a, pdu-r01-b], state: Live, tags: [hot-aisle, role-compute, facility-F01]}\n")]
    // Inches, a tenant, a reserved rack, a feed that names its rack.
    [InlineData("ams1.yaml", "              row-1/r02: {frame: {height: 42 RU, width: 609.6 mm}, feeds: [pdp-a-r02], tenant: acme, state: Planned}\n")]
    // A rack group below a location; a name that cannot be one of ours.
    [InlineData("ams1.yaml", "              row-2-aisle-7/r-03-x: {frame: {height: 42 RU}, state: Racked, note: 'In NetBox: R 03/x'}\n")]
    // Two racks of one name: who came later carries its id. A busway in another hall is named from the root.
    [InlineData("ams1.yaml", "              row-1/r01-6: ")]
    [InlineData("ams1.yaml", "          racks/lab-1: {frame: {height: 10 RU}, feeds: [ams1/building-a/hall-1/pdp-a-busduct], note: 'In NetBox: LAB 1'}\n")]
    [InlineData("ams1.yaml", "              pdp-a-r01-a: {kind: Breaker, fedBy: pdp-a, rating: 32 A at 400 V, continuous: 0.8}\n")]
    [InlineData("ams1.yaml", "              pdp-a-r02: {kind: Breaker, fedBy: pdp-a, rating: 16 A at 230 V, phases: 1, continuous: 1}\n")]
    [InlineData("ams1.yaml", "              pdp-b-spare: {kind: Breaker, fedBy: pdp-b, rating: 100 A at 48 V, phases: dc, continuous: 0.8}\n")]
    [InlineData("ams1.yaml", "              pdp-a-busduct: {kind: Busway, fedBy: pdp-a, rating: 400 A at 400 V, continuous: 0.8}\n")]
    [InlineData("ams1.yaml", "              pdu-r01-a: {kind: Pdu, fedBy: pdp-a-r01-a}\n")]
    [InlineData("ams1.yaml", "              row-1/r01: {serial: 'RK-0001', assetTag: 'T-1'}\n")]
    [InlineData("ams1.yaml", "              row-1/r01/u1: {sku: example-systems/gpu-server-8@1, serial: 'SN-1', assetTag: 'A-1', hostname: 'gpu-001', bmc: '02:00:00:aa:00:01', part: GS-8, state: Live, tags: [role-server]}\n")]
    [InlineData("ams1.yaml", "              row-1/r01/side-2: {sku: strip-works/strip-24@1, serial: 'P-1', state: Live, tags: [role-pdu], note: 'In NetBox: pdu r01 a'}\n")]
    [InlineData("ams1.yaml", "              row-1/r01/u12.5-rear: {sku: example-systems/half-switch@1, hostname: 'half', state: Racked, tags: [role-server]}\n")]
    // Units counted from the top, and from 0; a serial of digits stays text.
    [InlineData("ams1.yaml", "            racks/lab-1/u10: {sku: example-systems/leaf-64@1, serial: '0007', hostname: 'lab-top', state: Live, tags: [role-server]}\n")]
    [InlineData("ber.yaml", "          racks/b1/u1: {sku: example-systems/gpu-server-8@1, serial: 'SN-9', part: GS-8, tags: [role-server], note: 'In NetBox: GPU-001'}\n")]
    [InlineData("ber.yaml", "    halls:\n      hall:\n        racks:\n")]
    [InlineData("skus/example-systems/gpu-server-8.yaml", "height: 8 RU\n")]
    [InlineData("skus/example-systems/gpu-server-8.yaml", "{of: power, value: 6000 W, kind: nameplate, ")]
    [InlineData("skus/example-systems/gpu-server-8.yaml", "{of: power, value: 5000 W, kind: design, ")]
    [InlineData("skus/example-systems/leaf-64.yaml", "{of: mass, value: 9.0718 kg, kind: nameplate, source: 'NetBox device type 4: 20 lb', date: 2025-03-04}")]
    [InlineData("skus/strip-works/strip-24.yaml", "{of: power-throughput, value: 8600 W, kind: nameplate, ")]
    public void What_NetBox_says_stands_in_the_files(string file, string text)
    {
        Assert.Contains(text.TrimStart(), NetBoxSample.Import().FileText(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(NetBoxRemark.LeftOut, "devices", "no-rack", 1, "spare (7)")]
    [InlineData(NetBoxRemark.LeftOut, "devices", "no-position", 1, "loose (8)")]
    [InlineData(NetBoxRemark.LeftOut, "devices", "in-chassis", 1, "blade (11)")]
    [InlineData(NetBoxRemark.LeftOut, "devices", "duplicate-serial", 1, "half (4): SN-1 is that of gpu-001 (1)")]
    [InlineData(NetBoxRemark.LeftOut, "devices", "duplicate-hostname", 1, "GPU-001 (9): gpu-001 is that of gpu-001 (1)")]
    [InlineData(NetBoxRemark.LeftOut, "devices", "no-serial", 1, "leaf-1 (5): N/A")]
    [InlineData(NetBoxRemark.LeftOut, "devices", "no-hostname", 1, "pdu r01 a (2): pdu r01 a")]
    [InlineData(NetBoxRemark.LeftOut, "devices", "unknown-status", 1, "GPU-001 (9): weird")]
    [InlineData(NetBoxRemark.LeftOut, "devices", "field:virtual_chassis", 1, "leaf-1 (5)")]
    [InlineData(NetBoxRemark.LeftOut, "devices", "field:custom_fields.cost_centre", 1, "gpu-001 (1)")]
    [InlineData(NetBoxRemark.LeftOut, "devices", "pdu-rating", 2, "pdu r01 a (2)")]
    [InlineData(NetBoxRemark.LeftOut, "device-types", "unused-type", 1, "Never Used (5)")]
    [InlineData(NetBoxRemark.LeftOut, "interfaces", "not-a-bmc", 1, "mgmt0 (2)")]
    [InlineData(NetBoxRemark.LeftOut, "racks", "unknown-status", 1, "LAB 1 (4): custom-status")]
    [InlineData(NetBoxRemark.LeftOut, "racks", "field:frobnication", 1, "R 03/x (3)")]
    [InlineData(NetBoxRemark.LeftOut, "racks", "no-width", 4, "R 03/x (3)")]
    [InlineData(NetBoxRemark.LeftOut, "racks", "no-floor", 6, null)]
    [InlineData(NetBoxRemark.LeftOut, "sites", "field:status", 1, "Berlin (2): planned")]
    [InlineData(NetBoxRemark.LeftOut, "cables", "to-nothing", 1, "#7 (7)")]
    [InlineData(NetBoxRemark.LeftOut, "cables", "unknown-end", 1, "#6 (6): dcim.powerfeed 99")]
    [InlineData(NetBoxRemark.LeftOut, "cables", "feed-loop", 1, "#8 (8): pdu-r01-a to pdu-r01-a")]
    [InlineData(NetBoxRemark.LeftOut, "cables", "planned", 1, "#10 (10)")]
    [InlineData(NetBoxRemark.LeftOut, "cables", "joins:interface:interface", 1, "#5 (5)")]
    [InlineData(NetBoxRemark.LeftOut, "power-feeds", "feed-voltage", 1, "Line 1 (4): 32767 V at rack R02 (2)")]
    [InlineData(NetBoxRemark.LeftOut, "power-feeds", "feeds-nothing", 1, "Spare (5)")]
    [InlineData(NetBoxRemark.LeftOut, "power-panels", "no-source", 3, "PDP A (1)")]
    [InlineData(NetBoxRemark.LeftOut, "power-outlets", "field:feed_leg", 3, "1 (1): A")]
    [InlineData(NetBoxRemark.Changed, "racks", "renamed", 3, "R 03/x (3): r-03-x")]
    [InlineData(NetBoxRemark.Changed, "power-feeds", "negative-voltage", 1, "Spare (5)")]
    [InlineData(NetBoxRemark.Assumed, "power-feeds", "clamped", 1, "Line 1 (4)")]
    [InlineData(NetBoxRemark.Assumed, "power-feeds", "is-busway", 1, "Busduct (6)")]
    [InlineData(NetBoxRemark.Assumed, "racks", "feed-mode", 1, "R01 (1)")]
    [InlineData(NetBoxRemark.Assumed, "racks", "no-location", 1, "B1 (5)")]
    [InlineData(NetBoxRemark.Assumed, "racks", "no-row", 2, "LAB 1 (4)")]
    [InlineData(NetBoxRemark.Assumed, "locations", "is-hall", 2, "Hall 1 (2)")]
    [InlineData(NetBoxRemark.NotRead, "rack-reservations", "not-read", 1, null)]
    public void What_cannot_be_carried_over_is_reported(NetBoxRemark remark, string collection, string rule, int count, string? example)
    {
        var line = Assert.Single(NetBoxSample.Import().Report, line => (line.Remark, line.Collection, line.Rule) == (remark, collection, rule));

        Assert.Equal(count, line.Count);
        Assert.Equal(example, line.Examples.Count > 0 ? line.Examples[0] : null);
        Assert.NotEmpty(line.Text);
    }

    [Fact]
    public void Every_object_is_counted()
    {
        var counts = NetBoxSample.Import().Counts.ToDictionary(count => count.Collection, count => (count.Read, count.Carried));

        Assert.Equal((11, 8), counts["devices"]);
        Assert.Equal((6, 6), counts["racks"]);
        Assert.Equal((10, 6), counts["cables"]);
        Assert.Equal(NetBoxSample.Export().Count, counts.Values.Sum(count => count.Read));
    }

    [Fact]
    public void The_order_of_objects_in_the_export_does_not_count()
    {
        var expected = NetBoxSample.Import();

        Gen.Int.Sample(seed =>
        {
            var import = NetBoxSample.Import(json =>
            {
                foreach (var (name, list) in json.ToList().Where(pair => pair.Value is JsonArray))
                {
                    var items = list!.AsArray().Select(item => item!.DeepClone()).ToArray();
                    new Random(seed).Shuffle(items);
                    json[name] = new JsonArray(items);
                }
            });
            return import.FleetFiles.SequenceEqual(expected.FleetFiles) && import.SkuFiles.SequenceEqual(expected.SkuFiles)
                && import.Report.Select(line => line.ToString()).SequenceEqual(expected.Report.Select(line => line.ToString()));
        }, iter: 30);
    }

    [Fact]
    public void A_device_that_goes_takes_only_its_own_line()
    {
        var before = NetBoxSample.Import();
        var after = NetBoxSample.Import(json => json["devices"]!.AsArray().Remove(json.Item("devices", 2)));

        var gone = before.FileText("ams1.yaml").Split('\n').Except(after.FileText("ams1.yaml").Split('\n'), StringComparer.Ordinal).ToList();
        Assert.DoesNotContain(gone, line => line.Contains("/side-3", StringComparison.Ordinal));
        Assert.Contains(gone, line => line.Contains("/side-2", StringComparison.Ordinal));
        // The strip's asset, its power node, and the rack that it fed.
        Assert.Equal(3, gone.Count);
        Assert.Equal(before.FileText("ber.yaml"), after.FileText("ber.yaml"));
    }

    [Fact]
    public void A_new_rack_of_a_used_name_renames_nobody()
    {
        var before = NetBoxSample.Import();
        var after = NetBoxSample.Import(json =>
        {
            var rack = json.Item("racks", 6).DeepClone().AsObject();
            rack["id"] = 60;
            json["racks"]!.AsArray().Insert(0, rack);
        });

        var lines = after.FileText("ams1.yaml").Split('\n');
        Assert.Empty(before.FileText("ams1.yaml").Split('\n').Except(lines, StringComparer.Ordinal));
        Assert.Contains(lines, line => line.Contains("row-1/r01-60: ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_SKU_that_the_catalogue_has_gets_no_file()
    {
        var first = NetBoxSample.Import();
        var catalogue = SkuCatalogue.Load(first.SkuFiles.Select(file => (file.Name, file.Text))).OrThrow();

        var second = NetBoxConversion.Convert(NetBoxSample.Export(), catalogue);

        Assert.Empty(second.SkuFiles);
        Assert.Equal(first.FleetFiles.AsEnumerable(), second.FleetFiles);
        Assert.DoesNotContain(second.Report, line => line.Rule == "other-sku");
    }

    [Fact]
    public void A_SKU_of_which_the_catalogue_says_otherwise_stays_as_it_is_and_is_reported()
    {
        var catalogue = SkuCatalogue.Load(NetBoxSample.Import().SkuFiles.Select(file => (file.Name, file.Text))).OrThrow();

        var import = NetBoxConversion.Convert(NetBoxSample.Export(json => json.Item("power-port-templates", 1)["maximum_draw"] = 3500), catalogue);

        Assert.Empty(import.SkuFiles);
        Assert.Equal(1, Assert.Single(import.Report, line => line.Rule == "other-sku").Count);
    }

    [Fact]
    public void Bare_ids_and_bare_choices_mean_the_same_as_nested_ones()
    {
        var import = NetBoxSample.Import(json =>
        {
            json.Item("racks", 2)["status"] = "reserved";
            json.Item("racks", 2)["site"] = 1;
            json.Item("racks", 2)["tenant"] = 1;
            json.Item("devices", 1)["rack"] = 1;
            json.Item("devices", 1)["position"] = "1.0";
        });

        Assert.Equal(NetBoxSample.Import().FileText("ams1.yaml"), import.FileText("ams1.yaml"));
    }

    [Theory]
    [InlineData("# not a comment: {a: b}")]
    [InlineData("it's \"quoted\" \\n, [x]")]
    [InlineData("two\nlines\tand a tab")]
    [InlineData("- 0x1F")]
    [InlineData("true")]
    [InlineData("serveur à Orléans 机柜")]
    public void Words_of_any_kind_read_back_as_they_were(string words)
    {
        var import = NetBoxSample.Import(json => json.Item("devices", 10)["description"] = words);

        Assert.Equal(words, Note(import));
    }

    [Fact]
    public void Marks_that_no_reader_should_meet_become_spaces()
    {
        var import = NetBoxSample.Import(json => json.Item("devices", 10)["description"] = "a\u202Eb\u0000c\u007fd");

        Assert.Equal("a b c d", Note(import));
    }

    [Fact]
    public void A_description_without_end_is_cut_and_reported()
    {
        var import = NetBoxSample.Import(json => json.Item("devices", 10)["description"] = string.Concat(Enumerable.Repeat("😀", 900)));

        Assert.True(Note(import).Length <= 1000);
        Assert.Contains(import.Report, line => line is { Remark: NetBoxRemark.Changed, Rule: "long-note" });
    }

    [Theory]
    [InlineData("机柜", "rack-3")]
    [InlineData("--- ", "rack-3")]
    [InlineData("Rack 3 (old)", "rack-3-old")]
    [InlineData("_x_", "x")]
    public void Any_name_becomes_one_of_ours(string name, string expected)
    {
        var import = NetBoxSample.Import(json => json.Item("racks", 3)["name"] = name);

        Assert.Contains($"row-2-aisle-7/{expected}: ", import.FileText("ams1.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hall_named_like_a_range_of_halls_is_one_hall()
    {
        var import = NetBoxSample.Import(json => json.Item("locations", 5)["name"] = "h01-h08");

        Assert.Contains("\n      h01_h08:\n", import.FileText("ams1.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public void Locations_below_themselves_end_and_are_reported()
    {
        var import = NetBoxSample.Import(json =>
        {
            json.Item("locations", 1)["parent"] = 3;
            json.Item("locations", 2)["parent"] = 1;
        });

        Assert.Contains(import.Report, line => line is { Collection: "locations", Rule: "location-loop" });
        Assert.Contains("/r01: ", import.FileText("ams1.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public void Strips_that_feed_each_other_in_a_ring_lose_one_cable()
    {
        var import = NetBoxSample.Import(json =>
        {
            json["cables"]!.AsArray().Clear();
            Cable(json, 1, "poweroutlet", 1, 4);
            Cable(json, 2, "poweroutlet", 2, 3);
        });

        var loop = Assert.Single(import.Report, line => line.Rule == "feed-loop");
        Assert.Equal("#2 (2): pdu-r01-b to pdu-r01-a", Assert.Single(loop.Examples));
        Assert.Contains("pdu-r01-b: {kind: Pdu, fedBy: pdu-r01-a}", import.FileText("ams1.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_export_without_power_or_cables_still_gives_racks_and_devices()
    {
        var import = NetBoxSample.Import(json =>
        {
            foreach (var name in new[] { "tenants", "device-types", "power-port-templates", "power-panels", "power-feeds", "power-ports", "power-outlets", "interfaces", "cables" })
            {
                json.Remove(name);
            }
        });

        Assert.Contains("row-1/r01/u1: {sku: example-systems/gpu-server-8@1, ", import.FileText("ams1.yaml"), StringComparison.Ordinal);
        Assert.Contains(import.Report, line => line is { Remark: NetBoxRemark.Assumed, Rule: "unknown-type" });
        Assert.Contains(import.Report, line => line is { Rule: "unknown-tenant" });
    }

    [Fact]
    public void A_device_type_of_half_a_unit_is_a_SKU_of_half_a_unit()
    {
        var import = NetBoxSample.Import();
        Assert.Contains("height: 0.5 RU\n", import.FileText("skus/example-systems/half-switch.yaml"), StringComparison.Ordinal);
        Assert.Equal(1, Assert.Single(SkuCatalogue.Empty.Add(import.SkuFiles.Select(file => (file.Name, file.Text))).OrThrow().Catalogue.Skus,
            sku => sku.Revision.Id.Text == "example-systems/half-switch").Height!.Value.HalfUnits);
    }

    [Fact]
    public void Every_SKU_file_can_be_read()
    {
        var catalogue = SkuCatalogue.Load(NetBoxSample.Import().SkuFiles.Select(file => (file.Name, file.Text)));

        Assert.Empty(catalogue.Errors);
        Assert.Equal(4, catalogue.Value!.Skus.Count());
    }

    [Theory]
    [InlineData("4.0.0", false)]
    [InlineData("4.7.0-beta1", false)]
    [InlineData("3.7.8", true)]
    [InlineData("4.10.1", true)]
    public void A_version_that_we_do_not_know_is_reported(string version, bool isReported)
    {
        var import = NetBoxSample.Import(json => json["netbox-version"] = version);

        Assert.Equal(isReported, import.Report.Any(line => line is { Collection: "netbox", Rule: "version" }));
    }

    private static void Cable(JsonObject json, int id, string fromType, int from, int to) => json["cables"]!.AsArray().Add(new JsonObject
    {
        ["id"] = id,
        ["display"] = $"#{id}",
        ["status"] = "connected",
        ["a_terminations"] = new JsonArray(new JsonObject { ["object_type"] = $"dcim.{fromType}", ["object_id"] = from }),
        ["b_terminations"] = new JsonArray(new JsonObject { ["object_type"] = "dcim.powerport", ["object_id"] = to }),
    });

    // The YAML is read as data here; what it means is held elsewhere.
    private static string Note(NetBoxImport import)
    {
        var at = DataFile.Read("ams1.yaml", import.FileText("ams1.yaml"), FileSchema.FromJson("{}")).OrThrow().Root;
        foreach (var key in new[] { "sites", "ams1", "buildings", "building-a", "halls", "hall-1", "assets", "row-1/r01/u41", "note" })
        {
            at = at[key]!;
        }

        return at.Text;
    }
}
