using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Ampacity.Scenarios;

/// <summary>
/// One page in the machine's own Chromium, which notes what it asked of other hosts and what its console complained of. Nothing is
/// downloaded: the browser is Debian's.
/// </summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly List<string> _foreign = [];
    private readonly List<string> _complaints = [];

    private BrowserPage(IPlaywright playwright, IBrowser browser, IPage page, string url)
    {
        _playwright = playwright;
        _browser = browser;
        Page = page;
        Url = url;
        var host = new Uri(url).Authority;
        page.Request += (_, request) => NoteUnless(new Uri(request.Url).Authority == host || new Uri(request.Url).Scheme == "data", _foreign, request.Url);
        page.WebSocket += (_, socket) => NoteUnless(new Uri(socket.Url).Authority == host, _foreign, socket.Url);
        page.Console += (_, message) => NoteUnless(message.Type is not ("error" or "warning"), _complaints, message.Text);
        page.PageError += (_, error) => NoteUnless(false, _complaints, error);
    }

    /// <summary>The page.</summary>
    public IPage Page { get; }

    /// <summary>Where its server listens.</summary>
    public string Url { get; }

    /// <summary>Addresses of other hosts that it asked for.</summary>
    public IReadOnlyList<string> ForeignRequests => Copy(_foreign);

    /// <summary>Errors and warnings on its console.</summary>
    public IReadOnlyList<string> Complaints => Copy(_complaints);

    /// <summary>
    /// Opens an address of a server and waits until the page answers clicks: what the server renders first is there before its circuit
    /// is, and a click in between goes nowhere. Skips the test where the machine has no Chromium.
    /// </summary>
    public static async Task<BrowserPage> OpenAsync(string url, string address, int width = 1600, ColorScheme colours = ColorScheme.Light)
    {
        var chromium = Places.FirstOrDefault(File.Exists);
        Assert.SkipWhen(chromium is null, $"no Chromium: install Debian's package chromium (looked for {string.Join(", ", Places)})");
        var playwright = await Playwright.CreateAsync();

        // Playwright's five seconds are for an idle machine; two loaded cores take longer to answer a click.
        Assertions.SetDefaultExpectTimeout((float)AmpacityProcess.Patience.TotalMilliseconds);
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = chromium,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
        var page = await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = width, Height = 1000 }, ColorScheme = colours });
        var opened = new BrowserPage(playwright, browser, page, url);
        await opened.GoToAsync(address);
        return opened;
    }

    /// <summary>Goes to another address of the same server, and waits as <see cref="OpenAsync"/> does.</summary>
    public async Task GoToAsync(string address)
    {
        await Page.GotoAsync(Url + address);
        await Assertions.Expect(Page.Locator(".amp[data-interactive=true]")).ToBeVisibleAsync();
    }

    /// <summary>
    /// Asserts that axe finds nothing that keeps somebody with a keyboard, a screen reader or weak eyes out, and that nothing stands beside the screen.
    /// </summary>
    public async Task AssertAccessibleAsync()
    {
        var found = await Page.RunAxe();
        Assert.Empty(found.Violations.Select(one => $"{Page.Url}: {one.Id}: {one.Help}: {string.Join(" | ", one.Nodes.Select(node => node.Html))}"));
        Assert.NotEmpty(found.Passes);
        Assert.Equal(0, await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
    }

    /// <summary>An element by its test id.</summary>
    public ILocator At(string testId) => Page.GetByTestId(testId);

    /// <summary>The card of a power node by its path.</summary>
    public ILocator PowerNode(string path) => Page.Locator($"[data-testid=power-node][data-path='{path}']");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    private static void NoteUnless(bool isFine, List<string> notes, string note)
    {
        if (!isFine)
        {
            lock (notes)
            {
                notes.Add(note);
            }
        }
    }

    private static string[] Copy(List<string> notes)
    {
        lock (notes)
        {
            return [.. notes];
        }
    }
}
