using System.Net;
using System.Text.Json;
using Ampacity.PromQL;
using Ampacity.Samples;
using Ampacity.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ampacity.Tests;

public sealed class QueryEndpointsTests : IAsyncLifetime
{
    private readonly MemorySeriesReader _reader = new();
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var power = LabelSet.Of(("__name__", "power"), ("rack", "r<1>"));
        _reader.Add(power, 60_000, 1.5);
        _reader.Add(power, 120_000, double.PositiveInfinity);
        _reader.Add(LabelSet.Of(("__name__", "power"), ("rack", "r2")), 120_000, 1e-7);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<ISeriesReader>(_reader)
            .AddSingleton(new QueryEngine(_reader, new QueryEngineOptions()))
            .AddSingleton<IQueryScope>(new HeaderScope())
            .AddSingleton(TimeProvider.System);
        _app = builder.Build();
        _app.MapQuery();
        await _app.StartAsync(Token);
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("query?query=power&time=61.25", """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"power","rack":"r<1>"},"value":[61.250,"1.5"]}]}}""")]
    [InlineData("query?query=power{rack=\"r2\"}&time=1970-01-01T00:02:00Z", """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"power","rack":"r2"},"value":[120,"1e-7"]}]}}""")]
    [InlineData("query?query=1%2B1&time=5", """{"status":"success","data":{"resultType":"scalar","result":[5,"2"]}}""")]
    [InlineData("query?query=\"a\"&time=5", """{"status":"success","data":{"resultType":"string","result":[5,"a"]}}""")]
    [InlineData("query?query=power[2m]&time=120&limit=1", """{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"power","rack":"r<1>"},"values":[[60,"1.5"],[120,"+Inf"]]}]},"warnings":["results truncated due to limit"]}""")]
    [InlineData("query?query=rate(power[2m])&time=130", """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"rack":"r<1>"},"value":[130,"+Inf"]}]},"infos":["PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: \"power\" (1:6)"]}""")]
    [InlineData("query_range?query=count(power)&start=60&end=120&step=1m", """{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[60,"1"],[120,"2"]]}]}}""")]
    [InlineData("series?match[]=power{rack=\"r2\"}&end=200", """{"status":"success","data":[{"__name__":"power","rack":"r2"}]}""")]
    [InlineData("labels?end=200", """{"status":"success","data":["__name__","rack"]}""")]
    [InlineData("label/rack/values?end=200&limit=1", """{"status":"success","data":["r2"],"warnings":["results truncated due to limit"]}""")]
    [InlineData("label/rack/values?end=100", """{"status":"success","data":["r<1>"]}""")]
    [InlineData("metadata", """{"status":"success","data":{}}""")]
    [InlineData("metadata?limit=0&limit_per_metric=1&metric=x", """{"status":"success","data":{}}""")]
    [InlineData("rules?type=alert", """{"status":"success","data":{"groups":[]}}""")]
    [InlineData("alerts", """{"status":"success","data":{"alerts":[]}}""")]
    [InlineData("alertmanagers", """{"status":"success","data":{"activeAlertmanagers":[],"droppedAlertmanagers":[]}}""")]
    [InlineData("targets?state=active", """{"status":"success","data":{"activeTargets":[],"droppedTargets":[],"droppedTargetCounts":{}}}""")]
    [InlineData("query_exemplars?query=power&start=0&end=1.5", """{"status":"success","data":[]}""")]
    [InlineData("format_query?query=sum(power)by(rack)", """{"status":"success","data":"sum by (rack) (power)"}""")]
    [InlineData("status/flags", """{"status":"success","data":{"query.lookback-delta":"5m","query.max-samples":"200000000","query.timeout":"2m","storage.tsdb.retention.time":"30d","web.enable-remote-write-receiver":"true"}}""")]
    [InlineData("status/config", """{"status":"success","data":{"yaml":"global:\n  scrape_interval: 10s\n  evaluation_interval: 10s\n"}}""")]
    [InlineData("status/tsdb?limit=1", """{"status":"success","data":{"headStats":{"numSeries":2,"numLabelPairs":3},"seriesCountByMetricName":[{"name":"power","value":2}],"labelValueCountByLabelName":[{"name":"rack","value":2}],"memoryInBytesByLabelName":[{"name":"__name__","value":10}],"seriesCountByLabelValuePair":[{"name":"__name__=power","value":2}]}}""")]
    [InlineData("query_range?query=power{rack=\"r2\"}&start=119.999&end=120.001&step=0.001", """{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"power","rack":"r2"},"values":[[120,"1e-7"],[120.001,"1e-7"]]}]}}""")]
    [InlineData("query?query=power&time=400&lookback_delta=4m", """{"status":"success","data":{"resultType":"vector","result":[]}}""")]
    [InlineData("series?match[]=power{rack=\"r2\"}&match[]=power&end=200&limit=1", """{"status":"success","data":[{"__name__":"power","rack":"r2"}],"warnings":["results truncated due to limit"]}""")]
    public async Task An_answer_is_what_Prometheus_writes(string path, string body)
    {
        using var response = await _client.GetAsync(new Uri("api/v1/" + path, UriKind.Relative), Token);
        Assert.Equal(body, await response.Content.ReadAsStringAsync(Token));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
    }

    [Theory]
    [InlineData("query?query=sum(", 400, "bad_data", "1:5: parse error: unexpected end of input")]
    [InlineData("query", 400, "bad_data", "no expression found")]
    [InlineData("query?query=1&time=noon", 400, "bad_data", "cannot parse \\\"noon\\\" to a valid timestamp")]
    [InlineData("query?query=1&limit=-1", 400, "bad_data", "limit")]
    [InlineData("query?query=1&timeout=0", 400, "bad_data", "timeout")]
    [InlineData("query?query=power*on()power&time=120", 422, "execution", "many-to-many matching not allowed")]
    [InlineData("query_range?query=power[1m]&start=0&end=1&step=1", 400, "bad_data", "invalid expression type")]
    [InlineData("query_range?query=1&start=2&end=1&step=1", 400, "bad_data", "end timestamp must not be before start time")]
    [InlineData("query_range?query=1&start=0&end=1&step=0", 400, "bad_data", "zero or negative")]
    [InlineData("query_range?query=1&start=0&end=11001&step=1", 400, "bad_data", "exceeded maximum resolution")]
    [InlineData("series", 400, "bad_data", "no match[] parameter provided")]
    [InlineData("series?match[]={}", 400, "bad_data", "at least one non-empty matcher")]
    [InlineData("metadata?limit=few", 400, "bad_data", "limit")]
    [InlineData("status/tsdb?limit=0", 400, "bad_data", "limit")]
    [InlineData("format_query?query=sum(", 400, "bad_data", "unexpected end of input")]
    [InlineData("query_exemplars?query=", 400, "bad_data", "no expression found")]
    [InlineData("query_exemplars?query=a&start=2&end=1", 400, "bad_data", "must not be before")]
    [InlineData("rules?type=none", 400, "bad_data", "not supported value")]
    [InlineData("targets?state=none", 400, "bad_data", "not supported value")]
    public async Task A_refusal_says_its_type_and_reason(string path, int status, string type, string reason)
    {
        using var response = await _client.GetAsync(new Uri("api/v1/" + path, UriKind.Relative), Token);
        var body = await response.Content.ReadAsStringAsync(Token);
        Assert.StartsWith($"{{\"status\":\"error\",\"errorType\":\"{type}\",\"error\":\"", body, StringComparison.Ordinal);
        Assert.Contains(reason, body, StringComparison.Ordinal);
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Statistics_are_told_to_whom_asks_for_them()
    {
        Assert.DoesNotContain("stats", await _client.GetStringAsync(new Uri("api/v1/query?query=1", UriKind.Relative), Token), StringComparison.Ordinal);
        var answer = JsonDocument.Parse(await _client.GetStringAsync(new Uri("api/v1/query?query=power&stats=all", UriKind.Relative), Token)).RootElement;
        Assert.True(answer.GetProperty("data").GetProperty("stats").GetProperty("timings").GetProperty("evalTotalTime").GetDouble() >= 0);
    }

    [Fact]
    public async Task The_build_is_that_of_the_Prometheus_whose_questions_are_answered()
    {
        var data = JsonDocument.Parse(await _client.GetStringAsync(new Uri("api/v1/status/buildinfo", UriKind.Relative), Token)).RootElement.GetProperty("data");
        Assert.StartsWith("3.", data.GetProperty("version").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("ampacity ", data.GetProperty("revision").GetString(), StringComparison.Ordinal);
        var runtime = JsonDocument.Parse(await _client.GetStringAsync(new Uri("api/v1/status/runtimeinfo", UriKind.Relative), Token)).RootElement.GetProperty("data");
        Assert.True(runtime.GetProperty("startTime").GetDateTimeOffset() <= runtime.GetProperty("serverTime").GetDateTimeOffset());
        Assert.Equal("30d", runtime.GetProperty("storageRetention").GetString());
    }

    [Fact]
    public async Task A_form_is_read_as_the_query_string_is()
    {
        using var form = new FormUrlEncodedContent([new("query", "sum(power{rack=\"r2\"}) * 1e7"), new("time", "120")]);
        using var response = await _client.PostAsync(new Uri("api/v1/query", UriKind.Relative), form, Token);
        Assert.Contains("[120,\"1\"]", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_sees_its_own_scope_only()
    {
        Assert.Equal("""{"status":"success","data":{"resultType":"vector","result":[]}}""", await AskAsync("query?query=count(power)&time=120", "nothing"));
        Assert.Contains("[120,\"1\"]", await AskAsync("query?query=count(power)&time=120", "first"), StringComparison.Ordinal);
    }

    /// <summary>What is asked of each address; one that is added to the API has to be added here, with what it would tell of rack r2.</summary>
    private static readonly Dictionary<string, (string Question, bool Tells)> Questions = new(StringComparer.Ordinal)
    {
        ["/query"] = ("query?query=power&time=120", true),
        ["/query_range"] = ("query_range?query=power&start=60&end=120&step=60", true),
        ["/series"] = ("series?match[]=power&end=200", true),
        ["/labels"] = ("labels?match[]=power&end=200", false),
        ["/label/{name}/values"] = ("label/rack/values?end=200", true),
        ["/metadata"] = ("metadata", false),
        ["/query_exemplars"] = ("query_exemplars?query=power", false),
        ["/format_query"] = ("format_query?query=power", false),
        ["/rules"] = ("rules", false),
        ["/alerts"] = ("alerts", false),
        ["/alertmanagers"] = ("alertmanagers", false),
        ["/targets"] = ("targets", false),
        ["/status/buildinfo"] = ("status/buildinfo", false),
        ["/status/runtimeinfo"] = ("status/runtimeinfo", false),
        ["/status/flags"] = ("status/flags", false),
        ["/status/config"] = ("status/config", false),
        ["/status/tsdb"] = ("status/tsdb", true),
    };

    [Fact]
    public async Task No_address_tells_a_narrowed_caller_of_what_is_outside()
    {
        var mapped = ((Microsoft.AspNetCore.Routing.IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints)
            .OfType<Microsoft.AspNetCore.Routing.RouteEndpoint>().Select(endpoint => endpoint.RoutePattern.RawText!["/api/v1".Length..]).ToArray();
        Assert.Equal(mapped.Order(StringComparer.Ordinal), Questions.Keys.Order(StringComparer.Ordinal));
        foreach (var (question, tells) in Questions.Values)
        {
            var whole = await AskAsync(question, null);
            Assert.True(whole.Contains("r2", StringComparison.Ordinal) == tells, $"{question} tells the whole caller: {whole}");
            foreach (var scope in (string[])["first", "nothing"])
            {
                var narrowed = await AskAsync(question, scope);
                Assert.StartsWith("{\"status\":\"success\"", narrowed, StringComparison.Ordinal);
                Assert.False(narrowed.Contains("r2", StringComparison.Ordinal), $"{question} tells {scope}: {narrowed}");
                Assert.True(!tells || narrowed.Contains("r<1>", StringComparison.Ordinal) == (scope == "first"), $"{question} tells {scope}: {narrowed}");
            }
        }

        // A count would tell too.
        Assert.Contains("\"numSeries\":1,", await AskAsync("status/tsdb", "first"), StringComparison.Ordinal);
        Assert.Contains("\"numSeries\":0,", await AskAsync("status/tsdb", "nothing"), StringComparison.Ordinal);
    }

    private async Task<string> AskAsync(string question, string? scope)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/" + question);
        if (scope is not null)
        {
            request.Headers.Add("X-Scope", scope);
        }

        using var response = await _client.SendAsync(request, Token);
        return await response.Content.ReadAsStringAsync(Token);
    }

    private sealed class HeaderScope : IQueryScope
    {
        public ValueTask<SeriesScope> ScopeOfAsync(HttpContext context, CancellationToken cancellationToken) => ValueTask.FromResult(
            context.Request.Headers["X-Scope"].ToString() switch
            {
                "" => SeriesScope.Whole,
                "first" => SeriesScope.Of(new System.Collections.BitArray([true, false])),
                _ => SeriesScope.Nothing,
            });
    }
}
