using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Ampacity.Scenarios;

/// <summary>The inventory, search and changes pages over the example rack, in a real browser.</summary>
[Collection(RunningFleetGroup.Name)]
public sealed partial class InventoryPageTests(RunningFleet fleet)
{
    [Fact]
    public async Task From_the_tree_a_reader_comes_to_a_rack_its_feeds_and_its_history_and_back()
    {
        await using var browser = await OpenAsync("/inventory");
        await Expect(browser.At("count-racks")).ToHaveTextAsync("1");
        await browser.At("toggle-site").ClickAsync();
        await browser.At("toggle-site/hall").ClickAsync();
        await browser.At("toggle-site/hall/r01").ClickAsync();
        await browser.At("tree").GetByTitle("site/hall/r01/01").ClickAsync();
        await Expect(browser.Page).ToHaveURLAsync(RackAddress());
        await Expect(browser.At("place-title")).ToHaveTextAsync("Rack 01");
        await Expect(browser.At("feed")).ToHaveCountAsync(2);
        await Expect(browser.At("path")).ToHaveCountAsync(2);
        await Expect(browser.At("cooler")).ToContainTextAsync("200.0 kW");
        await Expect(browser.At("power-page")).ToHaveAttributeAsync("href", "./?rack=site/hall/r01/01");
        await browser.At("tab-history").ClickAsync();
        await Expect(browser.At("history-row").First).ToContainTextAsync("change_1");
        await browser.Page.GoBackAsync();
        await Expect(browser.At("elevation")).ToBeVisibleAsync();
        await browser.At("box-05").ClickAsync();

        // The rack, with the assets of all its slots, stays on the page until the slot has come.
        await Expect(browser.At("place-title")).ToHaveTextAsync("Slot 05");
        await Expect(browser.At("asset")).ToContainTextAsync(["EXAMPLE-CT-0001", "bluefield", "bluefield"]);
        Assert.Empty(browser.ForeignRequests);
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task A_filter_stands_in_the_address_and_an_instant_before_all_says_that_it_is_not_now()
    {
        await using var browser = await OpenAsync("/inventory");
        await browser.At("filter-kind").SelectOptionAsync("Busway");
        await browser.At("filter-apply").ClickAsync();
        await Expect(browser.At("below-row")).ToHaveCountAsync(2);
        await Expect(browser.Page).ToHaveURLAsync(BuswayAddress());
        await browser.At("as-of-input").FillAsync("2020-01-01T00:00:01");
        await browser.At("as-of-show").ClickAsync();
        await Expect(browser.At("as-of-banner")).ToContainTextAsync("This is not now");
        await Expect(browser.At("inventory-empty")).ToBeVisibleAsync();
        await browser.At("as-of-now").ClickAsync();
        await Expect(browser.At("as-of-banner")).ToHaveCountAsync(0);
        await Expect(browser.At("below-row")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task The_search_of_the_bar_finds_a_serial_and_the_change_that_recorded_it()
    {
        await using var browser = await OpenAsync("/");
        await browser.At("bar-search").FillAsync("EXAMPLE-CT-0002");
        await browser.At("bar-search").PressAsync("Enter");
        await Expect(browser.At("search-row").First).ToContainTextAsync("exact");
        await browser.GoToAsync($"/changes?place=site/hall/r01/01/06");
        await browser.At("change-row").Last.GetByRole(Microsoft.Playwright.AriaRole.Link).ClickAsync();
        await Expect(browser.At("change-count")).ToContainTextAsync("recorded");
        await Expect(browser.At("set-row").First).ToContainTextAsync("added");
        Assert.Empty(browser.ForeignRequests);
        Assert.Empty(browser.Complaints);
    }

    private async Task<BrowserPage> OpenAsync(string address)
    {
        await fleet.BringUpAsync();
        return await BrowserPage.OpenAsync(fleet.Url, address);
    }

    [GeneratedRegex(@"/inventory\?at=site/hall/r01/01$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RackAddress();

    [GeneratedRegex(@"/inventory\?kind=Busway$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BuswayAddress();
}
