using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ampacity.Scenarios;

/// <summary>The page at <c>/</c> over the example rack, in a real browser.</summary>
[Collection(RunningFleetGroup.Name)]
public sealed partial class FleetPageTests(RunningFleet fleet)
{
    private const string UpsA = "site/hall/ups-a";

    // The first frame waits for a poll of every BMC.
    private static readonly LocatorAssertionsToContainTextOptions Patient = new() { Timeout = 60_000 };

    [Fact]
    public async Task The_page_shows_the_rack_and_its_power_path_with_live_values()
    {
        await using var browser = await OpenAsync("/");
        await Expect(browser.At("slot-05-power")).ToContainTextAsync(Kilowatts(), Patient);
        await Expect(browser.At("slot-05-temperature")).ToContainTextAsync(Celsius());
        await Expect(browser.At("slot-13-power")).ToHaveTextAsync("—");
        await Expect(browser.At("figure-racks")).ToHaveTextAsync("1");
        await Expect(browser.At("figure-measured")).ToContainTextAsync(Kilowatts());
        await Expect(browser.At("figure-design")).ToHaveTextAsync("132.0 kW");
        foreach (var node in new[] { "utility", "ups-a", "ups-b", "bw-1a", "bw-1b", "r01/01" })
        {
            await Expect(browser.PowerNode($"site/hall/{node}")).ToHaveAttributeAsync("data-state", "live");
        }

        await Expect(browser.PowerNode(UpsA).GetByTestId("node-watts")).ToContainTextAsync(Kilowatts());
        await Expect(browser.At("whatif-banner")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_page_asks_no_other_host_and_its_console_stays_empty()
    {
        await using var browser = await OpenAsync("/");
        await Expect(browser.At("rack")).ToBeVisibleAsync();

        // A click is answered over the circuit, so by then every script has been loaded and run.
        await browser.At("theme-toggle").ClickAsync();
        await Expect(browser.Page.Locator(".amp-dark")).ToBeVisibleAsync();
        Assert.Empty(browser.ForeignRequests);
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task A_link_to_a_what_if_shows_that_it_is_one_and_the_headroom_left()
    {
        await using var browser = await OpenAsync($"/?trip={UpsA}&basis=design");
        await Expect(browser.At("whatif-banner")).ToContainTextAsync("What-if, not the live state");
        await Expect(browser.At("tightest")).ToHaveTextAsync("93.4 kW at site/hall/bw-1b");
        await Expect(browser.At("dark-racks")).ToHaveTextAsync("None");
        await Expect(browser.PowerNode(UpsA)).ToHaveAttributeAsync("data-state", "tripped");
        await Expect(browser.PowerNode("site/hall/bw-1a")).ToHaveAttributeAsync("data-state", "dark");
        await Expect(browser.PowerNode("site/hall/ups-b").GetByTestId("node-watts")).ToHaveTextAsync("66.0 → 132.0 kW of 250.0 kW");
        await Expect(browser.PowerNode("site/hall/ups-b").GetByTestId("headroom")).ToHaveTextAsync("Headroom 118.0 kW");
        await browser.At("back-to-live").ClickAsync();
        await Expect(browser.At("whatif-banner")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Both_sides_out_leave_the_rack_dark()
    {
        await using var browser = await OpenAsync($"/?trip={UpsA}&trip=site/hall/ups-b&basis=design");
        await Expect(browser.At("dark-racks")).ToHaveTextAsync("site/hall/r01/01 (132.0 kW lost)");
        await Expect(browser.PowerNode("site/hall/r01/01")).ToHaveAttributeAsync("data-state", "dark");
    }

    [Fact]
    public async Task A_click_on_what_if_it_trips_asks_the_question()
    {
        await using var browser = await OpenAsync("/");
        await browser.PowerNode(UpsA).GetByTestId("trip-link").ClickAsync();
        await Expect(browser.At("whatif-banner")).ToContainTextAsync(UpsA);
        await Expect(browser.Page).ToHaveURLAsync(new Regex(@"[?&]trip=site/hall/ups-a$", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task A_trip_of_what_is_no_power_node_is_said()
    {
        await using var browser = await OpenAsync("/?trip=site/hall/nothing");
        await Expect(browser.At("trip-unknown")).ToContainTextAsync("site/hall/nothing");
        await Expect(browser.At("whatif-banner")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_click_on_a_tray_shows_what_it_is_and_what_its_sockets_draw()
    {
        await using var browser = await OpenAsync("/");
        await browser.At("slot-05").ClickAsync();
        await Expect(browser.At("details-path")).ToHaveTextAsync("site/hall/r01/01/05");
        await Expect(browser.At("details-sku")).ToContainTextAsync("nvidia/gb200-compute-tray@2");
        await Expect(browser.At("details-serial")).Not.ToHaveTextAsync("");
        await Expect(browser.At("details-bmc-mac")).ToHaveTextAsync("02:00:00:01:01:05");
        await Expect(browser.At("socket-0")).ToContainTextAsync("gpu0");
        await Expect(browser.At("socket-0")).ToContainTextAsync(Watts(), Patient);
    }

    private async Task<BrowserPage> OpenAsync(string address)
    {
        await fleet.BringUpAsync();
        return await BrowserPage.OpenAsync(fleet.Url, address);
    }

    [GeneratedRegex(@"^\d[\d,]*\.\d kW", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Kilowatts();

    [GeneratedRegex(@"\d W", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Watts();

    [GeneratedRegex(@"^\d+ °C$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Celsius();
}
