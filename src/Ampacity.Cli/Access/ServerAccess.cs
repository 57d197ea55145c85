using System.Net;
using System.Text.Json;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary>
/// The server that a command speaks to: the one at <c>--url</c>, or one started in this process on <c>--data</c>; with neither, the one at
/// the default address if it answers, else the default folder.
/// </summary>
internal sealed class ServerAccess : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly RunningServer? _own;

    private ServerAccess(HttpClient http, RunningServer? own)
    {
        _http = http;
        _own = own;
    }

    /// <summary>Where the server is.</summary>
    public Uri Url => _http.BaseAddress!;

    /// <summary>Whether the server lives only as long as this command.</summary>
    public bool IsOwn => _own is not null;

    /// <summary>Finds the server, or opens the folder.</summary>
    /// <param name="options">What the command line names.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="mayCreate">Whether a folder that is not there is made: only for commands that put something into it.</param>
    /// <exception cref="RefusedException">There is no folder to answer from.</exception>
    public static async Task<ServerAccess> OpenAsync(AccessOptions options, CancellationToken cancellationToken, bool mayCreate = false)
    {
        if (options.Url is { } url)
        {
            return new ServerAccess(Client(url), null);
        }

        if (options.Data is null && await AnswersAsync(ServerSettings.DefaultUrl, cancellationToken))
        {
            return new ServerAccess(Client(ServerSettings.DefaultUrl), null);
        }

        var settings = new ServerSettings { Url = "http://127.0.0.1:0", Collects = false };
        var folder = options.Data ?? settings.DataFolder;
        var nobody = options.Data is null ? $"No server answers at {ServerSettings.DefaultUrl}" : $"There is no folder {folder}";
        if (!mayCreate && !Directory.Exists(folder))
        {
            throw new RefusedException(
                $"{nobody}{(options.Data is null ? $", and there is no folder ./{folder}" : "")}. Start one with `ampacity serve`, "
                + "name one with --url or --data, or declare something with `ampacity apply`.", null);
        }

        if (options.Data is null)
        {
            Screen.Note($"{nobody}: using the folder ./{folder}.");
        }

        var own = await ServerHost.StartAsync(options.Data is { } data ? settings with { DataFolder = data } : settings, cancellationToken);
        return new ServerAccess(Client(own.Url), own);
    }

    /// <summary>Sends a request and gives the JSON of its answer.</summary>
    /// <exception cref="RefusedException">The server refused; the message is for people, the problem for <c>--json</c>.</exception>
    /// <param name="method">Method.</param>
    /// <param name="path">Address below the server's.</param>
    /// <param name="body">Written as JSON, or null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="ifMatch">The revision that a write was planned on; the server refuses if another came since.</param>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", $"W/\"{ifMatch}\"");
        }

        if (body is not null)
        {
            request.Content = JsonContent.Create(body, options: RestJson.Options);
        }

        using var response = await SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        var json = ParseOrNull(text);
        if (response.IsSuccessStatusCode)
        {
            return json ?? throw new RefusedException($"{Url}{path} answered with something that is not JSON: is it an Ampacity server?", null);
        }

        throw new RefusedException(Describe(response.StatusCode, path, json), json);
    }

    /// <summary>Sends a file as the body, read as it is sent, and gives the JSON of the answer.</summary>
    /// <exception cref="RefusedException">The server refused; the message is for people, the problem for <c>--json</c>.</exception>
    public async Task<JsonElement> UploadAsync(string path, HttpContent content, string? ifMatch, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", $"W/\"{ifMatch}\"");
        }

        using var response = await SendAsync(request, cancellationToken);
        var json = ParseOrNull(await response.Content.ReadAsStringAsync(cancellationToken));
        return response.IsSuccessStatusCode && json is { } answer ? answer : throw new RefusedException(Describe(response.StatusCode, path, json), json);
    }

    /// <summary>Writes the body of an answer, which may be longer than memory, to a stream that is opened once there is one: a refusal leaves no file.</summary>
    /// <exception cref="RefusedException">The server refused, the connection broke in the middle, or the stream took no more.</exception>
    public async Task DownloadAsync(string path, Func<Stream> open, CancellationToken cancellationToken)
    {
        using var response = await AnswerAsync(path, cancellationToken);
        await using var target = open();
        await CopyAsync(response, target, cancellationToken);
    }

    /// <summary>The same into a stream that stays open.</summary>
    /// <exception cref="RefusedException">The server refused, the connection broke in the middle, or the stream took no more.</exception>
    public async Task DownloadAsync(string path, Stream output, CancellationToken cancellationToken)
    {
        using var response = await AnswerAsync(path, cancellationToken);
        await CopyAsync(response, output, cancellationToken);
    }

    /// <summary>Sends a request and reads its answer.</summary>
    public async Task<T> SendAsync<T>(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        var json = await SendAsync(method, path, body, cancellationToken);
        return json.Deserialize<T>(RestJson.Options)
            ?? throw new RefusedException($"{Url}{path} answered null: is it an Ampacity server of this version?", json);
    }

    public Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) =>
        SendAsync<T>(HttpMethod.Get, path, null, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_own is not null)
        {
            await _own.DisposeAsync();
        }
    }

    private async Task<HttpResponseMessage> AnswerAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        var response = await SendAsync(request, cancellationToken, HttpCompletionOption.ResponseHeadersRead);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var json = ParseOrNull(await response.Content.ReadAsStringAsync(cancellationToken));
            throw new RefusedException(Describe(response.StatusCode, path, json), json);
        }
    }

    private async Task CopyAsync(HttpResponseMessage response, Stream output, CancellationToken cancellationToken)
    {
        try
        {
            await response.Content.CopyToAsync(output, cancellationToken);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            // The client's own sentence is "error while copying content"; the one inside says whether the server ended or the disk is full.
            throw new RefusedException($"The answer of {Url} broke off ({(error.InnerException ?? error).Message}): try again; what came is not whole.", null);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken, HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead)
    {
        try
        {
            return await _http.SendAsync(request, completion, cancellationToken);
        }
        catch (HttpRequestException error)
        {
            throw new RefusedException(
                error.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                    ? $"No server answers at {Url} ({error.Message}). Start one with `ampacity serve`, or name a folder with --data."
                    : $"The request to {Url} broke off ({error.Message}): a file that grows while it is sent, or is no file, does that, and so does a server that ends. Try again.",
                null);
        }
    }

    private static string Describe(HttpStatusCode status, string path, JsonElement? json)
    {
        if (json is { ValueKind: JsonValueKind.Object } problem)
        {
            if (problem.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array)
            {
                return string.Join(
                    '\n',
                    errors.EnumerateArray().Select(error => error.Deserialize<FileErrorRow>(RestJson.Options)!)
                        .Select(error => $"{error.File}:{error.Line}: {error.Path}: {error.Hint} [{error.Rule}]")
                        .Append(problem.TryGetProperty("detail", out var total) ? total.GetString() : null));
            }

            if (problem.TryGetProperty("detail", out var detail) || problem.TryGetProperty("error", out detail))
            {
                return detail.GetString() ?? path;
            }
        }

        return $"{path}: the server answered {(int)status} {status}";
    }

    private static JsonElement? ParseOrNull(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(text);
        }
        catch (JsonException)
        {
            // Not ours: the caller says so with the status or the address.
            return null;
        }
    }

    private static HttpClient Client(string url) =>
        Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            ? new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(10) }
            : throw new RefusedException($"'{url}' is no address of a server: --url takes one such as {ServerSettings.DefaultUrl}.", null);

    private static async Task<bool> AnswersAsync(string url, CancellationToken cancellationToken)
    {
        using var http = Client(url);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(1));
        try
        {
            using var answer = await http.GetAsync("healthz", patience.Token);
            return answer.IsSuccessStatusCode && (await answer.Content.ReadAsStringAsync(patience.Token)).Contains("ampacity", StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}

/// <summary>Which server a command speaks to.</summary>
/// <param name="Url">A running server, or null.</param>
/// <param name="Data">A data folder to open in this process, or null.</param>
internal sealed record AccessOptions(string? Url, string? Data);

/// <summary>What was asked is refused; exit code 1.</summary>
internal sealed class RefusedException(string message, JsonElement? problem) : Exception(message)
{
    /// <summary>The server's problem+json, if it gave one.</summary>
    public JsonElement? Problem { get; } = problem;

    /// <summary>Exit code; 2 where the command line itself is wrong.</summary>
    public int Code { get; init; } = CommandRun.Refused;
}
