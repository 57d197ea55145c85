using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ampacity.Collect;

/// <summary>One HTTP client for each way of reaching pages.</summary>
/// <remarks>Any thread.</remarks>
public sealed class ScrapeClients : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ScrapeConnection, HttpClient> _clients = [];

    /// <summary>The client of a connection.</summary>
    public HttpClient Of(ScrapeConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var bare = connection.Bare;
        lock (_lock)
        {
            if (!_clients.TryGetValue(bare, out var client))
            {
                client = Client(bare);
                _clients.Add(bare, client);
            }

            return client;
        }
    }

    /// <summary>Says who asks, as it is now.</summary>
    /// <exception cref="ScrapeFailedException">The file of the secret cannot be read.</exception>
    internal static void Login(ScrapeConnection connection, HttpRequestMessage request)
    {
        if (connection.Login is { } login)
        {
            try
            {
                request.Headers.TryAddWithoutValidation("Authorization", login.Header());
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new ScrapeFailedException($"the secret cannot be read: {error.Message}", error);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var client in _clients.Values)
            {
                client.Dispose();
            }

            _clients.Clear();
        }
    }

    private static HttpClient Client(ScrapeConnection connection)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = connection.FollowsRedirects,
            MaxAutomaticRedirections = 10,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            UseCookies = false,

            // Environment variables mean something only to jobs that ask for them, as in Prometheus.
            UseProxy = connection.ProxyFromEnvironment || connection.Proxy is not null,
            Proxy = connection.Proxy is { } proxy ? new ScrapeProxy(proxy, connection.NoProxy) : null,
        };
        if (connection.SkipsVerification)
        {
#pragma warning disable CA5359 // insecure_skip_verify of the job asks for it.
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (connection.CaFile is not null || connection.ServerName is not null)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(connection, certificate as X509Certificate2, chain, errors);
        }

        if (connection.CertificateFile is not null)
        {
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => OwnCertificate(connection);
        }

        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("ampacity");
        return client;
    }

    // Files are read at each handshake, of which there are few: certificates are renewed while a server runs.
    private static X509Certificate2 OwnCertificate(ScrapeConnection connection)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(connection.CertificateFile!, connection.KeyFile);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new AuthenticationException($"cert_file {connection.CertificateFile}: {error.Message}", error);
        }
    }

    private static bool IsTrusted(ScrapeConnection connection, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return false;
        }

        if (connection.ServerName is { } name ? !certificate.MatchesHostname(name) : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return false;
        }

        if (connection.CaFile is not { } file)
        {
            return !errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors);
        }

        var trusted = new X509Certificate2Collection();
        try
        {
            trusted.ImportFromPemFile(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new AuthenticationException($"ca_file {file}: {error.Message}", error);
        }

        using var own = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
        own.ChainPolicy.CustomTrustStore.AddRange(trusted);
        foreach (var element in chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            own.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return own.Build(certificate);
    }
}
