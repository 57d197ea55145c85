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
