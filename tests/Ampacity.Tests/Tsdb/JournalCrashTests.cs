using Ampacity.Samples;
using Ampacity.Tsdb;
using CsCheck;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Tsdb;

public sealed class JournalCrashTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_cut_at_any_byte_loses_no_acknowledged_batch_and_invents_none()
    {
        // A batch: for each sample a series of five and an offset in time; small segments, so that some runs rotate.
        var batches = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 50]).Array[1, 6].Array[1, 8];
        await batches.SampleAsync(
            async appended =>
            {
                using var folder = new StoreFolder();

                // After each acknowledgement: which segment stands last, how far it is written, and what the store then holds.
                var acknowledged = new List<(string Segment, long Bytes, List<string> Content)>();
                var copy = Path.Combine(folder.Path, "..", Path.GetFileName(folder.Path) + "-copy");
                try
                {
                    await using (var store = await folder.Open(segmentBytes: 4096, files: new FailingFiles()))
                    {
                        acknowledged.Add((LastSegment(folder), JournalFormat.SegmentHeaderBytes, []));
                        // Never zero: a value that ends in zero bytes would be whole again behind a cut that left zeros.
                        var value = 1.0;
                        foreach (var batch in appended)
                        {
                            var samples = batch.Select(one => (Resolve(store, one.Item1), BeginMs + one.Item2, value++)).ToArray();
                            await store.AppendAsync(Batch(samples), Stop);
                            acknowledged.Add((LastSegment(folder), WrittenBytes(LastSegment(folder)), await Read(store, Query())));
                        }

                        CopyFolder(folder.JournalPath, copy);
                    }

                    await CutEverywhere(copy, acknowledged);
                }
                finally
                {
                    if (Directory.Exists(copy))
                    {
                        Directory.Delete(copy, recursive: true);
                    }
                }
            },
            iter: 3,
            threads: 1);
    }

    [Fact]
    public async Task A_torn_tail_is_cut_at_the_last_whole_record_and_said()
    {
        await using (var store = await _folder.Open())
        {
            await store.AppendAsync(Batch((Resolve(store, 1), BeginMs, 1)), Stop);
        }

        var segment = LastSegment(_folder);
        var whole = new FileInfo(segment).Length;
        await using (var file = new FileStream(segment, FileMode.Append))
        {
            file.Write([1, 2, 3, 4, 5, 0, 0, 0]);
        }

        await using var again = await _folder.Open();
        Assert.Single(await Read(again, Query()));
        Assert.Equal(5, again.OpenReport.BytesCut);
        Assert.Equal($"00000001.journal offset {whole}", again.OpenReport.CutAt);
        Assert.Contains(again.OpenReport.Lines(), line => line.Contains("cut a torn tail of 5 bytes", StringComparison.Ordinal));
        Assert.Empty(again.OpenReport.SetAside);
        Assert.Equal(whole, new FileInfo(segment).Length);
    }

    [Fact]
    public async Task A_damaged_record_in_an_older_segment_is_set_aside_and_the_rest_is_served()
    {
        await using (var store = await _folder.Open(segmentBytes: 4096))
        {
            for (var tick = 0; tick < 300; tick++)
            {
                await store.AppendAsync(Batch((Resolve(store, 1), BeginMs + tick, tick), (Resolve(store, 2), BeginMs + tick, tick)), Stop);
            }
        }

        var segments = JournalReader.SegmentFiles(_folder.JournalPath);
        Assert.True(segments.Count > 4);
        var bytes = await File.ReadAllBytesAsync(segments[1], Stop);
        bytes[2000] ^= 1;
        await File.WriteAllBytesAsync(segments[1], bytes, Stop);

        List<string> served;
        await using (var again = await _folder.Open())
        {
            Assert.Contains("00000002.journal.corrupt", Assert.Single(again.OpenReport.SetAside), StringComparison.Ordinal);
            Assert.Equal(598, again.OpenReport.Samples);
            Assert.Equal(0, again.OpenReport.BytesCut);
            Assert.Equal(bytes, await File.ReadAllBytesAsync(segments[1] + ".corrupt", Stop));
            served = await Read(again, Query());
            Assert.All(served, line => Assert.Equal(300, line.Split(' ').Length));
        }

        // The damage is gone from the journal: the next opening finds it whole, with the same samples.
        await using var third = await _folder.Open();
        Assert.Empty(third.OpenReport.SetAside);
        Assert.Equal(served, await Read(third, Query()));
    }

    [Fact]
    public async Task Samples_whose_labels_are_lost_are_counted_and_not_given_to_another_series()
    {
        await using (var store = await _folder.Open())
        {
            await store.AppendAsync(Batch((Resolve(store, 1), BeginMs, 1)), Stop);
            await store.AppendAsync(Batch((Resolve(store, 2), BeginMs, 2)), Stop);
        }

        var segment = LastSegment(_folder);
        var bytes = await File.ReadAllBytesAsync(segment, Stop);
        bytes[JournalFormat.SegmentHeaderBytes + JournalFormat.RecordHeaderBytes + 12] ^= 1;
        await File.WriteAllBytesAsync(segment, bytes, Stop);
        await using var again = await _folder.Open();
        Assert.Equal(1, again.OpenReport.SamplesWithoutSeries);
        Assert.StartsWith("s{n=\"2\"}", Assert.Single(await Read(again, Query())));
        Assert.Contains(again.OpenReport.Lines(), line => line.StartsWith("1 samples are lost", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_failed_fsync_ends_acknowledgements_and_leaves_reads()
    {
        var files = new FailingFiles();
        await using (var store = await _folder.Open(files: files))
        {
            await store.AppendAsync(Batch((Resolve(store, 1), BeginMs, 1)), Stop);
            files.OnFlush = () => new IOException("Input/output error");
            var batch = Batch((Resolve(store, 1), BeginMs + 1, 2));
            var error = await Assert.ThrowsAsync<SeriesStoreException>(async () => await store.AppendAsync(batch, Stop));
            Assert.Contains("Input/output error", error.Message, StringComparison.Ordinal);
            Assert.Contains("restart", error.Message, StringComparison.Ordinal);

            // Once failed it stays so, though the disk says yes again.
            files.OnFlush = () => null;
            await Assert.ThrowsAsync<SeriesStoreException>(async () => await store.AppendAsync(Batch((Resolve(store, 1), BeginMs + 2, 3)), Stop));
            Assert.NotNull(store.Statistics.Failure);
            Assert.Single(await Read(store, Query()));
        }

        await using var again = await _folder.Open();
        Assert.StartsWith("s{n=\"1\"} 0:", Assert.Single(await Read(again, Query())));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(30)]
    public async Task A_write_cut_short_by_a_full_disk_is_not_acknowledged_and_is_cut_at_the_next_opening(int written)
    {
        var files = new FailingFiles();
        await using (var store = await _folder.Open(files: files))
        {
            await store.AppendAsync(Batch((Resolve(store, 1), BeginMs, 1)), Stop);
            files.OnWrite = _ => (written, new IOException("No space left on device"));
            var error = await Assert.ThrowsAsync<SeriesStoreException>(
                async () => await store.AppendAsync(Batch((Resolve(store, 1), BeginMs + 1, 2)), Stop));
            Assert.Contains("No space left", error.Message, StringComparison.Ordinal);
        }

        await using var again = await _folder.Open();
        Assert.Equal(1, again.OpenReport.Samples);
        Assert.Equal(written > 0, again.OpenReport.BytesCut > 0);
        Assert.Empty(again.OpenReport.SetAside);
        Assert.Equal(1, (await again.AppendAsync(Batch((Resolve(again, 1), BeginMs + 1, 2)), Stop)).Stored);
    }

    [Fact]
    public async Task A_segment_that_cannot_be_begun_ends_acknowledgements()
    {
        var files = new FailingFiles();
        await using var store = await _folder.Open(segmentBytes: 4096, files: files);
        files.OnCreate = () => new IOException("No space left on device");
        await Assert.ThrowsAsync<SeriesStoreException>(async () =>
        {
            for (var tick = 0; tick < 1000; tick++)
            {
                await store.AppendAsync(Batch((Resolve(store, 1), BeginMs + tick, tick)), Stop);
            }
        });
    }

    [Fact]
    public async Task A_folder_is_held_by_one_store()
    {
        await using (await _folder.Open())
        {
            var error = await Assert.ThrowsAsync<SeriesStoreException>(() => _folder.Open());
            Assert.Contains("open in another process", error.Message, StringComparison.Ordinal);
        }

        await using var free = await _folder.Open();
        Assert.Equal(0, free.Statistics.Series);
    }

    [Fact]
    public async Task A_journal_of_a_newer_version_is_refused_and_left_alone()
    {
        await using (var store = await _folder.Open())
        {
            await store.AppendAsync(Batch((Resolve(store, 1), BeginMs, 1)), Stop);
        }

        var segment = LastSegment(_folder);
        var bytes = await File.ReadAllBytesAsync(segment, Stop);
        bytes[8] = JournalFormat.PackedVersion + 1;
        BitConverter.TryWriteBytes(bytes.AsSpan(40), JournalFormat.HeaderChecksum(bytes));
        await File.WriteAllBytesAsync(segment, bytes, Stop);
        var error = await Assert.ThrowsAsync<SeriesStoreException>(() => _folder.Open());
        Assert.Contains("version 3", error.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(segment, Stop));
    }

    [Fact]
    public async Task What_blocks_hold_leaves_the_journal_and_what_is_behind_the_retention_leaves_both()
    {
        var (hour, span) = (TimeSpan.FromHours(1), TimeSpan.FromMinutes(10));
        var minute = 0;
        await using (var store = await _folder.Open(segmentBytes: 4096, retention: hour, blockSpan: span))
        {
            // Held throughout, so that both numbers stand for what they do.
            var lease = store.Lease;
            var (lasting, passing) = (Resolve(store, 1), Resolve(store, 2));
            bool GivenBack() => store.Statistics is { Samples: < 60, JournalSegments: < 8, Blocks: > 3 and < 12 };

            // Minutes pass here in microseconds, so upkeep is given its time: each hour it catches up, and samples go on until it has given back.
            // Asked once where the loop ends: a merge of blocks may be under way.
            var givenBack = false;
            for (; minute < 400 || (minute < 2_000 && !(givenBack = GivenBack())); minute++)
            {
                if (minute % 60 == 0)
                {
                    await store.CatchUpAsync(Stop);
                }

                _folder.Time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(BeginMs + (minute * 60_000)));
                var timestampMs = BeginMs + (minute * 60_000);
                await store.AppendAsync(minute < 10 ? Batch((lasting, timestampMs, 1), (passing, timestampMs, 2)) with { Lease = lease } : Batch((lasting, timestampMs, 1)) with { Lease = lease }, Stop);
            }

            Assert.True(givenBack || GivenBack(), store.Statistics.ToString());
            Assert.Equal(0, store.Statistics.SealErrors);

            // Its labels have left the journal with its samples; a new sample brings them back.
            await store.AppendAsync(Batch((passing, BeginMs + ((minute - 1) * 60_000), 3)) with { Lease = lease }, Stop);
        }

        await using var again = await _folder.Open(retention: hour, blockSpan: span);
        Assert.Equal(0, again.OpenReport.SamplesWithoutSeries);
        Assert.Equal(0, again.OpenReport.SamplesNotKept);
        var last = BeginMs + ((minute - 1) * 60_000L);
        var read = await Read(again, Query() with { FromMs = last - 3_600_000, ThroughMs = last });
        Assert.Equal(2, read.Count);
        Assert.Equal(60, read[0].Split(' ').Length - 1);
    }

    private static async Task CutEverywhere(string copy, List<(string Segment, long Bytes, List<string> Content)> acknowledged)
    {
        var last = JournalReader.SegmentFiles(copy)[^1];
        var name = Path.GetFileName(last);
        var bytes = await File.ReadAllBytesAsync(last, Stop);
        var end = WrittenBytes(last);
        for (var cut = 0; cut <= end; cut++)
        {
            using var folder = new StoreFolder();
            CopyFolder(copy, folder.JournalPath);

            // Cut by a crash of the disk: behind the cut there are zeros, as allocated, or nothing.
            var path = Path.Combine(folder.JournalPath, name);
            await File.WriteAllBytesAsync(path, [.. bytes[..cut], .. new byte[cut % 2 * 100]], Stop);
            await using var store = await folder.Open(files: new FailingFiles());
            Assert.Empty(store.OpenReport.SetAside);
            Assert.Equal(0, store.OpenReport.SamplesWithoutSeries);

            // One batch is one group here: what was acknowledged before the cut is there, and nothing of the next.
            var expected = acknowledged.Last(point =>
                string.CompareOrdinal(Path.GetFileName(point.Segment), name) < 0 || (Path.GetFileName(point.Segment) == name && point.Bytes <= Math.Max(cut, JournalFormat.SegmentHeaderBytes)));
            Assert.Equal(expected.Content, await Read(store, Query()));
        }
    }

    private static int Resolve(SampleStore store, int number) =>
        store.Resolve(LabelSet.Of(("__name__", "s"), ("n", $"{number}")).Canonical);

    private static string LastSegment(StoreFolder folder) => JournalReader.SegmentFiles(folder.JournalPath)[^1];

    private static long WrittenBytes(string segment)
    {
        var bytes = File.ReadAllBytes(segment);
        Assert.True(JournalFormat.TryReadSegmentHeader(bytes, out var header));
        var end = JournalFormat.SegmentHeaderBytes;
        for (var walk = new JournalWalk(bytes, header); walk.MoveNext();)
        {
            end = walk.Offset + walk.Length;
        }

        return end;
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
