using Ampacity.Collect;

namespace Ampacity.Server;

/// <summary>Which store a server reads beside its own, as <c>--store</c> says it.</summary>
internal static class StoreAddress
{
    private const string Kind = "prometheus=";

    /// <summary>Reads <c>prometheus=http://host:9090</c>, and the file with its headers.</summary>
    /// <param name="said">What the setting says; null for none.</param>
    /// <param name="headersFile">File with headers of every request; null for none.</param>
    /// <returns>Null where there is no such store.</returns>
    /// <exception cref="StartException">It cannot be read; says what to write.</exception>
    public static RemoteStoreOptions? Read(string? said, string? headersFile)
    {
        if (string.IsNullOrEmpty(said))
        {
            return string.IsNullOrEmpty(headersFile) ? null : throw new StartException("--store-headers says headers of a store, and there is no --store.");
        }

        if (!said.StartsWith(Kind, StringComparison.Ordinal) || !Uri.TryCreate(said[Kind.Length..], UriKind.Absolute, out var url)
            || url.Scheme is not ("http" or "https") || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            throw new StartException("--store takes prometheus= and the address of an API, without /api/v1, such as prometheus=http://127.0.0.1:9090.");
        }

        if (url.UserInfo.Length > 0)
        {
            throw new StartException("--store takes no password in its address, which anybody may read: put an Authorization header into a file and name it by --store-headers.");
        }

        return new RemoteStoreOptions { Url = url, Headers = ReadHeaders(headersFile, "--store-headers") };
    }

    /// <summary>Reads a file of headers.</summary>
    /// <exception cref="StartException">It cannot be read.</exception>
    public static IReadOnlyList<(string Name, string Value)> ReadHeaders(string? file, string setting)
    {
        if (string.IsNullOrEmpty(file))
        {
            return [];
        }

        try
        {
            var about = new FileInfo(file);
            return about.Length <= 65_536 ? HeaderLines.Read(File.ReadAllText(file)) : throw new StartException($"{setting}: {file} has {about.Length} bytes; headers are at most 64 KiB.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new StartException($"{setting}: {file}: {error.Message}", error);
        }
    }
}
