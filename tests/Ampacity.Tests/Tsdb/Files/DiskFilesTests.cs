using Ampacity.Samples;
using Ampacity.Tsdb;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Tsdb;

public sealed class DiskFilesTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_created_once_with_its_length_and_moves_over_another()
    {
        using (var file = DiskFiles.Instance.Create(Path("a"), 8))
        {
            file.Write([1, 2], 0);
            file.Write([3], 10);
            file.Flush();
            file.Truncate(11);
        }

        Assert.Throws<IOException>(() => DiskFiles.Instance.Create(Path("a"), 1));
        DiskFiles.Instance.Create(Path("b"), 3).Dispose();
        DiskFiles.Instance.Move(Path("a"), Path("b"));
        DiskFiles.Instance.FlushFolder(_folder.Path);
        Assert.False(File.Exists(Path("a")));
        Assert.Equal([1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 3], File.ReadAllBytes(Path("b")));
        DiskFiles.Instance.Delete(Path("b"));
        DiskFiles.Instance.Delete(Path("b"));
        Assert.Empty(Directory.EnumerateFiles(_folder.Path));
    }

    [Fact]
    public void A_folder_is_made_below_one_that_is_there_moves_to_a_free_name_and_goes_with_what_it_holds()
    {
        Assert.Throws<DirectoryNotFoundException>(() => DiskFiles.Instance.CreateFolder(Path("x/y")));
        DiskFiles.Instance.CreateFolder(Path("x"));
        DiskFiles.Instance.CreateFolder(Path("x"));
        DiskFiles.Instance.CreateFolder(Path("x/y"));
        DiskFiles.Instance.CreateFolder(Path("taken"));
        DiskFiles.Instance.Create(Path("x/y/file"), 1).Dispose();
        Assert.Throws<IOException>(() => DiskFiles.Instance.MoveFolder(Path("x"), Path("taken")));
        DiskFiles.Instance.MoveFolder(Path("x"), Path("z"));
        Assert.True(File.Exists(Path("z/y/file")));
        DiskFiles.Instance.DeleteFolder(Path("z"));
        DiskFiles.Instance.DeleteFolder(Path("z"));
        Assert.False(Directory.Exists(Path("z")));
    }

    [Fact]
    public void A_flush_of_a_folder_that_is_not_there_fails() =>
        Assert.Throws<IOException>(() => DiskFiles.Instance.FlushFolder(Path("nowhere")));

    [Fact]
    public async Task A_damaged_segment_is_replaced_only_when_its_copy_is_durable()
    {
        string segment;
        await using (var store = await _folder.Open())
        {
            await store.AppendAsync(Batch((store.Resolve(LabelSet.Of(("__name__", "s")).Canonical), BeginMs, 1)), Stop);
            segment = JournalReader.SegmentFiles(_folder.JournalPath)[^1];
        }

        var bytes = await File.ReadAllBytesAsync(segment, Stop);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(segment, bytes, Stop);

        // A segment behind it, or the damage would count as a torn tail.
        await using (await _folder.Open())
        {
        }

        File.Copy(segment, segment.Replace("00000001", "00000009", StringComparison.Ordinal));
        var flushesBefore = -1;
        var files = new FailingFiles();
        files.OnChange = (what, path) =>
        {
            flushesBefore = what == "move" && path == segment ? files.Flushes : flushesBefore;
            return null;
        };
        await File.WriteAllBytesAsync(segment, bytes, Stop);
        await using var again = await _folder.Open(files: files);
        Assert.True(flushesBefore >= 2, $"{flushesBefore} flushes before the segment was replaced: the copy and the new segment need one each");
        Assert.Contains(again.OpenReport.SetAside, name => name.StartsWith("00000001.journal.corrupt", StringComparison.Ordinal));
    }

    private string Path(string name) => System.IO.Path.Combine(_folder.Path, name);
}
