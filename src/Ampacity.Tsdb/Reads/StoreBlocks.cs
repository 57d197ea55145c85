using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>The blocks that the store serves, of samples and of tiers, as a set that is replaced whole.</summary>
/// <remarks>Any thread reads <see cref="Set"/>; changes come from the store's upkeep and, when a block turns out damaged, from a reader.</remarks>
internal sealed class StoreBlocks(IStoreFiles files, string folder) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<string> _setAside = [];
    private readonly List<string> _unreadable = [];
    private BlockSet _set = BlockSet.Empty;
    private long _readErrors;

    /// <summary>Folder of all blocks of samples.</summary>
    public string Folder { get; } = Path.Combine(folder, "blocks");

    /// <summary>All blocks, as of now.</summary>
    public BlockSet Set => Volatile.Read(ref _set);

    /// <summary>Blocks of samples by sequence, which is the order in which they were written.</summary>
    public StoreBlock[] Current => Set.Samples;

    /// <summary>Above that of every block that is or was there.</summary>
    public long NextSequence { get; private set; } = 1;

    /// <summary>Blocks that the disk refused to read at the opening, each with what it said; among <see cref="SetAsideBlocks"/> too.</summary>
    public IReadOnlyList<string> UnreadableBlocks => _unreadable;

    /// <summary>Blocks set aside since opening, each with its reason.</summary>
    public IReadOnlyList<string> SetAsideBlocks
    {
        get
        {
            lock (_lock)
            {
                return [.. _setAside];
            }
        }
    }

    /// <summary>How often the disk has refused to read a block since opening.</summary>
    public long ReadErrors => Interlocked.Read(ref _readErrors);

    /// <summary>Folder of all blocks of a kind.</summary>
    public string FolderOf(BlockKind kind) => kind is BlockKind.Samples ? Folder : Path.Combine(folder, "tiers", BlockKinds.NameOf(kind));

    /// <summary>Opens what is there; damaged blocks are set aside, and those that the disk refuses are left as they are for the next opening. Blocks.</summary>
    public void Open(SeriesTable table)
    {
        MakeFolder(Folder);
        var samples = OpenKind(BlockKind.Samples);
        var minutes = OpenKind(BlockKind.Minutes);
        var hours = OpenKind(BlockKind.Hours);
        _set = new BlockSet(
            [.. samples.Select(reader => StoreBlock.Lazy(reader, table))],
            [.. minutes.Select(reader => StoreBlock.Lazy(reader, table))],
            [.. hours.Select(reader => StoreBlock.Lazy(reader, table))],
            RawCut.Read(Path.GetDirectoryName(FolderOf(BlockKind.Minutes))!));
        DropSuperseded(BlockKind.Minutes);
        DropSuperseded(BlockKind.Hours);
    }

    /// <summary>A block of this sequence is on the disk, whether it is served or not.</summary>
    public void NoteSequence(long sequence)
    {
        lock (_lock)
        {
            NextSequence = Math.Max(NextSequence, sequence + 1);
        }
    }

    /// <summary>Makes the folder of a tier, durably; before the first one is written.</summary>
    public void MakeTierFolder(BlockKind kind)
    {
        MakeFolder(Path.GetDirectoryName(FolderOf(kind))!);
        MakeFolder(FolderOf(kind));
    }

    /// <summary>Adds a block that was written; blocks of a tier for which it answers now go.</summary>
    public void Add(StoreBlock block)
    {
        Change(block.Reader.Kind, blocks => [.. blocks, block]);
        DropSuperseded(block.Reader.Kind);
    }

    /// <summary>Puts one block in the place of others of its kind, or nothing; the others' folders go when nobody reads them any more.</summary>
    public void Replace(BlockKind kind, IReadOnlyCollection<StoreBlock> gone, StoreBlock? by)
    {
        Change(kind, blocks => blocks.Except(gone).Concat(by is null ? [] : [by]));
        foreach (var block in gone)
        {
            Delete(block);
        }
    }

    /// <summary>
    /// Samples before a time are gone: durable first, then readers are given tiers, then blocks that lie wholly before it are deleted.
    /// </summary>
    public void ExpireSamples(long rawFromMs)
    {
        if (rawFromMs <= Set.RawFromMs)
        {
            return;
        }

        var parent = Path.GetDirectoryName(FolderOf(BlockKind.Minutes))!;
        MakeFolder(parent);
        RawCut.Write(files, parent, rawFromMs);
        StoreBlock[] gone;
        lock (_lock)
        {
            gone = [.. _set.Samples.Where(block => block.Meta.Name.ThroughMs < rawFromMs)];
            Volatile.Write(ref _set, _set.With(BlockKind.Samples, _set.Samples.Except(gone)) with { RawFromMs = rawFromMs });
        }

        Array.ForEach(gone, Delete);
    }

    /// <summary>Takes a damaged block out of service and its folder out of the way; once, whoever says it first.</summary>
    public void SetAside(StoreBlock block, string reason)
    {
        var kind = block.Reader.Kind;
        lock (_lock)
        {
            if (!_set.Of(kind).Contains(block))
            {
                return;
            }

            Volatile.Write(ref _set, _set.With(kind, _set.Of(kind).Where(other => other != block)));
            NoteSetAside(kind, block.Meta.Name, reason);
        }

        block.Reader.Dispose();
    }

    /// <summary>Counts that the disk has refused to read a block, which stays in service, and makes what a reader is told.</summary>
    public SeriesStoreException Refused(BlockUnreadableException error)
    {
        Interlocked.Increment(ref _readErrors);
        return new SeriesStoreException(error.Message, error);
    }

    /// <summary>Closes all; reads under way end well.</summary>
    public void Dispose()
    {
        foreach (var block in Set.All)
        {
            block.Reader.Dispose();
        }
    }

    /// <summary>Chosen parts of the blocks that there are now, their blocks held open; each needs a release.</summary>
    public T Hold<T>(Func<BlockSet, T> choose)
        where T : IReadOnlyList<BlockSpan>
    {
        while (true)
        {
            var spans = choose(Set);
            var held = 0;

            // Retired between the look at the set and this: look again.
            while (held < spans.Count && spans[held].Block.Reader.TryAddReference())
            {
                held++;
            }

            if (held == spans.Count)
            {
                return spans;
            }

            Release(spans.Take(held));
        }
    }

    /// <summary>Lets go of blocks held.</summary>
    public static void Release(IEnumerable<BlockSpan> held)
    {
        foreach (var span in held)
        {
            span.Block.Reader.Release();
        }
    }

    private void MakeFolder(string path)
    {
        if (!Directory.Exists(path))
        {
            files.CreateFolder(path);
            files.FlushFolder(Path.GetDirectoryName(path)!);
        }
    }

    private List<BlockReader> OpenKind(BlockKind kind)
    {
        var parent = FolderOf(kind);
        BlockFolder.Sweep(files, parent);
        var readers = new List<BlockReader>();
        foreach (var name in BlockFolder.List(parent).OrderBy(name => name.Sequence))
        {
            // Tiers too: what they were made of must lie before whatever comes.
            NextSequence = Math.Max(NextSequence, name.Sequence + 1);
            if (BlockReader.TryOpen(files, Path.Combine(parent, name.ToString()), out var damage, out var isUnreadable) is { } reader)
            {
                readers.Add(reader);
            }
            else if (isUnreadable)
            {
                // Its bytes may be good: it keeps its name. The start is not refused for it, since that would take all other samples away too.
                Interlocked.Increment(ref _readErrors);
                _unreadable.Add($"{name} ({Of(kind)}{damage})");
                _setAside.Add(_unreadable[^1]);
            }
            else
            {
                NoteSetAside(kind, name, damage!);
            }
        }

        // A crash came between a merged block and the deletion of what it was made of.
        var superseded = CompactionPlan.Superseded([.. readers.Select(reader => reader.Meta)]).ToHashSet();
        foreach (var reader in readers.Where(reader => superseded.Contains(reader.Meta.Name)))
        {
            reader.Retire(() => BlockFolder.Delete(files, parent, reader.Meta.Name));
        }

        return [.. readers.Where(reader => !superseded.Contains(reader.Meta.Name))];
    }

    private void DropSuperseded(BlockKind kind)
    {
        if (kind is BlockKind.Samples)
        {
            return;
        }

        var set = Set;
        var answering = set.CoverOf(kind).Select(stretch => stretch.Index).ToHashSet();
        StoreBlock[] superseded = [.. set.Of(kind).Where((_, i) => !answering.Contains(i))];
        if (superseded.Length > 0)
        {
            Replace(kind, superseded, by: null);
        }
    }

    private void Delete(StoreBlock block) =>
        block.Reader.Retire(() => BlockFolder.Delete(files, FolderOf(block.Reader.Kind), block.Meta.Name));

    private void Change(BlockKind kind, Func<StoreBlock[], IEnumerable<StoreBlock>> change)
    {
        lock (_lock)
        {
            var changed = _set.With(kind, change(_set.Of(kind)));
            NextSequence = Math.Max(NextSequence, changed.All.Select(block => block.Meta.Name.Sequence).DefaultIfEmpty().Max() + 1);
            Volatile.Write(ref _set, changed);
        }
    }

    private void NoteSetAside(BlockKind kind, BlockName name, string damage)
    {
        var copy = BlockFolder.SetAside(files, FolderOf(kind), name);
        _setAside.Add($"{Path.GetFileName(copy)} ({Of(kind)}{damage})");
    }

    private static string Of(BlockKind kind) => kind is BlockKind.Samples ? "" : $"tier of {BlockKinds.NameOf(kind)}: ";
}
