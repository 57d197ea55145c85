using System.Text;
using System.Text.Json;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary>
/// A folder of files out of NetBox. Beside them lies what every object is called, so that files that are written again say <c>formerly:</c> and
/// <c>removed:</c>.
/// </summary>
internal static class NetBoxFolder
{
    private const string NamesFile = "netbox-names.json";

    /// <summary>Longest file of names, bytes: 60 each for 3 million objects.</summary>
    private const long NamesMax = 256L << 20;

    /// <summary>Where an export begins at the latest: a byte order mark and spaces may stand before it.</summary>
    private const int BeginningMax = 4096;

    /// <summary>The export with the names of the time before, or null where there are none.</summary>
    /// <exception cref="RefusedException">The names cannot be read.</exception>
    public static async Task<NetBoxSource?> WithNamesAsync(string folder, NetBoxSource export, CancellationToken cancel)
    {
        var path = Path.Combine(folder, NamesFile);
        if (!File.Exists(path))
        {
            return null;
        }

        var names = await ReadAsync(path, cancel);
        export.File.Position = 0;
        var beginning = new byte[BeginningMax];
        var read = await export.File.ReadAtLeastAsync(beginning, beginning.Length, throwOnEndOfStream: false, cancel);
        var brace = beginning.AsSpan(0, read).IndexOf((byte)'{');
        if (brace < 0)
        {
            // No export: the server says what is wrong with it, with its line.
            return null;
        }

        var joined = NetBoxSource.Temporary();
        await joined.WriteAsync(Encoding.UTF8.GetBytes($"{{\"{NetBoxFilesAnswer.BeforeKey}\":{JsonSerializer.Serialize(names)},"), cancel);
        export.File.Position = brace + 1;
        await export.File.CopyToAsync(joined, cancel);
        await joined.FlushAsync(cancel);
        return new(export.Name, joined);
    }

    /// <summary>Writes files and names, and says which files of an earlier time are no longer part of it.</summary>
    /// <exception cref="RefusedException">The folder cannot be written.</exception>
    public static async Task WriteAsync(string folder, NetBoxFilesAnswer answer, CancellationToken cancel)
    {
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var file in answer.Files)
            {
                var path = Path.Combine([folder, .. file.Name.Split('/')]);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await File.WriteAllTextAsync(path, file.Text, cancel);
            }

            await File.WriteAllTextAsync(Path.Combine(folder, NamesFile), JsonSerializer.Serialize(answer.Names, RestJson.Options), cancel);
            var written = answer.Files.Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
            foreach (var old in Directory.EnumerateFiles(folder, "*.yaml").Where(path => !written.Contains(Path.GetFileName(path))).Order(StringComparer.Ordinal))
            {
                Screen.Note($"{old} is not of this import: NetBox no longer names its site, or somebody else wrote it. It was left as it is.");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"{folder}: cannot be written: {error.Message}", null);
        }
    }

    private static async Task<Dictionary<string, string>> ReadAsync(string path, CancellationToken cancel)
    {
        try
        {
            if (new FileInfo(path).Length > NamesMax)
            {
                throw new RefusedException($"{path}: over {NamesMax >> 20} MiB; move it away, then renames are not known.", null);
            }

            await using var file = File.OpenRead(path);
            return await JsonSerializer.DeserializeAsync<Dictionary<string, string>>(file, RestJson.Options, cancel) ?? [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new RefusedException($"{path}: the names of the time before cannot be read: {error.Message}", null);
        }
    }
}
