using System.Globalization;
using System.Text.Json;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary>An export of a NetBox as a file: one that a person names, or what was read from an instance just now.</summary>
internal sealed class NetBoxSource : IAsyncDisposable
{
    private const int TokenMax = 1024;

    public NetBoxSource(string name, FileStream file) => (Name, File) = (name, file);

    /// <summary>Name of the file, or address of the instance.</summary>
    public string Name { get; }

    /// <summary>The export; standing anywhere.</summary>
    public FileStream File { get; }

    /// <summary>Opens a file, or reads an instance into one.</summary>
    /// <param name="source">Address or file.</param>
    /// <param name="tokenFile">File of the token, - for standard input; null for the environment.</param>
    /// <param name="authorities">File of certificates; null for the machine's.</param>
    /// <param name="allowHttp">Whether the token may go in the clear.</param>
    /// <param name="save">File to keep what was read; null for one that goes when it is closed.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="RefusedException">Something is wrong; says what and what to do.</exception>
    public static async Task<NetBoxSource> OpenAsync(
        string source, string? tokenFile, string? authorities, bool allowHttp, string? save, CancellationToken cancel)
    {
        if (!source.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && !source.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            return save is null && tokenFile is null
                ? new(Path.GetFileName(source), Open(source, FileMode.Open, FileOptions.SequentialScan))
                : throw new RefusedException($"{source} is a file: --token-file and --save are for an address such as https://netbox.example.com/.", null);
        }

        var file = save is null
            ? Temporary()
            : Open(save, FileMode.Create, FileOptions.None);
        try
        {
            var token = await TokenAsync(tokenFile, cancel);
            var bar = NetBoxProgressBar.Show();
            var read = await NetBoxDownload.RunAsync(new(source, token, authorities, allowHttp), file, bar.Tell, cancel);
            bar.End();
            if (read.Errors.Count > 0)
            {
                throw Refused(read.Errors);
            }

            Screen.Note(string.Create(
                CultureInfo.InvariantCulture, $"Read {read.Objects:N0} objects in {read.Requests:N0} requests, {read.Bytes / 1048576.0:0.0} MiB{(read.Retries > 0 ? $", {read.Retries} of them repeated" : "")}."));
            await file.FlushAsync(cancel);
            return new(new Uri(source).Host, file);
        }
        catch (FormatException error)
        {
            await file.DisposeAsync();
            throw new RefusedException(error.Message, null);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => File.DisposeAsync();

    // As the server tells errors of files, so that --json has one shape.
    private static RefusedException Refused(IReadOnlyList<FileErrorRow> errors) => new(
        string.Join('\n', errors.Select(error => $"{error.File}: {error.Path}: {error.Hint} [{error.Rule}]")) + "\nNothing was imported.",
        JsonSerializer.SerializeToElement(
            new { title = "NetBox could not be read", detail = $"{errors.Count} errors; nothing was imported.", status = 502, errors }, RestJson.Options));

    private static async Task<string?> TokenAsync(string? path, CancellationToken cancel)
    {
        if (path is null)
        {
            return Environment.GetEnvironmentVariable(NetBoxDownload.TokenVariable) is { Length: > 0 } said ? said : null;
        }

        var text = new char[TokenMax];
        if (path == "-")
        {
            if (!Console.IsInputRedirected)
            {
                Console.Error.Write("NetBox token (it will be seen): ");
                return Console.In.ReadLine() ?? "";
            }

            return new string(text, 0, await Console.In.ReadBlockAsync(text, cancel));
        }

        try
        {
            using var reader = new StreamReader(path);
            return new string(text, 0, await reader.ReadBlockAsync(text, cancel));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"{path}: the token cannot be read: {error.Message}", null);
        }
    }

    /// <summary>A file that goes when it is closed.</summary>
    public static FileStream Temporary() =>
        Open(Path.Combine(Path.GetTempPath(), $"ampacity-netbox-{Path.GetRandomFileName()}"), FileMode.CreateNew, FileOptions.DeleteOnClose);

    private static FileStream Open(string path, FileMode mode, FileOptions options)
    {
        try
        {
            var how = new FileStreamOptions
            {
                Mode = mode,
                Access = mode == FileMode.Open ? FileAccess.Read : FileAccess.ReadWrite,
                Share = FileShare.Read,
                BufferSize = 1 << 16,
                Options = options | FileOptions.Asynchronous,
            };
            if (mode != FileMode.Open && !OperatingSystem.IsWindows())
            {
                // It holds the names, serials and addresses of a whole site.
                how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            return new FileStream(path, how);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"{path}: cannot be {(mode == FileMode.Open ? "read" : "written")}: {error.Message}", null);
        }
    }
}
