using System.Text.Json.Nodes;
using Ampacity.Fleet;

namespace Ampacity.Tests;

/// <summary>Files that are made of a NetBox again say what was renamed and what goes, so that they apply without losing anything.</summary>
public sealed class NetBoxFormerNamesTests
{
    private const string Hall = "ams1/building-a/hall-1";
    private readonly NetBoxImport _first = NetBoxSample.Import();

    [Fact]
    public void Files_of_a_renamed_hall_panel_and_rack_apply_as_renames()
    {
        var (ledger, graph, catalogue) = Applied(_first, FactLedger.Empty, FleetGraph.Empty, OneRack.BeganMs);
        var (hall, panel, rack) = (graph.FindPath(Hall), graph.FindPath($"{Hall}/pdp-a"), graph.FindPath($"{Hall}/row-1/r02"));
        var again = Again(json =>
        {
            json.Item("sites", 1)["slug"] = "ams9";
            json.Item("locations", 2)["name"] = "Hall One";
            json.Item("racks", 2)["name"] = "R99";
            json.Item("power-panels", 1)["name"] = "PDP Q";
        });
        Assert.Contains("formerly: ams1\n", again.FileText("ams9.yaml"), StringComparison.Ordinal);
        Assert.DoesNotContain("removed:", again.FileText("ams9.yaml"), StringComparison.Ordinal);
        (_, graph, _) = Applied(again, ledger, graph, OneRack.BeganMs + 1, catalogue);
        const string Now = "ams9/building-a/hall-one";
        Assert.Equal((hall, panel, rack), (graph.FindPath(Now), graph.FindPath($"{Now}/pdp-q"), graph.FindPath($"{Now}/row-1/r99")));
    }

    [Fact]
    public void What_is_gone_is_named_under_removed_of_what_is_still_there()
    {
        var (ledger, graph, catalogue) = Applied(_first, FactLedger.Empty, FleetGraph.Empty, OneRack.BeganMs);
        var again = Again(json =>
        {
            Remove(json, "devices", 8);
            Remove(json, "racks", 2);
            Remove(json, "devices", 6);
            Remove(json, "racks", 4);
            Remove(json, "locations", 5);
        }, catalogue);
        Assert.Contains("removed: [row-1/r02]", again.FileText("ams1.yaml"), StringComparison.Ordinal);
        Assert.Contains("removed: [lab]", again.FileText("ams1.yaml"), StringComparison.Ordinal);
        (_, graph, _) = Applied(again, ledger, graph, OneRack.BeganMs + 1, catalogue);
        Assert.Equal((-1, -1), (graph.FindPath("ams1/lab"), graph.FindPath($"{Hall}/row-1/r02")));
    }

    [Fact]
    public void A_swap_of_names_is_reported_since_a_file_cannot_say_it()
    {
        var again = Again(json =>
        {
            json.Item("racks", 1)["name"] = "R02";
            json.Item("racks", 2)["name"] = "R01";
        });
        Assert.DoesNotContain("formerly:", again.FileText("ams1.yaml"), StringComparison.Ordinal);
        Assert.Equal(2, Assert.Single(again.Report, line => line.Rule == "chain-of-names").Count);
    }

    [Fact]
    public void Names_that_say_nothing_new_change_no_byte()
    {
        var again = Again(_ => { });
        Assert.Equal(_first.FleetFiles.AsEnumerable(), again.FleetFiles);
    }

    private NetBoxImport Again(Action<JsonObject> change, SkuCatalogue? catalogue = null) => NetBoxConversion.Convert(NetBoxSample.Export(json =>
    {
        var before = new JsonObject();
        foreach (var (path, called) in _first.Origins.Nodes)
        {
            before[called] = path;
        }

        json[NetBoxExport.BeforeKey] = before;
        change(json);
    }), catalogue ?? SkuCatalogue.Empty);

    private static void Remove(JsonObject json, string collection, int id) => json[collection]!.AsArray().Remove(json.Item(collection, id));

    private static (FactLedger Ledger, FleetGraph Graph, SkuCatalogue Catalogue) Applied(
        NetBoxImport import, FactLedger ledger, FleetGraph graph, long atMs, SkuCatalogue? catalogue = null)
    {
        catalogue = (catalogue ?? SkuCatalogue.Empty).Add(import.SkuFiles.Select(file => (file.Name, file.Text))).OrThrow().Catalogue;
        DeclaredFile[] files = [.. import.FleetFiles.Select(file => FleetFile.Parse(file.Name, file.Text, catalogue).OrThrow())];
        var plan = ChangePlanner.Plan(ledger, graph, files, "test", "", atMs);
        Assert.Empty(plan.Errors);
        ledger = ledger.Table.Append(plan.Draft, new ChangeSetId(ledger.Revision.Number + 1));
        return (ledger, FleetGraphBuilder.Build(ledger, atMs, catalogue), catalogue);
    }
}
