using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ampacity.Scenarios;

/// <summary>The Explore page over the example rack, in a real browser, by keyboard.</summary>
[Collection(RunningFleetGroup.Name)]
public sealed partial class ExplorePageTests(RunningFleet fleet)
{
    [Fact]
    public async Task A_query_is_typed_with_completion_drawn_listed_and_linked()
    {
        await using var browser = await OpenAsync("/explore");
        await browser.At("explore-promql").FocusAsync();
        await browser.Page.Keyboard.TypeAsync("sum by (hal");
        await Expect(browser.At("explore-promql-list").GetByRole(AriaRole.Option).First).ToContainTextAsync("hall");
        await browser.Page.Keyboard.PressAsync("Enter");
        await browser.Page.Keyboard.TypeAsync(", rack) (hw_pow");
        await Expect(browser.At("explore-promql-list").GetByRole(AriaRole.Option).First).ToContainTextAsync("hw_power_watts");
        await browser.Page.Keyboard.PressAsync("Tab");
        await browser.Page.Keyboard.TypeAsync("{rack=\"r0");
        await Expect(browser.At("explore-promql-list").GetByRole(AriaRole.Option).First).ToContainTextAsync("r01/01");
        await browser.Page.Keyboard.PressAsync("Enter");
        await browser.Page.Keyboard.TypeAsync("\"})");
        await browser.Page.Keyboard.PressAsync("Control+Enter");
        await Expect(browser.At("explore-line")).ToHaveCountAsync(1);
        await Expect(browser.At("explore-row")).ToContainTextAsync("kW");
        await Expect(browser.Page).ToHaveURLAsync(Linked());

        // The cursor by keyboard: the heading says when instead of "last".
        await browser.At("explore-chart").FocusAsync();
        await browser.Page.Keyboard.PressAsync("ArrowLeft");
        await Expect(browser.At("explore-rows").Locator("thead th").Last).Not.ToHaveTextAsync("last");
        await browser.At("explore-view-table").ClickAsync();
        await Expect(browser.At("explore-rows").Locator("thead")).ToContainTextAsync("first");

        // Whoever gets the link sees the same.
        await browser.GoToAsync(new Uri(browser.Page.Url).PathAndQuery);
        await Expect(browser.At("explore-view-table")).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(browser.At("explore-row")).ToHaveCountAsync(1);
        Assert.Empty(browser.ForeignRequests);
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task SQL_is_answered_the_same_way_and_names_are_completed()
    {
        await using var browser = await OpenAsync("/explore");
        await browser.At("explore-tab-sql").ClickAsync();
        await browser.Page.Keyboard.TypeAsync("SELECT kind, count(*) AS n FROM pla");
        await Expect(browser.At("explore-sql-list").GetByRole(AriaRole.Option).First).ToContainTextAsync("places");
        await browser.Page.Keyboard.PressAsync("Enter");
        await browser.Page.Keyboard.TypeAsync(" WHERE kind IN ('Rack', 'Busway') GROUP BY 1 ORDER BY 1");
        await browser.Page.Keyboard.PressAsync("Control+Enter");
        await Expect(browser.At("explore-row")).ToHaveTextAsync(["Busway2", "Rack1"]);
        await Expect(browser.At("explore-status")).ToContainTextAsync("2 rows");
        await browser.GoToAsync(new Uri(browser.Page.Url).PathAndQuery);
        await Expect(browser.At("explore-row")).ToHaveCountAsync(2);
        Assert.Empty(browser.ForeignRequests);
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task Errors_point_into_what_was_typed()
    {
        await using var browser = await OpenAsync("/explore?lang=promql&q=sum(by");
        await Expect(browser.At("explore-wrong")).ToContainTextAsync("^");
        await browser.GoToAsync("/explore?lang=sql&q=SELECT%20nope%20FROM%20places");
        await Expect(browser.At("explore-wrong")).ToContainTextAsync("LINE 1: SELECT nope");
        Assert.Empty(browser.ForeignRequests);
    }

    private async Task<BrowserPage> OpenAsync(string address)
    {
        await fleet.BringUpAsync();
        var browser = await BrowserPage.OpenAsync(fleet.Url, address);
        await Expect(browser.Page.Locator(".amp-explore[data-ready=true]")).ToBeVisibleAsync();
        return browser;
    }

    [GeneratedRegex(@"/explore\?lang=promql&q=sum\+by\+.*hw_power_watts.*&range=1h", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Linked();
}
