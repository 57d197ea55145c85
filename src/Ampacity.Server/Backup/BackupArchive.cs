using System.Formats.Tar;
using System.Text.Json;
using Ampacity.Records;
using Ampacity.Tsdb;

namespace Ampacity.Server;

/// <summary>
/// A backup: one tar file with the inventory, the samples' journal and blocks, the keys that open stored passwords, and imported SKUs. Written
/// while the server goes on; the last entry says that it is whole.
/// </summary>
/// <remarks>
/// The samples are opened before the inventory is copied, so every sample has the inventory that it may be bound to. A backup holds
/// what opens passwords of BMCs: keep it as safe as the data folder.
/// </remarks>
internal static class BackupArchive
{
    public const string Manifest = "manifest.json";
    public const string Whole = "whole.json";
    public const string Records = "records.db";
    public const int Version = 1;

    /// <summary>Folders that are copied as they lie; none is large.</summary>
    public static readonly string[] Folders = ["keys", OwnSkus.FolderName];

    /// <summary>Writes a backup.</summary>
    /// <param name="dataFolder">The server's data folder.</param>
    /// <param name="records">The inventory.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="nowMs">When, UTC milliseconds.</param>
    /// <param name="output">Where the tar goes.</param>
    /// <param name="cancellationToken">Ends it; the tar is then not whole, and a restore refuses it.</param>
    public static async Task WriteAsync(
        string dataFolder, FactStore records, SampleStore samples, long nowMs, Stream output, CancellationToken cancellationToken)
    {
        var parts = samples.OpenBackup();
        var copy = Path.Combine(dataFolder, $"backup-{Guid.NewGuid():N}.tmp");
        try
        {
            await records.BackupToAsync(copy, cancellationToken);
            await using var tar = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true);
            await AddJsonAsync(tar, Manifest, new BackupManifest(Version, nowMs), cancellationToken);
            await using (var inventory = File.OpenRead(copy))
            {
                await AddAsync(tar, Records, inventory, cancellationToken);
            }

            foreach (var part in parts)
            {
                await AddAsync(tar, $"{ServerHost.SamplesFolder}/{part.Path}", new PrefixStream(part.Content, part.Bytes), cancellationToken);
            }

            foreach (var folder in Folders.Select(name => Path.Combine(dataFolder, name)).Where(Directory.Exists))
            {
                foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                {
                    await using var content = File.OpenRead(file);
                    await AddAsync(tar, Path.GetRelativePath(dataFolder, file).Replace('\\', '/'), content, cancellationToken);
                }
            }

            await AddJsonAsync(tar, Whole, new BackupManifest(Version, nowMs), cancellationToken);
        }
        finally
        {
            foreach (var part in parts)
            {
                part.Dispose();
            }

            File.Delete(copy);
        }
    }

    private static Task AddJsonAsync(TarWriter tar, string name, BackupManifest manifest, CancellationToken cancellationToken) =>
        AddAsync(tar, name, new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(manifest, RestJson.Options)), cancellationToken);

    private static Task AddAsync(TarWriter tar, string name, Stream content, CancellationToken cancellationToken) =>
        tar.WriteEntryAsync(
            new PaxTarEntry(TarEntryType.RegularFile, name)
            {
                DataStream = content,
                Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            },
            cancellationToken);
}

/// <summary>What a backup says of itself.</summary>
/// <param name="AmpacityBackup">Version of the layout.</param>
/// <param name="CreatedMs">When, UTC milliseconds.</param>
internal sealed record BackupManifest(int AmpacityBackup, long CreatedMs);
