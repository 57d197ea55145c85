namespace Ampacity.Tsdb;

/// <summary>What opening a store found in its journal. Whoever opens the store logs <see cref="Lines"/>.</summary>
public sealed record OpenReport
{
    /// <summary>Segments read.</summary>
    public int Segments { get; init; }

    /// <summary>Whole records read.</summary>
    public long Records { get; init; }

    /// <summary>Samples in those records.</summary>
    public long Samples { get; init; }

    /// <summary>Of <see cref="Samples"/>, how many were not kept because the retention is over, or another sample of that time came first.</summary>
    public long SamplesNotKept { get; init; }

    /// <summary>Of <see cref="Samples"/>, how many belong to a series whose labels stood in a damaged record; they are lost.</summary>
    public long SamplesWithoutSeries { get; init; }

    /// <summary>Samples of journal records that were left out because a block holds them; not in <see cref="Samples"/>.</summary>
    public long SamplesInBlocks { get; init; }

    /// <summary>Series that have labels in the journal.</summary>
    public int Series { get; init; }

    /// <summary>Bytes of a torn tail that were cut: a write that was never acknowledged.</summary>
    public long BytesCut { get; init; }

    /// <summary>File name and offset of the cut, or null.</summary>
    public string? CutAt { get; init; }

    /// <summary>
    /// Segments with damaged bytes before their last whole record, copied to <c>….corrupt</c>: the name of the copy, where the damage
    /// is, how many bytes. Their whole records are served and stay in the journal.
    /// </summary>
    public IReadOnlyList<string> SetAside { get; init; } = [];

    /// <summary>Blocks served.</summary>
    public int Blocks { get; init; }

    /// <summary>Blocks that are not served: damaged ones, renamed to <c>….corrupt</c>, by their new name, and <see cref="BlocksUnreadable"/>; each with what is wrong.</summary>
    public IReadOnlyList<string> BlocksSetAside { get; init; } = [];

    /// <summary>Those of <see cref="BlocksSetAside"/> that the disk refused to read; they were left as they are.</summary>
    public IReadOnlyList<string> BlocksUnreadable { get; init; } = [];

    /// <summary>Milliseconds that the opening took.</summary>
    public double ReplayMs { get; init; }

    /// <summary>One sentence for each thing that an operator should know; the first is a summary.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"replayed {Samples} samples of {Series} series from {Records} records in {Segments} journal segments";
        if (CutAt is not null)
        {
            yield return $"cut a torn tail of {BytesCut} bytes at {CutAt}: a write that was never acknowledged";
        }

        foreach (var segment in SetAside)
        {
            yield return $"damaged journal segment set aside: {segment}; its whole records are served; keep the copy for analysis, check the disk, then delete it";
        }

        foreach (var block in BlocksSetAside)
        {
            yield return BlocksUnreadable.Contains(block, StringComparer.Ordinal)
                ? $"block that the disk does not read: {block}; it was left as it is and the rest is served; check the disk and restart, or restore the block from a backup"
                : $"damaged block set aside: {block}; the rest is served; restore the block from a backup, or keep the copy for analysis and delete it";
        }

        if (SamplesWithoutSeries > 0)
        {
            yield return $"{SamplesWithoutSeries} samples are lost: the labels of their series stood in damaged bytes";
        }
    }
}
