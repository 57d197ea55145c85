using Ampacity.Samples;
using Ampacity.Tsdb;
using CsCheck;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Tsdb;

/// <summary>Segments that are packed hold what they held, whatever it was and wherever packing ends.</summary>
public sealed class PackedJournalTests
{
    private const int SegmentBytes = 4096;

    [Fact]
    public async Task What_was_packed_is_read_back_to_the_bit_after_any_appends()
    {
        var (packed, adopted) = (0L, 0);
        await Gen.Select(Gen.UInt, Gen.Int[20, 120], Gen.Int[1, 40], Gen.Int[1, 2 * SegmentBytes]).SampleAsync(async (seed, steps, packSeries, packBytes) =>
        {
            var random = new Random((int)(seed & int.MaxValue));
            using var folder = new StoreFolder();
            List<string> before;
            await using (var store = await folder.Open(SegmentBytes, packSegments: 2, packSeries: packSeries, packBytes: packBytes))
            {
                for (var step = 0; step < steps; step++)
                {
                    folder.Time.Advance(TimeSpan.FromSeconds(10));
                    await AppendAsync(store, folder, random, step, steps);
                    if (random.Next(4) == 0)
                    {
                        await store.CatchUpAsync(Stop);
                    }
                }

                await store.CatchUpAsync(Stop);
                before = await Read(store, Query());
                packed += store.Statistics.SegmentsPacked;
                Assert.Equal(0, store.Statistics.PackErrors);
            }

            // Twice: what a start read is packed again with what came since.
            for (var start = 0; start < 2; start++)
            {
                await using var store = await folder.Open(SegmentBytes, packSegments: 2);
                adopted += store.OpenReport.Segments;
                Assert.Equal(before, await Read(store, Query()));
                Assert.Equal(0, store.OpenReport.SamplesWithoutSeries);
                Assert.Empty(store.OpenReport.SetAside);
                await store.CatchUpAsync(Stop);
                Assert.Equal(before, await Read(store, Query()));
            }
        }, iter: 30, threads: 1);
        Assert.InRange(packed, 100, long.MaxValue);
    }

    [Fact]
    public async Task A_duplicate_of_a_packed_sample_is_a_duplicate_after_a_start()
    {
        using var folder = new StoreFolder();
        await Fill(folder, polls: 200);
        await using var store = await folder.Open(SegmentBytes, packSegments: 2);
        Assert.Contains(Packed(folder), file => file > 0);
        var series = store.Resolve(LabelSet.Of(("__name__", "m0")).Canonical);
        foreach (var poll in new[] { 0, 17, 100, 199 })
        {
            Assert.Equal(1, (await store.AppendAsync(Batch((series, BeginMs + (poll * 1000), -1)), Stop)).Duplicates);
        }
    }

    [Fact]
    public async Task A_packed_journal_is_a_fraction_of_what_it_was_and_leaves_the_run_going()
    {
        using var folder = new StoreFolder();
        await Fill(folder, polls: 400);
        var packed = new DirectoryInfo(folder.JournalPath).EnumerateFiles("*.journal").Sum(file => file.Length);
        Assert.InRange(packed, 1, 400L * Members * 12 / 3);
    }

    [Theory]
    [InlineData("move")]
    [InlineData("flush folder")]
    [InlineData("delete")]
    public async Task Wherever_packing_ends_every_sample_is_there_once(string failing)
    {
        for (var at = 1; at <= 3; at++)
        {
            using var folder = new StoreFolder();
            var files = new FailingFiles();
            List<string> before;
            var store = await folder.Open(SegmentBytes, files);
            for (var poll = 0; poll < 60; poll++)
            {
                await Poll(store, poll);
            }

            before = await Read(store, Query());
            await store.DisposeAsync();
            await using (store = await folder.Open(SegmentBytes, files, packSegments: 2))
            {
                var left = at;
                files.OnChange = (what, _) => what == failing && --left == 0 ? new IOException("Input/output error") : null;
                await Poll(store, 60);
                before = await Read(store, Query());
                await store.CatchUpAsync(Stop);
                Assert.Equal(before, await Read(store, Query()));
            }

            files.OnChange = (_, _) => null;
            await using (store = await folder.Open(SegmentBytes, files, packSegments: 2))
            {
                Assert.Equal(before, await Read(store, Query()));
                Assert.Empty(store.OpenReport.SetAside);
            }
        }
    }

    [Fact]
    public async Task A_disk_that_refuses_is_told_and_packing_is_tried_again()
    {
        using var folder = new StoreFolder();
        var files = new FailingFiles();
        await using var store = await folder.Open(SegmentBytes, files, packSegments: 2);
        files.OnChange = (what, path) => what == "move" && path.EndsWith(".journal", StringComparison.Ordinal) ? new IOException("No space left on device") : null;
        for (var poll = 0; poll < 60; poll++)
        {
            await Poll(store, poll);
        }

        await store.CatchUpAsync(Stop);
        Assert.InRange(store.Statistics.PackErrors, 1, 10);
        Assert.Contains("No space left on device", store.Statistics.PackFailure, StringComparison.Ordinal);
        Assert.Equal(0, store.Statistics.SegmentsPacked);
        files.OnChange = (_, _) => null;
        folder.Time.Advance(TimeSpan.FromMinutes(1));
        await Poll(store, 120);
        await store.CatchUpAsync(Stop);
        Assert.InRange(store.Statistics.SegmentsPacked, 2, 1000);
        Assert.Null(store.Statistics.PackFailure);
    }

    [Fact]
    public async Task Damage_in_a_packed_segment_costs_the_record_that_it_hit_and_is_named()
    {
        using var folder = new StoreFolder();
        await Fill(folder, polls: 200);
        var file = new DirectoryInfo(folder.JournalPath).EnumerateFiles("*.journal").First(IsPacked).FullName;
        var bytes = await File.ReadAllBytesAsync(file, Stop);
        bytes[^10] ^= 0x40;
        await File.WriteAllBytesAsync(file, bytes, Stop);
        await using var store = await folder.Open(SegmentBytes, packSegments: 2);
        Assert.Contains(Path.GetFileName(file), Assert.Single(store.OpenReport.SetAside), StringComparison.Ordinal);
        Assert.InRange(store.OpenReport.Samples, 1, (200 * Members) - 1);
    }

    [Fact]
    public async Task An_old_program_would_refuse_a_packed_segment_and_change_nothing()
    {
        using var folder = new StoreFolder();
        await Fill(folder, polls: 200);
        var file = new DirectoryInfo(folder.JournalPath).EnumerateFiles("*.journal").First(IsPacked).FullName;
        Assert.Equal(2, (await File.ReadAllBytesAsync(file, Stop))[8]);
    }

    [Fact]
    public void A_blob_that_anybody_wrote_is_refused_or_can_be_read_within_its_bytes() => Gen.Select(Gen.UInt, Gen.Int[1, 20], Gen.Int[1, 16]).Sample((seed, members, polls) =>
    {
        var random = new Random((int)(seed & int.MaxValue));
        var head = new SampleHead();
        head.EnsureSeries(members);
        var series = Enumerable.Range(0, members).ToArray();
        var outcomes = new AppendOutcome[members];
        for (var poll = 0; poll < polls; poll++)
        {
            var some = series[..(random.Next(3) == 0 ? random.Next(1, members + 1) : members)];
            head.AppendRun(BeginMs + (poll * 1000), some, some.Select(_ => random.Next(2) == 0 ? random.NextDouble() : random.Next()).ToArray(), default, long.MaxValue, outcomes);
        }

        head.FreezeAll();
        foreach (var (group, blob) in head.PackedPolls())
        {
            var bytes = head.PackedBytes(blob, out var samples).ToArray();
            var count = head.MembersOf(group).Length;
            Assert.True(BlobSummary.TryRead(bytes, count, out var summary));
            Assert.Equal(samples, summary.Samples);
            for (var change = 0; change < 50; change++)
            {
                var broken = random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : [.. bytes];
                for (var flips = random.Next(1, 4); flips > 0 && broken.Length > 0; flips--)
                {
                    broken[random.Next(broken.Length)] ^= (byte)(1 << random.Next(8));
                }

                if (BlobSummary.TryRead(broken, count, out _))
                {
                    var unpacked = new UnpackedBlob(broken, count);
                    Assert.InRange(unpacked.Polls, 1, StampGroup.MaxPolls);
                }
            }
        }
    }, iter: 300, threads: 1);

    private const int Members = 8;

    private static IEnumerable<long> Packed(StoreFolder folder) =>
        new DirectoryInfo(folder.JournalPath).EnumerateFiles("*.journal").Where(IsPacked).Select(file => file.Length);

    private static bool IsPacked(FileInfo file)
    {
        using var stream = file.OpenRead();
        Span<byte> head = stackalloc byte[JournalFormat.SegmentHeaderBytes];
        return stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length
            && JournalFormat.TryReadSegmentHeader(head, out var header) && header.IsPacked;
    }

    private static async Task Fill(StoreFolder folder, int polls)
    {
        await using var store = await folder.Open(SegmentBytes, packSegments: 2);
        for (var poll = 0; poll < polls; poll++)
        {
            await Poll(store, poll);
        }

        await store.CatchUpAsync(Stop);
        Assert.InRange(store.Statistics.SegmentsPacked, 2, 1000);
    }

    private static async Task Poll(SampleStore store, int poll)
    {
        var series = Enumerable.Range(0, Members).Select(member => store.Resolve(LabelSet.Of(("__name__", $"m{member}")).Canonical)).ToArray();
        var batch = new SampleBatch(
            new Poll[] { new(BeginMs + (poll * 1000), Members) }, series, series.Select(number => (double)(number * poll)).ToArray(), default);
        await store.AppendAsync(batch, Stop);
    }

    // Targets of their own times, some with parts missing, late samples, judged ones, and members that go and come.
    private static async Task AppendAsync(SampleStore store, StoreFolder folder, Random random, int step, int steps)
    {
        for (var target = 0; target < 3; target++)
        {
            if (random.Next(8) == 0)
            {
                continue;
            }

            var nowMs = folder.Time.GetUtcNow().ToUnixTimeMilliseconds() + target;
            var timestampMs = random.Next(10) == 0 ? nowMs - (random.Next(40) * 10_000) : nowMs;
            var metrics = Enumerable.Range(0, 12).Where(metric => random.Next(15) > 0 && (metric < 6 || step < steps / 2 || target > 0)).ToArray();
            if (metrics.Length == 0)
            {
                continue;
            }

            var lease = store.Lease;
            var series = metrics.Select(metric => store.Resolve(LabelSet.Of(("__name__", $"m{metric}"), ("target", $"{target}")).Canonical)).ToArray();
            var values = metrics.Select(metric => metric % 3 == 0 ? random.NextDouble() : random.Next(100_000) / (metric % 3 == 1 ? 1.0 : 10)).ToArray();
            var qualities = random.Next(5) == 0 ? metrics.Select(_ => (SampleQuality)random.Next(5)).ToArray() : [];
            await store.AppendAsync(new SampleBatch(new Poll[] { new(timestampMs, metrics.Length) }, series, values, qualities) { Lease = lease }, Stop);
        }
    }
}
