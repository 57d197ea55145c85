using Ampacity.Samples;
using Ampacity.Tsdb;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Tsdb;

/// <summary>Writes that stop half-way and reads that the disk refuses: each has an outcome that is said, and loses nothing.</summary>
public sealed class BrokenDiskTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_short_write_of_a_block_at_any_place_loses_nothing_and_is_tried_again()
    {
        // Each write of a flush in turn, the block's and the journal's, gets half of its bytes to the disk, until a flush ends without the fault.
        for (var fault = 1; ; fault++)
        {
            using var folder = new StoreFolder();
            var files = new FailingFiles();
            List<string> expected;
            await using (var store = await folder.Open(files: files))
            {
                await Fill(store);
                expected = await Read(store, Query());
                var (writes, met) = (0, false);
                files.OnWrite = length =>
                {
                    if (Interlocked.Increment(ref writes) != fault)
                    {
                        return null;
                    }

                    met = true;
                    return (length / 2, new IOException("Input/output error"));
                };

                // Where the fault is met by what only gives space back, the flush is done: that is tried again at the next.
                await Flushes(store);
                Assert.Equal(expected, await Read(store, Query()));
                if (!met)
                {
                    Assert.True(fault > 4, "a flush has more than four writes");
                    return;
                }

                files.OnWrite = _ => null;
                Assert.True(store.Statistics.Failure is not null || await Flushes(store), "the disk is whole again and the flush is refused");
                Assert.Equal(expected, await Read(store, Query()));
            }

            await using var again = await folder.Open();
            Assert.Equal(expected, await Read(again, Query()));
            Assert.Empty(again.OpenReport.SetAside);
            Assert.Empty(again.OpenReport.BlocksSetAside);
        }
    }

    [Fact]
    public async Task A_journal_segment_that_the_disk_does_not_read_to_its_end_stops_the_start_and_changes_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a file that gives less than its length is one of Linux's /sys");
        await using (var store = await _folder.Open())
        {
            await Fill(store);
        }

        var segment = JournalReader.SegmentFiles(_folder.JournalPath)[0];
        File.Move(segment, segment + ".kept");

        // It says that it has 4,096 bytes, gives a few and then none.
        File.CreateSymbolicLink(segment, "/sys/devices/system/cpu/online");
        var error = await Assert.ThrowsAsync<SeriesStoreException>(() => _folder.Open());
        Assert.Contains("cannot be opened", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{Path.GetFileName(segment)} gave", error.Message, StringComparison.Ordinal);
        Assert.Contains("check the disk", error.Message, StringComparison.Ordinal);

        // The disk reads again: all is there.
        File.Move(segment + ".kept", segment, overwrite: true);
        await using var again = await _folder.Open();
        Assert.Equal(200, again.OpenReport.Samples);
        Assert.Empty(again.OpenReport.SetAside);
    }

    [Fact]
    public async Task A_block_that_the_disk_does_not_read_is_named_and_the_rest_is_served()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads that fail with EIO are made by /proc/self/mem, which is Linux's");
        string rest;
        await using (var store = await _folder.Open())
        {
            await Fill(store);
            await store.FlushAsync(Stop);
            await store.AppendAsync(Batch((store.Resolve(LabelSet.Of(("n", "kept")).Canonical), BeginMs + 5000, 7)), Stop);
            rest = (await Read(store, Query(new Matcher("n", MatchKind.Equal, "kept"))))[0];
        }

        var block = Directory.EnumerateDirectories(Path.Combine(_folder.Path, "blocks")).Single();
        File.Delete(Path.Combine(block, BlockMeta.FileName));
        File.CreateSymbolicLink(Path.Combine(block, BlockMeta.FileName), "/proc/self/mem");
        await using var again = await _folder.Open();
        Assert.Contains(Path.GetFileName(block), Assert.Single(again.OpenReport.BlocksSetAside), StringComparison.Ordinal);
        Assert.Contains(again.OpenReport.Lines(), line => line.Contains("does not read", StringComparison.Ordinal) && line.Contains("check the disk", StringComparison.Ordinal));
        Assert.Equal(1, again.Statistics.BlockReadErrors);

        // Its bytes may be good: it has kept its name, for the next start.
        Assert.True(Directory.Exists(block));
        Assert.Single(again.Statistics.BlocksSetAside);
        Assert.Equal([rest], await Read(again, Query()));
    }

    private static async Task Fill(SampleStore store)
    {
        int[] series = [.. Enumerable.Range(0, 10).Select(i => store.Resolve(LabelSet.Of(("n", $"{i}")).Canonical))];
        for (var tick = 0; tick < 20; tick++)
        {
            await store.AppendAsync(Batch([.. series.Select(one => (one, BeginMs + (tick * 100), one + (tick / 10.0)))]), Stop);
        }
    }

    private static async Task<bool> Flushes(SampleStore store)
    {
        try
        {
            await store.FlushAsync(Stop);
            return true;
        }
        catch (SeriesStoreException error)
        {
            Assert.Contains("Input/output error", error.Message, StringComparison.Ordinal);
            return false;
        }
    }
}
