namespace Ampacity.Tsdb;

/// <summary>What compaction may do.</summary>
internal sealed record CompactionOptions
{
    /// <summary>Spans of merged blocks, rising: 6 h and 24 h. A sample is written once more for each.</summary>
    public IReadOnlyList<TimeSpan> Spans { get; init; } = [TimeSpan.FromHours(6), TimeSpan.FromHours(24)];

    /// <summary>Blocks that are not yet a whole span are merged when there are so many of them: a store that is flushed often.</summary>
    public int MaxLoose { get; init; } = 8;

    /// <summary>No merged block is planned to be larger, in bytes. 8 GiB, chosen: half an hour's copying at a disk's 5 MB/s at worst.</summary>
    public long MaxBytes { get; init; } = 8L << 30;

    /// <summary>Bytes that must stay free on the disk while old and new blocks are both there. 1 GiB, chosen.</summary>
    public long KeepFreeBytes { get; init; } = 1L << 30;
}

/// <summary>A block as a plan sees it.</summary>
/// <param name="Name">Span and sequence.</param>
/// <param name="Bytes">Size of its folder.</param>
internal readonly record struct PlannedBlock(BlockName Name, long Bytes);

/// <summary>Which blocks to merge next. A pure function of names and sizes, so that every case can be tested.</summary>
/// <remarks>
/// Only neighbours by sequence are merged. Then the merged block takes the lowest sequence of them, and every other block is before or behind
/// it as it was before or behind each of them: which of two samples at one time counts does not change.
/// </remarks>
internal static class CompactionPlan
{
    /// <summary>The blocks to merge next, by sequence; empty when there is nothing to do.</summary>
    /// <param name="blocks">All blocks, in any order.</param>
    /// <param name="freeBytes">Free on the disk.</param>
    /// <param name="options">Spans and limits.</param>
    public static IReadOnlyList<PlannedBlock> Next(IReadOnlyCollection<PlannedBlock> blocks, long freeBytes, CompactionOptions options)
    {
        var ordered = blocks.OrderBy(block => block.Name.Sequence).ToArray();
        if (ordered.Length < 2)
        {
            return [];
        }

        var newestMs = ordered.Max(block => block.Name.ThroughMs);
        foreach (var span in options.Spans)
        {
            var spanMs = (long)span.TotalMilliseconds;
            foreach (var run in Runs(ordered, spanMs))
            {
                // A window is done when a block ends behind the one after it: late samples of a window come with the next block or two.
                var window = Window(run[0], spanMs);
                var isWhole = newestMs / spanMs > window + 1;
                if (isWhole ? run.Count > 1 : run.Count >= options.MaxLoose)
                {
                    var chosen = Within(run, freeBytes - options.KeepFreeBytes, options.MaxBytes);
                    if (chosen.Count > 1 && (isWhole || chosen.Count >= options.MaxLoose))
                    {
                        return chosen;
                    }
                }
            }
        }

        return [];
    }

    /// <summary>The name of what comes out of a merge. A millisecond longer where an input has that name: both are there for a while.</summary>
    public static BlockName NameOf(IEnumerable<BlockName> inputs)
    {
        var names = inputs.ToArray();
        var merged = new BlockName(names.Min(name => name.FromMs), names.Max(name => name.ThroughMs), names.Min(name => name.Sequence));
        while (names.Contains(merged))
        {
            merged = merged with { ThroughMs = merged.ThroughMs + 1 };
        }

        return merged;
    }

    /// <summary>Blocks wholly behind a time, which retention lets go.</summary>
    public static IReadOnlyList<PlannedBlock> Behind(IEnumerable<PlannedBlock> blocks, long keepFromMs) =>
        [.. blocks.Where(block => block.Name.ThroughMs < keepFromMs)];

    /// <summary>
    /// Blocks whose samples all stand in a merged block beside them: a crash came between its naming and their deletion. Opening deletes them
    /// before it serves anything.
    /// </summary>
    public static IReadOnlyList<BlockName> Superseded(IReadOnlyCollection<BlockMeta> blocks)
    {
        var replaced = blocks.SelectMany(block => block.Replaces).ToHashSet();
        return [.. blocks.Select(block => block.Name).Where(replaced.Contains)];
    }

    // Neighbours by sequence that end in one window. Late samples begin earlier: a block's end says when it was written.
    private static IEnumerable<List<PlannedBlock>> Runs(PlannedBlock[] ordered, long spanMs)
    {
        var run = new List<PlannedBlock>();
        foreach (var block in ordered)
        {
            if (run.Count > 0 && Window(block, spanMs) != Window(run[0], spanMs))
            {
                yield return run;
                run = [];
            }

            run.Add(block);
        }

        yield return run;
    }

    private static long Window(PlannedBlock block, long spanMs) => block.Name.ThroughMs / spanMs;

    // From the first on, as many as fit the limits; from the second on if the first alone is too large, and so on.
    private static List<PlannedBlock> Within(List<PlannedBlock> run, long freeBytes, long maxBytes)
    {
        for (var first = 0; first < run.Count - 1; first++)
        {
            var bytes = 0L;
            var chosen = run.Skip(first).TakeWhile(block => (bytes += block.Bytes) <= Math.Min(freeBytes, maxBytes)).ToList();
            if (chosen.Count > 1)
            {
                return chosen;
            }
        }

        return [];
    }
}
