namespace Ampacity.Tsdb;

/// <summary>The blocks that the store serves, as a list that is replaced whole.</summary>
/// <remarks>Any thread reads <see cref="Current"/>; changes come from the store's upkeep and, when a block turns out damaged, from a reader.</remarks>
internal sealed class StoreBlocks(IStoreFiles files, string folder) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<string> _setAside = [];
    private StoreBlock[] _current = [];

    /// <summary>Folder of all blocks.</summary>
    public string Folder { get; } = Path.Combine(folder, "blocks");

    /// <summary>By sequence, which is the order in which they were written.</summary>
    public StoreBlock[] Current => Volatile.Read(ref _current);

    /// <summary>Above that of every block that is or was there.</summary>
    public long NextSequence { get; private set; } = 1;

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

    /// <summary>Opens what is there; damaged blocks are set aside. Blocks.</summary>
    public void Open(SeriesTable table)
    {
        if (!Directory.Exists(Folder))
        {
            files.CreateFolder(Folder);
            files.FlushFolder(Path.GetDirectoryName(Folder)!);
        }

        BlockFolder.Sweep(files, Folder);
        var readers = new List<BlockReader>();
        foreach (var name in BlockFolder.List(Folder).OrderBy(name => name.Sequence))
        {
            NextSequence = Math.Max(NextSequence, name.Sequence + 1);
            if (BlockReader.TryOpen(Path.Combine(Folder, name.ToString()), out var damage) is { } reader)
            {
                readers.Add(reader);
            }
            else
            {
                NoteSetAside(name, damage!);
            }
        }

        // A crash came between a merged block and the deletion of what it was made of.
        var superseded = CompactionPlan.Superseded([.. readers.Select(reader => reader.Meta)]).ToHashSet();
        var opened = new List<StoreBlock>();
        Task after = Task.CompletedTask;
        foreach (var reader in readers)
        {
            if (superseded.Contains(reader.Meta.Name))
            {
                reader.Retire(() => BlockFolder.Delete(files, Folder, reader.Meta.Name));
                continue;
            }

            var block = StoreBlock.Opened(reader, table, after);
            after = block.Mapped;
            opened.Add(block);
        }

        _current = [.. opened];
    }

    /// <summary>Adds a block that was written.</summary>
    public void Add(StoreBlock block) => Change(blocks => [.. blocks, block]);

    /// <summary>Puts one block in the place of others, or nothing; the others' folders go when nobody reads them any more.</summary>
    public void Replace(IReadOnlyCollection<StoreBlock> gone, StoreBlock? by)
    {
        Change(blocks => [.. blocks.Except(gone).Concat(by is null ? [] : [by]).OrderBy(block => block.Meta.Name.Sequence)]);
        foreach (var block in gone)
        {
            block.Reader.Retire(() => BlockFolder.Delete(files, Folder, block.Meta.Name));
        }
    }

    /// <summary>Takes a damaged block out of service and its folder out of the way; once, whoever says it first.</summary>
    public void SetAside(StoreBlock block, string reason)
    {
        lock (_lock)
        {
            if (!_current.Contains(block))
            {
                return;
            }

            Volatile.Write(ref _current, [.. _current.Where(other => other != block)]);
            NoteSetAside(block.Meta.Name, reason);
        }

        block.Reader.Dispose();
    }

    /// <summary>Closes all; reads under way end well.</summary>
    public void Dispose()
    {
        foreach (var block in Current)
        {
            block.Reader.Dispose();
        }
    }

    /// <summary>The blocks that meet (from, through], held open; each needs a release.</summary>
    public StoreBlock[] Hold(long fromMs, long throughMs)
    {
        while (true)
        {
            var held = new List<StoreBlock>();
            var complete = true;
            foreach (var block in Current)
            {
                if (block.Meets(fromMs, throughMs))
                {
                    // Retired between the look at the list and this: look again.
                    complete &= block.Reader.TryAddReference();
                    if (!complete)
                    {
                        break;
                    }

                    held.Add(block);
                }
            }

            if (complete)
            {
                return [.. held];
            }

            Release(held);
        }
    }

    /// <summary>Lets go of blocks held.</summary>
    public static void Release(IEnumerable<StoreBlock> held)
    {
        foreach (var block in held)
        {
            block.Reader.Release();
        }
    }

    private void Change(Func<StoreBlock[], StoreBlock[]> change)
    {
        lock (_lock)
        {
            var changed = change(_current);
            NextSequence = Math.Max(NextSequence, changed.Length == 0 ? 1 : changed.Max(block => block.Meta.Name.Sequence) + 1);
            Volatile.Write(ref _current, changed);
        }
    }

    private void NoteSetAside(BlockName name, string damage)
    {
        var copy = BlockFolder.SetAside(files, Folder, name);
        _setAside.Add($"{Path.GetFileName(copy)} ({damage})");
    }
}
