using Ampacity.Samples;
using Ampacity.Tsdb;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Tsdb;

public sealed class SealTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_disk_that_is_full_while_a_block_is_written_loses_nothing_and_is_tried_again()
    {
        var files = new FailingFiles();
        await using var store = await _folder.Open(files: files);
        await store.AppendAsync(Batch((Resolve(store, 1), BeginMs, 1), (Resolve(store, 2), BeginMs, 2)), Stop);
        var before = await Read(store, Query());

        // A segment's header is 48 bytes, the cut 32; what is longer is of the block.
        files.OnWrite = bytes => bytes > 48 ? (0, new IOException("No space left on device")) : null;
        var error = await Assert.ThrowsAsync<SeriesStoreException>(() => store.FlushAsync(Stop));
        Assert.Contains("No space left on device", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await Read(store, Query()));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_folder.Path, "blocks")));

        files.OnWrite = _ => null;
        await store.AppendAsync(Batch((Resolve(store, 1), BeginMs + 1, 3)), Stop);
        await store.FlushAsync(Stop);
        Assert.Equal(3, store.Statistics.BlockSamples);
        Assert.Equal(0, store.Statistics.Samples);
    }

    [Fact]
    public async Task A_late_sample_whose_poll_follows_those_of_its_series_in_the_block_is_read_in_its_place()
    {
        await using var store = await _folder.Open();
        var series = Resolve(store, 1);
        for (var poll = 1; poll <= 40; poll++)
        {
            await store.AppendAsync(Batch((series, BeginMs + (poll * 1000), poll)), Stop);
        }

        await store.AppendAsync(Batch((series, BeginMs + 2500, 100)), Stop);
        await store.FlushAsync(Stop);
        foreach (var (from, through) in new[] { (0L, 50_000L), (2000, 4000), (2600, 50_000), (30_000, 50_000), (0, 2400), (2499, 2500) })
        {
            var expected = Enumerable.Range(1, 40).Select(poll => (TimeMs: poll * 1000L, Value: (double)poll)).Append((2500, 100))
                .Where(sample => sample.TimeMs > from && sample.TimeMs <= through).Order()
                .Select(sample => $" {sample.TimeMs}:{BitConverter.DoubleToInt64Bits(sample.Value):x}:0");
            var read = await Read(store, Query() with { FromMs = BeginMs + from, ThroughMs = BeginMs + through });
            Assert.EndsWith(string.Concat(expected), Assert.Single(read), StringComparison.Ordinal);
            Assert.Equal(expected.Count(), read[0].Count(letter => letter == ' '));
        }
    }

    [Fact]
    public async Task A_block_that_is_damaged_is_set_aside_by_name_and_the_rest_is_served()
    {
        await using (var store = await _folder.Open())
        {
            await store.AppendAsync(Batch((Resolve(store, 1), BeginMs, 1)), Stop);
            await store.FlushAsync(Stop);
            await store.AppendAsync(Batch((Resolve(store, 1), BeginMs + 1000, 2)), Stop);
            await store.FlushAsync(Stop);
        }

        Flip(Directory.GetDirectories(Path.Combine(_folder.Path, "blocks")).Order(StringComparer.Ordinal).First(), "block.json");
        await using var again = await _folder.Open();
        Assert.Contains("block.json", Assert.Single(again.OpenReport.BlocksSetAside), StringComparison.Ordinal);
        Assert.Contains(again.OpenReport.Lines(), line => line.Contains(".corrupt", StringComparison.Ordinal));
        Assert.EndsWith(":4000000000000000:0", Assert.Single(await Read(again, Query())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_that_a_read_meets_takes_the_block_out_of_service_and_the_read_goes_on()
    {
        await using (var store = await _folder.Open())
        {
            await store.AppendAsync(Batch((Resolve(store, 1), BeginMs, 1)), Stop);
            await store.FlushAsync(Stop);
            await store.AppendAsync(Batch((Resolve(store, 1), BeginMs + 1000, 2)), Stop);
        }

        Flip(Directory.GetDirectories(Path.Combine(_folder.Path, "blocks")).Single(), "values.parquet");
        await using var again = await _folder.Open();
        Assert.EndsWith(" 1000:4000000000000000:0", Assert.Single(await Read(again, Query())), StringComparison.Ordinal);
        Assert.Contains("values.parquet", Assert.Single(again.Statistics.BlocksSetAside), StringComparison.Ordinal);
        Assert.Equal(0, again.Statistics.Blocks);
        Assert.Single(Directory.GetDirectories(Path.Combine(_folder.Path, "blocks"), "*.corrupt"));
    }

    [Fact]
    public async Task A_clock_that_jumps_ahead_and_back_seals_and_deletes_nothing_that_is_wanted()
    {
        await using var store = await _folder.Open(retention: TimeSpan.FromHours(2));
        var series = Resolve(store, 1);
        await store.AppendAsync(Batch((series, BeginMs, 1)), Stop);
        _folder.Time.Advance(TimeSpan.FromDays(400));
        await store.AppendAsync(Batch((series, BeginMs + 1000, 2)), Stop);
        await store.FlushAsync(Stop);
        Assert.Equal(2, Assert.Single(await Read(store, Query())).Count(letter => letter == ':') / 2);
    }

    [Fact]
    public async Task A_flushed_store_keeps_hardly_any_journal()
    {
        await using var store = await _folder.Open(segmentBytes: 1 << 20);
        for (var i = 0; i < 2000; i++)
        {
            await store.AppendAsync(Batch((Resolve(store, i % 50), BeginMs + i, i)), Stop);
        }

        await store.FlushAsync(Stop);
        Assert.InRange(Directory.EnumerateFiles(_folder.JournalPath).Sum(file => new FileInfo(file).Length), 1, 70_000);
        Assert.Equal(0, store.Statistics.Samples);
        Assert.Equal(2000, store.Statistics.BlockSamples);
    }

    private static void Flip(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 0x40;
        File.WriteAllBytes(path, bytes);
    }

    private static int Resolve(SampleStore store, int number) => store.Resolve(LabelSet.Of(("__name__", "s"), ("n", $"{number}")).Canonical);
}
