using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ampacity.Collect;

namespace Ampacity.Server;

/// <summary>Reads a NetBox instance into an export file; for commands, which know none of the types behind it.</summary>
public static class NetBoxDownload
{
    /// <summary>Environment variable that may hold the token.</summary>
    public const string TokenVariable = NetBoxToken.Variable;

    /// <summary>Longest export that a server takes, bytes.</summary>
    public const long ExportBytesMax = NetBoxImports.MaxBytes;

    /// <summary>Reads an instance.</summary>
    /// <param name="request">Which, and how it is trusted.</param>
    /// <param name="output">Where the export goes; nothing is written where something was wrong.</param>
    /// <param name="progress">Told after every page: list, objects of it so far, how many it has if NetBox says.</param>
    /// <param name="cancellationToken">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>What was wrong, or nothing; never throws for what NetBox does.</returns>
    /// <exception cref="FormatException">The token or the file of authorities is none; the message never holds the token.</exception>
    public static async Task<NetBoxDownloaded> RunAsync(
        NetBoxRequest request, Stream output, Action<string, int, long?> progress, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(request.Address, UriKind.Absolute, out var address))
        {
            throw new FormatException($"'{request.Address}' is no address: write one such as https://netbox.example.com/");
        }

        NetBoxToken? token = null;
        if (request.Token is not null && !NetBoxToken.TryParse(request.Token, out token, out var hint))
        {
            throw new FormatException(hint);
        }

        using var http = NetBoxReader.CreateClient(Trust(request.AuthorityFile));
        var reading = await new NetBoxReader(http, TimeProvider.System).ReadAsync(
            address, token, new NetBoxReaderLimits { AllowPlainHttp = request.AllowsPlainHttp, RequestTimeout = request.RequestTimeout }, new Told(progress), cancellationToken);
        reading.Export?.Write(output);
        return new(
            [.. reading.Errors.Select(error => new FileErrorRow(error.File, error.Line, error.Path, error.Rule, error.Hint))],
            reading.Export?.Count ?? 0, reading.RequestCount, reading.RetryCount, reading.ByteCount);
    }

    private static X509Certificate2Collection? Trust(string? path)
    {
        if (path is null)
        {
            return null;
        }

        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new FormatException($"{path}: cannot be read as certificates in PEM: {error.Message}", error);
        }

        return authorities.Count > 0 ? authorities : throw new FormatException($"{path}: no certificate (-----BEGIN CERTIFICATE-----) is in it");
    }

    private sealed class Told(Action<string, int, long?> tell) : IProgress<NetBoxProgress>
    {
        public void Report(NetBoxProgress value) => tell(value.Collection, value.Objects, value.Of);
    }
}

/// <summary>Which NetBox is read, and how it is trusted.</summary>
/// <param name="Address">Its start page, https.</param>
/// <param name="Token">Its API token; null for an instance that asks for none.</param>
/// <param name="AuthorityFile">Certificates in PEM that are trusted instead of the machine's; null for the machine's.</param>
/// <param name="AllowsPlainHttp">Whether the token may go in the clear to another machine.</param>
public sealed record NetBoxRequest(string Address, string? Token, string? AuthorityFile, bool AllowsPlainHttp)
{
    /// <summary>Longest time of one request, from send to last byte.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(2);
}

/// <summary>How reading an instance ended.</summary>
/// <param name="Errors">What was wrong; empty where the export is whole.</param>
/// <param name="Objects">Objects in the export.</param>
/// <param name="Requests">Requests, repeated ones included.</param>
/// <param name="Retries">Of them those that repeated a failed one.</param>
/// <param name="Bytes">Bytes of all answers, unpacked.</param>
public sealed record NetBoxDownloaded(IReadOnlyList<FileErrorRow> Errors, int Objects, int Requests, int Retries, long Bytes);
