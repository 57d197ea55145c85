using System.Net;
using System.Text;
using System.Text.Json;
using Ampacity.Server;

namespace Ampacity.Tests;

/// <summary>What a Prometheus finds at <c>/sd/prometheus</c>.</summary>
public sealed class ServiceDiscoveryTests : IAsyncLifetime
{
    private const string Hall = """
        ampacity: 1
        owns: site/hall
        hall: {size: [20 m, 20 m], operator: op, tenant: alpha}
        power:
          utility: {kind: Utility, rating: 2 MVA}
          ups-a: {kind: Ups, fedBy: utility, rating: 1 MW}
          bw-a: {kind: Busway, fedBy: ups-a, rating: 1600 A at 415 V}
        cooling: {cdu-1: {kind: Cdu, capacity: 1 MW at 5 K}}
        rows:
          r01: {sku: nvidia/gb200-nvl72@1, racks: 2, at: [2 m, 3 m], pitch: 600 mm, feeds: [bw-a], cdus: [cdu-1], programme: prog, state: Live}
        assets:
          r01/01/05: {serial: S-5, hostname: Node-05.example, bmc: '02:00:00:00:00:05', tags: [burn, pilot]}
          r01/01/06: {serial: S-6}
          r01/01/13: {serial: S-13, hostname: switch-13}
          r01/02/05: {serial: S-25, hostname: 'fd00::25'}
          r01/02/06: {serial: S-26, hostname: 'node@26:80/x'}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-sd").FullName;
    private RunningServer _server = null!;
    private HttpClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerHost.StartAsync(
            new ServerSettings { Url = "http://127.0.0.1:0", DataFolder = _folder, ShippedFolder = RepositoryFolder.Root, Collects = false }, Token);
        _client = new HttpClient { BaseAddress = new Uri(_server.Url) };
        await ChangeAsync("changes", new { files = new[] { new { name = "a.yaml", text = Hall } }, author = "a", reason = "a" });
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_tray_with_a_host_name_is_a_target_with_the_labels_of_its_place()
    {
        var (targets, labels) = Assert.Single(await TargetsAsync("?kind=tray&under=site/hall/r01/01&job=dcgm&port=9400&scheme=https&path=/gpu"));
        Assert.Equal("node-05.example:9400", targets, ignoreCase: true);
        var expected = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["job"] = "dcgm",
            ["__scheme__"] = "https",
            ["__metrics_path__"] = "/gpu",
            ["__meta_ampacity_site"] = "site",
            ["__meta_ampacity_hall"] = "hall",
            ["__meta_ampacity_row"] = "r01",
            ["__meta_ampacity_rack"] = "r01/01",
            ["__meta_ampacity_slot"] = "05",
            ["__meta_ampacity_feed"] = "bw-a",
            ["__meta_ampacity_ups"] = "ups-a",
            ["__meta_ampacity_cdu"] = "cdu-1",
            ["__meta_ampacity_programme"] = "prog",
            ["__meta_ampacity_vendor"] = "nvidia",
            ["__meta_ampacity_sku"] = "nvidia/gb200-nvl72@1",
            ["__meta_ampacity_tenant"] = "alpha",
            ["__meta_ampacity_operator"] = "op",
            ["__meta_ampacity_place"] = "site/hall/r01/01/05",
            ["__meta_ampacity_kind"] = "computeTray",
            ["__meta_ampacity_serial"] = "S-5",
            ["__meta_ampacity_mac"] = "02:00:00:00:00:05",
            ["__meta_ampacity_state"] = "live",
            ["__meta_ampacity_tags"] = ",burn,pilot,",
        };
        foreach (var (name, value) in expected)
        {
            Assert.True(labels.TryGetValue(name, out var found) && found == value, $"{name} is {labels.GetValueOrDefault(name, "absent")}, not {value}");
        }

        // What else is there has a value and one of our names.
        Assert.All(labels.Where(label => !expected.ContainsKey(label.Key)), label => Assert.StartsWith("__meta_ampacity_", label.Key));
        Assert.All(labels, label => Assert.NotEqual("", label.Value));
    }

    [Fact]
    public async Task What_has_no_host_name_or_one_that_is_none_is_no_target()
    {
        var all = await TargetsAsync("");
        Assert.Equal(["node-05.example", "switch-13", "[fd00::25]"], all.Select(target => target.Address.ToLowerInvariant()));
        Assert.Equal("[fd00::25]:9100", Assert.Single(await TargetsAsync("?port=9100&under=site/hall/r01/02")).Address);
        Assert.Equal("switch-13", Assert.Single(await TargetsAsync("?kind=switchTray")).Address);
        Assert.Equal(2, (await TargetsAsync("?kind=tray,switchtray&under=site/hall/r01/01")).Length);
        Assert.Single(await TargetsAsync("?tag=pilot"));
        Assert.Empty(await TargetsAsync("?tenant=beta"));
        Assert.Empty(await TargetsAsync("?under=site/hall/ups-a"));
        Assert.Single(await TargetsAsync("?under=site/hall/r01/01/05"));
    }

    [Fact]
    public async Task Targets_follow_a_move_and_an_unchanged_fleet_is_answered_304()
    {
        using var first = await AskAsync("?port=9100", null, null);
        var tag = first.Headers.ETag!.ToString();
        using var again = await AskAsync("?port=9100", null, tag);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        await ChangeAsync("edits", new { edits = new[] { new { verb = "move", what = "serial:S-5", to = "site/hall/r01/02/07" } }, author = "a" });
        using var moved = await AskAsync("?port=9100", null, tag);
        Assert.Equal(HttpStatusCode.OK, moved.StatusCode);
        var found = Assert.Single(await TargetsAsync("?tag=pilot"));
        Assert.Equal(("r01/02", "07"), (found.Labels["__meta_ampacity_rack"], found.Labels["__meta_ampacity_slot"]));
    }

    [Fact]
    public async Task A_narrowed_asker_finds_its_own_and_is_not_told_what_feeds_them_from_outside()
    {
        var mine = await TargetsAsync("", "site/hall/r01/01");
        Assert.Equal(2, mine.Length);
        Assert.All(mine, target => Assert.DoesNotContain(target.Labels.Keys, name => name is "__meta_ampacity_feed" or "__meta_ampacity_ups" or "__meta_ampacity_cdu"));
        Assert.All(await TargetsAsync("", "site/hall"), target => Assert.Equal("ups-a", target.Labels["__meta_ampacity_ups"]));
        Assert.Empty(await TargetsAsync("", "elsewhere"));
    }

    [Theory]
    [InlineData("?kind=toaster", "no kind of target")]
    [InlineData("?port=0", "whole number from 1 to 65,535")]
    [InlineData("?port=http", "whole number")]
    [InlineData("?scheme=gopher", "http or https")]
    [InlineData("?path=metrics", "begins with a slash")]
    [InlineData("?prot=9100", "is no parameter")]
    public async Task What_cannot_be_meant_is_refused_with_what_to_say_instead(string query, string says)
    {
        using var answer = await AskAsync(query, null, null);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(says, await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    private async Task<(string Address, Dictionary<string, string> Labels)[]> TargetsAsync(string query, string? scope = null)
    {
        using var answer = await AskAsync(query, scope, null);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        return [.. JsonDocument.Parse(text).RootElement.EnumerateArray().Select(group => (
            group.GetProperty("targets").EnumerateArray().Single().GetString()!,
            group.GetProperty("labels").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!, StringComparer.Ordinal)))];
    }

    private async Task<HttpResponseMessage> AskAsync(string query, string? scope, string? tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("sd/prometheus" + query, UriKind.Relative));
        if (scope is not null)
        {
            request.Headers.Add("X-Ampacity-Scope", scope);
        }

        if (tag is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        }

        return await _client.SendAsync(request, Token);
    }

    private async Task ChangeAsync(string resource, object body)
    {
        using var content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var response = await _client.PostAsync(new Uri("api/fleet/v1/" + resource, UriKind.Relative), content, Token);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync(Token));
    }
}
