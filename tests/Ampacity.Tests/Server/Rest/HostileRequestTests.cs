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

    [Theory]
    [InlineData("9")]
    [InlineData("-1")]
    public async Task A_number_is_no_basis(string basis)
    {
        using var response = await _client.GetAsync(new Uri("api/fleet/v1/power?basis=" + basis, UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }
}
