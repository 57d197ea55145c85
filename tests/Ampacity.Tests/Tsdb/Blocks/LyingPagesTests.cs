using System.Buffers.Binary;
using Ampacity.Samples;
using Ampacity.Tsdb;
using CsCheck;

namespace Ampacity.Tests.Tsdb.Blocks;

/// <summary>Pages of a block, with every checksum right, that claim sizes which are not theirs: refused before Parquet's library takes memory for them.</summary>
public sealed class LyingPagesTests : IDisposable
{
    private const int SeriesCount = 1000;
    private const int PollCount = 20;
    private const int HeadOfFooterBytes = 8;

    private readonly StoreFolder _folder = new();

    private string BlockPath => Path.Combine(_folder.Path, BlockInput.Name().ToString());

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_page_that_claims_more_bytes_than_its_rows_can_have_is_named_with_what_it_claims()
    {
        var meta = Write();
        var file = Path.Combine(BlockPath, BlockSchema.ValuesFile);
        var bytes = File.ReadAllBytes(file);

        // The page of exact values, eight bytes a row, is the last one whose varint has room for a megabyte.
        var (at, length) = Pages(bytes, meta).Select(page => page.Unpacked).Last(unpacked => unpacked.Length == 3);
        WriteVarint(bytes.AsSpan(at, length), 1_048_575 * 2);
        Seal(file, bytes, meta);

        using var reader = BlockReader.TryOpen(BlockPath, out _)!;
        var error = Assert.Throws<BlockDamagedException>(() => BlockInput.Read(reader));
        Assert.Contains("values.parquet", error.Reason, StringComparison.Ordinal);
        Assert.Contains($"claims {SeriesCount * PollCount} values in 1048575 bytes", error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_footer_that_moves_a_column_away_from_its_pages_is_refused()
    {
        var meta = Write();
        var file = Path.Combine(BlockPath, BlockSchema.ValuesFile);
        var bytes = File.ReadAllBytes(file);
        var part = meta.Files.Single(part => part.Name == BlockSchema.ValuesFile);
        var footer = Footer(bytes);

        // Any byte of it: what still opens has its columns where its pages are.
        Gen.Select(Gen.Int[0, footer.Length - 1], Gen.Byte[1, 255]).Sample(
            (at, change) =>
            {
                var lying = footer.ToArray();
                lying[at] ^= change;
                var ends = ParquetPages.ColumnEnds(lying, part.Groups, out var fault);
                if (fault is null)
                {
                    Assert.All(ends.Zip(part.Groups), group => Assert.Equal(group.Second.EndBytes, group.First[^1]));
                    Assert.All(ends, group => Assert.Equal(group.Order(), group));
                }
            },
            iter: 20_000);
        Assert.Equal([6], ParquetPages.ColumnEnds(footer, part.Groups, out var none).Select(group => group.Length).Distinct());
        Assert.Null(none);
    }

    [Fact]
    public void Whatever_the_head_of_a_page_is_it_is_refused_or_its_pages_fill_the_column()
    {
        var meta = Write();
        var bytes = File.ReadAllBytes(Path.Combine(BlockPath, BlockSchema.ValuesFile));
        var part = meta.Files.Single(part => part.Name == BlockSchema.ValuesFile);
        var ends = ParquetPages.ColumnEnds(Footer(bytes), part.Groups, out _)[0];
        var refused = 0;
        Gen.Select(Gen.Int[0, ends.Length - 1], Gen.Int[0, 40], Gen.Byte[1, 255]).Sample(
            (column, at, change) =>
            {
                var from = column == 0 ? 4 : ends[column - 1];
                var lying = bytes.ToArray();
                lying[from + at] ^= change;
                refused += ParquetPages.Fault((into, offset) => lying.AsSpan((int)offset, into.Length).CopyTo(into), from, ends[column], 400_000) is null ? 0 : 1;
            },
            iter: 5_000,
            threads: 1);
        Assert.InRange(refused, 1000, 5_000);
    }

    // Values that no scale makes integers of.
    private BlockMeta Write()
    {
        var input = new BlockInput();
        var polls = input.AddPolls([.. Enumerable.Range(0, PollCount).Select(i => 100L * i)]);
        for (var i = 0; i < SeriesCount; i++)
        {
            input.Add(LabelSet.Of(("__name__", "m"), ("n", $"{i}")), polls, [.. Enumerable.Range(0, PollCount).Select(j => Math.Sqrt((i * PollCount) + j + 2))]);
        }

        return input.Write(_folder.Path);
    }

    private static byte[] Footer(byte[] file)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(file.Length - HeadOfFooterBytes));
        return file[(file.Length - HeadOfFooterBytes - length)..(file.Length - HeadOfFooterBytes)];
    }

    // Where each page of the first row group says how many bytes it unpacks to.
    private static IEnumerable<(int Begin, (int At, int Length) Unpacked)> Pages(byte[] file, BlockMeta meta)
    {
        var end = meta.Files.Single(part => part.Name == BlockSchema.ValuesFile).Groups[0].EndBytes;
        for (var at = 4; at < end;)
        {
            var (unpacked, next) = Page(file, at);
            yield return (at, unpacked);
            at = next;
        }
    }

    private static ((int At, int Length) Unpacked, int Next) Page(byte[] file, int at)
    {
        var reader = new ThriftReader(file.AsSpan(at));
        var (id, unpacked, packed) = (0, (0, 0), 0L);
        while (reader.TryField(ref id, out var type) && type is not ThriftType.Stop)
        {
            var from = reader.Position;
            if (id == 3)
            {
                Assert.True(reader.TryInteger(out packed));
                continue;
            }

            Assert.True(reader.TrySkip(type));
            unpacked = id == 2 ? (at + from, reader.Position - from) : unpacked;
        }

        return (unpacked, at + reader.Position + (int)packed);
    }

    private static void WriteVarint(Span<byte> at, int value)
    {
        for (var i = 0; i < at.Length; i++)
        {
            at[i] = (byte)((value & 0x7f) | (i < at.Length - 1 ? 0x80 : 0));
            value >>= 7;
        }
    }

    // Every checksum right, as somebody would make it who means it.
    private void Seal(string file, byte[] bytes, BlockMeta meta)
    {
        File.Delete(file);
        var name = Path.GetFileName(file);
        var part = meta.Files.Single(part => part.Name == name);
        using var stream = new StoreFileStream(DiskFiles.Instance, file);
        var (groups, from) = (new List<PartGroup>(), 0);
        foreach (var group in part.Groups)
        {
            stream.Write(bytes.AsSpan(from, (int)group.EndBytes - from));
            groups.Add(group with { Hash = stream.EndPart() });
            from = (int)group.EndBytes;
        }

        stream.Write(bytes.AsSpan(from));
        var sealedPart = part with { FooterHash = stream.EndPart(), Hash = stream.Finish(), Groups = groups };
        File.WriteAllBytes(
            Path.Combine(BlockPath, BlockMeta.FileName), (meta with { Files = [.. meta.Files.Select(one => one == part ? sealedPart : one)] }).ToBytes());
    }
}
