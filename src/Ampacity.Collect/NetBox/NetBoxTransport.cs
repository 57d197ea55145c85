using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Ampacity.Fleet;

namespace Ampacity.Collect;

/// <summary>The outcome of asking one address.</summary>
/// <param name="Status">HTTP status of the last attempt; 0 where there was no answer.</param>
/// <param name="Body">The body of a good answer; null otherwise.</param>
/// <param name="Error">What was wrong; null for a good answer.</param>
internal sealed record NetBoxAnswer(int Status, byte[]? Body, FileError? Error);

/// <summary>One request after another to one host, within limits, repeated where that can help. For one reading.</summary>
internal sealed class NetBoxTransport(HttpClient http, TimeProvider time, Uri root, NetBoxToken? token, NetBoxReaderLimits limits)
{
    public int RequestCount { get; private set; }

    public int RetryCount { get; private set; }

    public long ByteCount { get; private set; }

    /// <summary>Asks an address; the outcome is never an exception but for a cancelled token.</summary>
    public async Task<NetBoxAnswer> GetAsync(Uri address, int attempts, CancellationToken cancellationToken)
    {
        for (var backOff = new BackOff(0); ; backOff = backOff.Failed())
        {
            if (backOff.Failures > 0)
            {
                RetryCount++;
            }

            if (++RequestCount > limits.MaxRequests)
            {
                return Failed(address, 0, "too-many-requests", $"more than {limits.MaxRequests} requests; import an export of fewer sites");
            }

            var (answer, canHelp, asked) = await AttemptAsync(address, cancellationToken);
            if (answer.Error is null || !canHelp || backOff.Failures + 1 >= attempts)
            {
                return answer.Error is { } error && canHelp && attempts > 1
                    ? answer with { Error = error with { Hint = string.Create(CultureInfo.InvariantCulture, $"{error.Hint} ({backOff.Failures + 1} attempts)") } }
                    : answer;
            }

            var wait = backOff.Failed().Delay(limits.RetryWait, limits.MaxRetryWait, address.AbsoluteUri);
            wait = asked is { } more && more > wait ? more : wait;
            await Task.Delay(wait < limits.MaxRetryWait ? wait : limits.MaxRetryWait, time, cancellationToken);
        }
    }

    private async Task<(NetBoxAnswer Answer, bool CanHelp, TimeSpan? Asked)> AttemptAsync(Uri address, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limits.RequestTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Authorization = token?.Header;
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            if (response.RequestMessage?.RequestUri is { } answered && !IsSameHost(answered))
            {
                return (Failed(address, (int)response.StatusCode, "other-host", $"the answer came from {answered.Host}, another host; write the address where NetBox itself answers"), false, null);
            }

            if (response.StatusCode == HttpStatusCode.OK)
            {
                return await BodyAsync(response, both.Token) is { } body
                    ? (new(200, body, null), false, null)
                    : (Failed(address, 200, "too-long", ByteCount > limits.MaxBytes
                        ? $"all answers together are over {limits.MaxBytes} bytes; import an export of fewer sites"
                        : $"the answer is over {limits.MaxPageBytes} bytes; ask for smaller pages, and look at what answers there"), false, null);
            }

            return await RefusedAsync(address, response, both.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            return (Failed(address, 0, "timeout", string.Create(CultureInfo.InvariantCulture,
                $"no whole answer within {limits.RequestTimeout.TotalSeconds:0.#} s; ask for smaller pages, or when NetBox is less busy")), true, null);
        }
        catch (HttpRequestException e)
        {
            var tls = e.HttpRequestError == HttpRequestError.SecureConnectionError;
            return (Failed(address, 0, tls ? "tls" : "connection", tls
                ? $"its certificate is not trusted here ({e.InnerException?.Message ?? e.Message}); name the authority that issued it (--ca-file), or add it to this machine's trust"
                : $"the connection failed ({e.Message}); is the address right, and does NetBox run?"), !tls, null);
        }
        catch (IOException e)
        {
            return (Failed(address, 0, "connection", $"the connection broke ({e.Message})"), true, null);
        }
    }

    private async Task<(NetBoxAnswer, bool, TimeSpan?)> RefusedAsync(Uri address, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        if (status is 429 or >= 500)
        {
            var asked = response.Headers.RetryAfter is { } after
                ? after.Delta ?? (after.Date is { } date ? date - time.GetUtcNow() : null)
                : null;
            return (Failed(address, status, status == 429 ? "throttled" : "server-fault", status == 429
                ? "NetBox asks for fewer requests (HTTP 429); try later"
                : $"NetBox failed (HTTP {status}); look into its log"), true, asked);
        }

        if (status is >= 300 and < 400)
        {
            var target = response.Headers.Location is { } location ? $" to {Shown(location.OriginalString)}" : "";
            return (Failed(address, status, "redirect", $"the address leads elsewhere{target} (HTTP {status}); write the address where NetBox itself answers"), false, null);
        }

        var detail = await DetailAsync(response, cancellationToken);
        return (status switch
        {
            401 or 403 => Failed(address, status, "not-allowed", token is null
                ? $"NetBox wants a token (HTTP {status}{detail}); write one into a file and name the file, or set {NetBoxToken.Variable}"
                : $"NetBox refuses the token (HTTP {status}{detail}); it must be valid and its user must have the permission to view this list"),
            404 => Failed(address, status, "not-found", "there is no such address (HTTP 404); write the address of NetBox's start page, such as https://netbox.example.com/"),
            _ => Failed(address, status, "refused", $"NetBox refuses the question (HTTP {status}{detail})"),
        }, false, null);
    }

    // Why NetBox says no stands in {"detail": …}; whatever else stands there is of no use.
    private async Task<string> DetailAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await BodyAsync(response, cancellationToken) is { Length: < 10_000 } body
                && JsonElement.Parse(body, new JsonDocumentOptions { MaxDepth = 8 }) is { ValueKind: JsonValueKind.Object } json
                && json.TryGetProperty("detail", out var detail) && detail.ValueKind == JsonValueKind.String
                    ? $": {Shown(detail.GetString()!)}"
                    : "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The status alone says what is to be done.
            return "";
        }
    }

    private async Task<byte[]?> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var stated = response.Content.Headers.ContentLength ?? 0;
        if (stated > limits.MaxPageBytes)
        {
            return null;
        }

        // One byte more than stated, so that the end is seen without growing.
        var buffer = new byte[stated > 0 ? stated + 1 : 64 * 1024];
        var used = 0;
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(used), cancellationToken);
            if (read == 0)
            {
                return buffer.AsSpan(0, used).ToArray();
            }

            used += read;
            ByteCount += read;
            if (used > limits.MaxPageBytes || ByteCount > limits.MaxBytes)
            {
                return null;
            }

            if (used == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 2L, limits.MaxPageBytes + 1L));
            }
        }
    }

    /// <summary>Whether an address is one of the instance: the same host, and of the same scheme the same port.</summary>
    public bool IsSameHost(Uri other) => string.Equals(other.Host, root.Host, StringComparison.OrdinalIgnoreCase)
        && (other.Port == root.Port || (other.Scheme != root.Scheme && other.IsDefaultPort && root.IsDefaultPort));

    /// <summary>Text from outside, fit for one line.</summary>
    public static string Shown(string text) =>
        string.Concat(text.Take(200).Select(c => char.IsControl(c) || char.IsSurrogate(c) || c is >= '\u2028' and <= '\u202E' or >= '\u2066' and <= '\u2069' ? ' ' : c));

    private static NetBoxAnswer Failed(Uri address, int status, string rule, string hint) =>
        new(status, null, new(address.AbsoluteUri, 1, "$", rule, hint));
}
