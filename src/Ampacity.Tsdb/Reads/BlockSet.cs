namespace Ampacity.Tsdb;

/// <summary>All blocks that the store serves, and where in time each kind answers. Immutable; a reader takes one and sees one state.</summary>
/// <param name="Samples">Blocks of samples, by sequence.</param>
/// <param name="Minutes">The 1-minute tier's, by sequence.</param>
/// <param name="Hours">The 1-hour tier's, by sequence.</param>
/// <param name="RawFromMs">Samples answer from here on, tiers before; <see cref="long.MinValue"/> as long as no sample has expired.</param>
internal sealed record BlockSet(StoreBlock[] Samples, StoreBlock[] Minutes, StoreBlock[] Hours, long RawFromMs)
{
    /// <summary>Nothing.</summary>
    public static readonly BlockSet Empty = new([], [], [], long.MinValue);

    /// <summary>Which of <see cref="Minutes"/> answers when.</summary>
    public IReadOnlyList<TierStretch> MinuteCover { get; } = TierCover.Of([.. Minutes.Select(block => block.Meta.Name)]);

    /// <summary>Which of <see cref="Hours"/> answers when.</summary>
    public IReadOnlyList<TierStretch> HourCover { get; } = TierCover.Of([.. Hours.Select(block => block.Meta.Name)]);

    /// <summary>All of them.</summary>
    public IEnumerable<StoreBlock> All => Samples.Concat(Minutes).Concat(Hours);

    /// <summary>The blocks of a kind.</summary>
    public StoreBlock[] Of(BlockKind kind) => kind switch
    {
        BlockKind.Minutes => Minutes,
        BlockKind.Hours => Hours,
        _ => Samples,
    };

    /// <summary>Which block of a tier answers when.</summary>
    public IReadOnlyList<TierStretch> CoverOf(BlockKind kind) => kind is BlockKind.Minutes ? MinuteCover : HourCover;

    /// <summary>The same with other blocks of a kind. (<c>with</c> would keep the covers of before.)</summary>
    public BlockSet With(BlockKind kind, IEnumerable<StoreBlock> blocks)
    {
        StoreBlock[] sorted = [.. blocks.OrderBy(block => block.Meta.Name.Sequence)];
        return new BlockSet(
            kind is BlockKind.Samples ? sorted : Samples,
            kind is BlockKind.Minutes ? sorted : Minutes,
            kind is BlockKind.Hours ? sorted : Hours,
            RawFromMs);
    }

    /// <summary>The parts of blocks that answer for (from, through] as samples: raw ones where they are kept, before that minutes, before that hours.</summary>
    public IEnumerable<BlockSpan> SpansOf(long fromMs, long throughMs)
    {
        var firstMs = fromMs == long.MaxValue ? fromMs : fromMs + 1;
        var tiersThroughMs = RawFromMs == long.MinValue ? long.MinValue : Math.Min(throughMs, RawFromMs - 1);
        foreach (var span in TierSpans(BlockKind.Hours, TierCover.Gaps(MinuteCover, firstMs, tiersThroughMs)))
        {
            yield return span;
        }

        foreach (var span in TierSpans(BlockKind.Minutes, [(firstMs, tiersThroughMs)]))
        {
            yield return span;
        }

        foreach (var block in Samples)
        {
            if (block.Meets(Math.Max(firstMs, RawFromMs), throughMs))
            {
                yield return new BlockSpan(block, Math.Max(firstMs, RawFromMs), throughMs);
            }
        }
    }

    /// <summary>The parts of a tier's blocks that lie in spans, in order of time.</summary>
    public IEnumerable<BlockSpan> TierSpans(BlockKind kind, IEnumerable<(long FromMs, long ThroughMs)> spans)
    {
        foreach (var (fromMs, throughMs) in spans)
        {
            foreach (var stretch in CoverOf(kind))
            {
                if (stretch.ThroughMs >= fromMs && stretch.FromMs <= throughMs)
                {
                    yield return new BlockSpan(Of(kind)[stretch.Index], Math.Max(fromMs, stretch.FromMs), Math.Min(throughMs, stretch.ThroughMs));
                }
            }
        }
    }
}

/// <summary>A part of a block that answers a read.</summary>
/// <param name="Block">The block.</param>
/// <param name="FromMs">First millisecond.</param>
/// <param name="ThroughMs">Last millisecond.</param>
internal readonly record struct BlockSpan(StoreBlock Block, long FromMs, long ThroughMs)
{
    /// <summary>Samples that a series has in the part, about: as if its samples lay evenly in the block.</summary>
    public long SamplesOf(int number)
    {
        if (Block.SeriesOf(number) is not (var series and >= 0))
        {
            return 0;
        }

        var samples = Block.Reader.SamplesOf(series);
        var name = Block.Meta.Name;
        var partMs = Math.Min(ThroughMs, name.ThroughMs) - Math.Max(FromMs, name.FromMs) + 1.0;
        return (long)Math.Ceiling(samples * Math.Clamp(partMs / (name.ThroughMs - name.FromMs + 1.0), 0, 1));
    }
}
