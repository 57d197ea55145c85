namespace Ampacity.Collect;

/// <summary>A text that stands in the file or in another, which is read again whenever it is used: secrets are renewed while a server runs.</summary>
/// <param name="Text">It, or the path of its file.</param>
/// <param name="IsFile">Whether it is a path.</param>
public readonly record struct SecretText(string Text, bool IsFile)
{
    /// <summary>What it says now.</summary>
    /// <exception cref="IOException">Its file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Its file may not be read.</exception>
    public string Read() => IsFile ? File.ReadAllText(Text).Trim() : Text;

    /// <summary>Never the secret.</summary>
    public override string ToString() => IsFile ? Text : "<secret>";
}

/// <summary>Who asks: <c>Authorization: Basic user:password</c>, or another type with credentials.</summary>
/// <param name="Type"><c>Basic</c>, <c>Bearer</c> or what the job says.</param>
/// <param name="User">User of Basic; else null.</param>
/// <param name="Secret">Password or credentials.</param>
public sealed record ScrapeLogin(string Type, string? User, SecretText Secret)
{
    /// <summary>The header's value now.</summary>
    /// <inheritdoc cref="SecretText.Read" path="/exception"/>
    public string Header() => User is null ? $"{Type} {Secret.Read()}" : $"Basic {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{User}:{Secret.Read()}"))}";
}

/// <summary>How a page is reached: whom to trust, who we are, through what. Jobs that say the same share connections.</summary>
public sealed record ScrapeConnection
{
    /// <summary>Who asks; null: nobody in particular.</summary>
    public ScrapeLogin? Login { get; init; }

    /// <summary>Whether certificates are not verified.</summary>
    public bool SkipsVerification { get; init; }

    /// <summary>File of the certificates that are trusted instead of the system's; null: the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>File of our own certificate, PEM; null: none is shown.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>File of its key, PEM.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The name that the target's certificate must have; null: the target's own.</summary>
    public string? ServerName { get; init; }

    /// <summary>Proxy through which pages are fetched; null: none.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Hosts that are reached without it, commas between: names with their sub-domains, addresses, blocks, <c>*</c>.</summary>
    public string NoProxy { get; init; } = "";

    /// <summary>Whether the proxy is the one of the environment (<c>HTTP_PROXY</c>, <c>HTTPS_PROXY</c>, <c>NO_PROXY</c>).</summary>
    public bool ProxyFromEnvironment { get; init; }

    /// <summary>Whether redirects are followed.</summary>
    public bool FollowsRedirects { get; init; } = true;

    /// <summary>It without who asks: what a connection depends on.</summary>
    internal ScrapeConnection Bare => this with { Login = null };
}
