using System.Buffers.Binary;
using Ampacity.Samples;
using Ampacity.Tsdb;
using CsCheck;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Tsdb;

/// <summary>
/// Journal segments that nobody of ours wrote. A saved segment is changed and, since a checksum keeps out every accident, sealed again as an
/// attacker would: the store opens, says what it set aside, takes bounded memory and gives no value that stands in no record.
/// </summary>
public sealed class JournalFuzzTests : IDisposable
{
    private const string Corpus = "tests/Ampacity.Tests/Tsdb/Corpus/small.journal";

    // An opening takes some buffers and the table of numbers; a length field believed takes gigabytes.
    private const long MaxBytes = 600L << 20;

    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_saved_segment_is_one_that_this_version_reads()
    {
        Put(await File.ReadAllBytesAsync(Path.Combine(RepositoryFolder.Root, Corpus), Stop));
        await using var store = await _folder.Open();
        Assert.Empty(store.OpenReport.SetAside);
        Assert.Equal((3, 22), (store.OpenReport.Series, store.OpenReport.Samples));
    }

    [Fact]
    public async Task Whatever_is_in_a_segment_whose_checksums_hold_the_store_opens()
    {
        var whole = await File.ReadAllBytesAsync(Path.Combine(RepositoryFolder.Root, Corpus), Stop);
        var records = Records(whole);
        uint[] edges = [0, 1, 2, 3, 0x7fffffff, 0x80000000, 0xffffffff, 0x04000001, 65_537];
        var changes = Gen.Select(Gen.Int[0, records.Count - 1], Gen.Double[0, 1], Gen.OneOf(Gen.UInt, Gen.Int[0, edges.Length - 1].Select(i => edges[i])), Gen.Int[1, 4]).Array[1, 5];
        await Gen.Select(changes, Gen.Int[0, 3]).SampleAsync(
            async (made, unsealed) =>
            {
                var bytes = whole.ToArray();
                foreach (var (record, place, value, width) in made)
                {
                    var (at, length) = records[record];
                    var offset = at + JournalFormat.RecordHeaderBytes + (int)(place * (length - JournalFormat.RecordHeaderBytes - width));
                    var four = new byte[4];
                    BinaryPrimitives.WriteUInt32LittleEndian(four, value);
                    four.AsSpan(0, width).CopyTo(bytes.AsSpan(offset));
                    if (unsealed > 0)
                    {
                        Seal(bytes, at, length);
                    }
                }

                await OpensAsync(bytes);
            },
            iter: 400,
            threads: 1);
    }

    [Fact]
    public async Task Lengths_and_counts_at_their_edges_are_set_aside_and_take_no_memory()
    {
        var whole = await File.ReadAllBytesAsync(Path.Combine(RepositoryFolder.Root, Corpus), Stop);
        foreach (var (at, length) in Records(whole))
        {
            foreach (var offset in new[] { 0, 4, 8, 12, 16, 20 }.Where(offset => offset + 4 <= length - JournalFormat.RecordHeaderBytes))
            {
                foreach (var value in new[] { 0u, 0x7fffffffu, 0x80000000u, 0xffffffffu })
                {
                    var bytes = whole.ToArray();
                    BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at + JournalFormat.RecordHeaderBytes + offset), value);
                    Seal(bytes, at, length);
                    await OpensAsync(bytes);
                }
            }
        }
    }

    private async Task OpensAsync(byte[] segment)
    {
        Directory.Delete(_folder.Path, recursive: true);
        Directory.CreateDirectory(_folder.Path);
        Put(segment);
        var before = GC.GetTotalAllocatedBytes();
        try
        {
            await using var store = await _folder.Open(files: new FailingFiles());
            foreach (var line in await Read(store, Query() with { Qualities = SampleQualities.Any }))
            {
                Assert.NotEmpty(line);
            }
        }
        catch (SeriesStoreException error)
        {
            // Refused as a whole, in words.
            Assert.Contains(_folder.Path, error.Message, StringComparison.Ordinal);
        }

        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, MaxBytes);
    }

    private void Put(byte[] segment)
    {
        Directory.CreateDirectory(_folder.JournalPath);
        File.WriteAllBytes(Path.Combine(_folder.JournalPath, "00000001.journal"), segment);
    }

    private static List<(int At, int Length)> Records(byte[] segment)
    {
        Assert.True(JournalFormat.TryReadSegmentHeader(segment, out var header));
        var records = new List<(int, int)>();
        for (var walk = new JournalWalk(segment, header); walk.MoveNext();)
        {
            Assert.Equal(WalkStep.Record, walk.Step);
            records.Add((walk.Offset, walk.Length));
        }

        return records;
    }

    private static void Seal(byte[] segment, int at, int length)
    {
        Assert.True(JournalFormat.TryReadSegmentHeader(segment, out var header));
        JournalFormat.WriteRecordHeader(segment.AsSpan(at, length), (JournalRecordKind)segment[at + 12], header);
    }
}
