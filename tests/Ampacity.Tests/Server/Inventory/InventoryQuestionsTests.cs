using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Ampacity.Server;

namespace Ampacity.Tests;

/// <summary>The questions of the inventory, asked of a whole server on loopback that holds the example with three racks.</summary>
public sealed class InventoryQuestionsTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-questions-").FullName;
    private RunningServer _server = null!;
    private HttpClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var settings = new ServerSettings { Url = "http://127.0.0.1:0", DataFolder = _folder, ShippedFolder = RepositoryFolder.Root, Collects = false };
        _server = await ServerHost.StartAsync(settings, Token);
        _client = new HttpClient { BaseAddress = new Uri(_server.Url) };
        await ApplyAsync(3);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ApplyAsync(int racks)
    {
        using var response = await _client.PostAsJsonAsync(new Uri("api/fleet/v1/changes", UriKind.Relative), new
        {
            files = new[] { new { name = "one-rack.yaml", text = OneRack.FileText.Replace("racks: 1\n", $"racks: {racks}\n", StringComparison.Ordinal) } },
            author = "test",
            reason = "more racks",
        }, Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string? scope = null, string? known = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("api/fleet/v1/" + path, UriKind.Relative));
        if (scope is not null)
        {
            request.Headers.Add("X-Ampacity-Scope", scope);
        }

        if (known is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", known);
        }

        return await _client.SendAsync(request, Token);
    }

    private async Task<JsonElement> AskAsync(string path, string? scope = null, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var response = await GetAsync(path, scope);
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(status == response.StatusCode, $"{path}: {response.StatusCode} {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private static string[] Paths(JsonElement page) => [.. page.GetProperty("items").EnumerateArray().Select(row => row.GetProperty("path").GetString()!)];

    [Theory]
    [InlineData("kind=rack", 3)]
    [InlineData("kind=rack,ups&name=u*", 2)]
    [InlineData("kind=rack&sku=nvidia/gb200-nvl72", 3)]
    [InlineData("kind=rack&vendor=amd", 0)]
    [InlineData("kind=accelerator&parts=true", 216)]
    [InlineData("kind=rack&name=site/*/02", 1)]
    [InlineData("feed=bw-1a", 3)]
    [InlineData("kind=rack&cdu=site/hall/cdu-1", 3)]
    public async Task Filters_must_all_hold_and_values_of_one_any(string query, int rows) =>
        Assert.Equal(rows, (await AskAsync("places?" + query)).GetProperty("items").GetArrayLength());

    [Theory]
    [InlineData("places?colour=red", "under, kind")]
    [InlineData("places?state=asleep", "planned, ordered")]
    [InlineData("places?kind=teapot", "teapot")]
    [InlineData("places?limit=0", "limit")]
    [InlineData("places?after=site/no/such", "never was")]
    [InlineData("places?feed=nothing", "feed")]
    [InlineData("counts?by=colour", "state, sku")]
    [InlineData("counts?by=kind,state", "kind only alone")]
    [InlineData("search?q=x", "2 to 256")]
    [InlineData("power/below?of=site/hall/r01/01", "power node")]
    [InlineData("cooling/below?of=site/hall/r01/01", "cooling node")]
    [InlineData("racks/elevation?of=site/hall", "rack")]
    [InlineData("power/path", "of names")]
    public async Task A_question_that_cannot_be_read_is_told_what_to_write(string path, string hint) =>
        Assert.Contains(hint, (await AskAsync(path, status: HttpStatusCode.BadRequest)).GetProperty("detail").GetString());

    [Theory]
    [InlineData("places?under=site/none")]
    [InlineData("places/site/none")]
    [InlineData("power/path?of=site/none")]
    [InlineData("counts?under=site/none")]
    [InlineData("history?of=site/none")]
    [InlineData("history?of=asset:999")]
    [InlineData("assets/asset_999")]
    [InlineData("skus/nvidia/none@1")]
    public async Task What_is_not_there_is_404(string path) => await AskAsync(path, status: HttpStatusCode.NotFound);

    [Fact]
    public async Task Pages_put_together_are_the_whole_list()
    {
        var whole = Paths(await AskAsync("places?parts=true"));
        var pieces = new List<string>();
        string? after = null;
        do
        {
            var page = await AskAsync($"places?parts=true&limit=97{(after is null ? "" : $"&after={after}")}");
            pieces.AddRange(Paths(page));
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (after is not null);

        Assert.Equal(whole, pieces);
    }

    [Fact]
    public async Task An_answer_that_the_asker_has_is_not_sent_again_until_something_changes()
    {
        using var first = await GetAsync("counts?by=sku");
        var tag = first.Headers.ETag!.ToString();
        Assert.Equal("W/\"change_1\"", tag);
        using var again = await GetAsync("counts?by=sku", known: tag);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        await ApplyAsync(4);
        using var changed = await GetAsync("counts?by=sku", known: tag);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal("W/\"change_2\"", changed.Headers.ETag!.ToString());
    }

    [Fact]
    public async Task Counts_add_up_and_say_which_claims_they_rest_on()
    {
        var counts = await AskAsync("counts?by=row,sku");
        var group = Assert.Single(counts.GetProperty("groups").EnumerateArray());
        Assert.Equal("site/hall/r01", group.GetProperty("keys").GetProperty("row").GetString());
        Assert.Equal(3, group.GetProperty("racks").GetInt32());
        Assert.Equal(216, group.GetProperty("accelerators").GetInt32());
        Assert.Equal(3 * 132_000, group.GetProperty("designWatts").GetDouble());
        Assert.Equal("design", counts.GetProperty("claims")[0].GetProperty("kind").GetString());
        var one = await AskAsync("counts?by=row", "site/hall/r01/02");
        Assert.Equal(1, one.GetProperty("total").GetProperty("racks").GetInt32());
    }

    [Fact]
    public async Task What_was_not_there_then_is_not_counted_then()
    {
        var then = await AskAsync("counts?asOf=" + Uri.EscapeDataString("2000-01-01T00:00:00Z"));
        Assert.Equal(0, then.GetProperty("total").GetProperty("racks").GetInt32());
        var unknown = await AskAsync("counts?knownAt=" + Uri.EscapeDataString("2000-01-01T00:00:00Z"));
        Assert.Equal(0, unknown.GetProperty("total").GetProperty("racks").GetInt32());
    }

    [Fact]
    public async Task Every_way_up_ends_at_the_utility_and_the_shares_add_up_to_one()
    {
        var answer = await AskAsync("power/path?of=site/hall/r01/01");
        var ways = answer.GetProperty("paths").EnumerateArray().ToArray();
        Assert.Equal(2, ways.Length);
        Assert.All(ways, way => Assert.Equal("site/hall/utility", way.GetProperty("steps").EnumerateArray().Last().GetProperty("path").GetString()));
        Assert.Equal(1, ways.Sum(way => way.GetProperty("share").GetDouble()), 9);
        Assert.False(answer.GetProperty("isCut").GetBoolean());
        var cut = await AskAsync("power/path?of=site/hall/r01/01&limit=1");
        Assert.True(cut.GetProperty("isCut").GetBoolean());
        Assert.Equal(2, cut.GetProperty("total").GetInt64());
    }

    [Fact]
    public async Task A_way_up_ends_where_the_scope_ends_and_says_so()
    {
        var answer = await AskAsync("power/path?of=site/hall/r01/01", "site/hall/r01");
        var way = Assert.Single(answer.GetProperty("paths").EnumerateArray());
        Assert.True(way.GetProperty("leavesScope").GetBoolean());
        Assert.DoesNotContain("bw-1", answer.GetRawText());
    }

    [Fact]
    public async Task Below_a_node_stand_its_racks_with_their_shares()
    {
        var all = await AskAsync("power/below?of=site/hall/utility");
        Assert.Equal((3, 3), (all.GetProperty("racks").GetInt32(), all.GetProperty("soleRacks").GetInt32()));
        Assert.Equal(all.GetProperty("designWatts").GetDouble(), all.GetProperty("shareWatts").GetDouble(), 3);
        var half = await AskAsync("power/below?of=site/hall/bw-1a");
        Assert.Equal((3, 0), (half.GetProperty("racks").GetInt32(), half.GetProperty("soleRacks").GetInt32()));
        Assert.Equal(half.GetProperty("designWatts").GetDouble() / 2, half.GetProperty("shareWatts").GetDouble(), 3);
        var cooled = await AskAsync("cooling/below?of=site/hall/cdu-1");
        Assert.Equal(3, cooled.GetProperty("racks").GetInt32());
    }

    [Fact]
    public async Task A_rack_is_drawn_with_its_free_units()
    {
        var drawn = await AskAsync("racks/elevation?of=site/hall/r01/01");
        Assert.Equal(48, drawn.GetProperty("units").GetInt32());
        Assert.Equal(35, drawn.GetProperty("front").GetArrayLength());
        Assert.Equal((36, 48), (drawn.GetProperty("free")[0].GetProperty("lowest").GetInt32(), drawn.GetProperty("free")[0].GetProperty("highest").GetInt32()));
    }

    [Fact]
    public async Task A_thing_is_found_by_its_mac_in_any_spelling_and_by_the_beginning_of_its_serial()
    {
        var assets = (await AskAsync("assets")).GetProperty("items").EnumerateArray().ToArray();
        var known = assets.First(asset => asset.TryGetProperty("mac", out _) && asset.TryGetProperty("serial", out _));
        var (id, mac, serial) = (known.GetProperty("id").GetString(), known.GetProperty("mac").GetString()!, known.GetProperty("serial").GetString()!);
        foreach (var spelling in (string[])[mac, mac.ToUpperInvariant(), mac.Replace(':', '-'), mac.Replace(":", "", StringComparison.Ordinal)])
        {
            var first = (await AskAsync("search?q=" + spelling)).GetProperty("items")[0];
            Assert.Equal((id, "exact"), (first.GetProperty("assetId").GetString(), first.GetProperty("rank").GetString()));
        }

        var found = (await AskAsync("search?limit=1000&q=" + serial[..^1].ToLowerInvariant())).GetProperty("items").EnumerateArray();
        Assert.Contains(found, row => row.TryGetProperty("assetId", out var asset) && asset.GetString() == id && row.GetProperty("rank").GetString() == "prefix");
        var whole = await AskAsync("search?q=" + serial);
        Assert.True(whole.GetProperty("isWhole").GetBoolean());
        Assert.Equal(id, Assert.Single(whole.GetProperty("items").EnumerateArray()).GetProperty("assetId").GetString());
        Assert.False((await AskAsync("search?everything=true&q=" + serial)).GetProperty("isWhole").GetBoolean());
        var hidden = await AskAsync("search?q=" + mac, "site/hall/r01/03");
        Assert.Equal(0, hidden.GetProperty("items").GetArrayLength());
        Assert.Equal(
            (await AskAsync("history?of=" + id)).GetProperty("items").GetRawText(), (await AskAsync("history?of=mac:" + mac)).GetProperty("items").GetRawText());
        Assert.Equal(id, (await AskAsync("assets?identifier=" + serial)).GetProperty("items")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_search_finds_names_and_paths_and_says_when_it_is_cut()
    {
        Assert.Equal("site/hall/r01/02", (await AskAsync("search?q=r01/02")).GetProperty("items")[0].GetProperty("path").GetString());
        var cut = await AskAsync("search?q=bw&limit=1");
        Assert.Equal(1, cut.GetProperty("items").GetArrayLength());
        Assert.True(cut.GetProperty("isCut").GetBoolean());
    }

    [Fact]
    public async Task A_history_says_who_recorded_what_and_why()
    {
        var facts = (await AskAsync("history?of=site/hall/r01/03")).GetProperty("items").EnumerateArray().ToArray();
        Assert.Contains(facts, fact => fact.GetProperty("says").GetString() == "fed by site/hall/bw-1a");
        Assert.All(facts, fact => Assert.Equal("more racks", fact.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task A_place_is_shown_with_everything_attached()
    {
        var attached = (await AskAsync("places/site/hall/r01/01")).GetProperty("items")[0].GetProperty("attached");
        Assert.Equal(2, attached.GetProperty("feeds").GetArrayLength());
        Assert.Equal(0.5, attached.GetProperty("feeds")[0].GetProperty("share").GetDouble());
        Assert.Equal("site/hall/cdu-1", attached.GetProperty("coolers")[0].GetProperty("path").GetString());
        Assert.Equal(72, attached.GetProperty("contents").GetProperty("accelerators").GetInt32());
        Assert.NotEmpty(attached.GetProperty("assets").EnumerateArray());
    }

    [Fact]
    public async Task The_registers_and_the_catalogue_answer()
    {
        Assert.NotEmpty((await AskAsync("skus?kind=rack")).GetProperty("items").EnumerateArray());
        Assert.Equal(3, (await AskAsync("skus/nvidia/gb200-nvl72@1")).GetProperty("racks").GetInt32());
        await AskAsync("programmes");
        await AskAsync("organisations");
        await AskAsync("fabric?under=site/hall");
        var placements = (await AskAsync("placements?limit=3")).GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal(3, placements.Length);
        Assert.StartsWith("site/hall/r01/01", placements[0].GetProperty("place").GetString());
        Assert.NotEmpty((await AskAsync("cooling")).GetProperty("items").EnumerateArray());
    }
}
