using System.Net;
using System.Text;
using System.Text.Json;
using Ampacity.Fleet;
using Ampacity.Server;
using Microsoft.Extensions.DependencyInjection;

namespace Ampacity.Tests;

/// <summary>A server on a folder of its own with the example rack declared, into which a test puts surveys.</summary>
internal sealed class DriftServer : IAsyncDisposable
{
    private readonly string _folder;
    private RunningServer _server;
    private HttpClient _client;

    private DriftServer(RunningServer server, string folder)
    {
        (_server, _folder) = (server, folder);
        _client = new HttpClient { BaseAddress = new Uri(server.Url) };
    }

    public IServiceProvider Services => _server.Services;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<DriftServer> StartAsync(string fleetFile, Func<ServerSettings, ServerSettings>? settings = null)
    {
        var folder = Directory.CreateTempSubdirectory("ampacity-drift").FullName;
        var server = new DriftServer(await ServeAsync(folder, settings), folder);
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Post, "changes", new { files = new[] { new { name = "a.yaml", text = fleetFile } }, author = "a" })).Status);
        return server;
    }

    /// <summary>Stops the server, and starts another on the same folder.</summary>
    public async Task RestartAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        _server = await ServeAsync(_folder);
        _client = new HttpClient { BaseAddress = new Uri(_server.Url) };
    }

    public Task KeepAsync(Survey survey) => Services.GetRequiredService<Surveys>().SaveAsync(survey, Token);

    public async Task<(HttpStatusCode Status, JsonElement Json, string? ETag)> SendAsync(HttpMethod method, string resource, object? body = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, "api/fleet/v1/" + resource);
        if (body is not null)
        {
            request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        }

        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        using var response = await _client.SendAsync(request, Token);
        var text = await response.Content.ReadAsStringAsync(Token);
        return (response.StatusCode, text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text), response.Headers.ETag?.ToString());
    }

    public async Task<DriftAnswer> DriftAsync(string query = "") =>
        (await SendAsync(HttpMethod.Get, "drift" + query)).Json.Deserialize<DriftAnswer>(RestJson.Options)!;

    private static Task<RunningServer> ServeAsync(string folder, Func<ServerSettings, ServerSettings>? change = null)
    {
        var settings = new ServerSettings { Url = "http://127.0.0.1:0", DataFolder = folder, ShippedFolder = RepositoryFolder.Root, Collects = false };
        return ServerHost.StartAsync(change?.Invoke(settings) ?? settings, Token);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
