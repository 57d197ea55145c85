using Ampacity.Samples;
using Ampacity.Tsdb;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Tsdb;

/// <summary>Bytes that a disk has lost are not packed away, and a packed segment that lost some takes nothing with it.</summary>
public sealed class PackedJournalDamageTests : IDisposable
{
    private const int SegmentBytes = 4096;
    private const int Members = 8;

    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_segment_that_lost_bytes_is_not_packed_and_the_next_start_names_it(bool areZerosAtTheEnd)
    {
        string damaged;
        await using (var store = await _folder.Open(SegmentBytes))
        {
            await FillAsync(store, polls: 200);
            damaged = Segments()[1];
            Damage(damaged, areZerosAtTheEnd);
            _folder.Time.Advance(TimeSpan.FromMinutes(3));
            await store.CatchUpAsync(Stop);
            Assert.Contains(damaged, Segments());
            Assert.False(IsPacked(damaged));
            Assert.Equal(0, store.Statistics.PackErrors);
        }

        await using var again = await _folder.Open(SegmentBytes);
        Assert.Contains(Path.GetFileName(damaged), Assert.Single(again.OpenReport.SetAside), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_damaged_packed_segment_stands_for_is_read_where_it_is_still_there()
    {
        List<string> before;
        var kept = new Dictionary<string, byte[]>();
        await using (var store = await _folder.Open(SegmentBytes))
        {
            await FillAsync(store, polls: 100);
            before = await Read(store, Query());
        }

        foreach (var segment in Segments())
        {
            kept.Add(segment, await File.ReadAllBytesAsync(segment, Stop));
        }

        await using (var store = await _folder.Open(SegmentBytes, packSegments: 2))
        {
            // What the start left unpacked in memory comes first.
            while (store.Statistics.SegmentsPacked == 0)
            {
                Stop.ThrowIfCancellationRequested();
                await store.CatchUpAsync(Stop);
            }
        }

        // As after a crash before the deletes, on a disk that lost what it had called durable: nothing of the packed segment behind its labels.
        var packed = Segments().First(IsPacked);
        foreach (var (path, bytes) in kept.Where(segment => !File.Exists(segment.Key)))
        {
            await File.WriteAllBytesAsync(path, bytes, Stop);
        }

        var lost = await File.ReadAllBytesAsync(packed, Stop);
        lost.AsSpan(lost.Length / 2).Clear();
        await File.WriteAllBytesAsync(packed, lost, Stop);
        for (var start = 0; start < 2; start++)
        {
            await using var store = await _folder.Open(SegmentBytes);
            Assert.Equal(start == 0 ? [Path.GetFileName(packed)] : [], store.OpenReport.SetAside.Select(one => one.Split(".corrupt")[0]));

            // The last segment's own samples were in the packed one alone; those of the others are all there, and once.
            var read = await Read(store, Query());
            Assert.Equal(before.Count, read.Count);
            Assert.All(read.Zip(before), pair => Assert.True(SamplesOf(pair.First).ToHashSet().IsSubsetOf(SamplesOf(pair.Second))));
            var oldestMs = OldestMs(kept[packed]);
            Assert.All(read.Zip(before), pair => Assert.Superset(
                SamplesOf(pair.Second).Where(sample => Time(sample) < oldestMs - BeginMs).ToHashSet(), SamplesOf(pair.First).ToHashSet()));
        }
    }

    private static IEnumerable<string> SamplesOf(string line) => line.Split(' ')[1..];

    private static long Time(string sample) => long.Parse(sample.Split(':')[0], System.Globalization.CultureInfo.InvariantCulture);

    // The time of a segment's oldest sample.
    private static long OldestMs(byte[] segment)
    {
        Assert.True(JournalFormat.TryReadSegmentHeader(segment, out var header));
        var oldestMs = long.MaxValue;
        for (var walk = new JournalWalk(segment, header); walk.MoveNext();)
        {
            if (walk.Kind is JournalRecordKind.Samples && SamplesPayload.TryRead(walk.Payload, out var samples))
            {
                for (var i = 0; i < samples.PollCount; i++)
                {
                    oldestMs = Math.Min(oldestMs, samples.PollAt(i).TimestampMs);
                }
            }
        }

        return oldestMs;
    }

    private static void Damage(string path, bool areZerosAtTheEnd)
    {
        var bytes = File.ReadAllBytes(path);
        if (areZerosAtTheEnd)
        {
            bytes.AsSpan(bytes.Length - 600).Clear();

            // To a record's begin, so that no bytes of a record stand before the zeros.
            Assert.True(JournalFormat.TryReadSegmentHeader(bytes, out var header));
            for (var walk = new JournalWalk(bytes, header); walk.MoveNext();)
            {
                if (walk.Step is not WalkStep.Record)
                {
                    bytes.AsSpan(walk.Offset).Clear();
                    break;
                }
            }
        }
        else
        {
            bytes[bytes.Length / 2] ^= 0x10;
        }

        File.WriteAllBytes(path, bytes);
    }

    private static bool IsPacked(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return JournalFormat.TryReadSegmentHeader(bytes, out var header) && header.IsPacked;
    }

    private List<string> Segments() => [.. JournalReader.SegmentFiles(_folder.JournalPath)];

    private static async Task FillAsync(SampleStore store, int polls)
    {
        for (var poll = 0; poll < polls; poll++)
        {
            var series = Enumerable.Range(0, Members).Select(member => store.Resolve(LabelSet.Of(("__name__", $"m{member}")).Canonical)).ToArray();
            await store.AppendAsync(
                new SampleBatch(
                    new Poll[] { new(BeginMs + (poll * 1000), Members) }, series, series.Select(number => (double)(number * poll)).ToArray(), default),
                Stop);
        }
    }
}
