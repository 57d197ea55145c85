using System.Net;
using System.Text;
using System.Text.Json;
using Ampacity.Server;

namespace Ampacity.Tests;

/// <summary>
/// Two partners in one inventory: every name, serial, tag and note of the other one has <c>zeta</c> in it. Whatever is read within the scope of
/// the first, by any endpoint that the description lists, must not hold that word.
/// </summary>
public sealed class PartnerScopeTests : IAsyncLifetime
{
    private const string Foreign = "zeta";
    private const string Root = "/api/fleet/v1/";

    private const string Alpha = """
        ampacity: 1
        owns: alpha/h1
        hall: {size: [20 m, 20 m], operator: op, tenant: alpha, tags: [pilot], note: ours, tranches: {t1: {power: 2 MW, energised: 2027-01-01}}}
        power:
          ups: {kind: Ups, fedBy: zeta-grid/zeta-sub, rating: 2 MW}
          bw-a: {kind: Busway, fedBy: ups, rating: 1600 A at 415 V}
          bw-b: {kind: Busway, fedBy: zeta-grid/zeta-ups, rating: 1600 A at 415 V}
        cooling: {cdu-1: {kind: Cdu, cooledBy: zeta-grid/zeta-plant, capacity: 1 MW at 5 K}}
        rows:
          r01: {sku: nvidia/gb200-nvl72@1, racks: 3, at: [2 m, 3 m], pitch: 600 mm, feeds: [bw-a, bw-b], cdus: [cdu-1], programme: shared, state: Live}
        assets:
          r01/01/05: {serial: ALPHA-1, hostname: alpha-1, bmc: '02:00:00:00:00:05', firmware: {bmc: '1'}}
          r01/01/06: {serial: ALPHA-2}
          r01/02/05: {serial: ALPHA-3}
        fabric:
          planes: {out: {kind: scale-out}}
          switches: {s1: {}}
          links: [{from: r01/01, to: s1, plane: out, count: 4}]
        domains: {d1: {racks: [r01/01, r01/02]}}
        bindings: [{match: '{job="dcgm"}', asset: {by: hostname, from: Hostname}, place: 'host:$Hostname'}]
        """;

    private const string Zeta = """
        ampacity: 1
        owns: [zeta-grid, zeta-site]
        organisations: {zeta-org: {title: Zeta Org, roles: [tenant], note: zeta}, alpha: {title: Alpha, roles: [tenant], note: about zeta}}
        programmes: {shared: {vendor: nvidia, power: 9 GW, status: signed, note: zeta terms, milestones: {'2029-01-01': 9 GW}}}
        sites:
          zeta-grid:
            power:
              zeta-util: {kind: Utility, rating: 20 MVA}
              zeta-sub: {kind: Substation, fedBy: zeta-util, rating: 20 MVA}
              zeta-ups: {kind: Ups, fedBy: zeta-sub, rating: 2 MW}
            cooling: {zeta-plant: {kind: Plant, capacity: 9 MW at 5 K}}
          zeta-site:
            tenant: zeta-org
            halls:
              zeta-hall:
                size: [20 m, 20 m]
                tenant: zeta-org
                tags: [zeta-tag]
                note: zeta note
                power: {zeta-bw: {kind: Busway, fedBy: zeta-grid/zeta-sub, rating: 4000 A at 415 V}}
                cooling: {zeta-cdu: {kind: Cdu, capacity: 1 MW at 5 K}}
                rows: {zeta-r: {sku: nvidia/gb200-nvl72@1, racks: 2, at: [2 m, 3 m], pitch: 600 mm, feeds: [zeta-bw], cdus: [zeta-cdu], programme: shared, state: Live}}
                assets: {zeta-r/01/05: {serial: ZETA-9, hostname: zeta-9, bmc: '02:00:00:00:00:99'}}
                bindings: [{match: '{job="zeta"}', place: 'zeta-r/$x/$y'}]
        """;

    /// <summary>Parameters for each address; an address that is not here fails the test, so that a new one cannot be forgotten.</summary>
    private static readonly Dictionary<string, string[]> Questions = new(StringComparer.Ordinal)
    {
        ["places"] = ["", "?parts=true&limit=5000", "?under=alpha/h1", "?tenant=zeta-org", "?feed=zeta-bw", "?feed=zeta-grid/zeta-sub", "?under=zeta-site/zeta-hall", "?name=*eta*"],
        ["places/{path}"] = ["/alpha", "/alpha/h1", "/alpha/h1/ups", "/alpha/h1/cdu-1", "/alpha/h1/r01/01", "/alpha/h1/r01/01/05", "/alpha/h1/r01/03/05", "/zeta-site/zeta-hall", "/zeta-grid"],
        ["top"] = ["", "?by=site", "?by=hall&sort=load", "?by=row&sort=unread", "?by=power&sort=load", "?under=alpha/h1", "?under=zeta-site", "?under=zeta-site/zeta-hall&by=power"],
        ["counts"] = ["", "?by=site,tenant", "?by=programme,state", "?by=owner", "?by=kind", "?by=hall,row", "?under=alpha/h1", "?under=zeta-site"],
        ["history"] =
        [
            "?of=alpha/h1", "?of=alpha/h1/ups", "?of=alpha/h1/cdu-1", "?of=alpha/h1/r01/01", "?of=alpha/h1/r01/02", "?of=alpha/h1/r01/03", "?of=alpha/h1/r01/01/05",
            "?of=alpha/h1/r01/02/05", "?of=zeta-site/zeta-hall/zeta-r/07", "?of=zeta-site/zeta-hall/zeta-r/01", "?of=zeta-grid/zeta-sub",
            "?of=asset:1", "?of=asset:2", "?of=asset:3", "?of=asset:4", "?of=asset:5",
        ],
        ["racks/elevation"] = ["?of=alpha/h1/r01/01", "?of=zeta-site/zeta-hall/zeta-r/01"],
        ["assets"] = ["", "?under=alpha/h1", "?tenant=zeta-org", "?identifier=ZETA-9", "?tag=zeta-tag"],
        ["assets/{id}"] = ["/asset_1", "/asset_2", "/asset_3", "/asset_4", "/asset_5"],
        ["placements"] = ["", "?under=alpha/h1/r01", "?under=zeta-site"],
        ["skus"] = ["?kind=rack&vendor=nvidia"],
        ["skus/{sku}"] = ["/nvidia/gb200-nvl72@1"],
        ["programmes"] = [""],
        ["organisations"] = [""],
        ["fabric"] = ["", "?under=alpha/h1"],
        ["bindings"] = ["", "?asOf=1999-01-01T00:00:00Z"],
        ["bindings/unbound"] = ["", "?limit=5"],
        ["bindings/why"] = ["?series={job=\"zeta\"}", "?series={job=~\".*\"}", "?series={serial=\"ALPHA-1B\"}"],
        ["search"] = ["?q=eta", "?q=ZETA-9", "?q=02:00:00", "?q=shared", "?q=alpha", "?q=h1", "?q=asset_4"],
        ["changes"] = ["", "?before=3"],
        ["changes/{number}"] = ["/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8"],
        ["export"] =
        [
            "", "?under=alpha", "?under=alpha/h1", "?under=zeta-site", "?format=csv&kind=racks", "?format=csv&kind=assets", "?format=csv&kind=placements",
            "?format=csv&kind=feeds",
        ],
        ["power"] = ["", "?basis=design"],
        ["live"] = ["?frames=1", "?frames=1&kinds=rack,ups"],
        ["power/path"] = ["?of=alpha/h1/r01/01", "?of=alpha/h1/ups", "?of=zeta-site/zeta-hall/zeta-r/01"],
        ["power/below"] = ["?of=alpha/h1/ups", "?of=zeta-grid/zeta-sub"],
        ["cooling"] = [""],
        ["cooling/below"] = ["?of=alpha/h1/cdu-1", "?of=zeta-grid/zeta-plant"],
        ["events"] = ["", "?under=alpha/h1", "?under=zeta-site", "?kind=leak&severity=critical&limit=5"],
        ["surveys/progress"] = [""],
        ["surveys/latest"] = [""],
        ["credentials"] = [""],
        ["bmcs/{which}"] = ["/02:00:00:00:00:99", "/alpha/h1/r01/01/05", "/zeta-site/zeta-hall/zeta-r/01/05"],
        ["bring-up/{rack}"] = ["/alpha/h1/r01/01", "/zeta-site/zeta-hall/zeta-r/01"],
        ["drift"] = ["", "?place=zeta-site"],
        ["backup"] = [""],
        ["/sd/prometheus"] = ["", "?kind=tray&port=9400&job=dcgm", "?under=alpha/h1", "?under=zeta-site", "?tenant=zeta-org", "?name=*eta*"],
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-partners").FullName;
    private RunningServer _server = null!;
    private HttpClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerHost.StartAsync(
            new ServerSettings { Url = "http://127.0.0.1:0", DataFolder = _folder, ShippedFolder = RepositoryFolder.Root }, Token);
        _client = new HttpClient { BaseAddress = new Uri(_server.Url) };
        await ChangeAsync("changes", new { files = new[] { new { name = "b.yaml", text = Zeta } }, author = "b", reason = "theirs of zeta" });
        await ChangeAsync("changes", new { files = new[] { new { name = "a.yaml", text = Alpha } }, author = "a", reason = "ours" });

        // What leaves, comes, changes hands and was wrong: a rack and a tray go to the other partner, and one of theirs comes.
        await EditAsync(new { verb = "move", what = "alpha/h1/r01/03", to = "zeta-site/zeta-hall/zeta-r/07" });
        await EditAsync(new { verb = "change", what = "zeta-site/zeta-hall/zeta-r/07", field = "note", value = "zeta remark" });
        await EditAsync(new { verb = "move", what = "serial:ALPHA-3", to = "zeta-site/zeta-hall/zeta-r/02/06" });
        await EditAsync(
            new { verb = "change", what = "serial:ALPHA-3", field = "assetTag", value = "zeta-tag-3" }, new { verb = "change", what = "zeta-site/zeta-hall", field = "note", value = "zeta again" });
        await EditAsync(new { verb = "correct", what = "serial:ALPHA-1", field = "serial", value = "ALPHA-1B" });
        await EditAsync(new { verb = "correct", what = "serial:ZETA-9", field = "serial", value = "ZETA-9B" });

        // Series of both: one of the partner's is placed by a rule of the other's.
        using var page = new StringContent("""
            power{job="zeta",instance="zeta-1"} 1
            power{job="dcgm",Hostname="zeta-host"} 2
            power{job="other",serial="ALPHA-1B"} 3

            """);
        using var sent = await _client.PostAsync(new Uri("api/v1/import/prometheus", UriKind.Relative), page, Token);
        Assert.True(sent.IsSuccessStatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("alpha")]
    [InlineData("alpha/h1")]
    [InlineData("alpha/h1/r01")]
    [InlineData("alpha/h1/r01/01")]
    [InlineData("tenant:alpha")]
    [InlineData("nowhere")]
    [InlineData("tenant:nobody")]
    public async Task Nothing_of_another_partner_is_in_any_answer(string scope)
    {
        var leaks = new List<string>();
        foreach (var address in await AddressesAsync())
        {
            Assert.True(Questions.TryGetValue(address, out var asked), $"GET {address} is new: say here how it is asked, and see what it tells a partner");
            foreach (var question in asked)
            {
                var path = address.Split("/{")[0] + question;
                var (status, text) = await AskAsync(path, scope);
                Assert.True(
                    status is HttpStatusCode.OK or HttpStatusCode.NotFound or HttpStatusCode.BadRequest
                    || (status == HttpStatusCode.Forbidden && address is "backup" or "surveys/progress" or "credentials"), $"{path} within {scope}: {status} {text}");

                // An error says again what was asked for: that is no news.
                if (status == HttpStatusCode.OK && text.Contains(Foreign, StringComparison.OrdinalIgnoreCase))
                {
                    leaks.Add($"{path} within {scope}: …{text[Math.Max(0, text.IndexOf(Foreign, StringComparison.OrdinalIgnoreCase) - 200)..][..Math.Min(text.Length, 300)]}");
                }
            }
        }

        Assert.True(leaks.Count == 0, string.Join("\n", leaks));
    }

    [Fact]
    public async Task A_partner_sees_the_history_of_its_places_as_long_as_they_were_its_own()
    {
        var hall = await ItemsAsync("history?of=alpha/h1", "alpha");
        Assert.Contains(hall, fact => fact.GetProperty("says").GetString() == "ours");
        Assert.All(hall, fact => Assert.Equal("a", fact.GetProperty("author").GetString()));
        var rack = await ItemsAsync("history?of=alpha/h1/r01/01", "alpha/h1/r01");
        Assert.Contains(rack, fact => fact.GetProperty("aspect").GetString() == "lifecycle");
        Assert.DoesNotContain(rack, fact => fact.GetProperty("aspect").GetString() == "feed");
        Assert.Contains(await ItemsAsync("history?of=alpha/h1/r01/01", "alpha/h1"), fact => fact.GetProperty("says").GetString() == "fed by alpha/h1/bw-a");

        // The rack that left: its stay here is told, with its end, and nothing of where it went.
        var left = await ItemsAsync("history?of=alpha/h1/r01/03", "alpha");
        Assert.Contains(left, fact => fact.GetProperty("aspect").GetString() == "node" && fact.TryGetProperty("validToMs", out _));
        Assert.DoesNotContain(left, fact => fact.GetProperty("aspect").GetString() == "note");
        Assert.NotEmpty(await ItemsAsync("history?of=asset:4", "alpha"));
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync("history?of=asset:4", "alpha/h1/r01/01")).Status);
    }

    [Fact]
    public async Task A_partner_sees_the_changes_that_touch_it_and_of_them_its_own_part()
    {
        Assert.Equal(["change_7", "change_5", "change_3", "change_2"], (await ItemsAsync("changes", "alpha")).Select(change => change.GetProperty("id").GetString()));
        Assert.Equal(8, (await ItemsAsync("changes", null)).Length);
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync("changes/1", "alpha")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync("changes/4", "alpha")).Status);
        var corrected = await ItemsAsync("changes/7", "alpha");
        Assert.Contains(corrected, fact => fact.TryGetProperty("before", out var before) && before.GetProperty("text").GetString() == "ALPHA-1");
    }

    [Fact]
    public async Task A_partner_sees_what_counts_toward_a_programme_of_its_own_racks_and_not_the_terms()
    {
        var mine = Assert.Single(await ItemsAsync("programmes", "alpha"));
        Assert.Equal(("shared", 2), (mine.GetProperty("name").GetString(), mine.GetProperty("racks").GetInt32()));
        Assert.False(mine.TryGetProperty("contractedWatts", out _) || mine.TryGetProperty("vendor", out _) || mine.TryGetProperty("milestones", out _));
        var whole = Assert.Single(await ItemsAsync("programmes", null));
        Assert.Equal(5, whole.GetProperty("racks").GetInt32());
        Assert.Equal(9e9, whole.GetProperty("contractedWatts").GetDouble());
        Assert.Empty(await ItemsAsync("programmes", "nowhere"));
        var named = await ItemsAsync("organisations", "alpha");
        Assert.Equal(["alpha", "nvidia", "op"], named.Select(one => one.GetProperty("name").GetString()));
        Assert.Equal("Alpha", named[0].GetProperty("title").GetString());
    }

    private async Task<string[]> AddressesAsync()
    {
        // Below the root an address is said without it, elsewhere whole. The Prometheus API has the tests of its queries.
        var described = JsonDocument.Parse(await _client.GetStringAsync(new Uri("openapi/v1.json", UriKind.Relative), Token)).RootElement;
        string[] addresses = [.. described.GetProperty("paths").EnumerateObject()
            .Where(path => (path.Name.StartsWith(Root, StringComparison.Ordinal) || path.Name.StartsWith("/sd/", StringComparison.Ordinal)) && path.Value.TryGetProperty("get", out _))
            .Select(path => path.Name.StartsWith(Root, StringComparison.Ordinal) ? path.Name[Root.Length..] : path.Name)];
        Assert.Contains("/sd/prometheus", addresses);
        Assert.True(addresses.Length > 20, $"only {addresses.Length} addresses are described");
        return addresses;
    }

    private async Task<(HttpStatusCode Status, string Text)> AskAsync(string path, string? scope)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path.StartsWith('/') ? path[1..] : Root[1..] + path, UriKind.Relative));
        if (scope is not null)
        {
            request.Headers.Add("X-Ampacity-Scope", scope);
        }

        using var response = await _client.SendAsync(request, Token);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Token));
    }

    private async Task<JsonElement[]> ItemsAsync(string path, string? scope)
    {
        var (status, text) = await AskAsync(path, scope);
        Assert.True(status == HttpStatusCode.OK, $"{path} within {scope}: {status} {text}");
        return [.. JsonDocument.Parse(text).RootElement.GetProperty("items").EnumerateArray()];
    }

    private Task EditAsync(params object[] edits) => ChangeAsync("edits", new { edits, author = "a" });

    private async Task ChangeAsync(string resource, object body)
    {
        using var content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var response = await _client.PostAsync(new Uri("api/fleet/v1/" + resource, UriKind.Relative), content, Token);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync(Token));
    }
}
