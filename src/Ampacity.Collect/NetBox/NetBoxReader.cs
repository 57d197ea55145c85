using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Ampacity.Fleet;

namespace Ampacity.Collect;

/// <summary>
/// Reads a NetBox instance by its REST API, list after list and page after page. It only ever asks (GET), one request at a time, and only
/// the host that it was given.
/// </summary>
/// <param name="http">Whose handler follows no redirects and keeps no cookies, as of <see cref="CreateClient"/>. Not disposed.</param>
/// <param name="time">Clock of waits and limits.</param>
/// <remarks>Safe from any thread; each reading is its own.</remarks>
public sealed class NetBoxReader(HttpClient http, TimeProvider time)
{
    private const int MaxAddressLength = 8_192;

    /// <summary>A client that suits the reader. Certificates are always verified.</summary>
    /// <param name="authorities">Who may have issued NetBox's certificate; null for those that this machine trusts.</param>
    public static HttpClient CreateClient(X509Certificate2Collection? authorities = null) => new(
        new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = authorities is null ? null : Policy(authorities) },
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            MaxResponseHeadersLength = 64,
            MaxResponseDrainSize = 64 * 1024,
        },
        disposeHandler: true)
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private static X509ChainPolicy Policy(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    /// <summary>Reads everything that an import needs, and counts what it leaves.</summary>
    /// <param name="address">NetBox's start page, or its <c>/api/</c>: http or https, without a user in it.</param>
    /// <param name="token">What NetBox knows us by; null for an instance that asks for none.</param>
    /// <param name="limits">What it may cost; null for the usual limits.</param>
    /// <param name="progress">Told after every page.</param>
    /// <param name="cancellationToken">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The export, or what was wrong; never throws for what NetBox does.</returns>
    public async Task<NetBoxReading> ReadAsync(
        Uri address, NetBoxToken? token, NetBoxReaderLimits? limits = null, IProgress<NetBoxProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        limits ??= new();
        if (AddressError(address, token, limits) is { } wrong)
        {
            return new(null, [wrong], 0, 0, 0);
        }

        var api = Api(address);
        var transport = new NetBoxTransport(http, time, api, token, limits);
        var builder = new NetBoxExportBuilder(api.AbsoluteUri);
        using var timer = new CancellationTokenSource(limits.TotalTime, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        FileError? error;
        try
        {
            error = await new Run(api, transport, builder, limits, progress).ReadAsync(both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            error = new(api.AbsoluteUri, 1, "$", "too-slow", string.Create(CultureInfo.InvariantCulture,
                $"not done after {limits.TotalTime.TotalMinutes:0.#} min; {builder.Count} objects had come. Allow more time, or import an export of fewer sites"));
        }

        if (error is not null)
        {
            return new(null, [error], transport.RequestCount, transport.RetryCount, transport.ByteCount);
        }

        var built = builder.Build();
        return new(built.Value, built.Errors, transport.RequestCount, transport.RetryCount, transport.ByteCount);
    }

    private static FileError? AddressError(Uri address, NetBoxToken? token, NetBoxReaderLimits limits)
    {
        var hint = !address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
            ? "this is no http or https address; write one such as https://netbox.example.com/"
            : address.UserInfo.Length > 0
                ? "the address holds a user; leave it out and give a token by a file"
                : token is not null && address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback && !limits.AllowPlainHttp
                    ? "the token would go over the network in the clear; write https, or allow plain http where the network is vouched for"
                    : null;

        // What stands before the @ may be a password: not shown.
        return hint is null ? null : new(address.IsAbsoluteUri ? address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) : "address", 1, "$", "bad-address", hint);
    }

    private static Uri Api(Uri address)
    {
        var path = address.AbsolutePath.TrimEnd('/');
        path = path.EndsWith("/api", StringComparison.Ordinal) ? path : path + "/api";
        return new(address.GetLeftPart(UriPartial.Authority) + path + "/");
    }

    /// <summary>One reading.</summary>
    private sealed class Run(Uri api, NetBoxTransport transport, NetBoxExportBuilder builder, NetBoxReaderLimits limits, IProgress<NetBoxProgress>? progress)
    {
        /// <summary>What ended it, or null where the builder has everything.</summary>
        public async Task<FileError?> ReadAsync(CancellationToken cancellationToken)
        {
            if (await VersionAsync(cancellationToken) is { } error)
            {
                return error;
            }

            foreach (var list in NetBoxCollections.Read)
            {
                if (await ListAsync(list, cancellationToken) is { } failed)
                {
                    return failed;
                }

                if (builder.Errors.Count > 0)
                {
                    return null;
                }
            }

            foreach (var list in NetBoxCollections.Counted)
            {
                await CountAsync(list, cancellationToken);
            }

            return null;
        }

        private async Task<FileError?> VersionAsync(CancellationToken cancellationToken)
        {
            var address = new Uri(api, "status/");
            var answer = await transport.GetAsync(address, limits.Attempts, cancellationToken);
            if (answer.Error is not null)
            {
                return answer.Error;
            }

            if (Member(answer.Body!, "netbox-version") is { ValueKind: JsonValueKind.String } version && version.ToString() is { Length: > 0 } text)
            {
                builder.SetVersion(NetBoxTransport.Shown(text));
                return null;
            }

            return new(address.AbsoluteUri, 1, "netbox-version", "not-netbox",
                "what answers there names no netbox-version; write the address of NetBox's start page, such as https://netbox.example.com/");
        }

        private async Task<FileError?> ListAsync(NetBoxList list, CancellationToken cancellationToken)
        {
            var address = Page(list, limits.PageSize);
            var asked = new HashSet<string>(StringComparer.Ordinal);
            var (objects, count) = (0, (long?)null);
            while (true)
            {
                asked.Add(address.PathAndQuery);
                var answer = await transport.GetAsync(address, limits.Attempts, cancellationToken);
                if (answer.Error is { } error)
                {
                    return Optional(list, answer, error) ? null : error;
                }

                if (builder.AddPage(list.Name, address.AbsoluteUri, answer.Body!) is not { } page)
                {
                    return null;
                }

                objects += page.Added;
                count = page.Count ?? count;
                progress?.Report(new(list.Name, objects, count, transport.RequestCount, transport.ByteCount));
                if (page.Next is null)
                {
                    if (objects < count)
                    {
                        builder.AddUnread(new(list.Name, count - objects, "NetBox counted more than it gave: it changed while it was read; import again"));
                    }

                    return null;
                }

                var (next, wrong) = Next(list, address, page, asked);
                if (next is null)
                {
                    return wrong;
                }

                address = next;
            }
        }

        // Lists that not every version or every user has.
        private bool Optional(NetBoxList list, NetBoxAnswer answer, FileError error)
        {
            if (list.IsRequired || answer.Status is not (403 or 404))
            {
                return false;
            }

            builder.AddUnread(new(list.Name, null, answer.Status == 404 ? "this NetBox does not have the list" : error.Hint));
            return true;
        }

        private (Uri? Next, FileError? Error) Next(NetBoxList list, Uri address, NetBoxPage page, HashSet<string> asked)
        {
            var shown = NetBoxTransport.Shown(page.Next!);
            if (page.Next!.Length > MaxAddressLength || !Uri.TryCreate(api, page.Next, out var next)
                || (next.Scheme != Uri.UriSchemeHttp && next.Scheme != Uri.UriSchemeHttps))
            {
                return (null, Wrong("bad-next", $"the next page '{shown}' is no address"));
            }

            if (!transport.IsSameHost(next))
            {
                return (null, Wrong("other-host", $"the next page is on another host, '{shown}': it is not followed. Set NetBox's own name right (a proxy before it must pass on the Host header)"));
            }

            if (next.AbsolutePath != address.AbsolutePath)
            {
                return (null, Wrong("other-list", $"the next page leads out of the list, to '{shown}': it is not followed"));
            }

            // Ours are scheme and port: behind a proxy NetBox often says http for https.
            var own = new Uri(api.GetLeftPart(UriPartial.Authority) + next.PathAndQuery);
            if (page.Added == 0 || asked.Contains(own.PathAndQuery))
            {
                return (null, Wrong("endless", $"this page brought nothing new and names a next one, or one that was asked before, '{shown}': the list has no end"));
            }

            return (own, null);

            FileError Wrong(string rule, string hint) => new(address.AbsoluteUri, 1, $"{list.Name}.next", rule, hint);
        }

        private async Task CountAsync(NetBoxList list, CancellationToken cancellationToken)
        {
            var answer = await transport.GetAsync(Page(list, 1), 1, cancellationToken);
            if (answer.Body is { } body)
            {
                if (Member(body, "count") is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var count) && count > 0)
                {
                    builder.AddUnread(new(list.Name, count, "this list is not read"));
                }
            }
            else if (answer.Status != 404)
            {
                builder.AddUnread(new(list.Name, null, "this list is not read, and could not be counted"));
            }
        }

        private Uri Page(NetBoxList list, int size) => new(api, string.Create(CultureInfo.InvariantCulture,
            $"{list.Address}?limit={size}&offset=0&ordering=id{(list.Query.Length > 0 ? "&" : "")}{list.Query}"));

        // Null where the body is no object, or lacks the member: said by the caller. Half a surrogate pair throws only when it is read.
        private static JsonElement? Member(byte[] body, string name)
        {
            try
            {
                var json = JsonElement.Parse(body, new JsonDocumentOptions { MaxDepth = NetBoxExport.MaxDepth });
                if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member))
                {
                    _ = member.ToString();
                    return member;
                }
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                return null;
            }

            return null;
        }
    }
}
