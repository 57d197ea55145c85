using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ampacity.Scenarios;

/// <summary>Every page, empty, full and in error, on a desk's screen and on a phone's, in both themes: axe finds nothing, and nothing lies beside the screen.</summary>
[Collection(RunningFleetGroup.Name)]
public sealed class AccessiblePagesTests(RunningFleet fleet)
{
    private const string Series = "/explore?lang=promql&q=sum+by+(hall,+rack)+(hw_power_watts)&range=1h";

    // Address of a page, and the test id of what is there once it is as it should be.
    private static readonly (string Address, string TestId)[] Pages =
    [
        ("/", "rack"),
        ("/?trip=site/hall/ups-a&basis=design", "whatif-banner"),
        ("/inventory", "count-racks"),
        ("/inventory?at=site/hall/r01/01", "elevation"),
        ("/inventory?at=site/hall/r01/01/05", "asset"),
        ("/search?q=EXAMPLE-CT-0002", "search-row"),
        ("/changes", "change-row"),
        ("/explore", "explore-promql"),
        (Series, "explore-line"),
        (Series + "&view=table", "explore-row"),
        ("/explore?lang=promql&q=sum(by", "explore-wrong"),
        ("/explore?lang=sql&q=SELECT+*+FROM+places", "explore-row"),
        ("/drift", "drift-row"),
        ("/drift?kind=leak", "drift-empty"),
        ("/drift?place=nowhere/at-all", "drift-wrong"),
        ("/bring-up", "bring-up-racks"),
        ("/bring-up/site/hall/r01/01", "bring-up-checks"),
        ("/bring-up/site/hall/r01/99", "bring-up-missing"),
    ];

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(400, ColorScheme.Dark)]
    public async Task Every_page_can_be_used_by_everybody(int width, ColorScheme colours)
    {
        await fleet.BringUpAsync();
        await using var browser = await BrowserPage.OpenAsync(fleet.Url, "/", width, colours);
        foreach (var (address, testId) in Pages)
        {
            await browser.GoToAsync(address);
            await Expect(browser.Page.Locator(colours == ColorScheme.Dark ? ".amp-dark" : ".amp-light")).ToBeVisibleAsync();
            await Expect(browser.At(testId).First).ToBeAttachedAsync();
            await browser.AssertAccessibleAsync();
        }

        Assert.Empty(browser.ForeignRequests);
    }
}
