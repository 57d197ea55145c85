using System.IO.Compression;
using System.Net;
using System.Text;
using Ampacity.Server;

namespace Ampacity.Tests;

public sealed class HostileRequestTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-hostile").FullName;
    private RunningServer _server = null!;
    private HttpClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerHost.StartAsync(
            new ServerSettings { Url = "http://127.0.0.1:0", DataFolder = _folder, ShippedFolder = RepositoryFolder.Root, Collects = false }, Token);
        _client = new HttpClient { BaseAddress = new Uri(_server.Url) };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("changes", """{"files":[null],"author":"a"}""", "files holds")]
    [InlineData("changes", """{"files":[{"name":null,"text":"a: 1"}],"author":"a"}""", "files holds")]
    [InlineData("changes", """{"files":[{"name":"a"}],"author":"a"}""", "files holds")]
    [InlineData("changes", """{"files":7,"author":"a"}""", "$.files")]
    [InlineData("changes", "", "body")]
    [InlineData("power/whatif", """{"trip":[null]}""", "trip names")]
    [InlineData("power/whatif", """{"trip":["site/hall/ups-a"],"basis":99}""", "$.basis")]
    [InlineData("surveys", """{"targets":[null]}""", "targets names")]
    [InlineData("surveys", """{"targets":["10.1.0.0/16","10.2.0.0/16","10.3.0.0/16"]}""", "one sweep takes")]
    public async Task What_cannot_be_read_is_a_400_that_says_what(string resource, string body, string detail)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _client.PostAsync(new Uri("api/fleet/v1/" + resource, UriKind.Relative), content, Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains(detail, await response.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData("GET", "api/fleet/v1/nothing", 404, "/openapi/v1.json")]
    [InlineData("GET", "nothing", 404, "/nothing is no address")]
    [InlineData("DELETE", "api/v1/query", 405, "it takes GET, HEAD, POST")]
    [InlineData("POST", "api/fleet/v1/surveys", 415, "Content-Type")]
    public async Task What_no_endpoint_takes_is_told_with_what_to_do_next(string method, string address, int status, string detail)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        if (method == "POST")
        {
            request.Content = new StringContent("x", Encoding.UTF8, "text/strange");
        }

        using var response = await _client.SendAsync(request, Token);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(detail, await response.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData("changes")]
    [InlineData("export")]
    [InlineData("power")]
    [InlineData("drift")]
    [InlineData("events")]
    [InlineData("places")]
    [InlineData("bindings")]
    public async Task A_parameter_that_an_address_does_not_take_is_refused_instead_of_passed_over(string resource)
    {
        using var response = await _client.GetAsync(new Uri($"api/fleet/v1/{resource}?hall=h1", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains($"'hall' is no parameter of /api/fleet/v1/{resource}; it takes ", await response.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData("healthz")]
    [InlineData("")]
    [InlineData("api/fleet/v1/places")]
    [InlineData("metrics")]
    public async Task Where_GET_is_answered_HEAD_is_too_without_a_body(string address)
    {
        using var get = await _client.GetAsync(new Uri(address, UriKind.Relative), Token);
        using var request = new HttpRequestMessage(HttpMethod.Head, address);
        using var head = await _client.SendAsync(request, Token);
        Assert.Equal((get.StatusCode, get.Content.Headers.ContentType), (head.StatusCode, head.Content.Headers.ContentType));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Token));

        // The connection is still in step.
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync(new Uri("healthz", UriKind.Relative), Token)).StatusCode);
    }

    [Theory]
    [InlineData("evil.example", null, 421)]
    [InlineData("127.0.0.1.evil.example", null, 421)]
    [InlineData("10.0.0.1", null, 421)]
    [InlineData("localhost:7480", null, 400)]
    [InlineData("127.0.0.1", "cross-site", 403)]
    [InlineData("127.0.0.1", "same-site", 403)]
    [InlineData("127.0.0.1", "same-origin", 400)]
    [InlineData("[::1]:7480", "none", 400)]
    public async Task A_page_of_another_site_changes_and_reads_nothing(string host, string? site, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/fleet/v1/edits") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        request.Headers.Host = host;
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", site);
        using var response = await _client.SendAsync(request, Token);
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task The_description_of_the_API_says_whose_it_is_and_of_which_version()
    {
        using var document = System.Text.Json.JsonDocument.Parse(await _client.GetStringAsync(new Uri("openapi/v1.json", UriKind.Relative), Token));
        var info = document.RootElement.GetProperty("info");
        Assert.Equal("Ampacity", info.GetProperty("title").GetString());
        Assert.Equal(typeof(ServerHost).Assembly.GetName().Version!.ToString(3), info.GetProperty("version").GetString());
    }

    [Fact]
    public void A_server_answers_under_the_names_that_it_was_given()
    {
        Assert.True(LocalCallers.IsOurs("Fleet.Example", ["fleet.example"]));
        Assert.False(LocalCallers.IsOurs("other.example", ["fleet.example"]));
    }

    [Theory]
    [InlineData("", "takes a body of JSON, and there is none")]
    [InlineData("{\"author\": ", "is no JSON that /api/fleet/v1/edits takes")]
    [InlineData("[[[[[", "is no JSON that /api/fleet/v1/edits takes")]
    public async Task A_body_that_is_no_JSON_is_told_without_words_of_the_program(string body, string detail)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _client.PostAsync(new Uri("api/fleet/v1/edits", UriKind.Relative), content, Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.Contains(detail, text);
        Assert.DoesNotContain("EditsRequest", text);
        Assert.DoesNotContain("parameter", text);
    }

    [Fact]
    public async Task A_gzip_body_that_breaks_off_anywhere_is_refused_whole()
    {
        using var whole = new MemoryStream();
        await using (var gzip = new GZipStream(whole, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 200).Select(i => $"cut{{i=\"{i * 7919 % 1000}\"}} {i}\n"))), Token);
        }

        var bytes = whole.ToArray();
        for (var length = 1; length < bytes.Length; length += 61)
        {
            using var content = new ByteArrayContent(bytes, 0, length);
            content.Headers.ContentEncoding.Add("gzip");
            using var answer = await _client.PostAsync(new Uri("api/v1/import/prometheus", UriKind.Relative), content, Token);
            Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"the first {length} of {bytes.Length} bytes were answered {answer.StatusCode}");
        }

        Assert.Contains("\"result\":[]", await _client.GetStringAsync(new Uri("api/v1/query?query=cut", UriKind.Relative), Token));
    }

    [Fact]
    public async Task An_author_of_any_length_is_refused_before_it_is_recorded()
    {
        var file = System.Text.Json.JsonSerializer.Serialize(await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Root, "examples", "one-rack.yaml"), Token));
        using var content = new StringContent(
            $$"""{"files":[{"name":"a.yaml","text":{{file}}}],"author":"{{new string('a', 201)}}"}""", Encoding.UTF8, "application/json");
        using var response = await _client.PostAsync(new Uri("api/fleet/v1/changes", UriKind.Relative), content, Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("200 characters", await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Two_files_that_own_one_subtree_are_refused_together()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Root, "examples", "one-rack.yaml"), Token);
        var other = text.Replace("EXAMPLE-CT", "OTHER-CT", StringComparison.Ordinal);
        var body = System.Text.Json.JsonSerializer.Serialize(
            new { files = new[] { new { name = "a.yaml", text }, new { name = "b.yaml", text = other } }, author = "a" });
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _client.PostAsync(new Uri("api/fleet/v1/changes", UriKind.Relative), content, Token);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Contains("owned-twice", await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task A_damaged_page_of_records_stops_the_start_with_a_sentence()
    {
        var folder = Directory.CreateTempSubdirectory("ampacity-damaged").FullName;
        var settings = new ServerSettings { Url = "http://127.0.0.1:0", DataFolder = folder, ShippedFolder = RepositoryFolder.Root, Collects = false };
        await (await ServerHost.StartAsync(settings, Token)).DisposeAsync();
        var file = Path.Combine(folder, "records.db");
        var bytes = await File.ReadAllBytesAsync(file, Token);

        // All but the first pages, which say what tables there are.
        Array.Fill(bytes, (byte)0xA5, 16_384, bytes.Length - 16_384);
        await File.WriteAllBytesAsync(file, bytes, Token);
        var error = await Assert.ThrowsAsync<StartException>(() => ServerHost.StartAsync(settings, Token));
        Assert.Contains("damaged", error.Message);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public async Task A_data_folder_without_a_name_stops_the_start_with_a_sentence(string folder) =>
        await Assert.ThrowsAsync<StartException>(() => ServerHost.StartAsync(new ServerSettings { DataFolder = folder, ShippedFolder = RepositoryFolder.Root }, Token));

    [Theory]
    [InlineData("9")]
    [InlineData("-1")]
    public async Task A_number_is_no_basis(string basis)
    {
        using var response = await _client.GetAsync(new Uri("api/fleet/v1/power?basis=" + basis, UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }
}
