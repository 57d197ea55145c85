using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>What of time a query reads, and from which parts of which blocks. Immutable, any thread.</summary>
internal sealed class ReadRange
{
    private readonly SeriesQuery _query;

    public ReadRange(SeriesQuery query)
    {
        (_query, FromMs, ThroughMs) = (query, query.FromMs, query.ThroughMs);
        if (query.Buckets is { } buckets)
        {
            // Whole buckets alone. Times before 1970 are never taken.
            var lengthMs = buckets.LengthMs;
            FromMs = query.FromMs <= 0 ? -1 : ((query.FromMs - 1) / lengthMs * lengthMs) + lengthMs - 1;
            ThroughMs = query.ThroughMs == long.MaxValue ? long.MaxValue : query.ThroughMs < 0 ? -1 : ((query.ThroughMs + 1) / lengthMs * lengthMs) - 1;
            Tier = buckets.Length is BucketLength.Minute ? BlockKind.Minutes : BlockKind.Hours;
        }
    }

    /// <summary>Begin of the samples read, exclusive.</summary>
    public long FromMs { get; }

    /// <summary>End of the samples read, inclusive.</summary>
    public long ThroughMs { get; }

    /// <summary>The tier whose rows are wanted; <see cref="BlockKind.Samples"/> when samples are.</summary>
    public BlockKind Tier { get; }

    /// <summary>The figure read from a tier's block.</summary>
    public TierColumn Column => _query.Buckets is { } buckets ? (TierColumn)buckets.Figure : TierColumn.Last;

    /// <summary>The parts of blocks that answer.</summary>
    public BlockSpan[] SpansOf(BlockSet set)
    {
        if (Tier is BlockKind.Samples)
        {
            return [.. set.SpansOf(FromMs, ThroughMs)];
        }

        var spans = new List<BlockSpan>(set.TierSpans(Tier, [(FromMs + 1, ThroughMs)]));
        foreach (var (fromMs, throughMs) in GapsIn(set))
        {
            spans.AddRange(set.Samples.Where(block => block.Meets(fromMs, throughMs)).Select(block => new BlockSpan(block, fromMs, throughMs)));
        }

        return [.. spans];
    }

    /// <summary>Where the tier does not answer and samples do: both ends inclusive, in order of time.</summary>
    public IEnumerable<(long FromMs, long ThroughMs)> GapsIn(BlockSet set) =>
        TierCover.Gaps(set.CoverOf(Tier), Math.Max(FromMs + 1, set.RawFromMs), ThroughMs);
}
