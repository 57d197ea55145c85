using Ampacity.Samples;
using Ampacity.Tsdb;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Tsdb.Blocks;

public sealed class BlockWriterTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_disk_that_fails_at_any_step_leaves_no_block_and_its_own_words()
    {
        var input = Input();
        var steps = Counting(out var counted);
        input.Write(_folder.Path, counted);
        Directory.Delete(Path.Combine(_folder.Path, BlockInput.Name().ToString()), recursive: true);
        Assert.True(steps() > 15, $"{steps()} steps");
        for (var fail = 1; fail <= steps(); fail++)
        {
            var files = new FailingFiles();
            var step = 0;
            IOException? Next(string what) => ++step == fail ? new IOException($"No space left on device ({what})") : null;
            files.OnCreate = () => Next("create");
            files.OnWrite = length => Next("write") is { } error ? (length / 2, error) : null;
            files.OnFlush = () => Next("fsync");
            files.OnChange = (what, _) => Next(what);
            var thrown = Assert.ThrowsAny<IOException>(() => input.Write(_folder.Path, files));
            Assert.Contains("No space left on device", thrown.Message, StringComparison.Ordinal);
            Assert.Empty(BlockFolder.List(_folder.Path));
            Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
        }

        input.Write(_folder.Path);
        Assert.Single(BlockFolder.List(_folder.Path));
    }

    [Fact]
    public void A_block_gets_its_name_only_after_all_its_bytes_are_durable()
    {
        var files = new FailingFiles();
        var (flushes, folderFlushed, order) = (0, false, new List<string>());
        files.OnFlush = () =>
        {
            flushes++;
            return null;
        };
        files.OnChange = (what, path) =>
        {
            order.Add(what);
            folderFlushed |= what == "flush folder" && path.EndsWith(BlockFolder.UnfinishedSuffix, StringComparison.Ordinal);
            Assert.True(what != "move folder" || (flushes == 4 && folderFlushed));
            return null;
        };
        Input().Write(_folder.Path, files);
        Assert.Equal(["delete folder", "create folder", "flush folder", "move folder", "flush folder"], order);
    }

    [Fact]
    public void An_unfinished_block_is_swept_away()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, BlockInput.Name() + BlockFolder.UnfinishedSuffix));
        Input().Write(_folder.Path, name: BlockInput.Name(2));
        Assert.Equal([BlockInput.Name() + BlockFolder.UnfinishedSuffix], BlockFolder.Sweep(new FailingFiles(), _folder.Path));
        Assert.Equal([BlockInput.Name(2)], BlockFolder.List(_folder.Path));
        BlockFolder.Delete(new FailingFiles(), _folder.Path, BlockInput.Name(2));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_cancelled_block_leaves_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => Input().Write(_folder.Path, cancellationToken: cancelled.Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Wrong_order_and_wrong_columns_are_bugs_of_the_caller()
    {
        using var writer = new BlockWriter(new FailingFiles(), _folder.Path, BeginMs, BeginMs + 1000, 1);
        Assert.Throws<InvalidOperationException>(() => writer.AddPolls([]));
        Assert.Throws<InvalidOperationException>(() => writer.AddPolls([BeginMs + 2, BeginMs + 2]));
        Assert.Throws<InvalidOperationException>(() => writer.AddPolls([BeginMs + 2, BeginMs + 1001]));
        var polls = writer.AddPolls([BeginMs, BeginMs + 1]);
        var (a, b) = (LabelSet.Of(("__name__", "a")), LabelSet.Of(("__name__", "b")));
        writer.AddSeries(b.Canonical, polls, default, [1, 2], default);
        Assert.Throws<InvalidOperationException>(() => writer.AddSeries(a.Canonical, polls, default, [1, 2], default));
        Assert.Throws<InvalidOperationException>(() => writer.AddSeries(b.Canonical, polls, default, [1], default));
        Assert.Throws<InvalidOperationException>(() => writer.AddSeries(b.Canonical, polls, [0, 2], [1, 2], default));
        Assert.Throws<InvalidOperationException>(() => writer.AddSeries(b.Canonical, polls, [1, 1], [1, 2], default));
        Assert.Throws<InvalidOperationException>(() => writer.AddSeries(b.Canonical, polls, default, [1, 2], [SampleQuality.Good]));
    }

    [Fact]
    public void A_block_that_is_retired_is_closed_when_its_last_reader_lets_go()
    {
        Input().Write(_folder.Path);
        var reader = BlockReader.TryOpen(Path.Combine(_folder.Path, BlockInput.Name().ToString()), out _)!;
        var deleted = 0;
        Assert.True(reader.TryAddReference());
        reader.Retire(() => deleted++);
        Assert.Equal(0, deleted);
        Assert.Equal(Input().Expected(), BlockInput.Read(reader));
        reader.Release();
        Assert.Equal(1, deleted);
        Assert.False(reader.TryAddReference());
    }

    private static BlockInput Input()
    {
        var input = new BlockInput();
        var random = new Random(3);
        var polls = input.AddPolls([.. Enumerable.Range(0, 3000).Select(i => 100L * i)]);
        for (var i = 0; i < 50; i++)
        {
            // More than a row group, of values that do not compress, so that the disk is written to on the way.
            input.Add(LabelSet.Of(("__name__", "noise"), ("n", $"{i:D2}")), polls, [.. Enumerable.Range(0, 3000).Select(_ => random.NextDouble())]);
        }

        return input;
    }

    private static Func<int> Counting(out FailingFiles files)
    {
        var steps = 0;
        Exception? Count()
        {
            steps++;
            return null;
        }

        files = new FailingFiles
        {
            OnCreate = Count,
            OnWrite = _ => Count() is { } error ? (0, error) : null,
            OnFlush = Count,
            OnChange = (_, _) => Count(),
        };
        return () => steps;
    }
}
