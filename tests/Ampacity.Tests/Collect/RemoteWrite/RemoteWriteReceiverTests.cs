using System.Text;
using Ampacity.Collect;
using Ampacity.Samples;
using Ampacity.Tests.Tsdb;
using Ampacity.Tsdb;
using CsCheck;
using Snappier;
using static Ampacity.Tests.Collect.WriteRequestBytes;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Collect;

public sealed class RemoteWriteReceiverTests : IDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly RemoteWriteReceiver _receiver = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_request_is_read_to_the_bit_with_labels_in_any_order()
    {
        await using var store = await _folder.Open();
        var body = Compress(
            Series([("__name__", "up"), ("job", "node")], (BeginMs, 1), (BeginMs + 1, StaleMarker.Value)),
            Field(3, [8, 1]),
            Series([("job", "node"), ("__name__", "down"), ("empty", "")], (BeginMs, BitConverter.Int64BitsToDouble(0x7ff8000000000abc))),
            Series([("__name__", "quiet")]));
        var result = await _receiver.ReceiveAsync(body, store, Stop);
        Assert.Equal(new ReceiveResult(new AppendReceipt(3, 0, 0, 0), new ReceiveCounts { Series = 3, Samples = 3, Metadata = 1 }), result);
        Assert.Equal(204, result.StatusCode);
        Assert.Equal("", result.Message);
        Assert.Equal(
            ["down{job=\"node\"} 0:7ff8000000000abc:0", $"up{{job=\"node\"}} 0:{BitConverter.DoubleToInt64Bits(1):x}:0 1:{StaleMarker.Bits:x}:0"],
            await Read(store, Query()));
        Assert.Equal(3, (await _receiver.ReceiveAsync(body, store, Stop)).Receipt.Duplicates);
    }

    [Fact]
    public async Task A_known_spelling_is_known_to_its_own_store_only_and_another_spelling_is_the_same_series()
    {
        using var otherFolder = new StoreFolder();
        await using var store = await _folder.Open();
        await using var other = await otherFolder.Open();
        other.Resolve(LabelSet.Of(("__name__", "first")).Canonical);
        for (var tick = 0; tick < 3; tick++)
        {
            var sorted = Compress(Series([("__name__", "m"), ("a", "1")], (BeginMs + (tick * 10), tick)));
            await _receiver.ReceiveAsync(sorted, store, Stop);
            await _receiver.ReceiveAsync(sorted, other, Stop);
            await _receiver.ReceiveAsync(Compress(Series([("a", "1"), ("__name__", "m")], (BeginMs + (tick * 10) + 1, tick))), store, Stop);

            // Labels behind the samples, as no sender does: read all the same, never remembered.
            var odd = Join(Series([("__name__", "m")])[2..], Series([], (BeginMs + (tick * 10) + 2, tick))[2..], Series([("a", "1")])[2..]);
            Assert.Equal(1, (await _receiver.ReceiveAsync(Compress(Field(1, odd)), store, Stop)).Receipt.Stored);
        }

        Assert.Equal(9, Assert.Single(await Read(store, Query())).Split(' ').Length - 1);
        Assert.StartsWith("m{a=\"1\"}", Assert.Single(await Read(other, Query())));
    }

    [Fact]
    public async Task Samples_of_one_scrape_become_one_poll()
    {
        await using (var store = await _folder.Open())
        {
            await _receiver.ReceiveAsync(Compress([.. Enumerable.Range(0, 50).Select(i => Series([("__name__", $"m{i}")], (BeginMs, i)))]), store, Stop);
        }

        using var dump = new MemoryStream();
        JournalReader.WriteJsonLines(JournalReader.SegmentFiles(_folder.JournalPath)[0], dump, Stop);
        Assert.Contains($"\"polls\":[{{\"timestampMs\":{BeginMs},\"count\":50}}]", Encoding.UTF8.GetString(dump.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Series_with_labels_that_are_not_valid_are_refused_and_the_others_kept()
    {
        await using var store = await _folder.Open();
        byte[][] refused =
        [
            Series([("job", "no name")], (BeginMs, 1)),
            Series([("__name__", "")], (BeginMs, 1)),
            Series([("__name__", "m"), ("a", "1"), ("a", "2")], (BeginMs, 1)),
            Series([("__name__", "m"), ("", "1")], (BeginMs, 1)),
            Series([("__name__", "m"), (new string('n', 513), "1")], (BeginMs, 1)),
            Series([("__name__", "m"), ("a", new string('v', 4097))], (BeginMs, 1)),
            Series([("__name__", "m"), .. Enumerable.Range(0, 64).Select(i => ($"l{i}", "1"))], (BeginMs, 1)),
            Field(1, Join(Field(1, Join(Field(1, "__name__"u8.ToArray()), Field(2, [0xC3, 0x28]))))),
        ];
        for (var i = 0; i < refused.Length; i++)
        {
            var result = await _receiver.ReceiveAsync(Compress(refused[i], Series([("__name__", "ok")], (BeginMs + i, i))), store, Stop);
            Assert.Equal((1, 1, 400), (result.Counts.SeriesRefused, result.Receipt.Stored, result.StatusCode));
            Assert.Contains("series 1 of the request", result.Message, StringComparison.Ordinal);
        }

        Assert.Equal(["__name__"], await store.ReadLabelNamesAsync(Query(), Stop));
    }

    [Fact]
    public async Task What_is_not_kept_is_said()
    {
        await using var store = await _folder.Open(maxSeries: 1);
        await _receiver.ReceiveAsync(Compress(Series([("__name__", "m")], (BeginMs, 1))), store, Stop);
        var histogram = await _receiver.ReceiveAsync(
            Compress(Field(1, Join(Series([("__name__", "m")])[2..], Field(3, []), Field(4, []), Field(4, [])))), store, Stop);
        Assert.Equal((1, 2, 400), (histogram.Counts.Exemplars, histogram.Counts.Histograms, histogram.StatusCode));
        var times = await _receiver.ReceiveAsync(Compress(Series([("__name__", "m")], (BeginMs - 1_800_001, 1), (BeginMs + 600_001, 1))), store, Stop);
        Assert.Equal((new AppendReceipt(0, 0, 1, 1), 400), (times.Receipt, times.StatusCode));
        var full = await _receiver.ReceiveAsync(Compress(Series([("__name__", "new")], (BeginMs, 1)), Series([("__name__", "m")], (BeginMs + 1, 1))), store, Stop);
        Assert.Equal((1, 1, 429), (full.Counts.SeriesOverLimit, full.Receipt.Stored, full.StatusCode));
        Assert.Contains("MaxSeries", full.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_cut_at_any_byte_is_refused_whole_or_ends_between_fields()
    {
        await using var store = await _folder.Open(files: new FailingFiles());
        var first = Series([("__name__", "a"), ("job", "x")], (BeginMs, 1), (BeginMs + 1, 2));
        var whole = Join(first, Series([("__name__", "b")], (BeginMs, 3)));
        for (var cut = 0; cut < whole.Length; cut++)
        {
            var body = Snappy.CompressToArray(whole.AsSpan(0, cut));
            if (cut == 0 || cut == first.Length)
            {
                Assert.Equal(cut == 0 ? 0 : 1, (await _receiver.ReceiveAsync(body, store, Stop)).Counts.Series);
                continue;
            }

            var before = store.Statistics.Series;
            var error = await Assert.ThrowsAsync<ReceiveRejectedException>(async () => await _receiver.ReceiveAsync(body, store, Stop));
            Assert.Equal(400, error.StatusCode);
            Assert.Equal(before, store.Statistics.Series);
        }

        var compressed = Snappy.CompressToArray(whole);
        for (var cut = 0; cut < compressed.Length; cut++)
        {
            await Assert.ThrowsAsync<ReceiveRejectedException>(async () => await _receiver.ReceiveAsync(compressed.AsMemory(0, cut), store, Stop));
        }
    }

    [Fact]
    public async Task A_header_that_promises_gigabytes_is_refused_before_anything_is_allocated()
    {
        await using var store = await _folder.Open();
        // Refused before the first await, so on this thread.
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var (body, status) in new (byte[], int)[]
        {
            ([0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0], 413), ([.. Varint(65 << 20), 0], 413), ([.. Varint(60 << 20), 0], 400), ([0xFF, 0xFF, 0xFF, 0xFF, 0x7F], 400),
        })
        {
            Assert.Equal(status, (await Assert.ThrowsAsync<ReceiveRejectedException>(async () => await _receiver.ReceiveAsync(body, store, Stop))).StatusCode);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 << 20);
        var small = new RemoteWriteReceiver(new SampleIntake(new ReceiveLimits { MaxBodyBytes = 10, MaxSamples = 1 }));
        Assert.Equal(413, (await Assert.ThrowsAsync<ReceiveRejectedException>(async () => await small.ReceiveAsync(new byte[11], store, Stop))).StatusCode);
    }

    [Fact]
    public async Task Random_bytes_and_random_changes_of_a_request_are_read_or_refused()
    {
        await using var store = await _folder.Open(files: new FailingFiles());
        var good = Join(Series([("__name__", "a"), ("job", "x")], (BeginMs, 1), (BeginMs + 1, 2)), Series([("__name__", "b")], (BeginMs, 3)));

        async Task Receive(byte[] body)
        {
            try
            {
                Assert.InRange((await _receiver.ReceiveAsync(body, store, Stop)).StatusCode, 204, 429);
            }
            catch (ReceiveRejectedException error)
            {
                Assert.InRange(error.StatusCode, 400, 413);
            }
        }

        await Gen.Byte.Array[0, 200].SampleAsync(
            async bytes =>
            {
                await Receive(bytes);
                await Receive(Snappy.CompressToArray(bytes));
            },
            iter: 2000,
            threads: 1);
        await Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte).Array[1, 4].SampleAsync(
            async changes =>
            {
                var bytes = good.ToArray();
                foreach (var (at, to) in changes)
                {
                    bytes[at] = to;
                }

                await Receive(Snappy.CompressToArray(bytes));
            },
            iter: 3000,
            threads: 1);
    }

    [Fact]
    public async Task Known_series_cost_no_object_each()
    {
        var writer = new CountingWriter();
        var body = Compress([.. Enumerable.Range(0, 2000).Select(i => Series([("__name__", "m"), ("job", "x"), ("i", $"{i}")], (BeginMs, i)))]);
        for (var i = 0; i < 3; i++)
        {
            await _receiver.ReceiveAsync(body, writer, Stop);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        await _receiver.ReceiveAsync(body, writer, Stop);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8192);
        Assert.Equal(8000, writer.Samples);
    }

    // Completes at once, so that the whole receive runs on the test's thread.
    private sealed class CountingWriter : ISeriesWriter
    {
        public int Samples { get; private set; }

        public int Resolve(ReadOnlySpan<byte> canonicalLabels) => 0;

        public ValueTask<AppendReceipt> AppendAsync(SampleBatch batch, CancellationToken cancellationToken)
        {
            Samples += batch.Count;
            return ValueTask.FromResult(new AppendReceipt(batch.Count, 0, 0, 0));
        }
    }
}
