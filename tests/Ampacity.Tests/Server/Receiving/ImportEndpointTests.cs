using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Ampacity.Tests.Collect.OtlpMessages;
using Google.Protobuf;

namespace Ampacity.Tests.Server;

public sealed class ImportEndpointTests : IAsyncLifetime
{
    private readonly ReceivingServer _server = new();

    public ValueTask InitializeAsync() => _server.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_page_is_kept_with_the_time_and_the_labels_that_the_address_says()
    {
        var at = _server.NowMs - 60_000;
        using var answer = await PostAsync(
            $"api/v1/import/prometheus?timestamp={at}&extra_label=site=abilene&extra_label=job=x", "a{job=\"own\"} 1\nb 2\n", null, gzip: true);
        Assert.Equal((HttpStatusCode.NoContent, ""), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal(
            [$"a{{job=\"x\",site=\"abilene\"}} 1@{at}", $"b{{job=\"x\",site=\"abilene\"}} 2@{at}"], await _server.ReadAsync("{site=\"abilene\"}"));
    }

    [Theory]
    [InlineData("", "a 1\nb two\n", null, HttpStatusCode.BadRequest, "line 2: the value is no number: b two")]
    [InlineData("?timestamp=now", "a 1\n", null, HttpStatusCode.BadRequest, "timestamp=1767225600000")]
    [InlineData("?extra_label=site", "a 1\n", null, HttpStatusCode.BadRequest, "extra_label=site=abilene")]
    [InlineData("", "a 1\n", "application/openmetrics-text; version=1.0.0", HttpStatusCode.BadRequest, "# EOF")]
    [InlineData("", "a 1\n", "text/plain; version=0.0.4", HttpStatusCode.NoContent, "")]
    public async Task A_page_that_cannot_be_read_is_told_why(string query, string page, string? type, HttpStatusCode status, string said)
    {
        using var answer = await PostAsync("api/v1/import/prometheus" + query, page, type);
        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(said, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_gzip_or_grows_over_the_limit_is_refused()
    {
        using var broken = new ByteArrayContent([1, 2, 3]);
        broken.Headers.ContentEncoding.Add("gzip");
        using var answer = await _server.Client.PostAsync(new Uri("api/v1/import/prometheus", UriKind.Relative), broken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);

        // 65 MiB of blanks are 65 kB.
        using var bomb = await PostAsync("api/v1/import/prometheus", new string(' ', 65 << 20), null, gzip: true);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, bomb.StatusCode);

        using var zstd = new ByteArrayContent([1, 2, 3]);
        zstd.Headers.ContentEncoding.Add("zstd");
        using var unknown = await _server.Client.PostAsync(new Uri("api/v1/import/prometheus", UriKind.Relative), zstd);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, unknown.StatusCode);
    }

    [Fact]
    public async Task Otlp_points_are_kept_and_what_was_not_is_told_as_partial_success()
    {
        var point = new NumberDataPoint { TimeUnixNano = (ulong)_server.NowMs * 1_000_000, AsDouble = 350 };
        var untimed = new NumberDataPoint { AsDouble = 350 };
        var kept = await PostOtlpAsync(new Metric { Name = "hw.power", Unit = "W", Gauge = new Gauge { DataPoints = { point } } });
        Assert.Null(kept.PartialSuccess);
        Assert.Equal([$"hw_power_watts{{host_name=\"h1\",job=\"svc\"}} 350@{_server.NowMs}"], await _server.ReadAsync("{job=\"svc\",__name__!=\"target_info\"}"));

        var part = await PostOtlpAsync(new Metric { Name = "hw.power", Unit = "W", Gauge = new Gauge { DataPoints = { untimed, point } } });
        Assert.Equal(1, part.PartialSuccess.RejectedDataPoints);
        Assert.Contains("it says no time", part.PartialSuccess.ErrorMessage, StringComparison.Ordinal);
        var metrics = await _server.Client.GetStringAsync(new Uri("metrics", UriKind.Relative));
        Assert.Contains("\nampacity_otlp_points_refused_total 1\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Otlp_as_json_is_refused_with_a_word_and_broken_protobuf_with_a_status()
    {
        using var json = await PostAsync("v1/metrics", "{}", "application/json");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, json.StatusCode);
        Assert.Contains("http/protobuf", await json.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var broken = await PostAsync("v1/metrics", "broken", "application/x-protobuf");
        Assert.Equal((HttpStatusCode.BadRequest, "application/x-protobuf"), (broken.StatusCode, broken.Content.Headers.ContentType?.MediaType));
        Assert.Contains("not an ExportMetricsServiceRequest", await broken.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_samples_is_kept_by_its_mapping_and_again_is_no_harm()
    {
        var at = _server.NowMs - 60_000;
        var file = $"when,watts,rack,junk\n{at},350,r01,x\n{at},nothing,r02,x\n";
        const string Address = "api/fleet/v1/imports/samples?format=csv&time=when&value=watts&metric=rack_power_watts&skip=junk&extraLabel=site%3Dabilene";
        using var first = await PostAsync(Address, file, "text/csv");
        using var again = await PostAsync(Address, file, "text/csv");
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Contains("\"stored\":1,\"duplicates\":0", await first.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var said = await again.Content.ReadAsStringAsync();
        Assert.Contains("\"stored\":0,\"duplicates\":1", said, StringComparison.Ordinal);
        Assert.Contains("line 3: column watts: nothing is no number", said, StringComparison.Ordinal);
        Assert.Equal([$"rack_power_watts{{rack=\"r01\",site=\"abilene\"}} 350@{at}"], await _server.ReadAsync("{site=\"abilene\"}"));

        using var parquet = await PostAsync("api/fleet/v1/imports/samples?format=parquet", file, null);
        Assert.Equal(HttpStatusCode.BadRequest, parquet.StatusCode);
        using var unknown = await PostAsync("api/fleet/v1/imports/samples?format=xlsx", file, null);
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
    }

    private async Task<ExportMetricsServiceResponse> PostOtlpAsync(Metric metric)
    {
        var request = new ExportMetricsServiceRequest
        {
            ResourceMetrics =
            {
                new ResourceMetrics
                {
                    Resource = new Resource { Attributes = { Pair("service.name", "svc"), Pair("host.name", "h1") } },
                    ScopeMetrics = { new ScopeMetrics { Metrics = { metric } } },
                },
            },
        };
        using var content = new ByteArrayContent(request.ToByteArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        using var answer = await _server.Client.PostAsync(new Uri("v1/metrics", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return ExportMetricsServiceResponse.Parser.ParseFrom(await answer.Content.ReadAsByteArrayAsync());
    }

    private static KeyValue Pair(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };

    private async Task<HttpResponseMessage> PostAsync(string address, string text, string? type, bool gzip = false)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (gzip)
        {
            using var buffer = new MemoryStream();
            await using (var stream = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
            {
                await stream.WriteAsync(bytes);
            }

            bytes = buffer.ToArray();
        }

        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        if (gzip)
        {
            content.Headers.ContentEncoding.Add("gzip");
        }

        return await _server.Client.PostAsync(new Uri(address, UriKind.Relative), content);
    }
}
