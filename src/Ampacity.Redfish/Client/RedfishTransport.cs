using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;

namespace Ampacity.Redfish;

/// <summary>How requests prove who asks: a session's token, a Basic header, or neither.</summary>
internal sealed record RedfishLogin(string? Token, string? Location, AuthenticationHeaderValue? Basic, RedfishAnswer? Failure)
{
    public static readonly RedfishLogin Anonymous = new(null, null, null, null);

    /// <summary>What tells one session from the next; null where a new login cannot help.</summary>
    public string? Key => Token;
}

/// <summary>One request to one BMC within limits; turns exceptions of the network into outcomes.</summary>
internal sealed class RedfishTransport : IDisposable
{
    private readonly HttpClient _http;
    private readonly RedfishClientOptions _options;
    private readonly TimeProvider _time;
    private byte[]? _trusted;
    private long _requestCount;

    public RedfishTransport(Uri address, RedfishClientOptions options, TimeProvider time)
    {
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            throw new ArgumentException($"'{address}' is not an http or https address of a BMC", nameof(address));
        }

        Address = new Uri(address.GetLeftPart(UriPartial.Authority));
        _options = options;
        _time = time;
        if (options.CertificateSha256 is { } pin)
        {
            _trusted = ParsePin(pin);
        }

        _http = new HttpClient(options.Handler?.Invoke() ?? NetworkHandler(options), disposeHandler: true) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
    }

    private SocketsHttpHandler NetworkHandler(RedfishClientOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = options.ConnectTimeout,
            MaxConnectionsPerServer = options.MaxConcurrentRequests + 1, // one spare for the goodbye
            MaxResponseHeadersLength = 64, // KiB; bmcweb itself stops at 8
            MaxResponseDrainSize = 64 * 1024, // what is over a limit is not read to its end for the sake of the connection
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
        };
        if (options.CertificateSha256 is not null || options.TrustOnFirstUse)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                certificate is not null && IsTrusted(SHA256.HashData(certificate.GetRawCertData()));
        }

        return handler;
    }

    public Uri Address { get; }

    /// <summary>SHA-256 of the certificate that is trusted beside the system's trust, hex; null if none is.</summary>
    public string? TrustedSha256 => _trusted is { } hash ? Convert.ToHexStringLower(hash) : null;

    public long RequestCount => Interlocked.Read(ref _requestCount);

    /// <summary>Token and place of the session that the newest POST made; read under the login gate only.</summary>
    public (string Token, string? Location)? LastSession { get; private set; }

    // With a pin it is there from the start; on first use the first certificate becomes it, whichever connection came first.
    private bool IsTrusted(byte[] hash)
    {
        Interlocked.CompareExchange(ref _trusted, hash, null);
        return CryptographicOperations.FixedTimeEquals(_trusted, hash);
    }

    public async Task<RedfishAnswer> SendAsync(
        HttpMethod method, string path, RedfishLogin? login, byte[]? body, bool parse, TimeSpan limit, CancellationToken cancellationToken, string? tag = null)
    {
        if (!IsOwnPath(path))
        {
            return RedfishAnswer.Failed(RedfishOutcome.BadLink, 0, "a link is not a path below /redfish: not followed");
        }

        using var timer = new CancellationTokenSource(limit, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        using var request = new HttpRequestMessage(method, new Uri(Address, path.Split('#')[0]));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.TryAddWithoutValidation("OData-Version", "4.0");
        request.Headers.Authorization = login?.Basic;
        request.Headers.ConnectionClose = _options.CloseConnections ? true : null;
        if (login?.Token is { } token)
        {
            request.Headers.TryAddWithoutValidation("X-Auth-Token", token);
        }

        if (tag is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        Interlocked.Increment(ref _requestCount);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            if (method == HttpMethod.Post)
            {
                LastSession = SessionOf(response);
            }

            return await TakeAsync(response, path, parse, both.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException e)
        {
            return e.InnerException is TimeoutException
                ? RedfishAnswer.Failed(RedfishOutcome.NobodyThere, 0, $"no answer to a connect within {_options.ConnectTimeout.TotalSeconds:0.#} s")
                : RedfishAnswer.Failed(RedfishOutcome.Timeout, 0, $"{method} {path}: no whole answer within {limit.TotalSeconds:0.#} s");
        }
        catch (HttpRequestException e)
        {
            return RedfishAnswer.Failed(Classify(e), 0, $"{method} {path}: {e.Message}");
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The handler lets some errors of the socket through as they are ("not connected", 21 times in a sweep of 17,750 BMCs).
            return RedfishAnswer.Failed(RedfishOutcome.ConnectionLost, 0, $"{method} {path}: {e.Message}");
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<RedfishAnswer> TakeAsync(HttpResponseMessage response, string path, bool parse, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var tag = response.Headers.TryGetValues("ETag", out var tags) && tags.FirstOrDefault() is { Length: > 0 and <= 256 } given ? given : null;
        if (status == 304)
        {
            return new RedfishAnswer(RedfishOutcome.Read, status, default, default, "") { ETag = tag };
        }

        if (status is < 200 or > 299)
        {
            var outcome = status switch
            {
                401 or 403 => RedfishOutcome.Unauthorized,
                404 or 410 => RedfishOutcome.NotFound,
                429 or 503 => RedfishOutcome.Busy,
                < 400 => RedfishOutcome.Redirected,
                _ => RedfishOutcome.ServerFault,
            };
            return RedfishAnswer.Failed(outcome, status, $"{path}: HTTP {status}") with { RetryAfter = RetryAfterOf(response) };
        }

        var bytes = await ReadBodyAsync(response, cancellationToken);
        if (bytes is null)
        {
            return RedfishAnswer.Failed(RedfishOutcome.TooLarge, status, $"{path}: the body is over {_options.MaxBodyBytes} bytes");
        }

        if (!parse)
        {
            return new RedfishAnswer(RedfishOutcome.Read, status, bytes, default, "") { ETag = tag };
        }

        try
        {
            var root = JsonElement.Parse(bytes, new JsonDocumentOptions { MaxDepth = _options.MaxJsonDepth });
            return root.ValueKind == JsonValueKind.Object
                ? new RedfishAnswer(RedfishOutcome.Read, status, bytes, root, "") { ETag = tag }
                : RedfishAnswer.Failed(RedfishOutcome.NotJson, status, $"{path}: a JSON {root.ValueKind}, not an object");
        }
        catch (JsonException e)
        {
            return RedfishAnswer.Failed(RedfishOutcome.NotJson, status, $"{path}: {e.Message}");
        }
    }

    // Seconds or a date; a BMC's clock is not trusted, so that a date counts from its own Date header. An hour is as long as anybody means.
    private static TimeSpan? RetryAfterOf(HttpResponseMessage response)
    {
        var after = response.Headers.RetryAfter;
        var span = after?.Delta ?? (after?.Date is { } until && response.Headers.Date is { } now ? until - now : null);
        return span is { } wait && wait >= TimeSpan.Zero ? (wait > TimeSpan.FromHours(1) ? TimeSpan.FromHours(1) : wait) : null;
    }

    private async Task<byte[]?> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var stated = response.Content.Headers.ContentLength ?? 0;
        if (stated > _options.MaxBodyBytes)
        {
            return null;
        }

        // One byte more than stated, so that the end is seen without growing.
        var buffer = new byte[stated > 0 ? stated + 1 : 16 * 1024];
        var used = 0;
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(used), cancellationToken);
            if (read == 0)
            {
                return used == buffer.Length ? buffer : buffer[..used];
            }

            used += read;
            if (used > _options.MaxBodyBytes)
            {
                return null;
            }

            if (used == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 2L, _options.MaxBodyBytes + 1L));
            }
        }
    }

    private static (string, string?)? SessionOf(HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode || !response.Headers.TryGetValues("X-Auth-Token", out var tokens))
        {
            return null;
        }

        // Only the path of Location counts: behind a forward it often names another host.
        var location = response.Headers.Location;
        var path = location is null ? null : location.IsAbsoluteUri ? location.AbsolutePath : location.OriginalString;
        return (tokens.First(), path is not null && IsOwnPath(path) ? path : null);
    }

    private static bool IsOwnPath(string path) =>
        path.StartsWith("/redfish", StringComparison.Ordinal) && path.Length <= 2_048 && !path.AsSpan().ContainsAnyInRange('\0', ' ');

    private static RedfishOutcome Classify(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.SecureConnectionError => RedfishOutcome.TlsRefused,
        HttpRequestError.NameResolutionError => RedfishOutcome.NobodyThere,
        HttpRequestError.ConfigurationLimitExceeded => RedfishOutcome.TooLarge,
        HttpRequestError.ConnectionError => e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused }
            ? RedfishOutcome.Refused
            : RedfishOutcome.NobodyThere,
        _ => RedfishOutcome.ConnectionLost,
    };

    private static byte[] ParsePin(string pin)
    {
        var hex = pin.Replace(":", "", StringComparison.Ordinal);
        return hex.Length == 64 && hex.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(hex)
            : throw new ArgumentException("the certificate pin is not a SHA-256 (64 hex digits)", nameof(pin));
    }
}
