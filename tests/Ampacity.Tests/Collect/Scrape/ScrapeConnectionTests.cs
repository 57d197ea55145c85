using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ampacity.Collect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Ampacity.Tests.Collect;

/// <summary>How pages are reached: authorities, certificates of our own, proxies, secrets that are renewed, and lists of targets by HTTP.</summary>
public sealed class ScrapeConnectionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-scrape").FullName;
    private readonly ScrapeClients _clients = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _clients.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_target_is_trusted_by_the_authority_of_the_file_and_shown_our_certificate()
    {
        using var authority = Authority("CN=site");
        using var other = Authority("CN=another");
        using var server = Signed(authority, "CN=exporter", name => name.AddDnsName("exporter.site"));
        using var client = Signed(authority, "CN=prometheus", null);
        var (ca, stranger, cert, key) = (Pem("ca.pem", authority.ExportCertificatePem()), Pem("other.pem", other.ExportCertificatePem()), Pem("client.pem", client.ExportCertificatePem()), Pem("client.key", client.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem()));
        var shown = "";
        await using var app = await ServeAsync(server, certificate => shown = certificate.Subject);
        var url = new Uri(app.Urls.First());
        var whole = new ScrapeConnection { CaFile = ca, CertificateFile = cert, KeyFile = key, ServerName = "exporter.site" };
        Assert.Equal("page", await _clients.Of(whole).GetStringAsync(url, Token));
        Assert.Equal("CN=prometheus", shown);

        // The address is no name of the certificate; another authority did not sign it; without a certificate of ours nobody answers.
        await Assert.ThrowsAsync<HttpRequestException>(() => _clients.Of(whole with { ServerName = null }).GetStringAsync(url, Token));
        await Assert.ThrowsAsync<HttpRequestException>(() => _clients.Of(whole with { CaFile = stranger }).GetStringAsync(url, Token));
        await Assert.ThrowsAsync<HttpRequestException>(() => _clients.Of(whole with { CaFile = null }).GetStringAsync(url, Token));
        await Assert.ThrowsAnyAsync<Exception>(() => _clients.Of(whole with { CertificateFile = null, KeyFile = null }).GetStringAsync(url, Token));
        Assert.Equal("page", await _clients.Of(whole with { CaFile = null, ServerName = null, SkipsVerification = true }).GetStringAsync(url, Token));
    }

    [Fact]
    public async Task A_page_is_fetched_through_the_proxy_unless_its_host_is_excepted()
    {
        await using var target = await FakeStore.StartAsync(context => FakeStore.SayAsync(context, 200, "direct"));
        await using var proxy = await FakeStore.StartAsync(context => FakeStore.SayAsync(context, 200, $"proxied {context.Request.Headers.Host} {context.Request.Headers.ProxyAuthorization}"));
        var through = new UriBuilder(proxy.Url) { UserName = "u", Password = "p%40" }.Uri;
        var connection = new ScrapeConnection { Proxy = through };
        Assert.StartsWith($"proxied {target.Url.Authority}", await _clients.Of(connection).GetStringAsync(target.Url, Token), StringComparison.Ordinal);
        Assert.Equal("direct", await _clients.Of(connection with { NoProxy = "10.0.0.0/8, 127.0.0.0/8" }).GetStringAsync(target.Url, Token));
        Assert.Equal("direct", await _clients.Of(new ScrapeConnection()).GetStringAsync(target.Url, Token));
    }

    [Theory]
    [InlineData("*", "http://a.b/", true)]
    [InlineData("b", "http://a.b/", true)]
    [InlineData(".b", "http://a.b/", true)]
    [InlineData(".a.b", "http://a.b/", false)]
    [InlineData("b:9100", "http://a.b:9100/", true)]
    [InlineData("b:9100", "http://a.b:9200/", false)]
    [InlineData("xa.b", "http://a.b/", false)]
    [InlineData("10.1.0.0/16", "http://10.1.2.3:9100/", true)]
    [InlineData("10.1.0.0/16", "http://10.2.2.3:9100/", false)]
    [InlineData("10.1.2.3", "http://10.1.2.3:9100/", true)]
    [InlineData("fd00::/8", "http://[fd00::1]:9100/", true)]
    [InlineData("", "http://a/", false)]
    public void A_host_is_reached_without_the_proxy_as_in_Go(string noProxy, string url, bool isWithout) =>
        Assert.Equal(isWithout, new ScrapeProxy(new Uri("http://proxy:3128"), noProxy).IsBypassed(new Uri(url)));

    [Fact]
    public async Task A_secret_of_a_file_is_read_anew_and_one_that_is_gone_fails_the_scrape_alone()
    {
        await using var target = await FakeStore.StartAsync(context => FakeStore.SayAsync(context, 200, context.Request.Headers.Authorization.ToString()));
        var file = Pem("token", "first\n");
        var connection = new ScrapeConnection { Login = new ScrapeLogin("Bearer", null, new SecretText(file, IsFile: true)) };
        Assert.Equal("Bearer first", await AskAsync(connection, target.Url));
        await File.WriteAllTextAsync(file, "second", Token);
        Assert.Equal("Bearer second", await AskAsync(connection, target.Url));
        Assert.Same(_clients.Of(connection), _clients.Of(new ScrapeConnection()));
        File.Delete(file);
        Assert.Contains("the secret cannot be read", (await Assert.ThrowsAsync<ScrapeFailedException>(() => AskAsync(connection, target.Url))).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", new ScrapeConnection { Login = new ScrapeLogin("Basic", "u", new SecretText("hunter2", IsFile: false)) }.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_of_targets_is_asked_for_and_what_is_no_list_is_said()
    {
        var answer = (Status: 200, Type: "application/json; charset=utf-8", Text: """[{"targets": ["a:1", "b:1"], "labels": {"rack": "r1"}}]""");
        await using var source = await FakeStore.StartAsync(context =>
        {
            Assert.Equal("60", context.Request.Headers["X-Prometheus-Refresh-Interval-Seconds"]);
            context.Response.ContentType = answer.Type;
            return FakeStore.SayAsync(context, answer.Status, answer.Text);
        });
        var (jobs, errors) = PrometheusFile.Read("prometheus.yml", $"scrape_configs: [{{job_name: a, http_sd_configs: [{{url: '{source.Url}targets'}}]}}]", out _);
        Assert.Empty(errors);
        var list = Assert.Single(Assert.Single(jobs).Http);
        var targets = await list.AskAsync(_clients.Of(list.Connection), TimeProvider.System, Token);
        Assert.Equal(["a:1", "b:1"], targets.Select(target => target.Address));
        Assert.Equal([("rack", "r1"), ("__meta_url", $"{source.Url}targets")], targets[0].Labels);
        foreach (var (wrong, says) in new[]
        {
            ((503, "application/json", "[]"), "answered 503, not 200"),
            ((200, "text/html", "<html>"), "answered text/html, not application/json"),
            ((200, "application/json", "{}"), "list"),
            ((200, "application/json", """[{"hosts": []}]"""), "hosts is not understood"),
            ((200, "application/json", new string(' ', HttpTargets.MaxBytes + 1)), "over 16 MiB"),
        })
        {
            answer = wrong;
            var refused = await Assert.ThrowsAsync<FormatException>(() => list.AskAsync(_clients.Of(list.Connection), TimeProvider.System, Token));
            Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        }
    }

    private async Task<string> AskAsync(ScrapeConnection connection, Uri url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        ScrapeClients.Login(connection, request);
        using var response = await _clients.Of(connection).SendAsync(request, Token);
        return await response.Content.ReadAsStringAsync(Token);
    }

    private string Pem(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(Began, Began.AddYears(100));
    }

    private static X509Certificate2 Signed(X509Certificate2 authority, string name, Action<SubjectAlternativeNameBuilder>? names)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        if (names is not null)
        {
            var builder = new SubjectAlternativeNameBuilder();
            names(builder);
            request.CertificateExtensions.Add(builder.Build());
        }

        using var signed = request.Create(authority, Began, Began.AddYears(99), [1, 2, (byte)name.Length]);
        using var whole = signed.CopyWithPrivateKey(key);

        // Kestrel wants a key that outlives this method.
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    // Certificates are held against the machine's clock.
    private static DateTimeOffset Began => new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static async Task<WebApplication> ServeAsync(X509Certificate2 certificate, Action<X509Certificate2> shown)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = certificate;
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.AllowAnyClientCertificate();
        })));
        var app = builder.Build();
        app.Run(async context =>
        {
            shown(context.Connection.ClientCertificate!);
            await context.Response.WriteAsync("page");
        });
        await app.StartAsync();
        return app;
    }
}
