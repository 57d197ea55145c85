using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Ampacity.Redfish;

/// <summary>
/// The sockets of many <see cref="RedfishClient"/>s: one pool instead of one a BMC, kept apart by address. What a BMC's certificate is trusted
/// by is the BMC's own; so are its account and its number of requests at one time, which the client sees to.
/// </summary>
/// <remarks>
/// Any thread. A client that is disposed of leaves its connection to be closed by being idle; disposing of this closes all. A handler of its own
/// took each BMC 2.2 KB of settings, tables and timers beside the 10 KB of its connection.
/// </remarks>
public sealed class RedfishConnections : IDisposable
{
    private static readonly HttpRequestOptionsKey<BmcTrust> TrustKey = new("Ampacity.Trust");

    // Guessed: over two periods of the slowest class that is read often, so that a reading does not cost a handshake.
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromMinutes(2);

    // A handshake is work for the BMC: some take seconds, and a sweep that asks hundreds at one time is slow itself. An address at which nobody is
    // is told by the connect alone.
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(15);

    private readonly TimeSpan _connectTimeout;
    private readonly HttpMessageInvoker _invoker;
    private readonly ConcurrentDictionary<string, BmcTrust> _trust = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>No connection is made until a client asks.</summary>
    /// <param name="connectTimeout">Longest time to connect; TLS has 15 s more.</param>
    public RedfishConnections(TimeSpan connectTimeout)
    {
        _connectTimeout = connectTimeout;
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null, // a BMC has no use for our traces
            ConnectTimeout = connectTimeout + HandshakeTimeout,
            ConnectCallback = ConnectAsync,
            MaxResponseHeadersLength = 64, // KiB; bmcweb itself stops at 8
            MaxResponseDrainSize = 64 * 1024, // what is over a limit is not read to its end for the sake of the connection
            PooledConnectionIdleTimeout = IdleTimeout,
        });
    }

    internal RedfishConnections(HttpMessageHandler insteadOfNetwork) => _invoker = new HttpMessageInvoker(insteadOfNetwork);

    /// <summary>What the certificate of an address is trusted by, for all clients of it.</summary>
    /// <exception cref="ArgumentException">The pin is not a SHA-256.</exception>
    /// <exception cref="InvalidOperationException">Another client of these connections trusts the address by something else: a bug.</exception>
    internal BmcTrust TrustOf(Uri address, RedfishClientOptions options)
    {
        var wanted = BmcTrust.Of(options);
        var trust = _trust.GetOrAdd(address.Authority, wanted);
        return trust.Is(wanted) ? trust : throw new InvalidOperationException($"Bug: {address} is trusted in two ways over one pool of connections");
    }

    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, BmcTrust trust, CancellationToken cancellationToken)
    {
        request.Options.Set(TrustKey, trust);
        return _invoker.SendAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _invoker.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        // An address is connected to by its own family: a socket of both costs a second one where IPv6 is off.
        var isAddress = IPAddress.TryParse(context.DnsEndPoint.Host, out var address);
        var socket = isAddress ? new Socket(address!.AddressFamily, SocketType.Stream, ProtocolType.Tcp) : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            await ConnectAsync(socket, isAddress ? new IPEndPoint(address!, context.DnsEndPoint.Port) : context.DnsEndPoint, cancellationToken);
            var stream = new NetworkStream(socket, ownsSocket: true);
            return context.InitialRequestMessage.RequestUri!.Scheme == Uri.UriSchemeHttps
                ? await SecureAsync(stream, context, cancellationToken)
                : stream;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task ConnectAsync(Socket socket, EndPoint to, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_connectTimeout);
        try
        {
            await socket.ConnectAsync(to, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SocketException((int)SocketError.TimedOut, $"no answer to a connect within {_connectTimeout.TotalSeconds:0.#} s");
        }
    }

    private static async Task<Stream> SecureAsync(NetworkStream stream, SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        if (!context.InitialRequestMessage.Options.TryGetValue(TrustKey, out var trust))
        {
            throw new InvalidOperationException("Bug: a request that does not say what it trusts");
        }

        var secure = new SslStream(stream);
        try
        {
            await secure.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = context.DnsEndPoint.Host,
                    RemoteCertificateValidationCallback = trust.Validate,
                },
                cancellationToken);
            return secure;
        }
        catch (AuthenticationException error)
        {
            // A connection that breaks during the handshake refuses no certificate: that stays what it is.
            await secure.DisposeAsync();
            throw new HttpRequestException(HttpRequestError.SecureConnectionError, error.Message, error);
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }
}
