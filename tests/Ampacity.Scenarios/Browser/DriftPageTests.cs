using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ampacity.Scenarios;

/// <summary>The Drift page over the example rack, of which one tray reports another serial than was declared.</summary>
[Collection(RunningFleetGroup.Name)]
public sealed partial class DriftPageTests(RunningFleet fleet)
{
    [Fact]
    public async Task A_difference_shows_both_sides_and_is_opened_and_left_by_keyboard()
    {
        await using var browser = await OpenAsync("/drift");
        await Expect(browser.At("drift-total")).ToContainTextAsync("1 difference; in the whole fleet 70 BMCs are as declared.");
        var row = browser.At("drift-row");
        await Expect(row).ToHaveCountAsync(1);
        foreach (var said in new[] { RunningFleet.SwappedTray, "serial differs", "serial EXAMPLE-CT-0005", "serial SWAPPED-1", "likely", "record the serial that was read" })
        {
            await Expect(row).ToContainTextAsync(said);
        }

        await browser.At("drift-open").FocusAsync();
        await browser.Page.Keyboard.PressAsync("Enter");
        await Expect(browser.At("drift-accept")).ToContainTextAsync($"Accept: serial differs {RunningFleet.SwappedTray}");

        // Without a name nothing is sent: the browser asks for it.
        await browser.At("accept-record").ClickAsync();
        Assert.True(await browser.At("accept-author").EvaluateAsync<bool>("box => box.matches(':invalid')"));
        await browser.AssertAccessibleAsync();
        await browser.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Leave it" }).ClickAsync();
        await Expect(browser.At("drift-accept")).ToHaveCountAsync(0);
        await Expect(browser.At("drift-done")).ToHaveCountAsync(0);
        Assert.Empty(browser.ForeignRequests);
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task Filters_stand_in_the_address_and_say_what_they_leave_and_what_there_is_not()
    {
        await using var browser = await OpenAsync("/drift");
        await browser.At("drift-place").FillAsync("site/hall");
        await browser.At("drift-kind").SelectOptionAsync("leak");
        await browser.At("drift-apply").ClickAsync();
        await Expect(browser.Page).ToHaveURLAsync(Filtered());
        await Expect(browser.At("drift-empty")).ToHaveTextAsync("No difference of kind leak in site/hall.");
        await Expect(browser.At("drift-row")).ToHaveCountAsync(0);
        await browser.GoToAsync("/drift?place=nowhere/at-all");
        await Expect(browser.At("drift-wrong")).ToHaveTextAsync("There is no nowhere/at-all in the inventory now.");
        await browser.GoToAsync("/drift?kind=nonsense");
        await Expect(browser.At("drift-wrong")).ToContainTextAsync("'nonsense' is no kind of drift; there are");
    }

    [Fact]
    public async Task On_a_phone_a_row_is_a_card_and_its_button_is_in_sight()
    {
        await fleet.BringUpAsync();
        await using var browser = await BrowserPage.OpenAsync(fleet.Url, "/drift", 400);
        await Expect(browser.At("drift-row")).ToBeVisibleAsync();
        var button = await browser.At("drift-open").BoundingBoxAsync();
        Assert.InRange(button!.X + button.Width, 1, 400);
    }

    private async Task<BrowserPage> OpenAsync(string address)
    {
        await fleet.BringUpAsync();
        return await BrowserPage.OpenAsync(fleet.Url, address);
    }

    [GeneratedRegex(@"/drift\?place=site/hall&kind=leak$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Filtered();
}
