using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Ampacity.Server;

namespace Ampacity.Tests;

/// <summary>CSV over HTTP, on a whole server over a folder of its own.</summary>
public sealed class ImportEndpointsTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-imports-").FullName;
    private RunningServer _server = null!;
    private HttpClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var settings = new ServerSettings { Url = "http://127.0.0.1:0", DataFolder = _folder, ShippedFolder = RepositoryFolder.Root, Collects = false };
        _server = await ServerHost.StartAsync(settings, Token);
        _client = new HttpClient { BaseAddress = new Uri(_server.Url) };
        using var applied = await _client.PostAsJsonAsync(
            "api/fleet/v1/changes", new { files = new[] { new { name = "one-rack.yaml", text = OneRack.FileText } }, author = "test" }, Token);
        Assert.Equal(HttpStatusCode.OK, applied.StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_file_is_planned_then_carried_out_and_comes_back_as_no_change()
    {
        const string Csv = "place,serial\nsite/hall/r01/01/13,SW-1\n";
        var (status, plan) = await ImportAsync("assets", Csv, "&dryRun=true");
        Assert.Equal((HttpStatusCode.OK, 2, true), (status, plan.GetProperty("added").GetInt32(), plan.GetProperty("dryRun").GetBoolean()));
        Assert.Equal("change_2", (await ImportAsync("assets", Csv)).Answer.GetProperty("changeSet").GetString());
        foreach (var kind in new[] { "racks", "assets", "placements", "feeds" })
        {
            var text = await _client.GetStringAsync(new Uri($"api/fleet/v1/export?format=csv&kind={kind}", UriKind.Relative), Token);
            var (again, answer) = await ImportAsync(kind, text);
            Assert.Equal((HttpStatusCode.OK, 0, 0, 0), (again, Count(answer, "added"), Count(answer, "changed"), Count(answer, "removed")));
        }

        Assert.Contains("SW-1", await _client.GetStringAsync(new Uri("api/fleet/v1/export?format=csv&kind=assets&under=site/hall/r01", UriKind.Relative), Token), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_folder, "spool")));
    }

    [Fact]
    public async Task A_file_with_an_error_changes_nothing_and_says_file_line_column_and_rule()
    {
        var (status, problem) = await ImportAsync("assets", "place,serial\nsite/hall/r01/01/13,SW-1\nsite/hall/r01/01/99,SW-2\n", "&name=delivery.csv");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        var error = Assert.Single(problem.GetProperty("errors").EnumerateArray());
        Assert.Equal(("delivery.csv", 3, "place", "unknown-slot"), (
            error.GetProperty("file").GetString(), Count(error, "line"), error.GetProperty("path").GetString(), error.GetProperty("rule").GetString()));
        var changes = await _client.GetFromJsonAsync<JsonElement>("api/fleet/v1/changes", Token);
        Assert.Single(changes.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_loop_of_feeds_is_refused()
    {
        var (status, problem) = await ImportAsync("feeds", "node,source\nsite/hall/utility,site/hall/bw-1a\n");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("feed-loop", problem.GetProperty("errors")[0].GetProperty("rule").GetString());
    }

    [Fact]
    public async Task A_body_over_the_limit_of_other_endpoints_is_taken()
    {
        // 40 MiB of rows that say what holds already: the same asset may not be named twice, so they are empty rows.
        var text = new StringBuilder("place,serial\nsite/hall/r01/01/13,SW-1\n");
        text.Append('\n', 40 << 20);
        Assert.Equal(HttpStatusCode.OK, (await ImportAsync("assets", text.ToString())).Status);
    }

    [Theory]
    [InlineData("imports/csv?kind=trays&author=me")]
    [InlineData("imports/csv?kind=racks")]
    public async Task What_an_import_needs_is_asked_for(string path)
    {
        using var content = new StringContent("path\n");
        using var answer = await _client.PostAsync(new Uri("api/fleet/v1/" + path, UriKind.Relative), content, Token);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("export?format=csv", HttpStatusCode.BadRequest)]
    [InlineData("export?kind=racks", HttpStatusCode.BadRequest)]
    [InlineData("export?format=csv&kind=racks&under=nowhere", HttpStatusCode.NotFound)]
    public async Task What_cannot_be_exported_is_said(string path, HttpStatusCode status)
    {
        using var answer = await _client.GetAsync(new Uri("api/fleet/v1/" + path, UriKind.Relative), Token);
        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task A_narrowed_caller_exports_its_own_and_imports_nothing()
    {
        _client.DefaultRequestHeaders.Add("X-Ampacity-Scope", "elsewhere");
        Assert.Equal(HttpStatusCode.Forbidden, (await ImportAsync("assets", "place,serial\n")).Status);
        var text = await _client.GetStringAsync(new Uri("api/fleet/v1/export?format=csv&kind=assets", UriKind.Relative), Token);
        Assert.DoesNotContain("EXAMPLE-CT", text, StringComparison.Ordinal);
    }

    private static int Count(JsonElement answer, string name) => answer.GetProperty(name).GetInt32();

    private async Task<(HttpStatusCode Status, JsonElement Answer)> ImportAsync(string kind, string text, string more = "")
    {
        using var content = new StringContent(text, Encoding.UTF8, "text/csv");
        using var response = await _client.PostAsync(new Uri($"api/fleet/v1/imports/csv?kind={kind}&author=test{more}", UriKind.Relative), content, Token);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>(Token));
    }
}
