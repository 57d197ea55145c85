namespace Ampacity.Tsdb;

/// <summary>A span of a block that goes into a merge.</summary>
/// <param name="Reader">The block, held open by the caller.</param>
/// <param name="FromMs">First millisecond.</param>
/// <param name="ThroughMs">Last millisecond.</param>
internal readonly record struct MergePart(BlockReader Reader, long FromMs, long ThroughMs);

/// <summary>
/// Makes one block of several: their series in order, their samples in order of time, stamp groups joined, so that times are kept once again. Of two
/// samples of a series at one time the one of the block with the lower sequence stays.
/// </summary>
/// <remarks>One thread; memory is some megabytes a block, whatever their size. <see cref="BlockWriterOptions.CpuShare"/> holds it back.</remarks>
internal static class BlockMerge
{
    /// <summary>Merges blocks of samples. The inputs stay as they are: the caller serves the new block and deletes them.</summary>
    /// <param name="files">The seam through which every change goes.</param>
    /// <param name="blocksFolder">Folder of all blocks.</param>
    /// <param name="blocks">Neighbours by sequence, in any order; held open by the caller.</param>
    /// <param name="keepFromMs">Samples before it are left out; <see cref="long.MinValue"/> keeps all.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="cancellationToken">Gives up; nothing is left.</param>
    /// <returns>The new block, or null when nothing is young enough to keep.</returns>
    /// <exception cref="BlockDamagedException">An input is damaged; its name is in it.</exception>
    /// <exception cref="IOException">The disk refused; nothing is left.</exception>
    public static BlockMeta? Run(
        IStoreFiles files, string blocksFolder, IReadOnlyCollection<BlockReader> blocks, long keepFromMs, BlockWriterOptions options, CancellationToken cancellationToken)
    {
        var ordered = blocks.OrderBy(block => block.Meta.Name.Sequence).ToArray();
        return Run(
            files,
            blocksFolder,
            CompactionPlan.NameOf(ordered.Select(block => block.Meta.Name)),
            [.. ordered.Select(block => new MergePart(block, keepFromMs, long.MaxValue))],
            options,
            cancellationToken);
    }

    /// <summary>Merges spans of blocks of one kind; where two have a row of one series at one time, that of the first counts.</summary>
    public static BlockMeta? Run(
        IStoreFiles files, string blocksFolder, BlockName name, IReadOnlyList<MergePart> parts, BlockWriterOptions options, CancellationToken cancellationToken)
    {
        if (parts.Any(part => part.Reader.Kind != parts[0].Reader.Kind))
        {
            throw new InvalidOperationException("Bug: blocks of different kinds are not merged");
        }

        var kind = parts[0].Reader.Kind;
        var planes = BlockKinds.ValueFilesOf(kind).Count;
        var merge = new SeriesMerge([.. parts.Select(part => new MergeInput(part.Reader, part.FromMs, part.ThroughMs))], planes, cancellationToken);
        using var writer = new BlockWriter(files, blocksFolder, name.FromMs, name.ThroughMs, name.Sequence, options with { Kind = kind }, cancellationToken);
        var rows = new RowPlacement(writer, planes);
        while (merge.Next())
        {
            if (!merge.Times.IsEmpty)
            {
                var key = merge.JoinTimes(out var times);
                rows.Add(merge.Labels, key, times, merge.Times, merge.Qualities, merge.Values);
            }
        }

        return writer.Samples == 0 ? null : writer.Finish([.. parts.Select(part => part.Reader.Meta.Name).Distinct()]);
    }
}
