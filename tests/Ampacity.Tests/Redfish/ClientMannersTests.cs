using System.Net;
using System.Net.Http.Headers;
using Ampacity.Redfish;
using Microsoft.Extensions.Time.Testing;

namespace Ampacity.Tests;

/// <summary>Tags, waits, sessions that run out, sessions that there are too many of.</summary>
public sealed class ClientMannersTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static readonly BmcCredentials Account = new("root", "secret");

    private static RedfishClient Client(Script script, TimeProvider time, RedfishClientOptions? options = null, bool anonymous = false) => new(
        new Uri("http://127.0.0.1:1"), anonymous ? null : Account, (options ?? new RedfishClientOptions()) with { Handler = () => script }, time);

    [Fact]
    public async Task A_tag_that_was_given_is_sent_back_and_304_has_no_body()
    {
        var script = new Script(request => request.Headers.IfNoneMatch.ToString() is "\"7\"" or "W/\"7\""
            ? Script.Answer(HttpStatusCode.NotModified)
            : Script.Answer(HttpStatusCode.OK, "{}", response => response.Headers.TryAddWithoutValidation("ETag", "W/\"7\"")));
        await using var client = Client(script, TimeProvider.System);

        var first = await client.GetBytesAsync("/redfish/v1/x", Token);
        Assert.Equal(("W/\"7\"", false, 2), (first.ETag, first.IsUnchanged, first.Body.Length));
        var second = await client.GetBytesAsync("/redfish/v1/x", first.ETag, Token);
        Assert.True(second.IsRead && second.IsUnchanged && second.Body.IsEmpty);
        Assert.False((await client.GetBytesAsync("/redfish/v1/x", "\"6\"", Token)).IsUnchanged);
    }

    [Fact]
    public async Task An_error_of_the_socket_itself_is_a_connection_lost()
    {
        var script = new Script(_ => throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.NotConnected));
        await using var client = Client(script, TimeProvider.System, anonymous: true);
        var answer = await client.GetAsync("/redfish/v1/x", Token);
        Assert.Equal(RedfishOutcome.ConnectionLost, answer.Outcome);
        Assert.Contains("/redfish/v1/x", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_short_retry_after_is_waited_for_and_asked_once_more()
    {
        var time = new FakeTimeProvider();
        var asked = 0;
        var script = new Script(_ => ++asked == 1
            ? Script.Answer(HttpStatusCode.ServiceUnavailable, "", response => response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(3)))
            : Script.Answer(HttpStatusCode.OK, "{}"));
        await using var client = Client(script, time);

        var read = client.GetAsync("/redfish/v1/x", Token);
        while (!read.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.True((await read).IsRead);
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task A_long_retry_after_is_kept_to_and_nothing_is_sent_before_it_has_passed()
    {
        var time = new FakeTimeProvider();
        var asked = 0;
        var script = new Script(_ => ++asked == 1
            ? Script.Answer(HttpStatusCode.ServiceUnavailable, "", response => response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromMinutes(2)))
            : Script.Answer(HttpStatusCode.OK, "{}"));
        await using var client = Client(script, time);

        Assert.Equal(TimeSpan.FromMinutes(2), (await client.GetAsync("/redfish/v1/x", Token)).RetryAfter);
        time.Advance(TimeSpan.FromSeconds(100));
        var held = await client.GetAsync("/redfish/v1/y", Token);
        Assert.Equal((RedfishOutcome.Busy, 1), (held.Outcome, asked));
        Assert.Contains("left alone for another 20 s", held.Error);
        time.Advance(TimeSpan.FromSeconds(21));
        Assert.True((await client.GetAsync("/redfish/v1/y", Token)).IsRead);
    }

    [Fact]
    public async Task A_session_that_was_idle_longer_than_the_service_keeps_it_is_renewed_before_it_is_refused()
    {
        var time = new FakeTimeProvider();
        var script = new Script(request => request.RequestUri!.AbsolutePath == "/redfish/v1/SessionService"
            ? Script.Answer(HttpStatusCode.OK, """{"SessionTimeout":60}""") : Script.Answer(HttpStatusCode.OK, "{}"));
        await using (var client = Client(script, time))
        {
            Assert.True((await client.GetAsync("/redfish/v1/a", Token)).IsRead);
            time.Advance(TimeSpan.FromSeconds(30));
            Assert.True((await client.GetAsync("/redfish/v1/b", Token)).IsRead); // asks how long sessions last, which keeps this one
            time.Advance(TimeSpan.FromSeconds(50));
            Assert.True((await client.GetAsync("/redfish/v1/c", Token)).IsRead);
            Assert.Equal(1, script.Logins);
            time.Advance(TimeSpan.FromSeconds(56));
            Assert.True((await client.GetAsync("/redfish/v1/d", Token)).IsRead);
            Assert.Equal((2, 1), (script.Logins, script.Logouts));
            Assert.Equal("t2", script.LastToken);
        }

        Assert.Equal(2, script.Logouts);
        Assert.Equal(0, script.Refused);
    }

    [Fact]
    public async Task Without_a_free_session_the_account_is_sent_with_each_request()
    {
        var script = new Script(request => Script.Answer(request.Headers.Authorization?.Scheme == "Basic" ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, "{}"))
        {
            Login = HttpStatusCode.ServiceUnavailable,
        };
        await using var client = Client(script, TimeProvider.System);
        Assert.True((await client.GetAsync("/redfish/v1/a", Token)).IsRead);
        Assert.True((await client.GetAsync("/redfish/v1/b", Token)).IsRead);
        Assert.Equal((1, 0), (script.Logins, script.Logouts));
    }

    [Fact]
    public async Task A_platform_that_wants_it_gets_basic_and_a_connection_a_request()
    {
        var closed = 0;
        var script = new Script(request =>
        {
            closed += request.Headers.ConnectionClose == true ? 1 : 0;
            return Script.Answer(request.Headers.Authorization?.Scheme == "Basic" ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, "{}");
        });
        await using var client = Client(script, TimeProvider.System, new RedfishClientOptions { BasicOnly = true, CloseConnections = true });
        Assert.True((await client.GetAsync("/redfish/v1/a", Token)).IsRead);
        Assert.Equal((0, 1), (script.Logins, closed));
    }

    [Fact]
    public async Task An_address_says_what_it_is_without_credentials()
    {
        var server = TreeServer.Facts("\"Vendor\":\"HPE\",\"Oem\":{\"Hpe\":{}},\"UUID\":\"8c3a\"");
        var identity = await BmcIdentification.RunAsync(
            new Uri("http://127.0.0.1:1"), new RedfishClientOptions { Handler = () => server }, Walks.Shipped, TimeProvider.System, Token);

        Assert.Equal(("hpe-ilo", "8c3a", ""), (identity.Profile?.Id, identity.ServiceUuid, identity.Error));
        Assert.Equal((1, 0, 0), (server.Gets.Count, server.Logins, server.Accounts));
        var other = TreeServer.Of(("/redfish/v1", """{"hello":"world"}"""));
        Assert.Equal("JSON, but not a Redfish service root", (await BmcIdentification.RunAsync(
            new Uri("http://127.0.0.1:1"), new RedfishClientOptions { Handler = () => other }, Walks.Shipped, TimeProvider.System, Token)).Error);
    }

    [Theory]
    [InlineData(1, RedfishOutcome.Read, 2)]
    [InlineData(9, RedfishOutcome.ConnectionLost, 2)]
    public async Task A_get_whose_connection_broke_is_sent_once_more(int broken, RedfishOutcome expected, int sent)
    {
        var asked = 0;
        var script = new Script(_ => ++asked <= broken ? throw new IOException("reset by peer") : Script.Answer(HttpStatusCode.OK, "{}"));
        await using var client = Client(script, TimeProvider.System);
        Assert.Equal(expected, (await client.GetAsync("/redfish/v1/Chassis", Token)).Outcome);
        Assert.Equal(sent, asked);
    }

    private sealed class Script(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        public HttpStatusCode Login { get; init; } = HttpStatusCode.Created;

        public int Logins { get; private set; }

        public int Logouts { get; private set; }

        public int Refused { get; private set; }

        public string? LastToken { get; private set; }

        public static HttpResponseMessage Answer(HttpStatusCode status, string body = "", Action<HttpResponseMessage>? more = null)
        {
            var response = new HttpResponseMessage(status) { Content = new StringContent(body) };
            more?.Invoke(response);
            return response;
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Delete)
            {
                Logouts++;
                return Task.FromResult(Answer(HttpStatusCode.NoContent));
            }

            if (request.Method == HttpMethod.Post)
            {
                Logins++;
                return Task.FromResult(Answer(Login, "{}", response =>
                {
                    if (Login == HttpStatusCode.Created)
                    {
                        response.Headers.TryAddWithoutValidation("X-Auth-Token", $"t{Logins}");
                        response.Headers.Location = new Uri($"/redfish/v1/SessionService/Sessions/{Logins}", UriKind.Relative);
                    }
                }));
            }

            LastToken = request.Headers.TryGetValues("X-Auth-Token", out var tokens) ? tokens.First() : null;
            var response = answer(request);
            Refused += response.StatusCode == HttpStatusCode.Unauthorized ? 1 : 0;
            return Task.FromResult(response);
        }
    }
}
