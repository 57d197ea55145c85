using System.Globalization;

namespace Ampacity.Tsdb;

/// <summary>The name of a block: the span of time that it answers for and its place in the order of writing.</summary>
/// <param name="FromMs">First millisecond, UTC.</param>
/// <param name="ThroughMs">Last millisecond, UTC.</param>
/// <param name="Sequence">Rises with every block written; of two samples of a series at one time the one in the block of the lower sequence counts.</param>
internal readonly record struct BlockName(long FromMs, long ThroughMs, long Sequence)
{
    /// <summary>The folder's name.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{FromMs}-{ThroughMs}-{Sequence}");

    /// <summary>Reads a folder's name; false for anything else, unfinished and corrupt blocks included.</summary>
    public static bool TryParse(string folderName, out BlockName name)
    {
        name = default;
        var parts = folderName.Split('-');
        if (parts.Length != 3 || !TryNumber(parts[0], out var from) || !TryNumber(parts[1], out var through) || !TryNumber(parts[2], out var sequence))
        {
            return false;
        }

        name = new BlockName(from, through, sequence);
        return from <= through && name.ToString() == folderName;
    }

    // No sign: times before 1970 are not taken by the store.
    private static bool TryNumber(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

/// <summary>What happens to block folders as a whole. Every step leaves, over a crash, either the old or the new state or a name that opening sweeps away.</summary>
/// <remarks>Any thread, one at a time for a block.</remarks>
internal static class BlockFolder
{
    /// <summary>Ends in this until a block is complete, and again before it is deleted.</summary>
    public const string UnfinishedSuffix = ".tmp";

    /// <summary>Ends in this when a block was set aside.</summary>
    public const string CorruptSuffix = ".corrupt";

    /// <summary>The complete blocks of a folder, oldest first, then by sequence.</summary>
    public static IReadOnlyList<BlockName> List(string blocksFolder)
    {
        var names = new List<BlockName>();
        if (Directory.Exists(blocksFolder))
        {
            foreach (var folder in Directory.EnumerateDirectories(blocksFolder))
            {
                if (BlockName.TryParse(Path.GetFileName(folder), out var name))
                {
                    names.Add(name);
                }
            }
        }

        names.Sort((a, b) => (a.FromMs, a.Sequence).CompareTo((b.FromMs, b.Sequence)));
        return names;
    }

    /// <summary>Deletes what a crash left unfinished; when the store is opened, before anything is written.</summary>
    /// <returns>Names of the folders deleted.</returns>
    public static IReadOnlyList<string> Sweep(IStoreFiles files, string blocksFolder)
    {
        var swept = new List<string>();
        if (!Directory.Exists(blocksFolder))
        {
            return swept;
        }

        foreach (var folder in Directory.EnumerateDirectories(blocksFolder, "*" + UnfinishedSuffix).ToArray())
        {
            files.DeleteFolder(folder);
            swept.Add(Path.GetFileName(folder));
        }

        if (swept.Count > 0)
        {
            files.FlushFolder(blocksFolder);
        }

        return swept;
    }

    /// <summary>Gives a complete block its name, durably.</summary>
    public static void Publish(IStoreFiles files, string blocksFolder, BlockName name)
    {
        var folder = Path.Combine(blocksFolder, name.ToString());
        files.FlushFolder(folder + UnfinishedSuffix);
        files.MoveFolder(folder + UnfinishedSuffix, folder);
        files.FlushFolder(blocksFolder);
    }

    /// <summary>Deletes a block: first its name, so that no half of it is ever taken for a block, then its files.</summary>
    public static void Delete(IStoreFiles files, string blocksFolder, BlockName name)
    {
        var folder = Path.Combine(blocksFolder, name.ToString());
        files.MoveFolder(folder, folder + UnfinishedSuffix);
        files.FlushFolder(blocksFolder);
        files.DeleteFolder(folder + UnfinishedSuffix);
    }

    /// <summary>Renames a damaged block so that it is not opened again, and keeps all of it for a person to look at.</summary>
    /// <returns>Its new name.</returns>
    public static string SetAside(IStoreFiles files, string blocksFolder, BlockName name)
    {
        var aside = name + CorruptSuffix;
        for (var i = 2; Directory.Exists(Path.Combine(blocksFolder, aside)); i++)
        {
            aside = string.Create(CultureInfo.InvariantCulture, $"{name}.{i}{CorruptSuffix}");
        }

        files.MoveFolder(Path.Combine(blocksFolder, name.ToString()), Path.Combine(blocksFolder, aside));
        files.FlushFolder(blocksFolder);
        return aside;
    }
}
