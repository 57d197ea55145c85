using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Ampacity.Simulator;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Ampacity.Tests;

public sealed class BmcEventsTests
{
    private const string Test = "/redfish/v1/EventService/Actions/EventService.SubmitTestEvent";
    private const string Subscriptions = "/redfish/v1/EventService/Subscriptions";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_carries_events_as_they_happen()
    {
        await using var rack = await SimulatorHost.StartAsync(SimulatedRack.Options(1), TimeProvider.System, Token);
        using var probe = new BmcProbe(rack.Endpoints[0].Address);
        using var stream = await probe.SendAsync(HttpMethod.Get, "/redfish/v1/EventService/SSE");
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync(Token));
        Assert.Equal("text/event-stream", stream.Content.Headers.ContentType?.MediaType);
        Assert.Equal(":", await reader.ReadLineAsync(Token));

        using var sent = await probe.SendAsync(HttpMethod.Post, Test, """{"MessageId":"Test.1.0.Here","Message":"here"}""");

        Assert.Equal(HttpStatusCode.NoContent, sent.StatusCode);
        Assert.Equal("Test.1.0.Here", (await NextAsync(reader)).GetProperty("Events")[0].GetProperty("MessageId").GetString());
    }

    [Fact]
    public async Task A_stream_of_reports_follows_the_physics_and_an_eleventh_stream_is_refused()
    {
        await using var rack = await SimulatorHost.StartAsync(SimulatedRack.Options(1), TimeProvider.System, Token);
        using var probe = new BmcProbe(rack.Endpoints[0].Address);
        var open = new List<HttpResponseMessage>();
        for (var n = 0; n < 10; n++)
        {
            open.Add(await probe.SendAsync(HttpMethod.Get, "/redfish/v1/EventService/SSE?$filter=EventFormatType%20eq%20MetricReport"));
        }

        using var reader = new StreamReader(await open[0].Content.ReadAsStreamAsync(Token));
        var report = await NextAsync(reader);
        Assert.Contains("MetricReport", report.GetProperty("@odata.type").GetString(), StringComparison.Ordinal);
        Assert.True(report.GetProperty("MetricValues").GetArrayLength() > 0);
        using var eleventh = await probe.SendAsync(HttpMethod.Get, "/redfish/v1/EventService/SSE");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, eleventh.StatusCode);
        open.ForEach(answer => answer.Dispose());
    }

    [Fact]
    public async Task A_subscriber_is_sent_what_happens_and_is_forgotten_when_it_goes()
    {
        await using var rack = await SimulatorHost.StartAsync(SimulatedRack.Options(1), TimeProvider.System, Token);
        using var probe = new BmcProbe(rack.Endpoints[0].Address);
        var received = Channel.CreateUnbounded<JsonElement>();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var listener = builder.Build();
        listener.Run(async context => received.Writer.TryWrite(await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body, cancellationToken: Token)));
        await listener.StartAsync(Token);

        using var away = await probe.SendAsync(HttpMethod.Post, Subscriptions, """{"Destination":"file:///etc/passwd","Protocol":"Redfish"}""");
        using var made = await probe.SendAsync(
            HttpMethod.Post, Subscriptions, $$"""{"Destination":"{{listener.Urls.First()}}/events","Protocol":"Redfish","Context":"me"}""");
        using var sent = await probe.SendAsync(HttpMethod.Post, Test, """{"MessageId":"Test.1.0.Here"}""");

        Assert.Equal([HttpStatusCode.BadRequest, HttpStatusCode.Created, HttpStatusCode.NoContent], [away.StatusCode, made.StatusCode, sent.StatusCode]);
        var body = await received.Reader.ReadAsync(Token);
        Assert.Equal("me", body.GetProperty("Context").GetString());

        using var reports = await probe.SendAsync(
            HttpMethod.Post, Subscriptions, $$"""{"Destination":"{{listener.Urls.First()}}/reports","Protocol":"Redfish","EventFormatType":"MetricReport"}""");
        Assert.Equal(HttpStatusCode.Created, reports.StatusCode);
        Assert.Contains("MetricReport", (await received.Reader.ReadAsync(Token)).GetProperty("@odata.type").GetString(), StringComparison.Ordinal);
        using var ended = await probe.SendAsync(HttpMethod.Delete, reports.Headers.Location!.ToString());
        using var gone = await probe.SendAsync(HttpMethod.Delete, made.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        Assert.Equal(0, (await probe.GetAsync(Subscriptions)).GetProperty("Members@odata.count").GetInt32());
    }

    [Fact]
    public async Task One_that_leads_off_the_machine_is_never_sent_to_and_given_up_after_three_retries()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(57));
        await using var rack = await SimulatorHost.StartAsync(SimulatedRack.Options(1), time, Token);
        using var probe = new BmcProbe(rack.Endpoints[0].Address);
        using var made = await probe.SendAsync(HttpMethod.Post, Subscriptions, """{"Destination":"http://192.0.2.1/","Protocol":"Redfish"}""");
        using var sent = await probe.SendAsync(HttpMethod.Post, Test, """{"MessageId":"Test.1.0.Here"}""");
        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.NoContent], [made.StatusCode, sent.StatusCode]);

        var advances = 0;
        while ((await probe.GetAsync(Subscriptions)).GetProperty("Members@odata.count").GetInt32() > 0)
        {
            time.Advance(TimeSpan.FromSeconds(30));
            advances++;
        }

        Assert.True(advances >= 3, $"given up after {advances} steps of 30 s");
    }

    private static async Task<JsonElement> NextAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync(Token) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return JsonElement.Parse(line[6..]);
            }
        }

        throw new EndOfStreamException("the stream ended");
    }
}
