using System.Net.Http.Headers;
using System.Net.Sockets;
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
internal sealed partial class RedfishTransport : IDisposable
{
    private readonly RedfishConnections _connections;
    private readonly RedfishConnections? _own;
    private readonly BmcTrust _trust;
    private readonly RedfishClientOptions _options;
    private readonly TimeProvider _time;
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
        _own = options.Connections is null || options.Handler is not null ? Own(options) : null;
        _connections = _own ?? options.Connections!;
        _trust = _connections.TrustOf(Address, options);
    }

    private static RedfishConnections Own(RedfishClientOptions options) =>
        options.Handler is { } instead ? new RedfishConnections(instead()) : new RedfishConnections(options.ConnectTimeout);

    public Uri Address { get; }

    /// <summary>SHA-256 of the certificate that is trusted beside the system's trust, hex; null if none is.</summary>
    public string? TrustedSha256 => _trust.Sha256;

    public long RequestCount => Interlocked.Read(ref _requestCount);

    /// <summary>Token and place of the session that the newest POST made; read under the login gate only.</summary>
    public (string Token, string? Location)? LastSession { get; private set; }

    public async Task<RedfishAnswer> SendAsync(
        HttpMethod method, string path, RedfishLogin? login, byte[]? body, bool parse, TimeSpan limit, CancellationToken cancellationToken, string? tag = null,
        BodyBuffer? into = null)
    {
        if (!IsOwnPath(path))
        {
            return RedfishAnswer.Failed(RedfishOutcome.BadLink, 0, "a link is not a path below /redfish: not followed");
        }

        using var timer = new CancellationTokenSource(limit, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        using var request = RequestOf(method, path, login, "application/json");
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
            using var response = await _connections.SendAsync(request, _trust, both.Token);
            if (method == HttpMethod.Post)
            {
                LastSession = SessionOf(response);
            }

            if (!parse && into is not null)
            {
                return await TakeAsync(response, path, parse, into, both.Token) with { ServedAt = response.Headers.Date };
            }

            var buffer = new BodyBuffer();
            try
            {
                var answer = await TakeAsync(response, path, parse, buffer, both.Token);
                return parse ? answer : answer with { Body = answer.Body.ToArray(), Location = method == HttpMethod.Post ? LocationOf(response) : null };
            }
            finally
            {
                buffer.Release();
            }
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested && e is HttpRequestException or IOException or SocketException)
        {
            // Torn down because nobody waits any more.
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        catch (Exception e) when (FailureOf(e, method, path, limit, both.IsCancellationRequested, cancellationToken) is { } failure)
        {
            return failure;
        }
    }

    // What the network did, in words; null for what is no failure of the network, and for what the caller himself broke off.
    private static RedfishAnswer? FailureOf(Exception e, HttpMethod method, string path, TimeSpan limit, bool isOver, CancellationToken caller) => e switch
    {
        OperationCanceledException when caller.IsCancellationRequested => null,
        OperationCanceledException { InnerException: TimeoutException } =>
            RedfishAnswer.Failed(RedfishOutcome.Timeout, 0, $"{method} {path}: connected, but the handshake took longer than TLS may"),
        OperationCanceledException => RedfishAnswer.Failed(RedfishOutcome.Timeout, 0, $"{method} {path}: no whole answer within {limit.TotalSeconds:0.#} s"),

        // A connection that was torn down because the time was up.
        HttpRequestException or IOException or SocketException when isOver =>
            RedfishAnswer.Failed(RedfishOutcome.Timeout, 0, $"{method} {path}: no whole answer within {limit.TotalSeconds:0.#} s"),
        HttpRequestException lost => RedfishAnswer.Failed(Classify(lost), 0, $"{method} {path}: {Reason(lost)}"),

        // The handler asks a new connection for its other end, and lets the error through as it is where that has been reset already
        // ("not connected", 21 of 46,249 addresses at which a simulator without a BMC breaks what it accepted).
        IOException or SocketException => RedfishAnswer.Failed(RedfishOutcome.ConnectionLost, 0, $"{method} {path}: {e.Message}"),
        _ => null,
    };

    private HttpRequestMessage RequestOf(HttpMethod method, string path, RedfishLogin? login, string accepts)
    {
        var request = new HttpRequestMessage(method, new Uri(Address, path.Split('#')[0]));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accepts));
        request.Headers.TryAddWithoutValidation("OData-Version", "4.0");
        request.Headers.Authorization = login?.Basic;
        request.Headers.ConnectionClose = _options.CloseConnections ? true : null;
        if (login?.Token is { } token)
        {
            request.Headers.TryAddWithoutValidation("X-Auth-Token", token);
        }

        return request;
    }

    public void Dispose() => _own?.Dispose();

    private async Task<RedfishAnswer> TakeAsync(HttpResponseMessage response, string path, bool parse, BodyBuffer buffer, CancellationToken cancellationToken)
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

        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        if (await buffer.TakeAsync(stream, response.Content.Headers.ContentLength ?? 0, _options.MaxBodyBytes, cancellationToken) is not { } bytes)
        {
            return RedfishAnswer.Failed(RedfishOutcome.TooLarge, status, $"{path}: the body is over {_options.MaxBodyBytes} bytes");
        }

        if (!parse)
        {
            return new RedfishAnswer(RedfishOutcome.Read, status, bytes, default, "") { ETag = tag, BodyBytes = bytes.Length };
        }

        try
        {
            var root = JsonElement.Parse(bytes.Span, new JsonDocumentOptions { MaxDepth = _options.MaxJsonDepth });
            return root.ValueKind == JsonValueKind.Object
                ? new RedfishAnswer(RedfishOutcome.Read, status, default, root, "") { ETag = tag, BodyBytes = bytes.Length }
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

    private static (string, string?)? SessionOf(HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode || !response.Headers.TryGetValues("X-Auth-Token", out var tokens))
        {
            return null;
        }

        return (tokens.First(), LocationOf(response));
    }

    // Only the path of Location counts: behind a forward it often names another host.
    private static string? LocationOf(HttpResponseMessage response)
    {
        var location = response.Headers.Location;
        var path = location is null ? null : location.IsAbsoluteUri ? location.AbsolutePath : location.OriginalString;
        return path is not null && IsOwnPath(path) ? path : null;
    }

    private static bool IsOwnPath(string path) =>
        path.StartsWith("/redfish", StringComparison.Ordinal) && path.Length <= 2_048 && !path.AsSpan().ContainsAnyInRange('\0', ' ');

    // The outermost sentence of a refused certificate is "see inner exception"; the innermost says what is wrong with it.
    private static string Reason(HttpRequestException e)
    {
        var at = (Exception)e;
        while (Classify(e) == RedfishOutcome.TlsRefused && at.InnerException is { } inner)
        {
            at = inner;
        }

        return at.Message;
    }

    // The pool wraps what connecting threw, a failed handshake of ours too.
    private static RedfishOutcome Classify(HttpRequestException e) => e.InnerException is HttpRequestException inner ? Classify(inner) : e.HttpRequestError switch
    {
        HttpRequestError.SecureConnectionError => RedfishOutcome.TlsRefused,
        HttpRequestError.NameResolutionError => RedfishOutcome.NobodyThere,
        HttpRequestError.ConfigurationLimitExceeded => RedfishOutcome.TooLarge,
        // Linux says "reset" of a connect only after it was taken: by an address that breaks it at once, or within the handshake.
        HttpRequestError.ConnectionError => e.InnerException switch
        {
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => RedfishOutcome.Refused,
            SocketException { SocketErrorCode: SocketError.ConnectionReset } or IOException => RedfishOutcome.ConnectionLost,
            _ => RedfishOutcome.NobodyThere,
        },
        _ => RedfishOutcome.ConnectionLost,
    };
}
