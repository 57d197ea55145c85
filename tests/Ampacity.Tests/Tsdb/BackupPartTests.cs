using Ampacity.Samples;
using Ampacity.Tsdb;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Tsdb;

public sealed class BackupPartTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_copy_made_while_samples_come_opens_with_everything_acknowledged_before_it()
    {
        using var copy = new StoreFolder();
        List<string> acknowledged;
        await using (var store = await _folder.Open(segmentBytes: 4096))
        {
            for (var i = 0; i < 400; i++)
            {
                await store.AppendAsync(Batch((Resolve(store, i % 5), BeginMs + i, i)), Stop);
                if (i is 100 or 200)
                {
                    await store.FlushAsync(Stop);
                }
            }

            acknowledged = await Read(store, Query());
            var parts = store.OpenBackup();
            Assert.True(parts.Count > 2, "several segments");

            // What comes after is not in the copy, and does not disturb it; nor does a seal that deletes what was to be copied.
            for (var i = 400; i < 500; i++)
            {
                await store.AppendAsync(Batch((Resolve(store, i % 5), BeginMs + i, i)), Stop);
            }

            await store.FlushAsync(Stop);
            foreach (var part in parts)
            {
                var bytes = new byte[part.Bytes];
                part.Content.ReadExactly(bytes);
                part.Dispose();
                var path = Path.Combine(copy.Path, part.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await File.WriteAllBytesAsync(path, bytes, Stop);
            }
        }

        await using var opened = await copy.Open();
        Assert.Null(opened.OpenReport.CutAt);
        Assert.Equal(2, opened.OpenReport.Blocks);
        Assert.Equal(acknowledged, await Read(opened, Query()));
    }

    private static int Resolve(SampleStore store, int number) =>
        store.Resolve(LabelSet.Of(("__name__", "s"), ("n", $"{number}")).Canonical);
}
