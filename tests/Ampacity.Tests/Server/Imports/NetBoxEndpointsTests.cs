using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Ampacity.Server;

namespace Ampacity.Tests;

/// <summary>NetBox exports over HTTP, on a whole server over a folder of its own.</summary>
public sealed class NetBoxEndpointsTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-netbox-").FullName;
    private RunningServer _server = null!;
    private HttpClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await StartAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task An_instance_is_planned_then_carried_out_and_is_no_change_the_second_time_and_after_a_restart()
    {
        var (status, plan) = await ImportAsync(NetBoxSample.Text, "&dryRun=true");
        Assert.Equal((HttpStatusCode.OK, true, "netbox:netbox.example.com"), (status, Change(plan).GetProperty("dryRun").GetBoolean(), plan.GetProperty("source").GetString()));
        Assert.False(Directory.Exists(Path.Combine(_folder, "skus")));
        var (_, answer) = await ImportAsync(NetBoxSample.Text);
        Assert.Equal(("change_1", Count(Change(plan), "added")), (Change(answer).GetProperty("changeSet").GetString(), Count(Change(answer), "added")));
        Assert.Contains(answer.GetProperty("report").EnumerateArray(), row =>
            (row.GetProperty("rule").GetString(), row.GetProperty("list").GetString(), row.GetProperty("remark").GetString()) == ("no-source", "power-panels", "leftOut"));
        Assert.True(File.Exists(Path.Combine(_folder, "skus", "example-systems", "gpu-server-8@1.yaml")));

        AssertNoChange((await ImportAsync(NetBoxSample.Text)).Answer);
        _client.Dispose();
        await _server.DisposeAsync();
        await StartAsync();
        AssertNoChange((await ImportAsync(NetBoxSample.Text)).Answer);
        var rack = await _client.GetFromJsonAsync<JsonElement>("api/fleet/v1/places/ams1/building-a/hall-1/row-1/r01", Token);
        Assert.Equal("Rack", rack.GetProperty("items")[0].GetProperty("kind").GetString(), ignoreCase: true);
    }

    [Fact]
    public async Task A_rename_in_NetBox_is_one_change_of_a_name()
    {
        await ImportAsync(NetBoxSample.Text);
        var (_, answer) = await ImportAsync(NetBoxSample.Changed(json => json.Item("racks", 2)["name"] = "R77"), "&reason=renumbered");
        Assert.Equal((0, 1, 0), (Count(Change(answer), "added"), Count(Change(answer), "changed"), Count(Change(answer), "removed")));
        Assert.Equal("ams1/building-a/hall-1/row-1/r77", Change(answer).GetProperty("changes")[0].GetProperty("what").GetString());
        var history = await _client.GetFromJsonAsync<JsonElement>("api/fleet/v1/changes", Token);
        Assert.Equal("renumbered", history.GetProperty("items")[0].GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_plan_that_somebody_came_before_is_told()
    {
        var (_, plan) = await ImportAsync(NetBoxSample.Text, "&dryRun=true");
        await ImportAsync(NetBoxSample.Text);
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/fleet/v1/imports/netbox?author=test") { Content = new StringContent(NetBoxSample.Text) };
        request.Headers.TryAddWithoutValidation("If-Match", $"W/\"{Change(plan).GetProperty("basedOn").GetString()}\"");
        using var answer = await _client.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.PreconditionFailed, answer.StatusCode);
    }

    [Fact]
    public async Task A_list_that_is_missing_is_refused_with_the_way_out()
    {
        await ImportAsync(NetBoxSample.Text);
        var without = NetBoxSample.Changed(json => json.Remove("power-feeds"));
        var (status, problem) = await ImportAsync(without);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("--accept-missing", problem.GetProperty("errors").EnumerateArray().Single(error => error.GetProperty("path").GetString() == "power-feeds").GetProperty("hint").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await ImportAsync(without, "&acceptMissing=true")).Status);
    }

    [Fact]
    public async Task The_files_of_an_import_can_be_had_instead_and_apply()
    {
        using var content = new StringContent(NetBoxSample.Text);
        using var answer = await _client.PostAsync(new Uri("api/fleet/v1/imports/netbox/files", UriKind.Relative), content, Token);
        var files = (await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("files").EnumerateArray().Select(file => file.GetProperty("name").GetString()!).ToArray();
        Assert.Equal(["ams1.yaml", "ber.yaml", "tenants.yaml"], files.Where(file => !file.StartsWith("skus/", StringComparison.Ordinal)));
        Assert.Contains("skus/example-systems/gpu-server-8.yaml", files);
        var changes = await _client.GetFromJsonAsync<JsonElement>("api/fleet/v1/changes", Token);
        Assert.Empty(changes.GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("{", "bad-json")]
    [InlineData("[]", "not-an-export")]
    [InlineData("""{"sites": 7}""", "not-a-list")]
    [InlineData("""{"sites": [{"name": "no id"}]}""", "no-id")]
    public async Task A_body_that_is_no_export_is_refused_with_line_and_rule(string body, string rule)
    {
        var (status, problem) = await ImportAsync(body, "&name=mine.json");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        var error = problem.GetProperty("errors")[0];
        Assert.Equal(("mine.json", 1, rule), (error.GetProperty("file").GetString(), Count(error, "line"), error.GetProperty("rule").GetString()));
    }

    [Fact]
    public async Task A_body_as_deep_as_it_is_long_is_refused()
    {
        var (status, problem) = await ImportAsync($$"""{"sites": {{new string('[', 100_000)}}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("bad-json", problem.GetProperty("errors")[0].GetProperty("rule").GetString());
    }

    [Theory]
    [InlineData("imports/netbox")]
    [InlineData("imports/netbox?author=me&instance=a%20b")]
    [InlineData("imports/netbox/files?instance=%3Cscript%3E")]
    public async Task What_an_import_needs_is_asked_for(string path)
    {
        using var content = new StringContent("{}");
        using var answer = await _client.PostAsync(new Uri("api/fleet/v1/" + path, UriKind.Relative), content, Token);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static JsonElement Change(JsonElement answer) => answer.GetProperty("change");

    private static int Count(JsonElement element, string property) => element.GetProperty(property).GetInt32();

    private static void AssertNoChange(JsonElement answer) => Assert.Equal(
        (0, 0, 0), (Count(Change(answer), "added"), Count(Change(answer), "changed"), Count(Change(answer), "removed")));

    private async Task StartAsync()
    {
        _server = await ServerHost.StartAsync(
            new ServerSettings { Url = "http://127.0.0.1:0", DataFolder = _folder, ShippedFolder = RepositoryFolder.Root, Collects = false }, Token);
        _client = new HttpClient { BaseAddress = new Uri(_server.Url) };
    }

    private async Task<(HttpStatusCode Status, JsonElement Answer)> ImportAsync(string body, string more = "")
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _client.PostAsync(new Uri($"api/fleet/v1/imports/netbox?author=test{more}", UriKind.Relative), content, Token);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Token));
    }
}
