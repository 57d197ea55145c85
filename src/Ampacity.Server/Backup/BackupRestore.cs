using System.Formats.Tar;
using System.Text.Json;
using Ampacity.Records;

namespace Ampacity.Server;

/// <summary>Brings a backup back into a data folder that does not exist yet or is empty. All of it, or nothing.</summary>
public static class BackupRestore
{
    /// <summary>Most entries read. A journal of 64 MB segments reaches it at 64 TB.</summary>
    private const int EntriesMax = 1_000_000;

    /// <summary>Restores.</summary>
    /// <param name="backup">The tar that a backup wrote.</param>
    /// <param name="dataFolder">Where to; a server must not be running on it.</param>
    /// <param name="cancellationToken">Ends it; the folder is then as it was.</param>
    /// <returns>When the backup was made, UTC milliseconds, and how many files it held.</returns>
    /// <exception cref="StartException">The folder holds something, or the tar is no whole backup of a version that we know; nothing was changed.</exception>
    public static async Task<(long CreatedMs, int Files)> RunAsync(Stream backup, string dataFolder, CancellationToken cancellationToken)
    {
        var target = Path.GetFullPath(dataFolder);
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
        {
            throw new StartException($"{target} is not empty: a restore overwrites nothing. Name a new folder with --data, or move that one away.");
        }

        var staging = $"{target.TrimEnd(Path.DirectorySeparatorChar)}.restoring-{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(staging);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(staging, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            var (manifest, files) = await UnpackAsync(backup, staging, cancellationToken);
            await RestoreRecordsAsync(staging, cancellationToken);
            if (Directory.Exists(target))
            {
                Directory.Delete(target);
            }

            Directory.Move(staging, target);
            return (manifest.CreatedMs, files);
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or FormatException or JsonException)
        {
            throw new StartException($"This is no backup of ours, or it is damaged ({error.Message}): nothing was restored.", error);
        }
        catch (RecordStoreException error)
        {
            throw new StartException($"The inventory could not be restored: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{target} cannot be written ({error.Message}): nothing was restored.", error);
        }
        finally
        {
            if (Directory.Exists(staging))
            {
                Directory.Delete(staging, recursive: true);
            }
        }
    }

    // Where the environment names a PostgreSQL, the inventory goes there, and only if there is none yet.
    private static async Task RestoreRecordsAsync(string staging, CancellationToken cancellationToken)
    {
        var location = RecordLocation.FromEnvironment(staging);
        if (location.Folder is not null)
        {
            return;
        }

        var copy = Path.Combine(staging, BackupArchive.Records);
        await using var store = await FactStore.OpenAsync(location, TimeProvider.System, cancellationToken);
        await store.RestoreAsync(copy, cancellationToken);
        File.Delete(copy);
    }

    private static async Task<(BackupManifest Manifest, int Files)> UnpackAsync(Stream backup, string staging, CancellationToken cancellationToken)
    {
        await using var tar = new TarReader(backup, leaveOpen: true);
        BackupManifest? manifest = null;
        var files = 0;
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            if (files > EntriesMax)
            {
                throw new InvalidDataException($"more than {EntriesMax} files");
            }

            if (manifest is null)
            {
                manifest = entry is { Name: BackupArchive.Manifest, DataStream: { } said, Length: < 4096 }
                    ? await JsonSerializer.DeserializeAsync<BackupManifest>(said, RestJson.Options, cancellationToken)
                    : null;
                if (manifest is not { AmpacityBackup: > 0 })
                {
                    throw new InvalidDataException("it does not begin with the manifest of a backup");
                }

                if (manifest.AmpacityBackup > BackupArchive.Version)
                {
                    throw new InvalidDataException($"its layout is version {manifest.AmpacityBackup}, this program knows up to {BackupArchive.Version}: restore it with the newer program");
                }

                continue;
            }

            if (entry.Name == BackupArchive.Whole)
            {
                return (manifest, files);
            }

            files++;
            await ExtractAsync(entry, staging, cancellationToken);
        }

        throw new InvalidDataException("it ends too early: the backup was cut off while it was written");
    }

    private static async Task ExtractAsync(TarEntry entry, string staging, CancellationToken cancellationToken)
    {
        var segments = entry.Name.Split('/');
        var known = entry.Name == BackupArchive.Records
            || (segments.Length > 1 && (segments[0] == ServerHost.SamplesFolder || BackupArchive.Folders.Contains(segments[0], StringComparer.Ordinal)));
        if (entry.EntryType != TarEntryType.RegularFile || !known || !segments.All(IsPlain))
        {
            throw new InvalidDataException($"it holds '{entry.Name}', which no backup of ours does");
        }

        var path = Path.Combine([staging, .. segments]);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }
        else
        {
            // Keys and passwords are among them, and the folder may later be opened to a group. The mode counts for the last folder of a path alone.
            for (var depth = 1; depth < segments.Length; depth++)
            {
                Directory.CreateDirectory(Path.Combine([staging, .. segments[..depth]]), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var file = new FileStream(path, options);
        if (entry.DataStream is { } content)
        {
            await content.CopyToAsync(file, cancellationToken);
        }

        // Durable before the folder gets its name.
        file.Flush(flushToDisk: true);
    }

    private static bool IsPlain(string segment) =>
        segment.Length is > 0 and < 256 && segment[0] != '.' && segment.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '@' or '{' or '}');
}
