using Ampacity.Samples;
using Ampacity.Tsdb;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Tsdb;

/// <summary>
/// Disks that refuse in the middle of a read, or give less than asked: whoever asked is told, nothing is taken for damaged that is not, nothing is cut,
/// and all is there once the disk reads again.
/// </summary>
public sealed class UnreadableTests : IDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly FailingFiles _files = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_block_that_the_disk_refuses_in_its_middle_stays_in_service_and_whoever_asked_is_told()
    {
        await using var store = await _folder.Open(files: _files);
        await Fill(store);
        var expected = await Read(store, Query());
        await store.FlushAsync(Stop);
        var block = Directory.EnumerateDirectories(Path.Combine(_folder.Path, "blocks")).Single();

        // The row group begins well, and then no more.
        var end = BlockMeta.TryRead(block, out _)!.Files.Single(file => file.Name == BlockSchema.ValuesFile).Groups[0].EndBytes;
        _files.OnRead = (path, offset, length) => !path.EndsWith(BlockSchema.ValuesFile, StringComparison.Ordinal) || offset >= end
            ? length
            : offset >= 128 ? throw new IOException("Input/output error") : (int)Math.Min(length, 128 - offset);
        var error = await Assert.ThrowsAsync<SeriesStoreException>(() => Read(store, Query()));
        Assert.Contains(Path.GetFileName(block), error.Message, StringComparison.Ordinal);
        Assert.Contains(BlockSchema.ValuesFile, error.Message, StringComparison.Ordinal);
        Assert.Contains("Input/output error", error.Message, StringComparison.Ordinal);
        Assert.Contains("check the disk", error.Message, StringComparison.Ordinal);
        Assert.Empty(store.Statistics.BlocksSetAside);
        Assert.Equal(1, store.Statistics.BlockReadErrors);
        Assert.True(Directory.Exists(block));

        // What needs no block is answered.
        await store.AppendAsync(Batch((store.Resolve(LabelSet.Of(("n", "new")).Canonical), BeginMs + 5000, 7)), Stop);
        Assert.Single(await Read(store, new SeriesQuery([], BeginMs + 4000, long.MaxValue, SeriesScope.Whole)));
        _files.OnRead = (_, _, length) => length;
        Assert.Equal(expected, await Read(store, Query(new Matcher("n", MatchKind.NotEqual, "new"))));
    }

    [Fact]
    public async Task Any_one_read_of_a_block_that_fails_ends_that_query_and_the_next_one_is_right()
    {
        var expected = await FillAndFlush();

        // Each read in turn: footers, checksums, labels, times and values, by the store and by Parquet's library.
        for (var fault = 1; ; fault++)
        {
            await using var store = await _folder.Open(files: _files);
            var (reads, met) = (0, false);
            _files.OnRead = (_, _, length) =>
            {
                if (Interlocked.Increment(ref reads) != fault)
                {
                    return length;
                }

                met = true;
                throw new IOException("Input/output error");
            };
            var failed = false;
            try
            {
                Assert.Equal(expected, await Read(store, Query()));
            }
            catch (SeriesStoreException error)
            {
                failed = true;
                Assert.Contains("Input/output error", error.Message, StringComparison.Ordinal);
            }

            Assert.Equal(met, failed);
            _files.OnRead = (_, _, length) => length;
            Assert.Equal(expected, await Read(store, Query()));
            Assert.Empty(store.Statistics.BlocksSetAside);
            Assert.Equal(failed ? 1 : 0, store.Statistics.BlockReadErrors);
            if (!met)
            {
                Assert.True(fault > 5, $"a read of a block has more than {fault - 1} reads of the disk");
                return;
            }
        }
    }

    [Fact]
    public async Task Any_one_read_by_Parquets_library_that_fails_is_the_disks_failure_and_no_damage()
    {
        await FillAndFlush();
        var block = Directory.EnumerateDirectories(Path.Combine(_folder.Path, "blocks")).Single();
        using var reader = BlockReader.TryOpen(_files, block, out _, out _)!;

        // Its checksums hold, and what was decoded is forgotten: from here on the library alone goes to the disk.
        var expected = Blocks.BlockInput.Read(reader);
        for (var fault = 1; ; fault++)
        {
            reader.Trim();
            var (reads, met) = (0, false);
            _files.OnRead = (_, _, length) =>
            {
                met |= ++reads == fault;
                return reads == fault ? throw new IOException("Input/output error") : length;
            };
            if (Record.Exception(() => Blocks.BlockInput.Read(reader)) is { } error)
            {
                Assert.Contains("Input/output error", Assert.IsType<BlockUnreadableException>(error).Reason, StringComparison.Ordinal);
            }
            else if (!met)
            {
                Assert.True(fault > 3, $"a read has more than {fault - 1} reads of the disk");
                return;
            }
            else
            {
                Assert.Fail($"read {fault} failed and nobody was told");
            }

            _files.OnRead = (_, _, length) => length;
            Assert.Equal(expected, Blocks.BlockInput.Read(reader));
        }
    }

    [Fact]
    public async Task Any_one_read_that_fails_at_the_start_leaves_the_block_as_it_is_and_the_next_start_has_all()
    {
        var expected = await FillAndFlush();
        for (var fault = 1; ; fault++)
        {
            var (reads, met) = (0, false);
            _files.OnRead = (path, _, length) =>
            {
                if (!path.EndsWith(".parquet", StringComparison.Ordinal) || Interlocked.Increment(ref reads) != fault)
                {
                    return length;
                }

                met = true;
                throw new IOException("Input/output error");
            };
            await using (var store = await _folder.Open(files: _files))
            {
                Assert.Equal(met ? 1 : 0, store.OpenReport.BlocksUnreadable.Count);
                Assert.Equal(met ? 1 : 0, store.Statistics.BlocksSetAside.Count);
            }

            _files.OnRead = (_, _, length) => length;
            await using (var store = await _folder.Open(files: _files))
            {
                Assert.Equal(expected, await Read(store, Query()));
            }

            if (!met)
            {
                Assert.True(fault > 3, "opening a block has more than three reads");
                return;
            }
        }
    }

    [Fact]
    public async Task A_block_that_cannot_be_read_back_loses_nothing_and_the_next_flush_has_a_name_of_its_own()
    {
        List<string> expected;
        await using (var store = await _folder.Open(files: _files))
        {
            await Fill(store);
            expected = await Read(store, Query());
            _files.OnRead = (_, _, _) => throw new IOException("Input/output error");
            var error = await Assert.ThrowsAsync<SeriesStoreException>(() => store.FlushAsync(Stop));
            Assert.Contains("cannot be read back", error.Message, StringComparison.Ordinal);
            _files.OnRead = (_, _, length) => length;
            Assert.Equal(expected, await Read(store, Query()));
            await store.FlushAsync(Stop);
            Assert.Equal(expected, await Read(store, Query()));
        }

        await using var again = await _folder.Open(files: _files);
        Assert.Empty(again.Statistics.BlocksSetAside);
        Assert.Equal(expected, await Read(again, Query()));
    }

    [Fact]
    public async Task A_disk_that_gives_a_few_bytes_at_a_time_gives_all_of_them()
    {
        List<string> expected;
        await using (var store = await _folder.Open())
        {
            await Fill(store);
            await store.FlushAsync(Stop);
            await store.AppendAsync(Batch((store.Resolve(LabelSet.Of(("n", "journal")).Canonical), BeginMs + 5000, 7)), Stop);
            expected = await Read(store, Query());
        }

        _files.OnRead = (_, _, length) => Math.Min(length, 7);
        await using var again = await _folder.Open(files: _files);
        Assert.Equal(1, again.OpenReport.Samples);
        Assert.Null(again.OpenReport.CutAt);
        Assert.Equal(expected, await Read(again, Query()));
        Assert.Empty(again.Statistics.BlocksSetAside);
        Assert.Equal(0, again.Statistics.BlockReadErrors);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_journal_that_the_disk_refuses_or_withholds_at_any_place_stops_the_start_and_is_never_cut(bool refuses)
    {
        List<string> expected;
        await using (var store = await _folder.Open(segmentBytes: 4096))
        {
            await Fill(store);
            expected = await Read(store, Query());
        }

        var segments = JournalReader.SegmentFiles(_folder.JournalPath);
        Assert.True(segments.Count > 2, "several segments");
        var before = segments.Select(File.ReadAllBytes).ToArray();

        // The first, one in the middle and the last, which alone may be torn; at the header, within a record and at the last byte.
        foreach (var segment in new[] { 0, segments.Count / 2, segments.Count - 1 })
        {
            foreach (var at in new[] { 0, 20, before[segment].Length / 2, before[segment].Length - 1 })
            {
                _files.OnRead = (path, offset, length) => path != segments[segment] || offset + length <= at
                    ? length
                    : offset < at ? (int)(at - offset) : refuses ? throw new IOException("Input/output error") : 0;
                var error = await Assert.ThrowsAsync<SeriesStoreException>(() => _folder.Open(segmentBytes: 4096, files: _files));
                Assert.Contains($"{segments[segment]} {(refuses ? $"cannot be read from byte {at} on: Input/output error" : $"gave {at} of its")}", error.Message, StringComparison.Ordinal);
                Assert.Contains("check the disk", error.Message, StringComparison.Ordinal);
                Assert.Equal(segments, JournalReader.SegmentFiles(_folder.JournalPath));
                Assert.All(segments.Zip(before), pair => Assert.Equal(pair.Second, File.ReadAllBytes(pair.First)));
            }
        }

        _files.OnRead = (_, _, length) => length;
        await using var again = await _folder.Open(segmentBytes: 4096, files: _files);
        Assert.Equal(expected, await Read(again, Query()));
        Assert.Null(again.OpenReport.CutAt);
        Assert.Empty(again.OpenReport.SetAside);
    }

    [Fact]
    public async Task A_merge_of_blocks_that_the_disk_refuses_leaves_them_and_is_tried_again()
    {
        await using var store = await _folder.Open(files: _files, blockSpan: TimeSpan.FromSeconds(1));
        var series = store.Resolve(LabelSet.Of(("n", "0")).Canonical);
        var (merged, failures) = (false, 0);
        for (var tick = 0; tick < 400 && !merged; tick++)
        {
            // Nothing but a merge reads values: no query is under way.
            _files.OnRead = (path, _, length) => path.EndsWith(BlockSchema.ValuesFile, StringComparison.Ordinal) && store.Statistics.SealErrors < 2
                ? throw new IOException("Input/output error")
                : length;
            _folder.Time.Advance(TimeSpan.FromSeconds(31));
            await store.AppendAsync(Batch((series, BeginMs + (tick * 500L), tick)), Stop);
            var blocks = store.Statistics.Blocks;
            await store.CatchUpAsync(Stop);
            merged = store.Statistics.Blocks < blocks;
            failures = (int)store.Statistics.SealErrors;
        }

        Assert.True(merged, "two merges were refused and a later one is done");
        Assert.Equal(2, failures);
        Assert.Empty(store.Statistics.BlocksSetAside);
        var line = Assert.Single(await Read(store, Query()));
        Assert.Equal(store.Statistics.Stored, line.Split(' ').Length - 1);
    }

    private async Task<List<string>> FillAndFlush()
    {
        await using var store = await _folder.Open(files: _files);
        await Fill(store);
        var expected = await Read(store, Query());
        await store.FlushAsync(Stop);
        return expected;
    }

    private static async Task Fill(SampleStore store)
    {
        int[] series = [.. Enumerable.Range(0, 40).Select(i => store.Resolve(LabelSet.Of(("n", $"{i}")).Canonical))];
        for (var tick = 0; tick < 20; tick++)
        {
            await store.AppendAsync(Batch([.. series.Select(one => (one, BeginMs + (tick * 100), one + (tick / 10.0)))]), Stop);
        }
    }
}
