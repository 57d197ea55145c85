using System.Net;
using System.Text;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>Asks a store by HTTP: headers, attempts, time, and errors that say what to do.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class RemoteStoreClient : IDisposable
{
    // Enough of an answer to say what was wrong; a store's error page may be any length.
    private const int ExcerptBytes = 2_048;

    private readonly HttpClient _http;
    private readonly RemoteStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly string _root;
    private long _requests;
    private long _failures;

    public RemoteStoreClient(RemoteStoreOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _root = options.Url.GetLeftPart(UriPartial.Path).TrimEnd('/');
        _http = new HttpClient(new SocketsHttpHandler
        {
            // A redirect would take the headers, which hold secrets, to wherever it says.
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.GZip,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        foreach (var (name, value) in options.Headers)
        {
            _http.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        }
    }

    /// <summary>Where the store is, for people.</summary>
    public string Name => _root;

    /// <summary>Requests sent, further attempts included.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Requests that were not answered with 2xx.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Asks, again while the store is away or busy, until the headers of an answer are there.</summary>
    /// <param name="path">Path below the root, and query.</param>
    /// <param name="body">Makes the body anew for each attempt; null asks by GET.</param>
    /// <param name="refused">Statuses that the caller reads itself, beside 2xx.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <exception cref="SeriesStoreException">The store does not answer, or refuses.</exception>
    public async Task<HttpResponseMessage> AskAsync(
        string path, Func<HttpContent>? body, Func<HttpStatusCode, bool>? refused, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            SeriesStoreException error;
            TimeSpan? asked = null;
            try
            {
                var response = await SendAsync(path, body, cancellationToken);
                if (response.IsSuccessStatusCode || refused?.Invoke(response.StatusCode) == true)
                {
                    return response;
                }

                Interlocked.Increment(ref _failures);
                using (response)
                {
                    error = new SeriesStoreException($"the store {_root} answered {(int)response.StatusCode} to {What(path)}: {await ExcerptAsync(response, cancellationToken)}{Hint(response.StatusCode)}");
                    asked = response.Headers.RetryAfter?.Delta;
                    if ((int)response.StatusCode < 500 && response.StatusCode != HttpStatusCode.TooManyRequests)
                    {
                        throw error;
                    }
                }
            }
            catch (HttpRequestException failed)
            {
                Interlocked.Increment(ref _failures);
                error = new SeriesStoreException($"the store {_root} cannot be reached: {failed.Message}; see whether it runs and --store says its address", failed);
            }

            if (attempt >= _options.Attempts)
            {
                throw error;
            }

            var wait = _options.RetryWait * Math.Pow(2, attempt - 1);
            wait = asked is { } longer && longer > wait ? longer : wait;
            await Task.Delay(wait < _options.MaxRetryWait ? wait : _options.MaxRetryWait, _time, cancellationToken);
        }
    }

    /// <summary>The body of an answer, within the limits of bytes and of silence.</summary>
    public async Task<AnswerStream> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        new(await response.Content.ReadAsStreamAsync(cancellationToken), _root, _options, _time);

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(string path, Func<HttpContent>? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, _root + path) { Content = body?.Invoke() };
        request.Headers.UserAgent.ParseAdd("ampacity");
        if (path.StartsWith(RemoteReadAnswer.Path, StringComparison.Ordinal))
        {
            request.Headers.Add("X-Prometheus-Remote-Read-Version", "0.1.0");
        }

        Interlocked.Increment(ref _requests);
        using var silence = new CancellationTokenSource(_options.IdleTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        }
        catch (OperationCanceledException late) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"no answer within {_options.IdleTimeout.TotalSeconds} s", late);
        }
    }

    private async Task<string> ExcerptAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await BodyAsync(response, cancellationToken);
            var bytes = new byte[ExcerptBytes];
            var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
            return Encoding.UTF8.GetString(bytes.AsSpan(0, read)).Trim();
        }
        catch (Exception error) when (error is IOException or HttpRequestException or SeriesStoreException)
        {
            return $"(its reason could not be read: {error.Message})";
        }
    }

    private static string What(string path) => path.Split('?')[0];

    private static string Hint(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => "; give its headers by --store-headers",
        HttpStatusCode.NotFound => "; see whether the address in --store needs a prefix",
        >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest => "; a redirect is not followed: say the address where it leads",
        _ => "",
    };
}
