namespace Ampacity.Tsdb;

/// <summary>Merges blocks while the plan says so, and puts the merged one in the place of what it was made of. One at a time.</summary>
internal sealed class BlockCompaction(IStoreFiles files, SeriesTable table, StoreBlocks blocks)
{
    private static readonly CompactionOptions Options = new();

    /// <summary>Merges made since opening.</summary>
    public long Merges { get; private set; }

    /// <summary>Merges what is to be merged now.</summary>
    /// <param name="keepFromMs">Samples before it are left out.</param>
    /// <param name="writing">How a block is written.</param>
    /// <param name="cancellationToken">Gives up; the blocks stay as they are.</param>
    /// <exception cref="IOException">The disk refused; the blocks stay as they are.</exception>
    public async Task RunAsync(long keepFromMs, BlockWriterOptions writing, CancellationToken cancellationToken)
    {
        while (Next() is { Length: > 1 } chosen)
        {
            await MergeAsync(chosen, keepFromMs, writing, cancellationToken);
        }
    }

    private StoreBlock[] Next()
    {
        var current = blocks.Current;
        var free = new DriveInfo(blocks.Folder).AvailableFreeSpace;
        var planned = CompactionPlan.Next([.. current.Select(block => new PlannedBlock(block.Meta.Name, block.Meta.Bytes))], free, Options)
            .Select(block => block.Name).ToHashSet();
        return [.. current.Where(block => planned.Contains(block.Meta.Name))];
    }

    private async Task MergeAsync(StoreBlock[] chosen, long keepFromMs, BlockWriterOptions writing, CancellationToken cancellationToken)
    {
        var held = chosen.Where(block => block.Reader.TryAddReference()).Select(block => new BlockSpan(block, 0, 0)).ToArray();
        BlockMeta? merged;
        try
        {
            // A reader has met damage meanwhile and taken one out of service: plan again.
            if (held.Length < chosen.Length)
            {
                return;
            }

            merged = BlockMerge.Run(files, blocks.Folder, [.. chosen.Select(block => block.Reader)], keepFromMs, writing, cancellationToken);
        }
        catch (BlockDamagedException error)
        {
            blocks.SetAside(chosen.First(block => block.Meta.Name.ToString() == error.Block), error.Reason);
            return;
        }
        finally
        {
            StoreBlocks.Release(held);
        }

        StoreBlock? by = null;
        if (merged is not null)
        {
            var folder = Path.Combine(blocks.Folder, merged.Name.ToString());
            by = BlockReader.TryOpen(files, folder, out var damage, out _) is { } reader
                ? StoreBlock.Lazy(reader, table)
                : throw new IOException($"block {merged.Name} was written and cannot be read back: {damage}");

            // So that the next read does not wait where it would not have waited without the merge.
            if (Array.TrueForAll(chosen, block => block.IsMapped))
            {
                try
                {
                    await by.Mapped.WaitAsync(cancellationToken);
                }
                catch (BlockDamagedException error)
                {
                    throw new IOException($"block {merged.Name} was written and cannot be read back: {error.Reason}", error);
                }
            }
        }

        blocks.Replace(BlockKind.Samples, chosen, by);
        Merges++;
    }
}
