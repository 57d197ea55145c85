using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Ampacity.Server;
using Ampacity.Tests.Collect;
using Ampacity.Tests.Collect.Rw2;
using Google.Protobuf;
using Snappier;

namespace Ampacity.Tests.Server;

public sealed class RemoteWriteEndpointTests : IAsyncLifetime
{
    private const string Second = "application/x-protobuf;proto=io.prometheus.write.v2.Request";
    private readonly ReceivingServer _server = new();

    public ValueTask InitializeAsync() => _server.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(null, "snappy", HttpStatusCode.NoContent)]
    [InlineData("application/x-protobuf", null, HttpStatusCode.NoContent)]
    [InlineData("application/x-protobuf;proto=prometheus.WriteRequest", "snappy", HttpStatusCode.NoContent)]
    [InlineData("application/x-protobuf; proto=\"prometheus.WriteRequest\"", "snappy", HttpStatusCode.NoContent)]
    [InlineData("application/x-protobuf;proto=io.prometheus.write.v3.Request", "snappy", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json", "snappy", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/x-protobuf", "gzip", HttpStatusCode.UnsupportedMediaType)]
    [InlineData(Second, "snappy", HttpStatusCode.BadRequest)]
    public async Task What_a_body_is_is_said_by_its_headers(string? type, string? encoding, HttpStatusCode status)
    {
        using var answer = await PostAsync(WriteRequestBytes.Series([("__name__", "m")], (_server.NowMs, 1)), type, encoding);
        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task A_2_0_sender_learns_how_much_was_written_also_when_a_part_was_refused()
    {
        var request = new Request { Symbols = { "", "__name__", "m", "What it is.", "watts" } };
        request.Timeseries.Add(new TimeSeries
        {
            LabelsRefs = { 1, 2 },
            Samples = { Sample(_server.NowMs, 1), Sample(_server.NowMs + 1, 2), Sample(_server.NowMs + 660_000, 3) },
            Metadata = new Metadata { Type = 2, HelpRef = 3, UnitRef = 4 },
        });
        request.Timeseries.Add(new TimeSeries { LabelsRefs = { 1, 2 }, Histograms = { new Histogram { CountInt = 1 } } });
        using var part = await PostAsync(request.ToByteArray(), Second);
        Assert.Equal(HttpStatusCode.BadRequest, part.StatusCode);
        Assert.Equal(["2", "0", "0"], Written(part));
        var said = await part.Content.ReadAsStringAsync();
        Assert.Contains("1 samples too far ahead", said, StringComparison.Ordinal);
        Assert.Contains("native histograms", said, StringComparison.Ordinal);

        using var broken = await PostAsync([0x2A, 5], Second);
        Assert.Equal((HttpStatusCode.BadRequest, "0"), (broken.StatusCode, Written(broken)[0]));

        var metadata = JsonDocument.Parse(await _server.Client.GetStringAsync(new Uri("api/v1/metadata?metric=m", UriKind.Relative)));
        Assert.Equal(
            """{"m":[{"type":"gauge","help":"What it is.","unit":"watts"}]}""", metadata.RootElement.GetProperty("data").GetRawText());

        var metrics = await _server.Client.GetStringAsync(new Uri("metrics", UriKind.Relative));
        Assert.Contains("\nampacity_receive_histograms_refused_total 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\nampacity_store_samples_too_new_total 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\nampacity_remote_write_rejected_total 1\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_before_it_is_read()
    {
        using var answer = await PostAsync(new byte[(32 << 20) + 1], null, compress: false);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public void Senders_wait_when_too_much_is_under_way_and_one_alone_always_has_room()
    {
        var gate = new SampleGate();
        Assert.True(gate.TryEnter(SampleGate.MaxBytes * 2));
        Assert.False(gate.TryEnter(1));
        gate.Leave(SampleGate.MaxBytes * 2);
        for (var i = 0; i < SampleGate.MaxRequests; i++)
        {
            Assert.True(gate.TryEnter(1));
        }

        Assert.False(gate.TryEnter(1));
        gate.Leave(1);
        Assert.True(gate.TryEnter(1));
    }

    private static Sample Sample(long timestampMs, double value) => new() { Timestamp = timestampMs, Value = value };

    private static string[] Written(HttpResponseMessage answer) => [.. new[] { "Samples", "Histograms", "Exemplars" }
        .Select(what => Assert.Single(answer.Headers.GetValues($"X-Prometheus-Remote-Write-{what}-Written")))];

    private async Task<HttpResponseMessage> PostAsync(byte[] body, string? type, string? encoding = "snappy", bool compress = true)
    {
        using var content = new ByteArrayContent(compress ? Snappy.CompressToArray(body) : body);
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        return await _server.Client.PostAsync(new Uri("api/v1/write", UriKind.Relative), content);
    }
}
