using Ampacity.Fleet;

namespace Ampacity.Collect;

/// <summary>Reads how pages are reached: what Prometheus calls the HTTP client's configuration, of a job and of an HTTP discovery.</summary>
internal static class ConnectionSection
{
    /// <summary>What it is said with.</summary>
    public static readonly string[] Keys =
    [
        "basic_auth", "authorization", "bearer_token", "bearer_token_file", "oauth2", "tls_config", "proxy_url", "no_proxy", "proxy_from_environment", "proxy_connect_header",
        "follow_redirects", "http_headers",
    ];

    // Never to be said by a file: they belong to the request itself.
    private static readonly string[] OurHeaders = ["Authorization", "Host", "Content-Encoding", "Content-Length", "Content-Type", "User-Agent", "Connection", "Keep-Alive", "Accept", "Accept-Encoding"];

    /// <summary>The connection that a section says.</summary>
    public static ScrapeConnection Read(SectionReader read, DataNode node)
    {
        foreach (var (key, instead) in new[] { ("oauth2", "give the token of another program by authorization with credentials_file, which is read anew each time"), ("proxy_connect_header", "a user and password can stand in proxy_url") })
        {
            if (node[key] is { } not)
            {
                read.Wrong(not, "not-here", $"{key} is not read here; {instead}");
            }
        }

        return Tls(read, node["tls_config"], new ScrapeConnection
        {
            Login = Login(read, node),
            Proxy = Proxy(read, node),
            NoProxy = node["no_proxy"]?.Text ?? "",
            ProxyFromEnvironment = read.Flag(node["proxy_from_environment"], false),
            FollowsRedirects = read.Flag(node["follow_redirects"], true),
        });
    }

    /// <summary>Further headers: <c>http_headers</c> of Prometheus 2.55 and later, without files.</summary>
    public static IReadOnlyList<(string Name, string Value)> Headers(SectionReader read, DataNode node)
    {
        var headers = new List<(string, string)>();
        foreach (var (name, said) in node["http_headers"]?.Members ?? new Dictionary<string, DataNode>())
        {
            read.Know(said, ["values", "secrets"]);
            if (OurHeaders.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                read.Wrong(said, "header", $"{name} is set by the request itself");
            }

            headers.AddRange((said["values"]?.Items ?? []).Concat(said["secrets"]?.Items ?? []).Select(value => (name, value.Text)));
        }

        return headers;
    }

    private static ScrapeLogin? Login(SectionReader read, DataNode node)
    {
        var logins = new List<ScrapeLogin>();
        if (node["basic_auth"] is { } basic)
        {
            read.Know(basic, ["username", "username_file", "password", "password_file"]);
            if (basic["username_file"] is { } userFile)
            {
                read.Wrong(userFile, "not-here", "username_file is not read here; write username");
            }

            logins.Add(new ScrapeLogin("Basic", basic["username"]?.Text ?? "", Secret(read, basic, "password", "password_file")));
        }

        if (node["authorization"] is { } authorization)
        {
            read.Know(authorization, ["type", "credentials", "credentials_file"]);
            var type = authorization["type"]?.Text ?? "Bearer";
            if (type.Equals("Basic", StringComparison.OrdinalIgnoreCase))
            {
                read.Wrong(authorization["type"]!, "basic", "write basic_auth for Basic");
            }

            logins.Add(new ScrapeLogin(type, null, Secret(read, authorization, "credentials", "credentials_file")));
        }

        if (node["bearer_token"] is not null || node["bearer_token_file"] is not null)
        {
            logins.Add(new ScrapeLogin("Bearer", null, Secret(read, node, "bearer_token", "bearer_token_file")));
        }

        if (logins.Count > 1)
        {
            read.Wrong(node, "two-logins", "basic_auth, authorization or bearer_token: one of them");
        }

        return logins.FirstOrDefault();
    }

    // A file is looked at once, so that a wrong path is said at the start; it is read anew each time.
    private static SecretText Secret(SectionReader read, DataNode node, string key, string fileKey)
    {
        if (node[key] is { } && node[fileKey] is { } both)
        {
            read.Wrong(both, "two-secrets", $"{key} or {fileKey}, not both");
        }

        return node[fileKey] is { } file ? new SecretText(Readable(read, file), IsFile: true) : new SecretText(node[key]?.Text ?? "", IsFile: false);
    }

    private static string Readable(SectionReader read, DataNode file)
    {
        var path = read.PathOf(file);
        try
        {
            using var opened = File.OpenRead(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            read.Wrong(file, "unreadable", error.Message);
        }

        return path;
    }

    private static Uri? Proxy(SectionReader read, DataNode node)
    {
        if (node["proxy_url"] is not { Text.Length: > 0 } said)
        {
            if (node["no_proxy"] is { Text.Length: > 0 } without)
            {
                read.Wrong(without, "no-proxy", "no_proxy says which hosts a proxy_url is not for, and there is none");
            }

            return null;
        }

        if (read.Flag(node["proxy_from_environment"], false))
        {
            read.Wrong(said, "two-proxies", "proxy_url or proxy_from_environment, not both");
        }

        if (Uri.TryCreate(said.Text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" or "socks5")
        {
            return url;
        }

        read.Wrong(said, "proxy", "proxy_url is an address such as http://proxy:3128");
        return null;
    }

    private static ScrapeConnection Tls(SectionReader read, DataNode? node, ScrapeConnection connection)
    {
        if (node is null)
        {
            return connection;
        }

        read.Know(node, ["insecure_skip_verify", "ca_file", "cert_file", "key_file", "server_name", "min_version", "max_version", "ca", "cert", "key"]);
        foreach (var key in new[] { "ca", "cert", "key" })
        {
            if (node[key] is { } inline)
            {
                read.Wrong(inline, "not-here", $"{key} is not read from the file itself; write it to a file and name that by {key}_file");
            }
        }

        foreach (var key in new[] { "min_version", "max_version" })
        {
            if (node[key] is { Text: not ("TLS12" or "TLS13") } version)
            {
                read.Wrong(version, "not-here", $"{key} is TLS12 or TLS13: which of them is used is the system's choice, and older ones are not spoken");
            }
        }

        var (certificate, keyFile) = (node["cert_file"], node["key_file"]);
        if (certificate is null != keyFile is null)
        {
            read.Wrong(certificate ?? keyFile!, "half-a-certificate", "a certificate is a cert_file and its key_file");
        }

        return connection with
        {
            SkipsVerification = read.Flag(node["insecure_skip_verify"], false),
            CaFile = node["ca_file"] is { } ca ? Readable(read, ca) : null,
            CertificateFile = certificate is null ? null : Readable(read, certificate),
            KeyFile = keyFile is null ? null : Readable(read, keyFile),
            ServerName = node["server_name"]?.Text,
        };
    }
}
