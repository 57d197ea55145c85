using System.Net;
using System.Net.Http.Headers;
using Ampacity.Collect;
using Ampacity.Fleet;

namespace Ampacity.Tests;

public sealed class NetBoxReaderTests
{
    private const string Secret = "0123456789abcdef0123456789abcdef01234567";
    private static readonly Uri Address = new("https://netbox.test/");

    // Waits are short, so that attempts are counted and no time is measured.
    private static readonly NetBoxReaderLimits Quick = new() { RetryWait = TimeSpan.FromMilliseconds(1), MaxRetryWait = TimeSpan.FromMilliseconds(2), Attempts = 3 };

    [Fact]
    public async Task An_instance_read_page_by_page_says_what_its_export_says()
    {
        using var netbox = new FakeNetBox();

        var reading = await ReadAsync(netbox);

        Assert.Empty(reading.Errors);
        Assert.Equal("4.6.8", reading.Export!.Version);
        var expected = NetBoxSample.Import();
        var import = NetBoxConversion.Convert(reading.Export, SkuCatalogue.Empty);
        Assert.Equal(expected.FleetFiles.AsEnumerable(), import.FleetFiles);
        Assert.Equal(expected.SkuFiles.AsEnumerable(), import.SkuFiles);
        Assert.Equal(reading.RequestCount, netbox.Requests.Count);
        Assert.True(netbox.Requests.Count(r => r.RequestUri!.AbsolutePath == "/api/dcim/devices/") == 4, "eleven devices in pages of three");
        Assert.All(netbox.Requests, request => Assert.Equal(HttpMethod.Get, request.Method));
    }

    [Fact]
    public async Task What_was_read_can_be_written_and_read_again()
    {
        using var netbox = new FakeNetBox();
        var reading = await ReadAsync(netbox);
        using var stream = new MemoryStream();

        reading.Export!.Write(stream);

        var again = NetBoxExport.Parse("saved.json", stream.ToArray()).OrThrow();
        var (first, second) = (NetBoxConversion.Convert(reading.Export, SkuCatalogue.Empty), NetBoxConversion.Convert(again, SkuCatalogue.Empty));
        Assert.Equal(first.FleetFiles.AsEnumerable(), second.FleetFiles);
        Assert.Equal(first.Report.Select(line => line.ToString()), second.Report.Select(line => line.ToString()));
    }

    [Theory]
    [InlineData(Secret, "Token")]
    [InlineData("nbt_abc.def", "Bearer")]
    public async Task The_token_goes_with_every_request_and_nowhere_else(string secret, string scheme)
    {
        using var netbox = new FakeNetBox();

        var reading = await ReadAsync(netbox, secret);

        Assert.All(netbox.Requests, request => Assert.Equal(new AuthenticationHeaderValue(scheme, secret), request.Headers.Authorization));
        Assert.All(netbox.Requests, request => Assert.DoesNotContain(secret, request.RequestUri!.AbsoluteUri, StringComparison.Ordinal));
        Assert.DoesNotContain(secret, Token(secret).ToString(), StringComparison.Ordinal);
        Assert.NotNull(reading.Export);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("line\nbreak")]
    public void What_is_no_token_is_refused_without_being_shown(string text)
    {
        Assert.False(NetBoxToken.TryParse(text, out _, out var hint));
        Assert.True(text.Length == 0 || !hint.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_is_read_from_a_file()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, Secret + "\n");
            using var netbox = new FakeNetBox();
            using var http = new HttpClient(netbox, disposeHandler: false);

            await new NetBoxReader(http, TimeProvider.System).ReadAsync(Address, await NetBoxToken.ReadAsync(path), Quick);
            Assert.Equal(Secret, netbox.Requests[0].Headers.Authorization!.Parameter);

            await File.WriteAllTextAsync(path, "  \n");
            var wrong = await Assert.ThrowsAsync<FormatException>(() => NetBoxToken.ReadAsync(path));
            Assert.Contains(path, wrong.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_token_does_not_go_over_the_network_in_the_clear()
    {
        using var netbox = new FakeNetBox { Self = "http://netbox.test" };

        var refused = await ReadAsync(netbox, address: new("http://netbox.test/"));
        Assert.Equal("bad-address", Assert.Single(refused.Errors).Rule);
        Assert.Empty(netbox.Requests);

        var allowed = await ReadAsync(netbox, address: new("http://netbox.test/"), limits: Quick with { AllowPlainHttp = true });
        Assert.NotNull(allowed.Export);
    }

    [Fact]
    public async Task A_password_in_the_address_is_refused_and_not_shown()
    {
        using var netbox = new FakeNetBox();

        var error = Assert.Single((await ReadAsync(netbox, address: new("https://me:hidden@netbox.test/"))).Errors);

        Assert.Equal("bad-address", error.Rule);
        Assert.DoesNotContain("hidden", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(netbox.Requests);
    }

    [Theory]
    [InlineData("https://netbox.test")]
    [InlineData("https://netbox.test/api")]
    [InlineData("https://netbox.test/api/")]
    public async Task The_start_page_and_the_api_are_one_address(string address)
    {
        using var netbox = new FakeNetBox();

        Assert.NotNull((await ReadAsync(netbox, address: new(address))).Export);
        Assert.Equal("/api/status/", netbox.Requests[0].RequestUri!.AbsolutePath);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_refusal_for_now_is_asked_again(int status)
    {
        var failed = 0;
        using var netbox = new FakeNetBox
        {
            Instead = (request, _) =>
            {
                if (!request.RequestUri!.AbsolutePath.EndsWith("/racks/", StringComparison.Ordinal) || failed++ > 0)
                {
                    return null;
                }

                var answer = new HttpResponseMessage((HttpStatusCode)status);
                answer.Headers.RetryAfter = new(TimeSpan.FromHours(3));
                return answer;
            },
        };

        var reading = await ReadAsync(netbox);

        Assert.NotNull(reading.Export);
        Assert.Equal(1, reading.RetryCount);
    }

    [Theory]
    [InlineData(429, "throttled")]
    [InlineData(502, "server-fault")]
    public async Task A_refusal_that_stays_ends_it_after_so_many_attempts(int status, string rule)
    {
        using var netbox = new FakeNetBox { Instead = (_, number) => number == 1 ? null : new((HttpStatusCode)status) };

        var reading = await ReadAsync(netbox);

        var error = Assert.Single(reading.Errors);
        Assert.Equal(rule, error.Rule);
        Assert.Contains("3 attempts", error.Hint, StringComparison.Ordinal);
        Assert.Equal(4, reading.RequestCount);
        Assert.Null(reading.Export);
    }

    [Fact]
    public async Task A_broken_connection_is_tried_again()
    {
        using var netbox = new FakeNetBox { Instead = (_, number) => number == 3 ? throw new HttpRequestException("broken pipe") : null };

        Assert.NotNull((await ReadAsync(netbox)).Export);
    }

    [Fact]
    public async Task A_refused_token_is_said_with_NetBoxs_own_reason_and_not_repeated()
    {
        using var netbox = new FakeNetBox { Instead = (_, _) => FakeNetBox.Json("""{"detail":"Invalid token"}""", HttpStatusCode.Forbidden) };

        var reading = await ReadAsync(netbox);

        var error = Assert.Single(reading.Errors);
        Assert.Equal("not-allowed", error.Rule);
        Assert.Contains("Invalid token", error.Hint, StringComparison.Ordinal);
        Assert.Equal(1, reading.RequestCount);
    }

    [Fact]
    public async Task A_list_that_the_token_may_not_see_is_named_in_the_report()
    {
        using var netbox = new FakeNetBox
        {
            Instead = (request, _) => request.RequestUri!.AbsolutePath.EndsWith("/cables/", StringComparison.Ordinal)
                ? FakeNetBox.Json("""{"detail":"No."}""", HttpStatusCode.Forbidden)
                : null,
        };

        var export = (await ReadAsync(netbox)).Export!;

        Assert.Contains(export.Unread, unread => unread.Collection == "cables");
        Assert.Contains(NetBoxConversion.Convert(export, SkuCatalogue.Empty).Report, line => line is { Remark: NetBoxRemark.NotRead, Collection: "cables" });
    }

    [Theory]
    [InlineData("<html>welcome</html>", "bad-json")]
    [InlineData("[1, 2]", "not-a-page")]
    [InlineData("""{"count":1,"next":null}""", "not-a-page")]
    [InlineData("""{"count":1,"next":7,"results":[]}""", "bad-next")]
    [InlineData("""{"count":1,"next":null,"results":[1]}""", "not-an-object")]
    [InlineData("""{"count":1,"next":null,"results":[{"name":"a"}]}""", "no-id")]
    [InlineData("""{"count":1,"next":null,"results":[{"id":1,"name":"R"}]}""", "missing-key")]
    [InlineData("""{"count":1,"next":null,"results":[{"id":1,"name":7,"site":{"id":1}}]}""", "wrong-type")]
    [InlineData("""{"count":1,"next":null,"results":[{"id":1,"name":"R\ud800","site":{"id":1}}]}""", "bad-text")]
    [InlineData("""{"count":1,"next":null,"results":[{"id":1,"name":"R","site":{"id":1},"u_height":"tall"}]}""", "wrong-type")]
    [InlineData("""{"count":1,"next":null,"results":[{"id":1,""", "bad-json")]
    public async Task A_lie_about_racks_is_an_error_with_address_and_place(string body, string rule)
    {
        using var netbox = new FakeNetBox
        {
            Instead = (request, _) => request.RequestUri!.AbsolutePath == "/api/dcim/racks/" ? FakeNetBox.Json(body) : null,
        };

        var reading = await ReadAsync(netbox);

        Assert.Null(reading.Export);
        var error = Assert.Single(reading.Errors);
        Assert.Equal(rule, error.Rule);
        Assert.StartsWith("https://netbox.test/api/dcim/racks/?", error.File, StringComparison.Ordinal);
        Assert.StartsWith("racks", error.Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deep_JSON_is_an_error()
    {
        using var netbox = Lying("/racks/", _ => """{"results":[{"id":1,"x":""" + new string('[', 5_000));

        Assert.Equal("bad-json", Assert.Single((await ReadAsync(netbox)).Errors).Rule);
    }

    [Theory]
    [InlineData("https://elsewhere.test/api/dcim/racks/?offset=50", "other-host")]
    [InlineData("https://netbox.test:8443/api/dcim/racks/?offset=50", "other-host")]
    [InlineData("https://netbox.test/api/users/tokens/?offset=50", "other-list")]
    [InlineData("file:///etc/passwd", "bad-next")]
    [InlineData("/api/dcim/racks/?limit=250&offset=0&ordering=id", "endless")]
    public async Task A_next_page_that_leads_elsewhere_is_not_followed(string next, string rule)
    {
        using var netbox = Lying("/racks/", _ => $$"""{"count":9,"next":"{{next}}","results":[{"id":1,"name":"R","site":{"id":1} }]}""");

        var reading = await ReadAsync(netbox);

        Assert.Equal(rule, Assert.Single(reading.Errors).Rule);
        Assert.All(netbox.Requests, request => Assert.Equal("netbox.test", request.RequestUri!.Host));
        Assert.Single(netbox.Requests, request => request.RequestUri!.AbsolutePath == "/api/dcim/racks/");
    }

    [Fact]
    public async Task A_proxy_that_says_http_for_https_is_understood()
    {
        using var netbox = new FakeNetBox { Self = "http://NetBox.test" };

        Assert.NotNull((await ReadAsync(netbox)).Export);
        Assert.All(netbox.Requests, request => Assert.Equal("https", request.RequestUri!.Scheme));
    }

    [Fact]
    public async Task A_list_without_end_is_left()
    {
        var page = 0;
        using var netbox = Lying("/racks/", _ => $$"""{"count":9,"next":"https://netbox.test/api/dcim/racks/?offset={{++page}}","results":[{"id":1,"name":"R","site":{"id":1} }]}""");

        Assert.Equal("endless", Assert.Single((await ReadAsync(netbox)).Errors).Rule);
        Assert.Equal(2, page);
    }

    [Fact]
    public async Task A_list_that_grows_without_end_stops_at_the_limit_of_requests()
    {
        var page = 0;
        using var netbox = Lying("/racks/", _ => $$"""{"count":9,"next":"https://netbox.test/api/dcim/racks/?offset={{++page}}","results":[{"id":{{page}},"name":"R","site":{"id":1} }]}""");

        var reading = await ReadAsync(netbox, limits: Quick with { MaxRequests = 40 });

        Assert.Equal("too-many-requests", Assert.Single(reading.Errors).Rule);
        Assert.Equal(40, netbox.Requests.Count);
    }

    [Fact]
    public async Task A_huge_page_is_cut_off()
    {
        using var netbox = Lying("/racks/", _ => $$"""{"results":[],"x":"{{new string('x', 300_000)}}"}""");

        var one = await ReadAsync(netbox, limits: Quick with { MaxPageBytes = 100_000 });
        Assert.Equal("too-long", Assert.Single(one.Errors).Rule);

        using var honest = new FakeNetBox();
        var all = await ReadAsync(honest, limits: Quick with { MaxBytes = 10_000 });
        Assert.Equal("too-long", Assert.Single(all.Errors).Rule);
    }

    [Fact]
    public async Task A_redirect_is_said_and_not_followed()
    {
        using var netbox = new FakeNetBox
        {
            Instead = (_, _) => new(HttpStatusCode.Found) { Headers = { Location = new("https://elsewhere.test/login") } },
        };

        var error = Assert.Single((await ReadAsync(netbox)).Errors);

        Assert.Equal("redirect", error.Rule);
        Assert.Contains("elsewhere.test", error.Hint, StringComparison.Ordinal);
        Assert.Single(netbox.Requests);
    }

    [Fact]
    public async Task An_answer_from_another_host_is_not_taken()
    {
        using var netbox = new FakeNetBox
        {
            Instead = (_, _) =>
            {
                var answer = FakeNetBox.Json("""{"netbox-version":"4.6.8"}""");
                answer.RequestMessage = new(HttpMethod.Get, "https://elsewhere.test/api/status/");
                return answer;
            },
        };

        Assert.Equal("other-host", Assert.Single((await ReadAsync(netbox)).Errors).Rule);
    }

    [Theory]
    [InlineData("""{"status":"ok"}""")]
    [InlineData("hello")]
    [InlineData("""{"netbox-version":"\ud800"}""")]
    public async Task What_is_no_NetBox_is_said(string body)
    {
        using var netbox = new FakeNetBox { Instead = (_, _) => FakeNetBox.Json(body) };

        Assert.Equal("not-netbox", Assert.Single((await ReadAsync(netbox)).Errors).Rule);
    }

    [Fact]
    public async Task A_server_that_never_answers_ends_by_the_limits()
    {
        using var netbox = new SilentNetBox();

        var one = await ReadAsync(netbox, limits: Quick with { RequestTimeout = TimeSpan.FromMilliseconds(20) });
        Assert.Equal("timeout", Assert.Single(one.Errors).Rule);
        Assert.Equal(2, one.RetryCount);

        var all = await ReadAsync(netbox, limits: Quick with { TotalTime = TimeSpan.FromMilliseconds(20) });
        Assert.Equal("too-slow", Assert.Single(all.Errors).Rule);
    }

    [Fact]
    public async Task A_person_can_end_it()
    {
        using var netbox = new SilentNetBox();
        using var http = new HttpClient(netbox, disposeHandler: false);
        using var source = new CancellationTokenSource();
        var reading = new NetBoxReader(http, TimeProvider.System).ReadAsync(Address, null, Quick, null, source.Token);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task Progress_names_the_list_and_counts_its_objects()
    {
        using var netbox = new FakeNetBox();
        var told = new Told();

        await ReadAsync(netbox, progress: told);

        Assert.Equal([3, 6, 9, 11], told.Progress.Where(p => p.Collection == "devices").Select(p => p.Objects));
        Assert.All(told.Progress.Where(p => p.Collection == "devices"), p => Assert.Equal(11, p.Of));
    }

    [Fact]
    public async Task What_is_not_read_is_counted()
    {
        using var netbox = new FakeNetBox
        {
            Instead = (request, _) => request.RequestUri!.AbsolutePath.EndsWith("/modules/", StringComparison.Ordinal)
                ? FakeNetBox.Json("""{"count":1234,"next":"https://netbox.test/x","results":[{"id":1}]}""")
                : null,
        };

        var unread = (await ReadAsync(netbox)).Export!.Unread;

        Assert.Equal(1234, Assert.Single(unread, u => u.Collection == "modules").Count);
    }

    private static FakeNetBox Lying(string list, Func<HttpRequestMessage, string> body) => new()
    {
        Instead = (request, _) => request.RequestUri!.AbsolutePath.EndsWith(list, StringComparison.Ordinal) ? FakeNetBox.Json(body(request)) : null,
    };

    private static NetBoxToken Token(string text) =>
        NetBoxToken.TryParse(text, out var token, out var hint) ? token : throw new InvalidOperationException(hint);

    private static async Task<NetBoxReading> ReadAsync(
        HttpMessageHandler netbox, string token = Secret, Uri? address = null, NetBoxReaderLimits? limits = null, IProgress<NetBoxProgress>? progress = null)
    {
        using var http = new HttpClient(netbox, disposeHandler: false);
        return await new NetBoxReader(http, TimeProvider.System).ReadAsync(address ?? Address, Token(token), limits ?? Quick, progress, TestContext.Current.CancellationToken);
    }

    private sealed class Told : IProgress<NetBoxProgress>
    {
        public List<NetBoxProgress> Progress { get; } = [];

        public void Report(NetBoxProgress value) => Progress.Add(value);
    }

    private sealed class SilentNetBox : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            throw new InvalidOperationException("the wait has no end");
        }
    }
}
