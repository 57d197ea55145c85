using System.Net;
using System.Text.Json;
using Ampacity.Samples;
using Ampacity.Server;
using Ampacity.Topology;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ampacity.Tests;

public sealed class LiveEndpointsTests : IAsyncLifetime
{
    private const long T = OneRack.BeganMs + 600_000;

    private readonly LiveFleet _live = new();
    private readonly MemorySeriesReader _store = new();
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private LiveStream Stream => _app.Services.GetRequiredService<LiveStream>();

    public async ValueTask InitializeAsync()
    {
        _store.Add(LabelSet.Of(("__name__", "hw_power_watts"), ("bmc", "02:00:00:01:01:05"), ("component", "gpu2")), T, 1100);
        _store.Add(LabelSet.Of(("__name__", "hw_power_watts"), ("bmc", "02:00:00:01:01:06"), ("component", "gpu0")), T + 1000, 900);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.ConfigureHttpJsonOptions(json => RestJson.Apply(json.SerializerOptions));
        builder.Services.AddSingleton(_live).AddSingleton<LiveStream>().AddSingleton(new ServerSettings { DataFolder = "none", ShippedFolder = "none" });
        _app = builder.Build();
        _app.MapLive();
        await _app.StartAsync(Token);
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task A_frame_is_encoded_once_for_all_viewers_of_a_scope_and_each_sees_its_own()
    {
        await FrameAsync(T + 2000);
        var whole = await AskAsync("frames=1");
        Assert.Equal((T + 2000, 2000.0, 1), (whole.AtMs, whole.Watts, whole.RacksRead));
        Assert.Equal(T, whole.OldestMs);
        Assert.Equal([("site", 2000.0), ("site/hall", 2000.0)], whole.Nodes.Select(node => (node.Path, node.Watts)));
        Assert.Equal(1, Stream.Encoded);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AskAsync("frames=1")));
        Assert.Equal(1, Stream.Encoded);
        var elsewhere = await AskAsync("frames=1&kinds=hall,rack,ups", "elsewhere");
        Assert.Null(elsewhere.Watts);
        Assert.Null(elsewhere.OldestMs);
        Assert.Empty(elsewhere.Nodes);
        Assert.Contains("site/hall/ups-a", (await AskAsync("frames=1&kinds=ups")).Nodes.Select(node => node.Path));
        Assert.Equal(3, Stream.Encoded);
        Assert.Equal(0, Stream.Viewers);
    }

    [Fact]
    public async Task A_viewer_gets_each_new_frame_and_one_that_was_slow_the_newest()
    {
        await FrameAsync(T + 2000);
        using var response = await _client.GetAsync(new Uri("api/fleet/v1/live", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Token);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Token));
        Assert.Equal(T + 2000, (await ReadAsync(reader)).AtMs);
        await FrameAsync(T + 3000);
        Assert.Equal(T + 3000, (await ReadAsync(reader)).AtMs);
        var (atMs, _) = await Stream.NextAsync(new LiveAsk("", LiveAsk.UsualKinds), T + 2000, Token);
        Assert.Equal(T + 3000, atMs);
        var next = Stream.NextAsync(new LiveAsk("", LiveAsk.UsualKinds), T + 3000, Token);
        await FrameAsync(T + 4000);
        await FrameAsync(T + 5000);
        Assert.InRange((await next).AtMs, T + 4000, T + 5000);
    }

    [Fact]
    public async Task Streams_end_when_the_server_goes()
    {
        await FrameAsync(T + 2000);
        using var response = await _client.GetAsync(new Uri("api/fleet/v1/live", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Token);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Token));
        await ReadAsync(reader);
        await _app.StopAsync(Token);
        Assert.Null(await reader.ReadLineAsync(Token));
    }

    [Theory]
    [InlineData("kinds=hall,cellar", "no 'cellar'")]
    [InlineData("kinds=3", "no '3'")]
    [InlineData("kinds=none", "no 'none'")]
    [InlineData("frames=0", "not '0'")]
    [InlineData("frames=x", "not 'x'")]
    [InlineData("every=1", "'every' is no parameter")]
    public async Task What_cannot_be_read_is_refused(string question, string says)
    {
        using var response = await _client.GetAsync(new Uri("api/fleet/v1/live?" + question, UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(says, JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token)).RootElement.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task More_viewers_than_there_are_places_for_are_told_so()
    {
        for (var i = 0; i < LiveStream.MaxViewers; i++)
        {
            Assert.True(Stream.TryEnter());
        }

        using var response = await _client.GetAsync(new Uri("api/fleet/v1/live", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(LiveStream.MaxViewers, Stream.Viewers);
    }

    private async Task FrameAsync(long atMs)
    {
        var timeline = new TopologyTimeline(OneRack.Ledger(), OneRack.Catalogue);
        _live.Set(await LiveFrame.ReadAsync(new TopologyReader(_store, TopologyReaderTests.Families, () => timeline), timeline, atMs, Token));
    }

    private async Task<LiveEvent> AskAsync(string question, string scope = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("api/fleet/v1/live?" + question, UriKind.Relative));
        if (scope.Length > 0)
        {
            request.Headers.Add(FleetRequest.ScopeHeader, scope);
        }

        using var response = await _client.SendAsync(request, Token);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Token));
        return await ReadAsync(reader);
    }

    private static async Task<LiveEvent> ReadAsync(StreamReader reader)
    {
        Assert.Equal("event: frame", await reader.ReadLineAsync(Token));
        var id = await reader.ReadLineAsync(Token);
        var data = await reader.ReadLineAsync(Token);
        Assert.Equal("", await reader.ReadLineAsync(Token));
        var frame = JsonSerializer.Deserialize<LiveEvent>(data!["data: ".Length..], RestJson.Options)!;
        Assert.Equal($"id: {frame.AtMs}", id);
        return frame;
    }
}
