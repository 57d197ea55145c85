using Ampacity.Tsdb;

namespace Ampacity.Tests.Tsdb.Tiers;

public sealed class TierPlanTests
{
    private const long Hour = TierPlan.HourMs;

    [Fact]
    public void An_hour_settles_when_a_block_ends_behind_the_one_after_it()
    {
        Assert.Equal(long.MinValue, TierPlan.SettledMs(long.MinValue));
        Assert.Equal(9 * Hour, TierPlan.SettledMs((10 * Hour) - 1));
        Assert.Equal(9 * Hour, TierPlan.SettledMs((11 * Hour) - 2));
    }

    [Fact]
    public void Settled_hours_without_a_tier_are_due_and_neighbours_of_a_day_are_one_span()
    {
        TierSource[] sources = [Block(22, 26, 1), Block(26, 28, 2)];
        var due = Due(sources, [], [], fromMs: long.MinValue, settledMs: 27 * Hour);
        Assert.Equal([new(22, 2, TierKinds.Minutes | TierKinds.Hours), new TierSpan(24, 3, TierKinds.Minutes | TierKinds.Hours)], due);
    }

    [Fact]
    public void A_tier_that_knew_all_blocks_is_not_made_again_and_one_that_missed_late_samples_is()
    {
        // Block 5 came later and has samples of hour 1, though its span reaches from hour 0.
        TierSource[] sources = [Block(0, 4, 1), new(new BlockName(0, (6 * Hour) - 1, 5), hour => hour is 1 or 4 or 5)];
        BlockName[] tier = [new(0, (4 * Hour) - 1, 4)];
        Assert.Equal([new TierSpan(1, 1, TierKinds.Minutes)], Due(sources, tier, [new(0, (5 * Hour) - 1, 5)], long.MinValue, 4 * Hour));
    }

    [Fact]
    public void Nothing_is_made_of_hours_of_which_samples_are_gone_or_that_the_tier_does_not_keep()
    {
        TierSource[] sources = [Block(0, 10, 1)];
        Assert.Equal([new TierSpan(4, 6, TierKinds.Minutes | TierKinds.Hours)], Due(sources, [], [], (3 * Hour) + 1, 10 * Hour));
        Assert.Equal(
            [new(0, 8, TierKinds.Hours), new TierSpan(8, 2, TierKinds.Minutes | TierKinds.Hours)],
            TierPlan.Due(sources, [(BlockKind.Minutes, [], 8 * Hour), (BlockKind.Hours, [], long.MinValue)], long.MinValue, 10 * Hour));
    }

    [Fact]
    public void A_whole_window_is_merged_at_once_and_nothing_that_reaches_beyond_it()
    {
        var blocks = Enumerable.Range(0, 7).Select(hour => new PlannedBlock(new BlockName(hour * Hour, ((hour + 1) * Hour) - 1, hour), 100)).ToList();
        var options = new CompactionOptions { KeepFreeBytes = 0 };
        Assert.Equal(blocks[..6], TierPlan.Merge(BlockKind.Minutes, blocks, 1000, options));
        Assert.Empty(TierPlan.Merge(BlockKind.Minutes, blocks[..6], 1000, options));
        Assert.Empty(TierPlan.Merge(BlockKind.Minutes, blocks, 599, options));
        Assert.Equal(new BlockName(0, (6 * Hour) - 1, 5), TierPlan.NameOf([.. blocks[..6].Select(block => block.Name)]));

        // A day's block, and one hour of it made again: only the next larger span may take both.
        PlannedBlock[] again = [new(new BlockName(0, (24 * Hour) - 1, 30), 100), new(new BlockName(3 * Hour, (4 * Hour) - 1, 40), 100), new(new BlockName(25 * Hour, (26 * Hour) - 1, 50), 1)];
        Assert.Equal(again[..2], TierPlan.Merge(BlockKind.Minutes, again, 1000, options));
    }

    private static TierSource Block(long fromHour, long endHour, long sequence) => new(new BlockName(fromHour * Hour, (endHour * Hour) - 1, sequence), _ => true);

    private static IReadOnlyList<TierSpan> Due(TierSource[] sources, BlockName[] minutes, BlockName[] hours, long fromMs, long settledMs) =>
        TierPlan.Due(sources, [(BlockKind.Minutes, minutes, long.MinValue), (BlockKind.Hours, hours, long.MinValue)], fromMs, settledMs);
}
