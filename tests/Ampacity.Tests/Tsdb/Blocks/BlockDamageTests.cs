using Ampacity.Samples;
using Ampacity.Tsdb;
using CsCheck;

namespace Ampacity.Tests.Tsdb.Blocks;

public sealed class BlockDamageTests : IDisposable
{
    private static readonly string[] Files = [BlockMeta.FileName, BlockSchema.SeriesFile, BlockSchema.PollsFile, BlockSchema.ValuesFile];

    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Whatever_is_done_to_the_bytes_of_a_block_it_is_named_and_never_read_wrongly()
    {
        var input = Small();
        input.Write(_folder.Path);
        var whole = Files.ToDictionary(file => file, file => File.ReadAllBytes(Path.Combine(BlockPath, file)), StringComparer.Ordinal);
        var expected = input.Expected();

        // A byte changed, the end cut off, zeros from a place on, bytes put in.
        var damage = Gen.Select(Gen.Int[0, Files.Length - 1], Gen.Int[0, 3], Gen.Double[0, 1], Gen.Byte[1, 255]);
        damage.Sample(
            (file, kind, place, change) =>
            {
                var bytes = whole[Files[file]].ToArray();
                var at = Math.Min(bytes.Length - 1, (int)(place * bytes.Length));
                switch (kind)
                {
                    case 0:
                        bytes[at] ^= change;
                        break;
                    case 1:
                        bytes = bytes[..at];
                        break;
                    case 2:
                        bytes.AsSpan(at).Clear();
                        break;
                    default:
                        bytes = [.. bytes[..at], change, .. bytes[at..]];
                        break;
                }

                if (bytes.AsSpan().SequenceEqual(whole[Files[file]]))
                {
                    return;
                }

                File.WriteAllBytes(Path.Combine(BlockPath, Files[file]), bytes);
                try
                {
                    using var reader = BlockReader.TryOpen(BlockPath, out var reason);
                    Assert.Equal(reader is null, reason is not null);
                    if (reader is not null)
                    {
                        // Not found at opening, so when it is read, or never needed.
                        var read = Read(reader, out reason);
                        Assert.True(read is null || read.SequenceEqual(expected, StringComparer.Ordinal));
                        Assert.Throws<BlockDamagedException>(reader.CheckAll);
                    }

                    Assert.True(reason is null || reason.Contains(Files[file], StringComparison.Ordinal), reason);
                }
                finally
                {
                    File.WriteAllBytes(Path.Combine(BlockPath, Files[file]), whole[Files[file]]);
                }
            },
            iter: 600,
            threads: 1);
    }

    [Fact]
    public void Garbage_and_half_blocks_do_not_open_and_say_why()
    {
        Directory.CreateDirectory(BlockPath);
        Assert.Contains("block.json is missing", Reason(), StringComparison.Ordinal);
        Gen.Byte.Array[0, 400].Sample(
            bytes =>
            {
                File.WriteAllBytes(Path.Combine(BlockPath, BlockMeta.FileName), bytes);
                Assert.NotNull(Reason());
            },
            iter: 200,
            threads: 1);
        Directory.Delete(BlockPath, recursive: true);
        Small().Write(_folder.Path);
        foreach (var file in Files.Skip(1))
        {
            File.Move(Path.Combine(BlockPath, file), Path.Combine(_folder.Path, "elsewhere"));
            Assert.Contains($"{file} is missing", Reason(), StringComparison.Ordinal);
            File.Move(Path.Combine(_folder.Path, "elsewhere"), Path.Combine(BlockPath, file));
        }

        var other = Path.Combine(_folder.Path, BlockInput.Name(9).ToString());
        Directory.Move(BlockPath, other);
        Assert.Null(BlockReader.TryOpen(other, out var reason));
        Assert.Contains("is of block", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_meta_file_of_a_newer_version_is_refused()
    {
        var meta = Small().Write(_folder.Path);
        var text = System.Text.Encoding.UTF8.GetString(meta.ToBytes()).Replace("\"version\":1", "\"version\":2", StringComparison.Ordinal);
        var bytes = BlockMeta.Sealed(System.Text.Encoding.UTF8.GetBytes(text));
        Assert.Null(BlockMeta.TryRead(bytes, out var reason));
        Assert.Contains("version 2", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_meta_file_whose_row_groups_cannot_be_is_refused_before_memory_is_taken_for_them()
    {
        var meta = Small().Write(_folder.Path);
        var group = meta.Files[^1].Groups[0];
        foreach (var odd in new[] { group with { Rows = int.MaxValue }, group with { Rows = 0 }, group with { EndBytes = -1 }, group with { EndBytes = long.MaxValue } })
        {
            foreach (var file in meta.Files)
            {
                Put((meta with { Files = [.. meta.Files.Select(part => part == file ? part with { Groups = [odd] } : part)] }).ToBytes());
                Assert.Contains($"{file.Name} has a row group that cannot be", Reason(), StringComparison.Ordinal);
            }
        }

        // As many rows as a group may have, of which the file knows nothing.
        Put((meta with { Series = 8192, Files = [.. meta.Files.Select(part => part.Name == BlockSchema.SeriesFile ? part with { Groups = [part.Groups[0] with { Rows = 8192 }] } : part)] }).ToBytes());
        Assert.Contains("row groups and 30 rows, not 1 and 8192", Reason(), StringComparison.Ordinal);

        // Sealed, and still no row group.
        var text = System.Text.Encoding.UTF8.GetString(meta.ToBytes());
        var at = text.IndexOf("\"groups\":[[", StringComparison.Ordinal) + 11;
        Put(BlockMeta.Sealed(System.Text.Encoding.UTF8.GetBytes(text[..at] + text[text.IndexOf(']', at)..])));
        Assert.Contains("a row group of 0 entries", Reason(), StringComparison.Ordinal);

        void Put(byte[] bytes) => File.WriteAllBytes(Path.Combine(BlockPath, BlockMeta.FileName), bytes);
    }

    [Fact]
    public void A_damaged_block_is_set_aside_under_a_name_that_is_no_block()
    {
        for (var i = 0; i < 2; i++)
        {
            Small().Write(_folder.Path);
            var aside = BlockFolder.SetAside(new FailingFiles(), _folder.Path, BlockInput.Name());
            Assert.EndsWith(".corrupt", aside, StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(_folder.Path, aside, BlockMeta.FileName)));
            Assert.Empty(BlockFolder.List(_folder.Path));
        }

        Assert.Equal(2, Directory.EnumerateDirectories(_folder.Path).Count());
    }

    private static BlockInput Small()
    {
        var input = new BlockInput();
        var polls = input.AddPolls([.. Enumerable.Range(0, 20).Select(i => (100L * i) + (i * 7 % 5))]);
        for (var i = 0; i < 30; i++)
        {
            input.Add(LabelSet.Of(("__name__", $"m{i % 3}"), ("n", $"{i}")), polls, [.. Enumerable.Range(0, 20).Select(j => i + (j / 10.0))]);
        }

        return input;
    }

    private static List<string>? Read(BlockReader reader, out string? reason)
    {
        try
        {
            reason = null;
            return BlockInput.Read(reader);
        }
        catch (BlockDamagedException error)
        {
            reason = error.Reason;
            return null;
        }
    }

    private string BlockPath => Path.Combine(_folder.Path, BlockInput.Name().ToString());

    private string? Reason()
    {
        using var reader = BlockReader.TryOpen(BlockPath, out var reason);
        Assert.Null(reader);
        return reason;
    }
}
