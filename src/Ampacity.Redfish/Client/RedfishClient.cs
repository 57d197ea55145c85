using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Ampacity.Redfish;

/// <summary>
/// Speaks to one BMC within its limits: one session that is used again and deleted at the end, a bounded number of requests at a
/// time, bounded bodies, depth and time. The world's failures come back as a <see cref="RedfishOutcome"/>, never as exceptions.
/// </summary>
/// <remarks>
/// Any thread. Dispose it always: a BMC has few session slots (8 on an iDRAC). A refused login is remembered and not tried again for
/// the life of the client, since BMCs lock accounts out after 3 failures; make a new client to try again.
/// </remarks>
public sealed partial class RedfishClient : IAsyncDisposable
{
    private const string SessionService = "/redfish/v1/SessionService";
    private const string SessionsPath = SessionService + "/Sessions";

    // The shortest SessionTimeout that services have is 30 s.
    private static readonly TimeSpan IdleBeforeDoubt = TimeSpan.FromSeconds(20);

    private readonly RedfishClientOptions _options;
    private readonly BmcCredentials? _credentials;
    private readonly TimeProvider _time;
    private readonly RedfishTransport _transport;
    private readonly SemaphoreSlim _slots;
    private readonly SemaphoreSlim _loginGate = new(1, 1);
    private RedfishLogin? _login;
    private RedfishAnswer? _refusal;
    private string? _rejectedToken;
    private long _usedAt;
    private long _sessionTimeoutMs;
    private long _heldUntilMs;
    private int _disposed;

    /// <summary>A client for one BMC; connects at the first request.</summary>
    /// <param name="address">Scheme (http or https), host and port; a path is ignored.</param>
    /// <param name="credentials">Null reads what the BMC gives to anyone: the service root.</param>
    /// <param name="options">Limits.</param>
    /// <param name="time">Drives the time limits.</param>
    /// <exception cref="ArgumentException">The address is not http or https, a limit is out of range, or the pin is not a SHA-256.</exception>
    public RedfishClient(Uri address, BmcCredentials? credentials, RedfishClientOptions options, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxConcurrentRequests, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxConcurrentRequests, 16, nameof(options));
        _options = options;
        _credentials = credentials;
        _time = time;
        _transport = new RedfishTransport(address, options, time);
        _slots = new SemaphoreSlim(options.MaxConcurrentRequests, options.MaxConcurrentRequests);
    }

    /// <summary>Scheme, host and port.</summary>
    public Uri Address => _transport.Address;

    /// <summary>SHA-256 of the certificate that is pinned or was trusted on first use, hex; null before the first connection and without either.</summary>
    public string? SeenCertificateSha256 => _transport.TrustedSha256;

    /// <summary>Requests sent so far, logins and deletions included.</summary>
    public long RequestCount => _transport.RequestCount;

    /// <summary>Sessions that could not be deleted; the BMC's time-out ends them.</summary>
    public int SessionsLeft { get; private set; }

    /// <summary>The service root, which a BMC gives without a login.</summary>
    public Task<RedfishAnswer> GetServiceRootAsync(CancellationToken cancellationToken) =>
        InSlotAsync(() => _transport.SendAsync(HttpMethod.Get, "/redfish/v1", null, null, parse: true, _options.RequestTimeout, cancellationToken), cancellationToken);

    /// <summary>Reads a resource and parses it.</summary>
    /// <param name="path">An absolute path on this BMC, such as an <c>@odata.id</c>; a fragment is ignored.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">Cancelled by the caller.</exception>
    public Task<RedfishAnswer> GetAsync(string path, CancellationToken cancellationToken) =>
        InSlotAsync(() => GetInSlotAsync(path, parse: true, null, null, cancellationToken), cancellationToken);

    /// <summary>Reads the bytes of a resource without parsing: for metric reports, which have a parser of their own.</summary>
    /// <exception cref="OperationCanceledException">Cancelled by the caller.</exception>
    public Task<RedfishAnswer> GetBytesAsync(string path, CancellationToken cancellationToken) =>
        GetBytesAsync(path, (string?)null, cancellationToken);

    /// <summary>Reads the bytes of a resource unless it is as it was: then <see cref="RedfishAnswer.IsUnchanged"/> and no body.</summary>
    /// <param name="path">An absolute path on this BMC.</param>
    /// <param name="tag">The <see cref="RedfishAnswer.ETag"/> of the answer before, or null.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">Cancelled by the caller.</exception>
    public Task<RedfishAnswer> GetBytesAsync(string path, string? tag, CancellationToken cancellationToken) =>
        InSlotAsync(() => GetInSlotAsync(path, parse: false, tag, null, cancellationToken), cancellationToken);

    /// <summary>Reads the bytes of a resource into a buffer that is used again: the body is good until the next that it takes.</summary>
    /// <param name="path">An absolute path on this BMC.</param>
    /// <param name="into">Takes the body.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">Cancelled by the caller.</exception>
    public Task<RedfishAnswer> GetBytesAsync(string path, BodyBuffer into, CancellationToken cancellationToken) => GetBytesAsync(path, null, into, cancellationToken);

    /// <summary>The same, unless the resource is as it was when the tag was given.</summary>
    /// <param name="path">An absolute path on this BMC.</param>
    /// <param name="tag">The <see cref="RedfishAnswer.ETag"/> of the answer before, or null.</param>
    /// <param name="into">Takes the body.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">Cancelled by the caller.</exception>
    public Task<RedfishAnswer> GetBytesAsync(string path, string? tag, BodyBuffer into, CancellationToken cancellationToken) =>
        InSlotAsync(() => GetInSlotAsync(path, parse: false, tag, into, cancellationToken), cancellationToken);

    /// <summary>Deletes the session and closes the connections. Waits for a login under way, so that no session is left behind.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _loginGate.WaitAsync(CancellationToken.None);
        try
        {
            using var turn = _login is null ? null : await LastTurnAsync();
            await DeleteSessionAsync(_login, _login);
            _login = null;
        }
        finally
        {
            _loginGate.Release();
            _transport.Dispose();
        }
    }

    // The goodbye takes its turn too, but is not put off for long: the session is worth more than a place.
    private async Task<IDisposable?> LastTurnAsync()
    {
        if (_options.Turn is not { } others)
        {
            return null;
        }

        using var limit = new CancellationTokenSource(_options.GoodbyeTimeout, _time);
        try
        {
            return await others(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<RedfishAnswer> InSlotAsync(Func<Task<RedfishAnswer>> send, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        await _slots.WaitAsync(cancellationToken);
        try
        {
            using var turn = _options.Turn is { } others ? await others(cancellationToken) : null;
            return await send();
        }
        finally
        {
            _slots.Release();
        }
    }

    // What asks to be left alone is: for a while it is waited for, for longer nothing is sent.
    private async Task<RedfishAnswer> GetInSlotAsync(string path, bool parse, string? tag, BodyBuffer? into, CancellationToken cancellationToken)
    {
        var held = TimeSpan.FromMilliseconds(Volatile.Read(ref _heldUntilMs) - _time.GetUtcNow().ToUnixTimeMilliseconds());
        if (held > TimeSpan.Zero)
        {
            return RedfishAnswer.Failed(RedfishOutcome.Busy, 503, $"{path}: not asked: the BMC wants to be left alone for another {held.TotalSeconds:0} s")
                with
            { RetryAfter = held };
        }

        var answer = await GetWithLoginAsync(path, parse, tag, into, cancellationToken);
        if (answer is not { Outcome: RedfishOutcome.Busy, RetryAfter: { } wait })
        {
            return answer;
        }

        if (wait > _options.MaxRetryAfter)
        {
            Volatile.Write(ref _heldUntilMs, (_time.GetUtcNow() + wait).ToUnixTimeMilliseconds());
            return answer;
        }

        await Task.Delay(wait, _time, cancellationToken);
        return await GetWithLoginAsync(path, parse, tag, into, cancellationToken);
    }

    private Task<RedfishAnswer> GetWithLoginAsync(string path, bool parse, string? tag, BodyBuffer? into, CancellationToken cancellationToken) =>
        WithLoginAsync(login => GetOnceOrTwiceAsync(path, login, parse, tag, into, cancellationToken), cancellationToken);

    private async Task<RedfishAnswer> WithLoginAsync(Func<RedfishLogin, Task<RedfishAnswer>> send, CancellationToken cancellationToken)
    {
        var login = await LoginAsync(stale: null, cancellationToken);
        if (_refusal is { } refusal)
        {
            return refusal;
        }

        if (login.Failure is { } failure)
        {
            return failure;
        }

        var answer = await send(login);
        Volatile.Write(ref _usedAt, _time.GetTimestamp());
        if (answer.StatusCode != 401 || login.Key is null || login.Key == Volatile.Read(ref _rejectedToken))
        {
            return answer;
        }

        // The session may have run out: one new login. When a fresh token is refused as well, no further login is tried for it.
        var renewed = await LoginAsync(stale: login, cancellationToken);
        if (renewed.Failure is { } again)
        {
            return _refusal ?? again;
        }

        answer = await send(renewed);
        if (answer.StatusCode == 401)
        {
            Volatile.Write(ref _rejectedToken, renewed.Key);
        }

        return answer;
    }

    // A BMC that restarts its web server, or a connection that it closed as we sent, breaks one request: a GET is safe to send again, once.
    private async Task<RedfishAnswer> GetOnceOrTwiceAsync(
        string path, RedfishLogin login, bool parse, string? tag, BodyBuffer? into, CancellationToken cancellationToken)
    {
        var answer = await _transport.SendAsync(HttpMethod.Get, path, login, null, parse, _options.RequestTimeout, cancellationToken, tag, into);
        return answer.Outcome == RedfishOutcome.ConnectionLost
            ? await _transport.SendAsync(HttpMethod.Get, path, login, null, parse, _options.RequestTimeout, cancellationToken, tag, into)
            : answer;
    }

    private async Task<RedfishLogin> LoginAsync(RedfishLogin? stale, CancellationToken cancellationToken)
    {
        if (_credentials is null)
        {
            return RedfishLogin.Anonymous;
        }

        if (Volatile.Read(ref _login) is { } known && !ReferenceEquals(known, stale))
        {
            if (stale is not null || known.Token is null || _time.GetElapsedTime(Volatile.Read(ref _usedAt)) < IdleBeforeDoubt || !await HasRunOutAsync(known, cancellationToken))
            {
                return known;
            }

            stale = known;
        }

        await _loginGate.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
            if (_refusal is not null || (_login is { } current && !ReferenceEquals(current, stale)))
            {
                return _login ?? RedfishLogin.Anonymous;
            }

            // Not cancelled by the caller: a session whose answer we threw away would hold one of the BMC's few slots.
            var fresh = await PostSessionAsync(_credentials);
            if (fresh.Failure is { } failure)
            {
                _refusal = failure.Outcome == RedfishOutcome.Unauthorized ? failure : null;
                return fresh;
            }

            Volatile.Write(ref _login, fresh);
            Volatile.Write(ref _usedAt, _time.GetTimestamp());
            await DeleteSessionAsync(stale, fresh);
            return fresh;
        }
        finally
        {
            _loginGate.Release();
        }
    }

    // A session that was idle longer than the service keeps it is renewed before it is refused; how long that is, the service says once.
    private async Task<bool> HasRunOutAsync(RedfishLogin login, CancellationToken cancellationToken)
    {
        var idle = _time.GetElapsedTime(Volatile.Read(ref _usedAt));
        if (Volatile.Read(ref _sessionTimeoutMs) == 0)
        {
            var answer = await _transport.SendAsync(HttpMethod.Get, SessionService, login, null, parse: true, _options.RequestTimeout, cancellationToken);
            if (answer.StatusCode == 401)
            {
                Volatile.Write(ref _sessionTimeoutMs, (long)idle.TotalMilliseconds); // gone already, so it is no longer than this
                return true;
            }

            // Redfish: 30 s to 86,400 s. What does not say is taken for the longest.
            var seconds = answer.IsRead && ResourceReader.TryPointer(answer.Root, "SessionTimeout", out var said) && said.ValueKind == JsonValueKind.Number
                && said.TryGetDouble(out var number) ? Math.Clamp(number, 10, 86_400) : 86_400;
            Volatile.Write(ref _sessionTimeoutMs, (long)(seconds * 1_000));
            if (answer.IsRead)
            {
                Volatile.Write(ref _usedAt, _time.GetTimestamp());
                return false; // the asking itself has kept it alive
            }
        }

        return idle.TotalMilliseconds > Volatile.Read(ref _sessionTimeoutMs) * 0.9;
    }

    private async Task<RedfishLogin> PostSessionAsync(BmcCredentials credentials)
    {
        if (_options.BasicOnly)
        {
            return BasicOf(credentials);
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>
        {
            ["UserName"] = credentials.Username,
            ["Password"] = credentials.Password,
        });
        var answer = await _transport.SendAsync(
            HttpMethod.Post, SessionsPath, null, body, parse: false, _options.RequestTimeout, CancellationToken.None);
        if (answer.IsRead && _transport.LastSession is { Token.Length: > 0 } session)
        {
            return new RedfishLogin(session.Token, session.Location, null, null);
        }

        // No session service, one that gives no token (DMTF's mock-up server), or no slot free (iDRAC has 8): Basic takes no slot.
        if (answer.IsRead || answer.StatusCode is 404 or 405 or 501 or 503)
        {
            return BasicOf(credentials);
        }

        return new RedfishLogin(null, null, null, answer with { Error = "login: " + answer.Error });
    }

    private static RedfishLogin BasicOf(BmcCredentials credentials)
    {
        var pair = Encoding.UTF8.GetBytes($"{credentials.Username}:{credentials.Password}");
        return new RedfishLogin(null, null, new AuthenticationHeaderValue("Basic", Convert.ToBase64String(pair)), null);
    }

    private async Task DeleteSessionAsync(RedfishLogin? login, RedfishLogin? by)
    {
        if (login?.Location is null)
        {
            return;
        }

        var answer = await _transport.SendAsync(
            HttpMethod.Delete, login.Location, by, null, parse: false, _options.GoodbyeTimeout, CancellationToken.None);
        if (!answer.IsRead && answer.Outcome is not (RedfishOutcome.NotFound or RedfishOutcome.Unauthorized))
        {
            SessionsLeft++;
        }
    }
}
