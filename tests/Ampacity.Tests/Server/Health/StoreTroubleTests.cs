using Ampacity.Samples;
using Ampacity.Server;
using Ampacity.Tests.Tsdb;
using Ampacity.Tsdb;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests;

public sealed class StoreTroubleTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_block_that_turns_out_damaged_while_it_is_read_is_said_once_with_what_to_do()
    {
        await using (var store = await _folder.Open())
        {
            await store.AppendAsync(Batch((store.Resolve(LabelSet.Of(("__name__", "m")).Canonical), BeginMs, 1)), Stop);
            await store.FlushAsync(Stop);
        }

        var values = Assert.Single(Directory.GetFiles(Path.Combine(_folder.Path, "blocks"), "values.parquet", SearchOption.AllDirectories));
        var bytes = await File.ReadAllBytesAsync(values, Stop);
        bytes[10] ^= 1;
        await File.WriteAllBytesAsync(values, bytes, Stop);
        await using var again = await _folder.Open();
        var lines = new StoreTroubleLines();
        Assert.Empty(lines.New(again.Statistics));
        Assert.Empty(await Read(again, Query()));
        var line = Assert.Single(lines.New(again.Statistics));
        Assert.StartsWith("damaged block set aside: ", line, StringComparison.Ordinal);
        Assert.Contains(".corrupt", line, StringComparison.Ordinal);
        Assert.Contains("restore the block from a backup", line, StringComparison.Ordinal);
        Assert.Empty(lines.New(again.Statistics));
    }

    [Fact]
    public async Task A_disk_that_refuses_is_said_when_it_begins_and_when_it_comes_again()
    {
        var files = new FailingFiles();
        await using var store = await _folder.Open(4096, files, packSegments: 2);
        var lines = new StoreTroubleLines();
        for (var time = 1; time <= 2; time++)
        {
            files.OnChange = (what, path) => what == "move" && path.EndsWith(".journal", StringComparison.Ordinal) ? new IOException("No space left on device") : null;
            await FillAsync(store, (2 * time) - 1);
            Assert.Contains("No space left on device", Assert.Single(lines.New(store.Statistics)), StringComparison.Ordinal);
            Assert.Empty(lines.New(store.Statistics));
            files.OnChange = (_, _) => null;
            _folder.Time.Advance(TimeSpan.FromMinutes(1));
            await FillAsync(store, 2 * time);
            Assert.Empty(lines.New(store.Statistics));
        }
    }

    // Some segments.
    private static async Task FillAsync(SampleStore store, int time)
    {
        var series = Enumerable.Range(0, 8).Select(i => store.Resolve(LabelSet.Of(("__name__", $"m{i}")).Canonical)).ToArray();
        for (var poll = 0; poll < 80; poll++)
        {
            await store.AppendAsync(
                new SampleBatch(new Poll[] { new(BeginMs + (time * 10_000) + (poll * 100), series.Length) }, series, series.Select(number => (double)number).ToArray(), default), Stop);
        }

        await store.CatchUpAsync(Stop);
    }
}
