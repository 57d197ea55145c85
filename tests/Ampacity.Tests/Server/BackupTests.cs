using System.Formats.Tar;
using System.Net.Http.Json;
using Ampacity.Server;

namespace Ampacity.Tests;

/// <summary>A backup of a serving server brings back the same inventory; anything but a whole backup brings back nothing.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("ampacity-backup-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task What_a_backup_holds_is_what_the_restored_server_answers()
    {
        var (backup, before) = await BackUpAsync();
        var restored = Path.Combine(_root, "restored");
        var (_, files) = await BackupRestore.RunAsync(new MemoryStream(backup), restored, Token);
        Assert.True(files >= 2, "records and journal");
        await using var server = await StartAsync(restored);
        using var client = new HttpClient { BaseAddress = new Uri(server.Url) };
        Assert.Equal(before, await client.GetStringAsync(new Uri("api/fleet/v1/places?asOf=2100-01-01T00:00:00Z", UriKind.Relative), Token));
    }

    [Fact]
    public async Task What_is_restored_is_its_owners_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var (backup, _) = await BackUpAsync();
        var restored = Path.Combine(_root, "restored");
        await BackupRestore.RunAsync(new MemoryStream(backup), restored, Token);
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(restored, "keys")));
        foreach (var entry in Directory.EnumerateFileSystemEntries(restored, "*", SearchOption.AllDirectories))
        {
            Assert.True((File.GetUnixFileMode(entry) & Others) == default, $"{entry} is open to others: {File.GetUnixFileMode(entry)}");
        }
    }

    [Fact]
    public async Task A_backup_that_was_cut_off_restores_nothing()
    {
        var (backup, _) = await BackUpAsync();
        var restored = Path.Combine(_root, "restored");
        foreach (var length in new[] { 0, 512, backup.Length / 2, backup.Length - 2048 })
        {
            await Assert.ThrowsAsync<StartException>(() => BackupRestore.RunAsync(new MemoryStream(backup, 0, length), restored, Token));
            Assert.Equal(["data"], Directory.EnumerateFileSystemEntries(_root).Select(Path.GetFileName));
        }
    }

    [Fact]
    public async Task A_folder_that_holds_something_is_not_restored_into()
    {
        var (backup, _) = await BackUpAsync();
        var error = await Assert.ThrowsAsync<StartException>(
            () => BackupRestore.RunAsync(new MemoryStream(backup), Path.Combine(_root, "data"), Token));
        Assert.Contains("not empty", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("keys/../../escape")]
    [InlineData("/etc/escape")]
    [InlineData("elsewhere/x")]
    public async Task An_entry_that_no_backup_of_ours_has_restores_nothing(string name)
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            foreach (var entry in new[] { "manifest.json", name, "whole.json" })
            {
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, entry)
                {
                    DataStream = new MemoryStream("""{"ampacityBackup":1,"createdMs":1}"""u8.ToArray()),
                });
            }
        }

        tar.Position = 0;
        await Assert.ThrowsAsync<StartException>(() => BackupRestore.RunAsync(tar, Path.Combine(_root, "restored"), Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root));
    }

    private static Task<RunningServer> StartAsync(string folder) => ServerHost.StartAsync(
        new ServerSettings { Url = "http://127.0.0.1:0", DataFolder = folder, ShippedFolder = RepositoryFolder.Root, Collects = false }, Token);

    private async Task<(byte[] Backup, string Places)> BackUpAsync()
    {
        await using var server = await StartAsync(Path.Combine(_root, "data"));
        using var client = new HttpClient { BaseAddress = new Uri(server.Url) };
        var body = new { files = new[] { new { name = "one-rack.yaml", text = OneRack.FileText } }, author = "test", reason = "backup" };
        (await client.PostAsJsonAsync(new Uri("api/fleet/v1/changes", UriKind.Relative), body, Token)).EnsureSuccessStatusCode();
        var places = await client.GetStringAsync(new Uri("api/fleet/v1/places?asOf=2100-01-01T00:00:00Z", UriKind.Relative), Token);
        return (await client.GetByteArrayAsync(new Uri("api/fleet/v1/backup", UriKind.Relative), Token), places);
    }
}
