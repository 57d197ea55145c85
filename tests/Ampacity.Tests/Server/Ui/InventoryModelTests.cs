using Ampacity.Fleet;
using Ampacity.Server;

namespace Ampacity.Tests;

public sealed class InventoryModelTests
{
    private static readonly FleetView TwentyRacks = ExampleRack.View("racks: 1", "racks: 20");

    [Fact]
    public void The_whole_fleet_lists_its_sites_with_their_racks()
    {
        var model = Read(new InventoryQuery());
        var row = Assert.Single(model.Rows);
        Assert.Equal(("site", 20), (row.Label, row.Racks));
        Assert.Equal(20 * 132_000, row.DesignWatts);
        Assert.Equal(20, model.Counts!.Total.Racks);
    }

    [Fact]
    public void A_hall_lists_what_is_directly_below_it_with_names_relative_to_it()
    {
        var labels = Read(new InventoryQuery { At = "site/hall" }).Rows.Select(row => row.Label);
        Assert.Equal(["r01", "utility", "ups-a", "ups-b", "bw-1a", "bw-1b", "fws-1", "cdu-1"], labels);
    }

    [Fact]
    public void A_filter_looks_at_every_level()
    {
        var model = Read(new InventoryQuery { Kind = "Rack", Name = "1" });
        Assert.Equal(["01", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19"], model.Rows.Select(row => row.Place.Name));
        Assert.Equal(11, model.Total);
    }

    [Fact]
    public void The_inside_of_a_rack_comes_a_page_at_a_time_and_nothing_is_lost()
    {
        var seen = new List<string>();
        InventoryModel model;
        var page = 1;
        do
        {
            model = Read(new InventoryQuery { At = ExampleRack.RackPath, Tab = InventoryTab.Below, AllLevels = true, Page = page });
            seen.AddRange(model.Rows.Select(row => row.Place.Path));
        }
        while (page++ < model.Pages);

        Assert.Equal(model.Total, seen.Count);
        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.True(model.Pages > 2);
    }

    [Fact]
    public void A_page_behind_the_last_is_the_last()
    {
        var model = Read(new InventoryQuery { At = ExampleRack.RackPath, Tab = InventoryTab.Below, AllLevels = true, Page = 4_000_000 });
        Assert.Equal(model.Pages, model.Page);
        Assert.Equal((model.Total - 1) % InventoryModel.PageRows, model.Rows.Count - 1);
    }

    [Fact]
    public void A_place_that_is_not_there_is_told() => Assert.True(Read(new InventoryQuery { At = "site/attic" }).IsMissing);

    [Fact]
    public void A_reader_of_another_hall_sees_nothing_of_this_one()
    {
        var view = ExampleRack.View(scope: PlaceScope.Subtrees("elsewhere"));
        Assert.True(InventoryModel.Of(view, ExampleRack.Catalogue, null, new InventoryQuery { At = "site/hall" }).IsMissing);
        var fleet = InventoryModel.Of(view, ExampleRack.Catalogue, null, new InventoryQuery());
        Assert.Equal((0, 0), (fleet.Rows.Count, fleet.Counts!.Total.Racks));
    }

    [Fact]
    public void The_tree_opens_what_holds_the_chosen_place_and_nothing_else()
    {
        var closed = InventoryTree.Of(TwentyRacks, Set(), Set(), -1);
        Assert.Equal(["site"], closed.Select(line => line.Path));
        var open = InventoryTree.Of(TwentyRacks, Set(), Set(), TwentyRacks.Node("site/hall"));
        Assert.Equal(["site", "site/hall", "site/hall/r01"], open.Select(line => line.Path));
        Assert.Equal([true, true, false], open.Select(line => line.IsOpen));
        var opened = InventoryTree.Of(TwentyRacks, Set("site", "site/hall", "site/hall/r01"), Set(), -1);
        Assert.Equal(23, opened.Count);
        Assert.Null(opened[^1].IsOpen);
    }

    [Fact]
    public void What_the_reader_closed_stays_closed_around_the_chosen_place() =>
        Assert.Single(InventoryTree.Of(TwentyRacks, Set(), Set("site"), TwentyRacks.Node("site/hall")));

    [Fact]
    public void The_history_of_a_tray_is_that_of_the_asset_in_it()
    {
        var ledger = OneRack.Ledger();
        var view = OneRack.Graph().Within(PlaceScope.Whole);
        Assert.True(view.TryFind($"{ExampleRack.RackPath}/05", out var tray));
        var history = PlaceHistoryModel.Of(view, ledger, tray, 1);
        Assert.Contains(history.Facts, fact => history.Names.Says(fact.Value) == "in site/hall/r01/01/05");
        Assert.Contains(history.Facts, fact => history.Names.Says(fact.Value) == "EXAMPLE-CT-0001");
        Assert.Equal([new ChangeSetId(1)], history.Changes.Distinct());
    }

    [Fact]
    public void Search_puts_the_kind_of_the_exact_hit_first()
    {
        var found = SearchModel.Of(TwentyRacks, ExampleRack.Catalogue, " EXAMPLE-CT-0001 ", false, TestContext.Current.CancellationToken);
        Assert.Equal("EXAMPLE-CT-0001", found.Text);
        var line = found.Groups[0].Lines[0];
        Assert.True(line.IsExact);
        Assert.Equal("./inventory?at=site/hall/r01/01/05", line.Href);
        Assert.False(found.IsCut);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("x", "A search has 2 to 256 characters.")]
    public void A_search_that_cannot_be_asked_says_why(string text, string? wrong) =>
        Assert.Equal(wrong, SearchModel.Of(TwentyRacks, ExampleRack.Catalogue, text, false, TestContext.Current.CancellationToken).Wrong);

    private static InventoryModel Read(InventoryQuery query) => InventoryModel.Of(TwentyRacks, ExampleRack.Catalogue, null, query);

    private static HashSet<string> Set(params string[] paths) => new(paths, StringComparer.Ordinal);
}
