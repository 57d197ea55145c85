using System.Net;
using System.Text;
using System.Text.Json;
using Ampacity.Server;

namespace Ampacity.Tests;

public sealed class EditEndpointsTests : IAsyncLifetime
{
    private const string Rack = "site/hall/r01/01";
    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-edits").FullName;
    private RunningServer _server = null!;
    private HttpClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerHost.StartAsync(
            new ServerSettings { Url = "http://127.0.0.1:0", DataFolder = _folder, ShippedFolder = RepositoryFolder.Root, Collects = false }, Token);
        _client = new HttpClient { BaseAddress = new Uri(_server.Url) };
        var (status, _, _) = await PostAsync("changes", new { files = new[] { new { name = "a.yaml", text = OneRack.FileText } }, author = "a" });
        Assert.Equal(HttpStatusCode.OK, status);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Of_writers_on_one_revision_one_wins_and_the_others_are_told_by_whom()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => PostAsync(
            "edits", Edits($"writer-{number}", new { verb = "change", what = Rack, field = "note", value = $"n{number}" }), "W/\"change_1\"")));
        var winner = Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal("W/\"change_2\"", winner.ETag);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.OK), answer =>
        {
            Assert.Equal(HttpStatusCode.PreconditionFailed, answer.Status);
            Assert.Contains("change_2", answer.Json.GetProperty("detail").GetString());
            Assert.Contains("writer-", answer.Json.GetProperty("detail").GetString());
        });
    }

    [Fact]
    public async Task A_change_set_shows_before_and_after_and_can_be_undone_once()
    {
        await PostAsync("edits", Edits("a", new { verb = "change", what = Rack, field = "note", value = "one" }));
        await PostAsync("edits", Edits("a", new { verb = "change", what = Rack, field = "note", value = "two" }));
        var shown = JsonDocument.Parse(await _client.GetStringAsync(new Uri("api/fleet/v1/changes/3", UriKind.Relative), Token)).RootElement;
        var row = Assert.Single(shown.GetProperty("items").EnumerateArray());
        Assert.Equal("one", row.GetProperty("before").GetProperty("text").GetString());
        Assert.Equal("two", row.GetProperty("value").GetProperty("text").GetString());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync("changes/2/undo", new { author = "a" })).Status);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("changes/3/undo", new { author = "a" })).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync("changes/3/undo", new { author = "a" })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync("changes/99/undo", new { author = "a" })).Status);
    }

    [Fact]
    public async Task A_loop_is_told_by_its_names_and_nothing_is_recorded()
    {
        var (status, json, _) = await PostAsync("edits", Edits("a", new { verb = "change", what = "site/hall/utility", field = "feeds", value = "bw-1a" }));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        var error = Assert.Single(json.GetProperty("errors").EnumerateArray());
        Assert.Equal("feed-loop", error.GetProperty("rule").GetString());
        foreach (var name in (string[])["site/hall/utility", "site/hall/ups-a", "site/hall/bw-1a"])
        {
            Assert.Contains(name, error.GetProperty("hint").GetString());
        }

        Assert.Equal(HttpStatusCode.NotFound, (await _client.GetAsync(new Uri("api/fleet/v1/changes/2", UriKind.Relative), Token)).StatusCode);
    }

    [Fact]
    public async Task Edits_with_one_wrong_among_them_change_nothing()
    {
        var (status, json, _) = await PostAsync("edits", Edits(
            "a", new { verb = "change", what = Rack, field = "note", value = "x" }, new { verb = "move", what = Rack, to = "site/hall/nowhere/01" }));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal(2, Assert.Single(json.GetProperty("errors").EnumerateArray()).GetProperty("line").GetInt32());
        Assert.Equal(HttpStatusCode.NotFound, (await _client.GetAsync(new Uri("api/fleet/v1/changes/2", UriKind.Relative), Token)).StatusCode);
    }

    [Fact]
    public async Task A_loop_that_would_close_at_another_time_is_refused_and_a_rack_closes_none()
    {
        static object Feeds(string what, string value, string? at = null) => Edits("a", new { verb = "change", what, field = "feeds", value, at });
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("edits", Feeds("site/hall/bw-1a", "bw-1b", "2090-01-01T00:00:00Z"))).Status);
        var (status, json, _) = await PostAsync("edits", Feeds("site/hall/bw-1b", "bw-1a"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("feed-loop", json.GetProperty("errors")[0].GetProperty("rule").GetString());
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("edits", Feeds(Rack, "bw-1b"))).Status);
    }

    [Theory]
    [InlineData("""{"edits":[],"author":"a"}""")]
    [InlineData("""{"edits":[null],"author":"a"}""")]
    [InlineData("""{"edits":[{"verb":"explode","what":"site"}],"author":"a"}""")]
    [InlineData("""{"edits":[{"verb":"change","what":"site","field":"note"}],"author":"a"}""")]
    [InlineData("""{"edits":[{"verb":"retire","what":"site","at":"9999-01-01T00:00:00Z"}],"author":"a"}""")]
    [InlineData("""{"edits":[{"verb":"tag","what":"site","tags":[null]}],"author":"a"}""")]
    [InlineData("""{"edits":[{"verb":"retire","what":"site"}]}""")]
    public async Task What_cannot_be_read_is_a_400(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _client.PostAsync(new Uri("api/fleet/v1/edits", UriKind.Relative), content, Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private static object Edits(string author, params object[] edits) => new { edits, author };

    private async Task<(HttpStatusCode Status, JsonElement Json, string? ETag)> PostAsync(string resource, object body, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/fleet/v1/" + resource)
        {
            Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"),
        };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        using var response = await _client.SendAsync(request, Token);
        return (response.StatusCode, JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(Token)), response.Headers.ETag?.ToString());
    }
}
