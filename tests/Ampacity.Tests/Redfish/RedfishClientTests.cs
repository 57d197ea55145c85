using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ampacity.Redfish;
using Ampacity.Simulator;

namespace Ampacity.Tests;

public sealed class RedfishClientTests
{
    private const string Report = "/redfish/v1/TelemetryService/MetricReports/HGX_PlatformEnvironmentMetrics_0";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static RedfishClient Client(Uri address, BmcCredentials? credentials = null, RedfishClientOptions? options = null) =>
        new(address, credentials ?? SimulatedRack.Credentials, options ?? new RedfishClientOptions(), TimeProvider.System);

    [Fact]
    public async Task One_session_serves_many_requests_within_the_budget_and_is_deleted()
    {
        await using var rack = await SimulatorHost.StartAsync(SimulatedRack.Options(1) with { Latency = TimeSpan.FromMilliseconds(5) }, TimeProvider.System, Token);
        await using (var client = Client(rack.Endpoints[0].Address, options: new RedfishClientOptions { MaxConcurrentRequests = 3 }))
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => client.GetAsync(Report, Token)));
            Assert.All(answers, answer => Assert.True(answer.IsRead, answer.Error));
            Assert.Equal(1, rack.Endpoints[0].LiveSessions);
        }

        Assert.Equal(0, rack.Endpoints[0].LiveSessions);
        Assert.Equal(1, rack.Endpoints[0].SessionCount);
        Assert.InRange(rack.Endpoints[0].MostConcurrent, 2, 3);
    }

    [Fact]
    public async Task A_session_that_the_bmc_forgot_is_opened_once_more()
    {
        await using var rack = await SimulatorHost.StartAsync(SimulatedRack.Options(1), TimeProvider.System, Token);
        await using var client = Client(rack.Endpoints[0].Address);
        Assert.True((await client.GetAsync("/redfish/v1/Chassis", Token)).IsRead);
        rack.ForgetSessions(rack.Endpoints[0].Tray.Place);
        Assert.True((await client.GetAsync("/redfish/v1/Chassis", Token)).IsRead);
        Assert.Equal(2, rack.Endpoints[0].SessionCount);
        Assert.Equal(1, rack.Endpoints[0].LiveSessions);
    }

    [Fact]
    public async Task A_refused_login_is_tried_once_and_says_no_password()
    {
        await using var rack = await SimulatorHost.StartAsync(SimulatedRack.Options(1), TimeProvider.System, Token);
        await using var client = Client(rack.Endpoints[0].Address, new BmcCredentials("root", "wrong-secret"));
        for (var i = 0; i < 5; i++)
        {
            var answer = await client.GetAsync("/redfish/v1/Chassis", Token);
            Assert.Equal(RedfishOutcome.Unauthorized, answer.Outcome);
            Assert.DoesNotContain("wrong-secret", answer.Error);
        }

        Assert.Equal(1, rack.Endpoints[0].RequestCount);
        Assert.DoesNotContain("wrong-secret", new BmcCredentials("root", "wrong-secret").ToString());
    }

    [Fact]
    public async Task The_service_root_needs_no_login()
    {
        await using var rack = await SimulatorHost.StartAsync(SimulatedRack.Options(1), TimeProvider.System, Token);
        await using var client = Client(rack.Endpoints[0].Address);
        Assert.Equal("GB200 NVL", (await client.GetServiceRootAsync(Token)).Root.GetProperty("Product").GetString());
        Assert.Equal(0, rack.Endpoints[0].SessionCount);
    }

    [Theory]
    [InlineData("http://evil.example/redfish/v1")]
    [InlineData("//evil.example/redfish/v1")]
    [InlineData("/redfish/v1/a b")]
    [InlineData("")]
    public async Task A_link_that_leads_away_is_not_followed(string link)
    {
        await using var rack = await SimulatorHost.StartAsync(SimulatedRack.Options(1), TimeProvider.System, Token);
        await using var client = Client(rack.Endpoints[0].Address);
        Assert.True((await client.GetAsync("/redfish/v1/Chassis", Token)).IsRead);
        Assert.Equal(RedfishOutcome.BadLink, (await client.GetAsync(link, Token)).Outcome);
    }

    [Fact]
    public async Task A_port_where_nothing_listens_is_refused()
    {
        await using var client = Client(new Uri("http://127.80.99.1:1"));
        Assert.Equal(RedfishOutcome.Refused, (await client.GetAsync("/redfish/v1/Chassis", Token)).Outcome);
    }

    [Theory]
    [InlineData("endless", RedfishOutcome.TooLarge)]
    [InlineData("stated", RedfishOutcome.TooLarge)]
    [InlineData("deep", RedfishOutcome.NotJson)]
    [InlineData("wrong", RedfishOutcome.NotJson)]
    [InlineData("array", RedfishOutcome.NotJson)]
    [InlineData("slow", RedfishOutcome.Timeout)]
    [InlineData("trickle", RedfishOutcome.Timeout)]
    [InlineData("redirect", RedfishOutcome.Redirected)]
    [InlineData("loop401", RedfishOutcome.Unauthorized)]
    [InlineData("broken", RedfishOutcome.ConnectionLost)]
    [InlineData("busy", RedfishOutcome.Busy)]
    [InlineData("headers", RedfishOutcome.TooLarge)]
    public async Task A_hostile_bmc_costs_no_more_than_the_limits(string how, RedfishOutcome expected)
    {
        await using var bmc = await HostileBmc.StartAsync(how, Token);
        var options = new RedfishClientOptions { MaxBodyBytes = 1_000_000, RequestTimeout = TimeSpan.FromSeconds(how is "slow" or "trickle" ? 0.5 : 20) };
        await using (var client = Client(bmc.Address, options: options))
        {
            var answer = await client.GetAsync("/redfish/v1/Chassis", Token);
            Assert.Equal(expected, answer.Outcome);
            Assert.NotEqual("", answer.Error);
            await client.GetAsync("/redfish/v1/Chassis", Token);
        }

        Assert.Equal(0, bmc.LiveSessions);
        Assert.InRange(bmc.Logins, 1, how == "loop401" ? 2 : 1);
    }

    [Fact]
    public async Task Tls_is_verified_and_a_pin_trusts_one_certificate_only()
    {
        using var certificate = SelfSigned("CN=bmc");
        await using var bmc = await HostileBmc.StartAsync("kind", Token, certificate);
        var pin = Convert.ToHexString(SHA256.HashData(certificate.RawData));
        foreach (var (given, expected) in new[] { (null, RedfishOutcome.TlsRefused), (new string('0', 64), RedfishOutcome.TlsRefused), (pin, RedfishOutcome.Read) })
        {
            await using var client = Client(bmc.Address, options: new RedfishClientOptions { CertificateSha256 = given });
            var answer = await client.GetAsync("/redfish/v1/Chassis", Token);
            Assert.Equal(expected, answer.Outcome);
            Assert.DoesNotContain("inner exception", answer.Error, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal(0, bmc.LiveSessions);
        Assert.Equal(1, bmc.Logins);
        Assert.Throws<ArgumentException>(() => Client(bmc.Address, options: new RedfishClientOptions { CertificateSha256 = "ab:cd" }));
    }

    [Fact]
    public async Task Trust_on_first_use_gives_the_pin_that_reads_the_same_bmc_and_no_other()
    {
        using var certificate = SelfSigned("CN=bmc");
        using var stranger = SelfSigned("CN=stranger");
        await using var bmc = await HostileBmc.StartAsync("kind", Token, certificate);
        await using var other = await HostileBmc.StartAsync("kind", Token, stranger);
        string pin;
        await using (var first = Client(bmc.Address, options: new RedfishClientOptions { TrustOnFirstUse = true }))
        {
            Assert.Null(first.SeenCertificateSha256);
            Assert.Equal(RedfishOutcome.Read, (await first.GetAsync("/redfish/v1/Chassis", Token)).Outcome);
            pin = first.SeenCertificateSha256!;
        }

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)), pin);
        await using var again = Client(bmc.Address, options: new RedfishClientOptions { CertificateSha256 = pin });
        Assert.Equal(RedfishOutcome.Read, (await again.GetAsync("/redfish/v1/Chassis", Token)).Outcome);
        await using var elsewhere = Client(other.Address, options: new RedfishClientOptions { CertificateSha256 = pin });
        Assert.Equal(RedfishOutcome.TlsRefused, (await elsewhere.GetAsync("/redfish/v1/Chassis", Token)).Outcome);
    }

    [Fact]
    public async Task Clients_that_share_connections_trust_each_bmc_by_its_own_pin()
    {
        using var certificate = SelfSigned("CN=bmc");
        using var stranger = SelfSigned("CN=stranger");
        await using var bmc = await HostileBmc.StartAsync("kind", Token, certificate);
        await using var other = await HostileBmc.StartAsync("kind", Token, stranger);
        using var connections = new RedfishConnections(TimeSpan.FromSeconds(5));
        var options = new RedfishClientOptions { Connections = connections };
        var pin = Convert.ToHexString(SHA256.HashData(certificate.RawData));
        await using (var ours = Client(bmc.Address, options: options with { CertificateSha256 = pin }))
        await using (var wrong = Client(other.Address, options: options with { CertificateSha256 = pin }))
        {
            Assert.Equal(RedfishOutcome.Read, (await ours.GetAsync("/redfish/v1/Chassis", Token)).Outcome);
            Assert.Equal(RedfishOutcome.TlsRefused, (await wrong.GetAsync("/redfish/v1/Chassis", Token)).Outcome);
            Assert.Equal(RedfishOutcome.Read, (await ours.GetAsync("/redfish/v1/Chassis", Token)).Outcome);
        }

        Assert.Equal(0, bmc.LiveSessions);
        Assert.Equal((1, 0), (bmc.Logins, other.Logins));

        // The connection is still there: who trusts the address by anything else must not come to use it.
        Assert.Throws<InvalidOperationException>(() => Client(bmc.Address, options: options));
        Assert.Throws<InvalidOperationException>(() => Client(bmc.Address, options: options with { CertificateSha256 = new string('0', 64) }));
    }

    [Fact]
    public async Task What_was_trusted_on_first_use_is_pinned_for_the_next_client_of_the_connections()
    {
        using var certificate = SelfSigned("CN=bmc");
        await using var bmc = await HostileBmc.StartAsync("kind", Token, certificate);
        using var connections = new RedfishConnections(TimeSpan.FromSeconds(5));
        var options = new RedfishClientOptions { Connections = connections, TrustOnFirstUse = true };
        string pin;
        await using (var first = Client(bmc.Address, options: options))
        {
            Assert.Equal(RedfishOutcome.Read, (await first.GetAsync("/redfish/v1/Chassis", Token)).Outcome);
            pin = first.SeenCertificateSha256!;
        }

        await using var second = Client(bmc.Address, options: options with { CertificateSha256 = pin });
        Assert.Equal(RedfishOutcome.Read, (await second.GetAsync("/redfish/v1/Chassis", Token)).Outcome);
        Assert.Equal(pin, second.SeenCertificateSha256);
    }

    [Theory]
    [InlineData(false, RedfishOutcome.Timeout)]
    [InlineData(true, RedfishOutcome.ConnectionLost)]
    public async Task A_handshake_that_is_slow_or_breaks_is_no_refused_certificate_and_no_empty_address(bool breaks, RedfishOutcome expected)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource();
        var serving = Task.Run(async () =>
        {
            var held = new List<Socket>();
            try
            {
                while (true)
                {
                    var socket = await listener.AcceptSocketAsync(stop.Token);
                    held.Add(socket);
                    if (breaks && await socket.ReceiveAsync(new byte[4_096], stop.Token) > 0)
                    {
                        socket.Close(0);
                    }
                }
            }
            catch (OperationCanceledException)
            {
                held.ForEach(socket => socket.Dispose());
            }
        });
        var options = new RedfishClientOptions { ConnectTimeout = TimeSpan.FromMilliseconds(200), RequestTimeout = TimeSpan.FromSeconds(1), TrustOnFirstUse = true };
        await using (var client = Client(new Uri($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"), options: options))
        {
            Assert.Equal(expected, (await client.GetServiceRootAsync(Token)).Outcome);
        }

        await stop.CancelAsync();
        await serving;
    }

    [Fact]
    public async Task A_body_that_is_taken_into_a_buffer_is_the_body_and_the_next_takes_its_place()
    {
        await using var rack = await SimulatorHost.StartAsync(SimulatedRack.Options(1), TimeProvider.System, Token);
        await using var client = Client(rack.Endpoints[0].Address);
        var buffer = new BodyBuffer();
        var alone = await client.GetBytesAsync("/redfish/v1/Chassis", Token);
        var into = await client.GetBytesAsync("/redfish/v1/Chassis", buffer, Token);
        Assert.Equal(alone.Body.ToArray(), into.Body.ToArray());
        Assert.Equal(alone.BodyBytes, into.BodyBytes);
        var next = await client.GetBytesAsync("/redfish/v1", buffer, Token);
        Assert.Equal((await client.GetBytesAsync("/redfish/v1", Token)).Body.ToArray(), next.Body.ToArray());
        Assert.Equal(RedfishOutcome.NotFound, (await client.GetBytesAsync("/redfish/v1/NoSuch", buffer, Token)).Outcome);
        buffer.Release();
    }

    private static X509Certificate2 SelfSigned(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
    }
}
