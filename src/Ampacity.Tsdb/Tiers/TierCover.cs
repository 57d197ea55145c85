namespace Ampacity.Tsdb;

/// <summary>A stretch of time that one block of a tier answers for.</summary>
/// <param name="FromMs">First millisecond.</param>
/// <param name="ThroughMs">Last millisecond.</param>
/// <param name="Index">Which block, by its place in the list.</param>
internal readonly record struct TierStretch(long FromMs, long ThroughMs, int Index);

/// <summary>
/// Which block of a tier answers when. A tier of a span was made of everything that was known then, so where two meet the one with the higher sequence, which
/// knew more, answers alone. Pure.
/// </summary>
internal static class TierCover
{
    /// <summary>The stretches in order of time; blocks that have none are superseded.</summary>
    public static IReadOnlyList<TierStretch> Of(IReadOnlyList<BlockName> blocks)
    {
        var covered = new List<TierStretch>();
        var order = Enumerable.Range(0, blocks.Count).OrderByDescending(i => blocks[i].Sequence)
            .ThenByDescending(i => blocks[i].ThroughMs - blocks[i].FromMs).ThenBy(i => i);
        foreach (var index in order)
        {
            var added = new List<TierStretch>();
            foreach (var (fromMs, throughMs) in Gaps(covered, blocks[index].FromMs, blocks[index].ThroughMs))
            {
                added.Add(new TierStretch(fromMs, throughMs, index));
            }

            covered.AddRange(added);
            covered.Sort((a, b) => a.FromMs.CompareTo(b.FromMs));
        }

        return covered;
    }

    /// <summary>What of a span no stretch covers.</summary>
    /// <param name="covered">Stretches in order of time that do not meet.</param>
    /// <param name="fromMs">First millisecond.</param>
    /// <param name="throughMs">Last millisecond.</param>
    public static IEnumerable<(long FromMs, long ThroughMs)> Gaps(IReadOnlyList<TierStretch> covered, long fromMs, long throughMs)
    {
        var at = fromMs;
        foreach (var stretch in covered)
        {
            if (stretch.ThroughMs < at || stretch.FromMs > throughMs)
            {
                continue;
            }

            if (stretch.FromMs > at)
            {
                yield return (at, stretch.FromMs - 1);
            }

            if (stretch.ThroughMs >= throughMs)
            {
                yield break;
            }

            at = stretch.ThroughMs + 1;
        }

        if (at <= throughMs)
        {
            yield return (at, throughMs);
        }
    }

    /// <summary>The stretch that covers an instant, or null.</summary>
    public static TierStretch? At(IReadOnlyList<TierStretch> covered, long timestampMs)
    {
        var (low, high) = (0, covered.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (covered[middle].ThroughMs < timestampMs)
            {
                low = middle + 1;
            }
            else if (covered[middle].FromMs > timestampMs)
            {
                high = middle - 1;
            }
            else
            {
                return covered[middle];
            }
        }

        return null;
    }
}
