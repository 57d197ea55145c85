using System.Text.Json;
using Ampacity.Server;

namespace Ampacity.Tests.Server;

/// <summary>A server over an empty data folder, to send samples to.</summary>
internal sealed class ReceivingServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-receive-").FullName;
    private RunningServer? _server;

    public HttpClient Client { get; private set; } = null!;

    /// <summary>The machine's time when the server began, UTC milliseconds.</summary>
    public long NowMs { get; } = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask StartAsync()
    {
        var settings = new ServerSettings
        {
            Url = "http://127.0.0.1:0",
            DataFolder = _folder,
            ShippedFolder = RepositoryFolder.Root,
            Collects = false,
        };
        _server = await ServerHost.StartAsync(settings, TestContext.Current.CancellationToken);
        Client = new HttpClient { BaseAddress = new Uri(_server.Url) };
    }

    /// <summary>Series that match, each as <c>name{labels} value@time …</c>, sorted; time in milliseconds.</summary>
    public async Task<string[]> ReadAsync(string selector)
    {
        var answer = JsonDocument.Parse(await Client.GetStringAsync(
            new Uri($"api/v1/query?query={Uri.EscapeDataString(selector + "[1h]")}&time={(NowMs / 1000) + 600}", UriKind.Relative)));
        return [.. answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(series =>
        {
            var labels = series.GetProperty("metric").EnumerateObject().Where(label => label.Name != "__name__")
                .Select(label => $"{label.Name}=\"{label.Value.GetString()}\"");
            var samples = series.GetProperty("values").EnumerateArray()
                .Select(sample => FormattableString.Invariant($"{sample[1].GetString()}@{Math.Round(sample[0].GetDouble() * 1000)}"));
            return $"{series.GetProperty("metric").GetProperty("__name__").GetString()}{{{string.Join(',', labels)}}} {string.Join(' ', samples)}";
        }).Order(StringComparer.Ordinal)];
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
