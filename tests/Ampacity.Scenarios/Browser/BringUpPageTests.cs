using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ampacity.Scenarios;

/// <summary>The bring-up report of the example rack, on the screen and on paper.</summary>
[Collection(RunningFleetGroup.Name)]
public sealed class BringUpPageTests(RunningFleet fleet)
{
    private const string Rack = "site/hall/r01/01";

    [Fact]
    public async Task From_the_list_to_the_report_which_says_what_is_wrong_and_what_nobody_could_see()
    {
        await using var browser = await OpenAsync("/");
        await browser.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Bring-up" }).ClickAsync();
        await browser.At("bring-up-racks").GetByText(Rack).ClickAsync();
        await Expect(browser.At("bring-up-rack")).ToHaveTextAsync(Rack);
        await Expect(browser.At("bring-up-state")).ToContainTextAsync("Something is wrong.");
        await Expect(browser.At("bring-up-checks").Locator("tbody tr")).ToHaveCountAsync(7);
        var checks = browser.At("bring-up-checks");
        await Expect(checks).ToContainTextAsync("70 of 71 serials right, 1 wrong");
        await Expect(checks).ToContainTextAsync("0 of 71 trays right, 71 not verifiable");

        // A link of the table leads to the evidence on the same page.
        await checks.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Are the right ones there?" }).PressAsync("Enter");
        await Expect(browser.At("check-serials")).ToBeInViewportAsync();
        await Expect(browser.At("check-serials")).ToContainTextAsync("09: serial differs: expected serial EXAMPLE-CT-0005, seen serial SWAPPED-1");
        await Expect(browser.At("check-leakDetectors")).ToContainTextAsync("4 see, and are dry");
        Assert.Empty(browser.ForeignRequests);
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task What_is_printed_is_the_report_alone_in_black_on_white()
    {
        await fleet.BringUpAsync();
        await using var browser = await BrowserPage.OpenAsync(fleet.Url, $"/bring-up/{Rack}", colours: ColorScheme.Dark);
        await Expect(browser.Page.Locator(".amp-dark")).ToBeVisibleAsync();
        await browser.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        await Expect(browser.At("bring-up-rack")).ToBeVisibleAsync();
        await Expect(browser.At("bring-up-checks")).ToBeVisibleAsync();
        await Expect(browser.Page.Locator(".amp-bar")).ToBeHiddenAsync();
        await Expect(browser.Page.GetByText("As JSON")).ToBeHiddenAsync();
        foreach (var locator in new[] { browser.At("check-serials"), browser.At("bring-up-checks") })
        {
            await Expect(locator).ToHaveCSSAsync("background-color", "rgb(255, 255, 255)");
            await Expect(locator).ToHaveCSSAsync("color", "rgb(0, 0, 0)");
        }

        await Expect(browser.At("bring-up-checks").Locator("td").Last).ToHaveCSSAsync("color", "rgb(0, 0, 0)");

        // Evidence of every check is on the paper, not only what was in the window.
        var pdf = await browser.Page.PdfAsync(new PagePdfOptions { Format = "A4" });
        Assert.True(pdf.Length > 10_000, $"a report of {pdf.Length} bytes");
    }

    [Fact]
    public async Task A_rack_that_is_not_there_is_said()
    {
        await using var browser = await OpenAsync("/bring-up");
        await browser.At("bring-up-path").FillAsync("site/hall/r01/99");
        await browser.At("bring-up-show").ClickAsync();
        await Expect(browser.At("bring-up-missing")).ToHaveTextAsync("There is no rack site/hall/r01/99 now.");
    }

    private async Task<BrowserPage> OpenAsync(string address)
    {
        await fleet.BringUpAsync();
        return await BrowserPage.OpenAsync(fleet.Url, address);
    }
}
