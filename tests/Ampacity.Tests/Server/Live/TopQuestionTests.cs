using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Ampacity.Server;

namespace Ampacity.Tests;

/// <summary>What the fleet does now, over HTTP: sums, worst places first, within the caller's scope.</summary>
public sealed class TopQuestionTests : IAsyncLifetime
{
    private const string Declared = """
        ampacity: 1
        owns: [a, b]
        sites:
          a:
            power: {bw: {kind: Busway, rating: 4 A at 415 V}}
            halls:
              h1:
                size: [20 m, 20 m]
                rows: {r01: {sku: nvidia/gb200-nvl72@1, racks: 3, at: [2 m, 3 m], pitch: 600 mm, feeds: [a/bw]}}
                assets: {r01/01/05: {bmc: '02:00:00:00:00:01'}, r01/02/05: {bmc: '02:00:00:00:00:02'}}
          b:
            halls:
              h2:
                size: [20 m, 20 m]
                rows: {r01: {sku: nvidia/gb200-nvl72@1, racks: 1, at: [2 m, 3 m], pitch: 600 mm}}
                assets: {r01/01/05: {bmc: '02:00:00:00:00:03'}}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-live").FullName;
    private RunningServer _server = null!;
    private HttpClient _client = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerHost.StartAsync(new ServerSettings { Url = "http://127.0.0.1:0", DataFolder = _folder, ShippedFolder = RepositoryFolder.Root }, Stop);
        _client = new HttpClient { BaseAddress = new Uri(_server.Url) };
        using var applied = await _client.PostAsJsonAsync("api/fleet/v1/changes", new { files = new[] { new { name = "f.yaml", text = Declared } }, author = "t" }, Stop);
        Assert.True(applied.IsSuccessStatusCode, await applied.Content.ReadAsStringAsync(Stop));
        var nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var lines = new StringBuilder();
        foreach (var (bmc, watts, celsius) in new[] { (1, 600, 50), (2, 900, 45), (3, 100, 70) })
        {
            lines.Append(CultureInfo.InvariantCulture, $"hw_power_watts{{bmc=\"02:00:00:00:00:0{bmc}\",component=\"gpu0\"}} {watts} {nowMs}\n");
            lines.Append(CultureInfo.InvariantCulture, $"hw_temperature_celsius{{bmc=\"02:00:00:00:00:0{bmc}\",component=\"gpu0\"}} {celsius} {nowMs}\n");
        }

        using var page = new StringContent(lines.ToString(), Encoding.UTF8, "text/plain");
        using var taken = await _client.PostAsync(new Uri("api/v1/import/prometheus", UriKind.Relative), page, Stop);
        Assert.True(taken.IsSuccessStatusCode, await taken.Content.ReadAsStringAsync(Stop));
    }

    [Fact]
    public async Task All_is_summed_up_and_the_worst_stand_first()
    {
        var racks = await AskAsync("by=rack", answer => answer.RacksRead == 3);
        Assert.Equal((1_600.0, 4, 70.0, "b/h2/r01/01/05/0"), (racks.DrawWatts, racks.Racks, racks.HottestCelsius, racks.HottestPath));
        Assert.Equal(["a/h1/r01/02", "a/h1/r01/01", "b/h2/r01/01", "a/h1/r01/03"], racks.Rows.Select(row => row.Path));
        Assert.Null(racks.Rows[^1].DrawWatts);
        Assert.NotNull(racks.OldestReadingMs);
        Assert.Equal(["b/h2/r01/01", "a/h1/r01/01"], (await AskAsync("by=rack&sort=temperature&limit=2")).Rows.Select(row => row.Path));
        Assert.Equal("a/h1/r01/03", (await AskAsync("by=rack&sort=unread&limit=1")).Rows.Single().Path);
        var halls = await AskAsync("by=hall&sort=load");
        Assert.Equal([("a/h1", 1_500.0, 3, 2), ("b/h2", 100.0, 1, 1)], halls.Rows.Select(row => (row.Path, row.DrawWatts!.Value, row.Racks, row.RacksRead)));
        var power = (await AskAsync("by=power")).Rows.Single();
        Assert.Equal(("a/bw", true), (power.Path, power.Load > 0.5));
        Assert.Equal(1, (await AskAsync("by=rack&under=b")).Racks);
        Assert.Equal(3, (await AskAsync("limit=1")).Unlisted);
    }

    [Fact]
    public async Task A_narrowed_caller_sees_its_own_alone()
    {
        var own = await AskAsync("by=site", answer => answer.RacksRead == 1, "b");
        Assert.Equal((100.0, 1, "b/h2/r01/01/05/0"), (own.DrawWatts, own.Racks, own.HottestPath));
        Assert.Equal(0, (await AskAsync("by=site", scope: "nowhere")).Racks);
    }

    [Theory]
    [InlineData("by=planet", HttpStatusCode.BadRequest, "site, hall, row, rack, power")]
    [InlineData("by=1", HttpStatusCode.BadRequest, "by is one of")]
    [InlineData("sort=colour", HttpStatusCode.BadRequest, "temperature")]
    [InlineData("limit=-1", HttpStatusCode.BadRequest, "limit")]
    [InlineData("under=c", HttpStatusCode.NotFound, "not there")]
    [InlineData("asOf=2026-01-01T00:00:00Z", HttpStatusCode.BadRequest, "now")]
    public async Task What_cannot_be_asked_is_told(string question, HttpStatusCode status, string says)
    {
        using var answer = await _client.GetAsync(new Uri($"api/fleet/v1/top?{question}", UriKind.Relative), Stop);
        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(says, await answer.Content.ReadAsStringAsync(Stop));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    // Frames come every two seconds: asks until the readings are in one.
    private async Task<TopAnswer> AskAsync(string question, Func<TopAnswer, bool>? until = null, string? scope = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"api/fleet/v1/top?{question}");
            if (scope is not null)
            {
                request.Headers.Add("X-Ampacity-Scope", scope);
            }

            using var response = await _client.SendAsync(request, patience.Token);
            var answer = (await response.Content.ReadFromJsonAsync<TopAnswer>(RestJson.Options, patience.Token))!;
            if (until is null || until(answer))
            {
                return answer;
            }

            await Task.Delay(100, patience.Token);
        }
    }
}
