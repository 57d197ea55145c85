using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Ampacity.Fleet;
using Ampacity.Records;
using Ampacity.Redfish;
using Ampacity.Server;

namespace Ampacity.Tests;

/// <summary>A whole server on loopback, over a folder of its own.</summary>
public sealed class ServerHostTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-server-").FullName;
    private RunningServer _server = null!;
    private HttpClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await StartAsync(collects: false);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync(bool collects)
    {
        var settings = new ServerSettings
        {
            Url = "http://127.0.0.1:0",
            DataFolder = _folder,
            ShippedFolder = RepositoryFolder.Root,
            Collects = collects,
        };
        _server = await ServerHost.StartAsync(settings, Token);
        _client = new HttpClient { BaseAddress = new Uri(_server.Url) };
    }

    private async Task StopAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    private async Task<(HttpStatusCode Status, JsonElement Answer)> SendAsync(HttpMethod method, string path, string? scope = null, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri("api/fleet/v1/" + path, UriKind.Relative));
        request.Content = body is null ? null : JsonContent.Create(body);
        if (scope is not null)
        {
            request.Headers.Add("X-Ampacity-Scope", scope);
        }

        using var response = await _client.SendAsync(request, Token);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>(Token));
    }

    private async Task ApplyAsync()
    {
        var (status, _) = await SendAsync(HttpMethod.Post, "changes", null, new
        {
            files = new[] { new { name = "one-rack.yaml", text = OneRack.FileText } },
            author = "test",
        });
        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Theory]
    [InlineData("GET", "backup")]
    [InlineData("GET", "surveys/progress")]
    [InlineData("POST", "changes")]
    [InlineData("POST", "surveys")]
    [InlineData("PUT", "credentials/default")]
    public async Task What_spans_the_fleet_is_refused_to_a_narrowed_caller(string method, string path)
    {
        await ApplyAsync();
        object body = path switch
        {
            "changes" => new { files = new[] { new { name = "a", text = OneRack.FileText } }, author = "partner" },
            "surveys" => new { targets = new[] { "127.0.0.1" } },
            _ => new { username = "root", password = "secret" },
        };
        var (status, problem) = await SendAsync(new HttpMethod(method), path, "site/hall/r01", method == "GET" ? null : body);
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("X-Ampacity-Scope", problem.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("metadata")]
    [InlineData("status/tsdb?limit=1000")]
    [InlineData("label/__name__/values")]
    [InlineData("series?match[]={__name__=~\".%2B\"}")]
    [InlineData("query?query={__name__=~\".%2B\"}")]
    public async Task What_senders_said_of_series_outside_a_scope_is_not_told_in_it(string question)
    {
        await ApplyAsync();
        using var page = new StringContent("# HELP their_watts Of somebody else.\n# TYPE their_watts gauge\ntheir_watts{rack=\"theirs\"} 5\n");
        using (var taken = await _client.PostAsync(new Uri("api/v1/import/prometheus", UriKind.Relative), page, Token))
        {
            Assert.True(taken.IsSuccessStatusCode, await taken.Content.ReadAsStringAsync(Token));
        }

        Assert.Contains("their_watts", await AskAsync(null), StringComparison.Ordinal);
        Assert.DoesNotContain("their_watts", await AskAsync("site/hall/r01"), StringComparison.Ordinal);

        async Task<string> AskAsync(string? scope)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("api/v1/" + question, UriKind.Relative));
            if (scope is not null)
            {
                request.Headers.Add("X-Ampacity-Scope", scope);
            }

            using var response = await _client.SendAsync(request, Token);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return await response.Content.ReadAsStringAsync(Token);
        }
    }

    [Fact]
    public async Task What_a_start_tries_out_leaves_no_trace()
    {
        await ApplyAsync();
        await StopAsync();
        await StartAsync(collects: true);
        var deadline = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() + 60_000);
        while ((await _client.GetStringAsync(new Uri("metrics", UriKind.Relative), Token)).Contains("ampacity_warm_start_seconds 0\n", StringComparison.Ordinal))
        {
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, "the server never became warm: its log says why");
            await Task.Delay(20, Token);
        }

        Assert.Equal(1, (await SendAsync(HttpMethod.Get, "changes")).Answer.GetProperty("items").GetArrayLength());
        Assert.DoesNotContain("warm-start", (await SendAsync(HttpMethod.Get, "places?parts=true")).Answer.GetRawText());
    }

    [Theory]
    [InlineData("2026-11-23T12:00:00Z", HttpStatusCode.OK)]
    [InlineData("2026-11-23T12:00:00.25%2B02:00", HttpStatusCode.OK)]
    [InlineData("1795435200.5", HttpStatusCode.OK)]
    [InlineData("1,2", HttpStatusCode.BadRequest)]
    [InlineData("12:00", HttpStatusCode.BadRequest)]
    [InlineData("yesterday", HttpStatusCode.BadRequest)]
    [InlineData("NaN", HttpStatusCode.BadRequest)]
    public async Task A_time_is_read_in_exact_forms_only(string asOf, HttpStatusCode status) =>
        Assert.Equal(status, (await SendAsync(HttpMethod.Get, $"places?asOf={asOf}")).Status);

    [Fact]
    public async Task A_place_does_not_name_what_feeds_and_cools_it_from_outside_the_scope()
    {
        await ApplyAsync();
        var (_, whole) = await SendAsync(HttpMethod.Get, "places/site/hall/r01/01");
        var (_, narrowed) = await SendAsync(HttpMethod.Get, "places/site/hall/r01/01", "site/hall/r01");
        Assert.Contains("site/hall/bw-1a", whole.GetRawText());
        Assert.Contains("site/hall/cdu-1", whole.GetRawText());
        Assert.Equal("site/hall/r01/01", narrowed.GetProperty("items")[0].GetProperty("path").GetString());
        Assert.DoesNotContain("bw-1", narrowed.GetRawText());
        Assert.DoesNotContain("cdu-1", narrowed.GetRawText());
    }

    [Fact]
    public async Task The_tightest_node_is_one_that_the_asker_sees()
    {
        await ApplyAsync();
        var (_, whole) = await SendAsync(HttpMethod.Get, "power?basis=design");
        var (_, narrowed) = await SendAsync(HttpMethod.Get, "power?basis=design", "site/hall/utility");
        Assert.NotEqual("site/hall/utility", whole.GetProperty("tightest").GetProperty("path").GetString());
        Assert.Equal("site/hall/utility", narrowed.GetProperty("tightest").GetProperty("path").GetString());
    }

    [Theory]
    [InlineData("changes", """{"files": [null], "author": "a"}""")]
    [InlineData("changes", """{"files": [{"name": "a"}], "author": "a"}""")]
    [InlineData("power/whatif", """{"trip": [null]}""")]
    [InlineData("surveys", """{"targets": [null]}""")]
    [InlineData("surveys", """{"targets": ["10.0.0.0/16", "10.1.0.0/16"]}""")]
    public async Task Holes_in_a_request_are_refused_and_no_fault_of_the_server(string path, string body)
    {
        var (status, problem) = await SendAsync(HttpMethod.Post, path, null, JsonSerializer.Deserialize<JsonElement>(body));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(problem.GetProperty("detail").GetString()!.Length > 10);
    }

    [Fact]
    public async Task An_author_beyond_the_records_limit_is_refused()
    {
        var (status, _) = await SendAsync(HttpMethod.Post, "changes", null, new
        {
            files = new[] { new { name = "one-rack.yaml", text = OneRack.FileText } },
            author = new string('a', 201),
        });
        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Fact]
    public async Task What_is_drawn_now_is_not_told_of_another_time()
    {
        await ApplyAsync();
        var (_, then) = await SendAsync(HttpMethod.Get, "power?asOf=" + Uri.EscapeDataString("2100-01-01T00:00:00Z"));
        Assert.Equal(0, then.GetProperty("racksRead").GetInt32());
        Assert.Equal(1, then.GetProperty("racksTotal").GetInt32());
        var (status, _) = await SendAsync(HttpMethod.Get, "power?basis=hoped");
        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Fact]
    public async Task An_account_that_cannot_be_decrypted_stops_no_server_and_the_next_one_is_used_at_once()
    {
        await StopAsync();
        await using (var store = await FactStore.OpenAsync(_folder, TimeProvider.System, Token))
        {
            var at = DateTimeOffset.FromUnixTimeMilliseconds(OneRack.BeganMs);
            var profile = PlatformProfiles.Load(SimulatedRack.ProfileFolder).ById("nvidia-gb200-nvl")!;
            var survey = new Survey("test", at, at, 1, [new SurveyedBmc(
                "http://127.0.0.1:1", "02:00:00:01:01:05", null, null, null, null, profile.Id, null, null, null, [], [.. profile.Reports], [])], []);
            await store.SaveSurveyAsync(
                new SurveyRow(0, OneRack.BeganMs, OneRack.BeganMs, "test", JsonSerializer.Serialize(survey, RestJson.Options)), Token);
            await store.SaveCredentialAsync(new CredentialRow("default", "root", "not what this folder's keys protect"), Token);
        }

        await StartAsync(collects: true);
        var (status, _) = await SendAsync(HttpMethod.Put, "credentials/default", null, new { username = "root", password = "secret" });
        Assert.Equal(HttpStatusCode.OK, status);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        while (!(await _client.GetStringAsync(new Uri("metrics", UriKind.Relative), patience.Token)).Contains("\nampacity_bmc_polled 1\n"))
        {
            await Task.Delay(50, patience.Token);
        }
    }
}
