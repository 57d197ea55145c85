using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Ampacity.Server;

namespace Ampacity.Tests;

/// <summary>NetBox device types over HTTP: into the data folder, the running catalogue, the next start and a backup.</summary>
public sealed class DeviceTypeEndpointsTests : IAsyncLifetime
{
    private const string Server = """
        manufacturer: Example
        model: AX-8 GPU Server
        slug: example-ax-8
        u_height: 8
        module-slots: [{name: Slot 1}]
        """;

    private static readonly string[] RowWithIt =
    [
        "ampacity: 1", "owns: site/hall", "racks:", "  r01/01: {frame: {height: 42 RU}}",
        "assets:", "  r01/01/u10: {sku: example/ax-8@1, serial: S-1}",
    ];

    private readonly string _root = Directory.CreateTempSubdirectory("ampacity-device-types-").FullName;
    private RunningServer _server = null!;
    private HttpClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await StartAsync("data");

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task An_imported_sku_is_pinned_at_once_stays_after_a_restart_and_comes_back_from_a_backup()
    {
        var (status, answer) = await ImportAsync(false, ("device-types/Example/AX-8.yaml", Server));
        Assert.Equal((HttpStatusCode.OK, 1, 0, 0), (status, Count(answer, "added"), Count(answer, "unchanged"), Count(answer, "refused")));
        var file = Assert.Single(answer.GetProperty("files").EnumerateArray());
        Assert.Equal(("added", "example/ax-8@1", 5), (
            file.GetProperty("outcome").GetString(), file.GetProperty("sku").GetString(), Count(file.GetProperty("unknownKeys")[0], "line")));
        Assert.True(File.Exists(Path.Combine(_root, "data", "skus", "example", "ax-8@1.yaml")));
        await PinAsync();

        using var backup = new MemoryStream(await _client.GetByteArrayAsync(new Uri("api/fleet/v1/backup", UriKind.Relative), Token));
        await RestartAsync("data");
        Assert.Equal("Example AX-8 GPU Server", await TitleAsync());
        Assert.Equal(1, Count((await ImportAsync(false, ("again.yaml", Server))).Answer, "unchanged"));

        await BackupRestore.RunAsync(backup, Path.Combine(_root, "restored"), Token);
        await RestartAsync("restored");
        Assert.Equal("Example AX-8 GPU Server", await TitleAsync());
    }

    [Fact]
    public async Task A_dry_run_keeps_nothing()
    {
        Assert.Equal(1, Count((await ImportAsync(true, ("a.yaml", Server))).Answer, "added"));
        Assert.False(Directory.Exists(Path.Combine(_root, "data", "skus")));
        using var answer = await _client.GetAsync(new Uri("api/fleet/v1/skus/example/ax-8@1", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task What_ships_is_refused_and_what_was_published_gets_another_revision()
    {
        await ImportAsync(false, ("a.yaml", Server));
        var (_, answer) = await ImportAsync(
            false,
            ("a.yaml", Server.Replace("u_height: 8", "u_height: 6", StringComparison.Ordinal)),
            ("b.yaml", "manufacturer: NVIDIA\nmodel: GB200 NVL72\nslug: nvidia-gb200-nvl72\nu_height: 1\n"),
            ("c.yaml", "manufacturer: {\n"));
        var files = answer.GetProperty("files").EnumerateArray().ToArray();
        Assert.Equal(["example/ax-8@2", null, null], files.Select(file => file.TryGetProperty("sku", out var sku) ? sku.GetString() : null));
        Assert.Equal(("shipped-sku", 3), Refusal(files[1]));
        Assert.Equal("yaml-syntax", Refusal(files[2]).Rule);
        Assert.Equal("height: 8 RU", (await File.ReadAllLinesAsync(Path.Combine(_root, "data", "skus", "example", "ax-8@1.yaml"), Token)).Single(line => line.StartsWith("height", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_start_on_a_broken_own_sku_says_which_file_and_line()
    {
        await StopAsync();
        Directory.CreateDirectory(Path.Combine(_root, "data", "skus", "example"));
        await File.WriteAllTextAsync(Path.Combine(_root, "data", "skus", "example", "ax@1.yaml"), "ampacity: 1\nid: example/ax\nrevision: one\n", Token);
        var error = await Assert.ThrowsAsync<StartException>(() => StartAsync("data"));
        Assert.Contains("skus/example/ax@1.yaml:3", error.Message, StringComparison.Ordinal);
        Directory.Delete(Path.Combine(_root, "data", "skus"), recursive: true);
        await StartAsync("data");
    }

    [Theory]
    [InlineData("""{"files":[],"author":"me"}""")]
    [InlineData("""{"files":[{"name":"a.yaml"}],"author":"me"}""")]
    [InlineData("""{"files":[{"name":"a.yaml","text":"x"}],"author":""}""")]
    [InlineData("""{"files":[{"name":"a.yaml","text":"x"}""")]
    [InlineData("[[[[[")]
    public async Task A_body_that_is_none_is_refused_with_what_it_must_be(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _client.PostAsync(new Uri("api/fleet/v1/imports/device-types", UriKind.Relative), content, Token);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.True((await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("detail").GetString()!.Length > 20);
    }

    private static int Count(JsonElement answer, string property) => answer.GetProperty(property).GetInt32();

    private static (string? Rule, int Line) Refusal(JsonElement file) =>
        (file.GetProperty("refusals")[0].GetProperty("rule").GetString(), Count(file.GetProperty("refusals")[0], "line"));

    private async Task PinAsync()
    {
        using var applied = await _client.PostAsJsonAsync(
            "api/fleet/v1/changes", new { files = new[] { new { name = "hall.yaml", text = string.Join('\n', RowWithIt) } }, author = "test" }, Token);
        Assert.True(applied.StatusCode == HttpStatusCode.OK, await applied.Content.ReadAsStringAsync(Token));
    }

    private async Task<string?> TitleAsync() =>
        (await _client.GetFromJsonAsync<JsonElement>("api/fleet/v1/skus/example/ax-8@1", Token)).GetProperty("title").GetString();

    private async Task<(HttpStatusCode Status, JsonElement Answer)> ImportAsync(bool dryRun, params (string Name, string Text)[] files)
    {
        using var answer = await _client.PostAsJsonAsync(
            "api/fleet/v1/imports/device-types", new { files = files.Select(file => new { name = file.Name, text = file.Text }), author = "test", dryRun }, Token);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Token));
    }

    private async Task RestartAsync(string folder)
    {
        await StopAsync();
        await StartAsync(folder);
    }

    private async Task StartAsync(string folder)
    {
        _server = await ServerHost.StartAsync(
            new ServerSettings { Url = "http://127.0.0.1:0", DataFolder = Path.Combine(_root, folder), ShippedFolder = RepositoryFolder.Root, Collects = false }, Token);
        _client = new HttpClient { BaseAddress = new Uri(_server.Url) };
    }

    private async Task StopAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }
}
