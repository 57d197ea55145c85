using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Ampacity.Server;

namespace Ampacity.Tests;

/// <summary>SQL over HTTP: samples of head and blocks as one, with topology, beside the inventory; for the whole fleet only.</summary>
public sealed class SqlEndpointsTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-sql-endpoint").FullName;
    private long _nowMs;
    private RunningServer _server = null!;
    private HttpClient _client = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerHost.StartAsync(
            new ServerSettings { Url = "http://127.0.0.1:0", DataFolder = _folder, ShippedFolder = RepositoryFolder.Root, Collects = false }, Stop);
        _client = new HttpClient { BaseAddress = new Uri(_server.Url) };
        var file = OneRack.FileText;
        using var applied = await _client.PostAsJsonAsync("api/fleet/v1/changes", new { files = new[] { new { name = "one-rack.yaml", text = file } }, author = "test" }, Stop);
        Assert.Equal(HttpStatusCode.OK, applied.StatusCode);
        var mac = Cell(await RowsAsync("SELECT mac FROM assets WHERE mac IS NOT NULL ORDER BY mac LIMIT 1"));
        // The rack stands there since just now, so the samples are of the next minutes: three that are sealed, then two that are not.
        _nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await ImportAsync(mac, 60, 120, 180);
        using (var flushed = await _client.PostAsync(new Uri("api/v1/admin/tsdb/flush", UriKind.Relative), null, Stop))
        {
            Assert.Equal(HttpStatusCode.NoContent, flushed.StatusCode);
        }

        await ImportAsync(mac, 240, 300);
        await ImportAsync(mac, 0);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Samples_of_blocks_and_of_memory_are_one_table_with_the_places_of_the_inventory()
    {
        Assert.Equal("""[["hw_power_watts","hall","r01/01","gpu0",5,1500,"good"]]""", await RowsAsync(
            $"SELECT name, hall, rack, component, count(*), sum(value), any_value(quality) FROM samples_between('hw_power_watts', {Next()}) WHERE component = 'gpu0' GROUP BY ALL"));
        Assert.Equal("[[3]]", await RowsAsync($"SELECT count(*) FROM samples_between('hw_power_watts{{component=\"gpu0\"}}', {Next()}) WHERE epoch_ms(time) <= {_nowMs + 180_000}"));
        Assert.Equal("[[0]]", await RowsAsync($"SELECT count(*) FROM samples_between('hw_power_watts{{rack=\"elsewhere\"}}', {Next()})"));
        Assert.Equal("""[["site/hall/r01/01","example-tenant",1500]]""", await RowsAsync(
            $"SELECT p.path, p.tenant, sum(s.value) FROM samples_between('hw_power_watts', {Next()}) s JOIN places p ON p.hall = s.hall AND p.rack = s.rack WHERE component = 'gpu0' GROUP BY ALL"));
    }

    [Fact]
    public async Task Newest_values_are_those_of_now_and_tables_end_now_unless_said()
    {
        Assert.Equal("""[[700,"nvidia/gb200-nvl72@1","gpu1"]]""", await RowsAsync("SELECT value, labels->>'sku', component FROM live WHERE name = 'hw_power_watts'"));
        Assert.Equal("[[1]]", await RowsAsync("SELECT count(*) FROM samples('hw_power_watts')"));
        Assert.Equal("[[0]]", await RowsAsync("SELECT count(*) FROM samples('hw_power_watts', since := INTERVAL 0 SECOND)"));
    }

    [Fact]
    public async Task Tiers_hold_all_figures_of_a_bucket_and_PromQL_is_a_table()
    {
        Assert.Equal("[[5,1500,5,5]]", await RowsAsync($"""
            SELECT CAST(sum(count) AS INT), CAST(sum(sum) AS INT), count(*), sum(CAST(least = first AND most = last AND sum = first AND increase = 0 AND rack = 'r01/01' AS INT))
            FROM minutes_between('hw_power_watts', {Next()}) WHERE component = 'gpu0'
            """));
        Assert.Equal("""[["r01/01",500]]""", await RowsAsync($"SELECT rack, max(value) FROM promql_between('sum by (rack) (hw_power_watts{{component=\"gpu0\"}})', {Next()}, 10) GROUP BY rack"));
    }

    [Fact]
    public async Task The_inventory_is_there_and_lists_itself()
    {
        Assert.Equal("""[["Busway",2],["Rack",1],["Ups",2]]""", await RowsAsync(
            "SELECT kind, count(*) FROM places WHERE kind IN ('Rack', 'Ups', 'Busway') GROUP BY kind ORDER BY kind"));
        Assert.Equal("""[["site/hall/bw-1a"],["site/hall/bw-1b"]]""", await RowsAsync("SELECT source FROM feeds WHERE node = 'site/hall/r01/01' ORDER BY source"));
        Assert.Equal("""[["site/hall/cdu-1"]]""", await RowsAsync("SELECT source FROM cools WHERE node = 'site/hall/r01/01'"));
        Assert.Equal("[[72]]", await RowsAsync("SELECT count(*) FROM parts WHERE sku_kind = 'Accelerator'"));
        Assert.Equal("""[["nvidia/gb200-nvl72@1",132000]]""", await RowsAsync("SELECT DISTINCT s.sku, s.design_watts FROM skus s JOIN places p USING (sku)"));
        var listed = await RowsAsync("SELECT name FROM tables");
        var described = await _client.GetFromJsonAsync<JsonElement>("api/v1/sql/tables", Stop);
        foreach (var table in described.EnumerateArray().Select(table => table.GetProperty("name").GetString()!))
        {
            Assert.Contains($"\"{table}\"", listed);
        }
    }

    [Theory]
    [InlineData("site/hall")]
    [InlineData("tenant:example-tenant")]
    [InlineData("nowhere")]
    public async Task A_narrowed_caller_is_refused(string scope)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/sql") { Content = JsonContent.Create(new { statement = "SELECT 1" }) };
        request.Headers.Add("X-Ampacity-Scope", scope);
        using var answer = await _client.SendAsync(request, Stop);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        using var listing = new HttpRequestMessage(HttpMethod.Get, "api/v1/sql/tables");
        listing.Headers.Add("X-Ampacity-Scope", scope);
        using var listed = await _client.SendAsync(listing, Stop);
        Assert.Equal(HttpStatusCode.Forbidden, listed.StatusCode);
    }

    [Theory]
    [InlineData("{}", HttpStatusCode.BadRequest, "statement is missing")]
    [InlineData("nothing", HttpStatusCode.BadRequest, "no JSON")]
    [InlineData("""{"statement":"SELECT 1","maxRows":-1}""", HttpStatusCode.BadRequest, "maxRows")]
    [InlineData("""{"statement":"SELECT * FROM samples('{')"}""", HttpStatusCode.BadRequest, "no selector")]
    [InlineData("""{"statement":"SELECT * FROM samples('{a=~\".*\"}')"}""", HttpStatusCode.BadRequest, "no selector")]
    [InlineData("""{"statement":"SELECT * FROM promql('sum(')"}""", HttpStatusCode.BadRequest, "promql")]
    [InlineData("""{"statement":"SELECT * FROM promql('up', since := INTERVAL 10 YEAR, step := INTERVAL 1 SECOND)"}""", HttpStatusCode.UnprocessableEntity, "steps")]
    [InlineData("""{"statement":"COPY (SELECT 1) TO '/x'"}""", HttpStatusCode.BadRequest, "SELECT")]
    public async Task What_is_wrong_is_told(string body, HttpStatusCode status, string says)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _client.PostAsync(new Uri("api/v1/sql", UriKind.Relative), content, Stop);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(status == answer.StatusCode, text);
        Assert.Contains(says, text);
    }

    [Fact]
    public async Task A_body_of_megabytes_or_of_another_type_is_refused()
    {
        using var large = new StringContent($$"""{"statement":"SELECT '{{new string('x', 10 << 20)}}'"}""", Encoding.UTF8, "application/json");
        using var tooLarge = await _client.PostAsync(new Uri("api/v1/sql", UriKind.Relative), large, Stop);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooLarge.StatusCode);
        using var form = new FormUrlEncodedContent([new("statement", "SELECT 1")]);
        using var asForm = await _client.PostAsync(new Uri("api/v1/sql", UriKind.Relative), form, Stop);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, asForm.StatusCode);
    }

    [Fact]
    public async Task Statements_are_counted()
    {
        await RowsAsync("SELECT 1");
        var metrics = await _client.GetStringAsync(new Uri("metrics", UriKind.Relative), Stop);
        Assert.Matches(@"\nampacity_sql_statements_total [1-9]", metrics);
        Assert.Contains("\nampacity_sql_refused_total 0\n", metrics);
    }

    private async Task ImportAsync(string mac, params int[] secondsAhead)
    {
        // 100 W after a minute, 200 after two, and so on; 700 W of another accelerator now.
        var lines = string.Concat(secondsAhead.Select(ahead => string.Create(
            CultureInfo.InvariantCulture, $"hw_power_watts{{bmc=\"{mac}\",component=\"{(ahead > 0 ? "gpu0" : "gpu1")}\"}} {(ahead > 0 ? ahead / 60 * 100 : 700)} {_nowMs + (ahead * 1000L)}\n")));
        using var page = new StringContent("# TYPE hw_power_watts gauge\n" + lines, Encoding.UTF8, "text/plain");
        using var taken = await _client.PostAsync(new Uri("api/v1/import/prometheus", UriKind.Relative), page, Stop);
        Assert.True(taken.IsSuccessStatusCode, await taken.Content.ReadAsStringAsync(Stop));
    }

    // Whole minutes around all samples: a bucket that is cut is left out.
    private string Next() => string.Create(
        CultureInfo.InvariantCulture, $"make_timestamp_ms({(_nowMs / 60_000) * 60_000}), make_timestamp_ms({((_nowMs / 60_000) + 7) * 60_000})");

    private static string Cell(string rows) => JsonSerializer.Deserialize<string[][]>(rows)![0][0];

    private async Task<string> RowsAsync(string statement)
    {
        using var answer = await _client.PostAsJsonAsync("api/v1/sql", new { statement }, Stop);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize<JsonElement>(text).GetProperty("rows").GetRawText();
    }
}
