using System.Net;
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
    public async Task A_refusal_says_its_type_and_reason(string path, int status, string type, string reason)
    {
        using var response = await _client.GetAsync(new Uri("api/v1/" + path, UriKind.Relative), Token);
        var body = await response.Content.ReadAsStringAsync(Token);
        Assert.StartsWith($"{{\"status\":\"error\",\"errorType\":\"{type}\",\"error\":\"", body, StringComparison.Ordinal);
        Assert.Contains(reason, body, StringComparison.Ordinal);
        Assert.Equal(status, (int)response.StatusCode);
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
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/query?query=count(power)&time=120");
        request.Headers.Add("X-Nothing", "1");
        using var response = await _client.SendAsync(request, Token);
        Assert.Equal("""{"status":"success","data":{"resultType":"vector","result":[]}}""", await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task A_query_of_death_ends_at_its_timeout_and_others_are_answered_meanwhile()
    {
        // 400 million windows over windows of 86,400 steps: hours of work. One for each core.
        var death = "api/v1/query?time=120&timeout=2s&query=" + Uri.EscapeDataString("max_over_time(avg_over_time(stddev_over_time(vector(1)[1d:1s])[1d:1s])[1d:1s])");
        var deaths = Enumerable.Range(0, Environment.ProcessorCount + 1).Select(_ => _client.GetAsync(new Uri(death, UriKind.Relative), Token)).ToArray();
        var answered = 0;
        while (!deaths.All(one => one.IsCompleted))
        {
            using var other = await _client.GetAsync(new Uri("api/v1/query?query=count(power)&time=120", UriKind.Relative), Token);
            Assert.Contains("[120,\"2\"]", await other.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
            answered += deaths.All(one => one.IsCompleted) ? 0 : 1;
        }

        Assert.True(answered > 0, "nobody was answered while the long queries ran");
        foreach (var one in deaths)
        {
            using var response = await one;
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.Contains("\"errorType\":\"timeout\"", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_pattern_of_megabytes_is_refused()
    {
        using var form = new FormUrlEncodedContent([new("query", $"power{{rack=~\"{new string('a', 10 << 20)}\"}}")]);
        using var response = await _client.PostAsync(new Uri("api/v1/query", UriKind.Relative), form, Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("\"errorType\":\"bad_data\"", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    private sealed class HeaderScope : IQueryScope
    {
        public ValueTask<SeriesScope> ScopeOfAsync(HttpContext context, CancellationToken cancellationToken) =>
            ValueTask.FromResult(context.Request.Headers.ContainsKey("X-Nothing") ? SeriesScope.Nothing : SeriesScope.Whole);
    }
}
