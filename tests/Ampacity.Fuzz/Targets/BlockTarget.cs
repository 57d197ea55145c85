using System.IO.Hashing;
using Ampacity.Samples;
using Ampacity.Tsdb;

namespace Ampacity.Fuzz;

/// <summary>
/// A block of which one file is the input, and every checksum right, as somebody would make it who means it. The first byte says which
/// file: meta, series, polls or values. Everything in it is read.
/// </summary>
internal static class BlockTarget
{
    private static readonly string[] Files = [BlockMeta.FileName, BlockSchema.SeriesFile, BlockSchema.PollsFile, BlockSchema.ValuesFile];
    private static readonly string Parent = TemporaryFolder.Make("ampacity-fuzz-block-");
    private static readonly string Folder = Path.Combine(Parent, SmallBlock.Name.ToString());
    private static readonly byte[][] Whole = Write();

    public static void Run(byte[] input)
    {
        if (input.Length < 1)
        {
            return;
        }

        var which = input[0] % Files.Length;
        var bytes = input[1..];
        if (which == 0)
        {
            File.WriteAllBytes(Path.Combine(Folder, Files[0]), bytes.Length > 200 ? BlockMeta.Sealed(bytes) : bytes);
        }
        else
        {
            File.WriteAllBytes(Path.Combine(Folder, Files[which]), bytes);
            var meta = BlockMeta.TryRead(Whole[0], out _)!;
            File.WriteAllBytes(
                Path.Combine(Folder, Files[0]), (meta with { Files = [.. meta.Files.Select(part => part.Name == Files[which] ? Checked(part, bytes) : part)] }).ToBytes());
        }

        try
        {
            Read();
        }
        finally
        {
            File.WriteAllBytes(Path.Combine(Folder, Files[which]), Whole[which]);
            File.WriteAllBytes(Path.Combine(Folder, Files[0]), Whole[0]);
        }
    }

    /// <summary>The seeds: each file of a block made now.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> Inputs()
    {
        var parent = TemporaryFolder.Make("ampacity-fuzz-seeds-");
        SmallBlock.Write(parent, new UndurableFiles());
        return Files.Select((file, i) => (NameOf(file), (byte[])[(byte)i, .. File.ReadAllBytes(Path.Combine(parent, SmallBlock.Name.ToString(), file))]));
    }

    private static string NameOf(string file) => file.Replace('.', '-');

    // The block that was saved with the corpora: a block made anew has another seed of hashes, and a saved input would not fit it.
    private static byte[][] Write()
    {
        Directory.CreateDirectory(Folder);
        var whole = Files.Select(file => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Corpora", "block", $"{NameOf(file)}.bin"))[1..]).ToArray();
        for (var i = 0; i < Files.Length; i++)
        {
            File.WriteAllBytes(Path.Combine(Folder, Files[i]), whole[i]);
        }

        return whole;
    }

    private static PartFile Checked(PartFile part, byte[] bytes)
    {
        var groups = new List<PartGroup>();
        var from = 0;
        foreach (var group in part.Groups)
        {
            var end = (int)Math.Min(group.EndBytes, bytes.Length);
            groups.Add(group with { EndBytes = end, Hash = XxHash3.HashToUInt64(bytes.AsSpan(from, end - from)) });
            from = end;
        }

        return part with { Bytes = bytes.Length, Hash = XxHash3.HashToUInt64(bytes), FooterHash = XxHash3.HashToUInt64(bytes.AsSpan(from)), Groups = groups };
    }

    private static void Read()
    {
        using var reader = BlockReader.TryOpen(new UndurableFiles(), Folder, out var damage, out var isUnreadable);
        if (isUnreadable)
        {
            throw new InvalidOperationException($"a file that is there cannot be read: {damage}");
        }

        if (reader is null)
        {
            throw new SeriesStoreException(damage ?? "");
        }

        try
        {
            reader.CheckAll();
            for (var series = 0; series < reader.Index.Count; series++)
            {
                var labels = reader.LabelsOf(series);
                reader.FindSeries(labels);
                reader.FindFamily(labels);
            }

            reader.PollHours();
            reader.GroupFirsts();
            var columns = new BlockColumns();
            int[] all = [.. Enumerable.Range(0, Math.Min(reader.Index.Count, 4096))];
            reader.Read(all, long.MinValue, long.MaxValue, columns, CancellationToken.None);
            columns.Clear();
            reader.Read(all, SmallBlock.Name.FromMs + 500, SmallBlock.Name.FromMs + 900, columns, CancellationToken.None);
        }
        catch (BlockDamagedException error)
        {
            // As the store would: named, with the reason.
            throw new SeriesStoreException(error.Reason, error);
        }
    }
}
