using System.Text.Json.Nodes;
using Ampacity.Fleet;

namespace Ampacity.Tests;

/// <summary>The second import of a NetBox: what it calls otherwise, moved or lost, beside what others declared here.</summary>
public sealed class NetBoxReimportTests
{
    private const string Row1 = "ams1/building-a/hall-1/row-1";
    private readonly ImportedFleet _fleet = new();

    public NetBoxReimportTests() => _fleet.Import();

    [Fact]
    public void The_same_again_is_no_change()
    {
        var (plan, remarks) = _fleet.Import();
        Assert.True(plan.Draft.IsEmpty);
        Assert.Empty(remarks);
    }

    [Fact]
    public void What_was_renamed_keeps_its_node_and_everything_in_it()
    {
        var (hall, rack, panel) = (_fleet.Node("ams1/building-a/hall-1"), _fleet.Node($"{Row1}/r02"), _fleet.Node("ams1/building-a/hall-1/pdp-a"));
        var (plan, _) = _fleet.Import(json =>
        {
            json.Item("locations", 2)["name"] = "Hall One";
            json.Item("racks", 2)["name"] = "R99";
            json.Item("power-panels", 1)["name"] = "PDP Q";
        });
        Assert.Equal((hall, rack, panel), (_fleet.Node("ams1/building-a/hall-one"), _fleet.Node("ams1/building-a/hall-one/row-1/r99"), _fleet.Node("ams1/building-a/hall-one/pdp-q")));
        Assert.DoesNotContain(plan.Changes, change => change is { Verb: not ChangeVerb.Change, Before: NodeFact } or { Verb: ChangeVerb.Add, After: NodeFact });
        Assert.True(_fleet.Plan(json =>
        {
            json.Item("locations", 2)["name"] = "Hall One";
            json.Item("racks", 2)["name"] = "R99";
            json.Item("power-panels", 1)["name"] = "PDP Q";
        }).Plan.Draft.IsEmpty);
    }

    [Fact]
    public void Racks_that_change_names_with_one_another_stay_who_they_are()
    {
        var (first, second) = (_fleet.Node($"{Row1}/r01"), _fleet.Node($"{Row1}/r02"));
        _fleet.Import(json =>
        {
            json.Item("racks", 1)["name"] = "R02";
            json.Item("racks", 2)["name"] = "R01";
        });
        Assert.Equal((second, first), (_fleet.Node($"{Row1}/r01"), _fleet.Node($"{Row1}/r02")));
        Assert.Equal($"{Row1}/r02/u1", _fleet.PlaceOf(_fleet.Asset("gpu-001")));
    }

    [Fact]
    public void A_new_rack_that_takes_the_name_of_one_that_was_renamed_is_a_new_rack()
    {
        var was = _fleet.Node($"{Row1}/r02");
        _fleet.Import(json =>
        {
            var newcomer = json.Item("racks", 2).DeepClone().AsObject();
            newcomer["id"] = 77;
            json["racks"]!.AsArray().Add(newcomer);
            json.Item("racks", 2)["name"] = "R50";
        });
        Assert.Equal(was, _fleet.Node($"{Row1}/r50"));
        Assert.True(_fleet.Node($"{Row1}/r02") > was);
    }

    [Fact]
    public void A_rack_that_moved_to_another_hall_is_the_same_rack()
    {
        var was = _fleet.Node($"{Row1}/r02");
        _fleet.Import(json => json.Item("racks", 2)["location"] = new JsonObject { ["id"] = 5 });
        Assert.Equal(was, _fleet.Node("ams1/lab/racks/r02"));
        Assert.True(_fleet.Graph.FindPath($"{Row1}/r02") < 0);
    }

    [Fact]
    public void What_NetBox_lost_goes_and_what_others_declared_stays()
    {
        _fleet.Apply("ampacity: 1", "owns: ams1/lab", "racks:", "  own/01: {frame: {height: 42 RU}}");
        _fleet.Import(json =>
        {
            Remove(json, "devices", 6);
            Remove(json, "racks", 4);
            Remove(json, "locations", 5);
        });
        Assert.True(_fleet.Graph.FindPath("ams1/lab/racks") < 0);
        Assert.True(_fleet.Node("ams1/lab/own/01") >= 0);
        var (plan, remarks) = _fleet.Plan(json =>
        {
            Remove(json, "devices", 6);
            Remove(json, "racks", 4);
            Remove(json, "locations", 5);
        });
        Assert.True(plan.Draft.IsEmpty);
        Assert.Equal(["kept: ams1/lab"], remarks.Select(remark => $"{remark.Rule}: {remark.What}"));
    }

    [Fact]
    public void A_rack_with_a_thing_of_others_in_it_stays()
    {
        _fleet.Apply("ampacity: 1", "owns: ams1/building-a/hall-1", "racks:", "  row-1/r02: {tags: [own]}", "assets:", "  row-1/r02/u20: {serial: OWN-1}");
        var (_, remarks) = _fleet.Import(json =>
        {
            Remove(json, "devices", 8);
            Remove(json, "racks", 2);
        });
        Assert.Contains(remarks, remark => remark is { Rule: "kept", What: $"{Row1}/r02" });
        Assert.True(_fleet.Node($"{Row1}/r02") >= 0);
    }

    [Fact]
    public void An_export_of_one_site_leaves_the_other_alone_unless_told()
    {
        static void OnlyAms(JsonObject json)
        {
            Remove(json, "sites", 2);
            Remove(json, "racks", 5);
            Remove(json, "devices", 9);
        }

        var (plan, remarks) = _fleet.Plan(OnlyAms);
        Assert.True(plan.Draft.IsEmpty, string.Join('\n', plan.Changes));
        Assert.Equal(["site-left: ber"], remarks.Select(remark => $"{remark.Rule}: {remark.What}"));
        _fleet.Import(OnlyAms, origins => origins with { RemovesSites = true });
        Assert.True(_fleet.Graph.FindPath("ber") < 0);
        Assert.True(_fleet.Node($"{Row1}/r01") >= 0);
    }

    [Theory]
    [InlineData("power-feeds", "power-feeds")]
    [InlineData("cables", "cables")]
    [InlineData("interfaces", "interfaces")]
    [InlineData("tenants", "tenants")]
    public void A_list_that_could_not_be_read_takes_nothing_away_unless_told(string missing, string blamed)
    {
        var (plan, _) = _fleet.Plan(json => json.Remove(missing));
        Assert.Contains(plan.Errors, error => (error.Rule, error.Path) == ("list-missing", blamed));
        Assert.Empty(_fleet.Plan(json => json.Remove(missing), origins => origins with { AcceptsMissing = true }).Plan.Errors);
        Assert.Empty(_fleet.Plan(json => json[missing] = new JsonArray()).Plan.Errors);
    }

    [Fact]
    public void Another_serial_in_the_same_place_is_another_thing_and_a_moved_one_is_the_same()
    {
        var gpu = _fleet.Asset("gpu-001");
        _fleet.Import(json =>
        {
            json.Item("devices", 1)["serial"] = "SN-NEW";
            json.Item("devices", 4)["serial"] = "";
            json.Item("devices", 10)["position"] = 30.0;
        });
        Assert.NotEqual(gpu.Id, _fleet.Asset("gpu-001").Id);
        Assert.Null(_fleet.Graph.Assets.Find(gpu.Id)?.Place);
        Assert.Equal($"{Row1}/r01/u30", _fleet.PlaceOf(_fleet.Graph.Assets.Find(Known(IdentifierKind.Serial, "SN-10"))!));
    }

    [Fact]
    public void A_device_without_a_serial_is_known_by_its_number_when_it_moves_and_is_renamed()
    {
        var leaf = _fleet.Asset("leaf-1");
        _fleet.Import(json =>
        {
            json.Item("devices", 5)["name"] = "leaf-9";
            json.Item("devices", 5)["position"] = 20.0;
        });
        Assert.Equal((leaf.Id, $"{Row1}/r01/u20"), (_fleet.Asset("leaf-9").Id, _fleet.PlaceOf(_fleet.Asset("leaf-9"))));
    }

    [Fact]
    public void Devices_that_change_places_or_host_names_stay_who_they_are()
    {
        var (gpu, leaf) = (_fleet.Asset("gpu-001").Id, _fleet.Asset("leaf-1").Id);
        _fleet.Import(json =>
        {
            (json.Item("devices", 1)["name"], json.Item("devices", 5)["name"]) = ("leaf-1", "gpu-001");
        });
        Assert.Equal((leaf, gpu), (_fleet.Asset("gpu-001").Id, _fleet.Asset("leaf-1").Id));
    }

    [Fact]
    public void A_state_that_NetBox_has_no_word_for_stays_and_a_jump_leaves_a_moment_without_a_state()
    {
        _fleet.Edit(new FleetEdit.State($"{Row1}/r02", LifecycleState.Ordered, null));
        Assert.True(_fleet.Plan().Plan.Draft.IsEmpty);
        var (plan, remarks) = _fleet.Import(json => json.Item("racks", 2)["status"] = "active");
        Assert.Equal([$"{Row1}/r02: Ordered to Live"], remarks.Where(remark => remark.Rule == "unseen-steps").Select(remark => remark.What));
        Assert.Single(plan.Changes, change => change.After is LifecycleFact { State: LifecycleState.Live });

        // And the life goes on: the record is held to the table from there.
        _fleet.Edit(new FleetEdit.State($"{Row1}/r02", LifecycleState.Draining, null));
    }

    [Fact]
    public void What_is_retired_here_stays_retired()
    {
        _fleet.Edit(new FleetEdit.State($"{Row1}/r01/u42", LifecycleState.Draining, null));
        _fleet.Edit(new FleetEdit.Retire($"{Row1}/r01/u42", false, null));
        var (plan, remarks) = _fleet.Plan();
        Assert.Empty(plan.Errors);
        Assert.Contains(remarks, remark => remark.Rule == "retired-here");
        Assert.True(plan.Draft.IsEmpty, string.Join('\n', plan.Changes));
    }

    [Fact]
    public void A_newer_revision_of_a_sku_in_the_catalogue_is_no_news_of_NetBox()
    {
        var pinned = _fleet.Asset("gpu-001").Sku!;
        Assert.True(SkuRevision.TryParse(pinned, out var revision));
        _fleet.Catalogue = _fleet.Catalogue.Add([("next.yaml", $"ampacity: 1\nid: {revision.Id}\nrevision: 2\nkind: Node\ntitle: Next\n")]).OrThrow().Catalogue;
        Assert.True(_fleet.Plan().Plan.Draft.IsEmpty);
    }

    [Fact]
    public void A_name_that_somebody_else_declared_as_another_kind_is_refused()
    {
        _fleet.Apply("ampacity: 1", "owns: ams1", "sites: {ams1: {power: {own: {kind: Ups, rating: 1 MW}}}}");
        var (plan, _) = _fleet.Plan(json => json.Item("locations", 5)["name"] = "own");
        Assert.Contains(plan.Errors, error => (error.Rule, error.Path) == ("place-taken", "ams1/own"));
    }

    [Fact]
    public void What_a_file_declares_above_the_panels_survives_the_next_import()
    {
        _fleet.Apply(
            "ampacity: 1", "owns: ams1",
            "sites: {ams1: {power: {ups-a: {kind: Ups, rating: 1 MW}}, buildings: {building-a: {halls: {hall-1: {power: {pdp-a: {kind: Panel, fedBy: ups-a}}}}}}}}");
        Assert.True(_fleet.Plan().Plan.Draft.IsEmpty);
        Assert.Single(_fleet.Graph.NodeOf(_fleet.Node("ams1/building-a/hall-1/pdp-a"))!.Feeds);
    }

    [Fact]
    public void A_tenant_that_a_hall_loses_goes_and_the_floor_that_a_file_declares_stays()
    {
        static void WithTenant(JsonObject json) => json.Item("locations", 5)["tenant"] = new JsonObject { ["id"] = 1 };
        _fleet.Import(WithTenant);
        _fleet.Apply("ampacity: 1", "owns: ams1/lab", "hall: {size: [60 m, 40 m]}");
        Assert.True(_fleet.Plan(WithTenant).Plan.Draft.IsEmpty);
        _fleet.Import();
        var hall = _fleet.Graph.NodeOf(_fleet.Node("ams1/lab"))!.Hall!;
        Assert.Equal((60.0, null), (hall.WidthMeters, hall.Tenant));
    }

    [Fact]
    public void An_inventory_that_was_declared_before_is_taken_over_and_never_removed()
    {
        var fleet = new ImportedFleet();
        fleet.Apply("ampacity: 1", "owns: ber", "sites: {ber: {halls: {hall: {racks: {racks/b1: {tags: [ours]}}}}}}");
        var rack = fleet.Node("ber/hall/racks/b1");
        fleet.Import();
        Assert.Equal(rack, fleet.Node("ber/hall/racks/b1"));
        fleet.Import(json =>
        {
            Remove(json, "devices", 9);
            Remove(json, "racks", 5);
        });
        Assert.Equal(rack, fleet.Node("ber/hall/racks/b1"));
    }

    private static void Remove(JsonObject json, string collection, int id) => json[collection]!.AsArray().Remove(json.Item(collection, id));

    private AssetId Known(IdentifierKind kind, string text) =>
        new(Assert.Single(_fleet.Ledger.Identified(text, _fleet.NowMs), fact => fact.Key == kind.ToString()).Subject.Number);
}
