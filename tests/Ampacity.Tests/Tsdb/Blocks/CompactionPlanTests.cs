using Ampacity.Tsdb;
using CsCheck;

namespace Ampacity.Tests.Tsdb.Blocks;

public sealed class CompactionPlanTests
{
    private const long Hour = 3_600_000;

    private static readonly CompactionOptions Options = new() { MaxBytes = 1000, KeepFreeBytes = 100 };

    [Fact]
    public void The_hours_of_a_past_window_become_one_block()
    {
        var hours = Enumerable.Range(0, 13).Select(hour => Block(hour, hour + 1)).ToArray();
        Assert.Equal(hours[..6], CompactionPlan.Next(hours, long.MaxValue, Options));

        // The window after it is not: its late samples may still come.
        Assert.Empty(CompactionPlan.Next(hours[6..], long.MaxValue, Options));
        Assert.Empty(CompactionPlan.Next(hours[..1], long.MaxValue, Options));
        Assert.Empty(CompactionPlan.Next([], long.MaxValue, Options));
    }

    [Fact]
    public void Merged_blocks_are_merged_again_into_days()
    {
        var quarters = Enumerable.Range(0, 9).Select(quarter => Block(quarter * 6, quarter + 1, hours: 6)).ToArray();
        Assert.Equal(quarters[..4], CompactionPlan.Next(quarters, long.MaxValue, Options));
    }

    [Fact]
    public void Many_blocks_of_an_unfinished_window_are_merged_too()
    {
        var flushed = Enumerable.Range(0, 8).Select(i => new PlannedBlock(new BlockName(i * 1000, (i * 1000) + 999, i + 1), 10)).ToArray();
        Assert.Equal(flushed, CompactionPlan.Next(flushed, long.MaxValue, Options));
        Assert.Empty(CompactionPlan.Next(flushed[..7], long.MaxValue, Options));
    }

    [Fact]
    public void A_merge_stays_within_the_free_disk_and_the_largest_size()
    {
        var hours = Enumerable.Range(0, 13).Select(hour => Block(hour, hour + 1, bytes: hour == 0 ? 990 : 300)).ToArray();
        Assert.Equal(hours[1..4], CompactionPlan.Next(hours, long.MaxValue, Options));
        Assert.Equal(hours[1..3], CompactionPlan.Next(hours, 700, Options));
        Assert.Empty(CompactionPlan.Next(hours, 699, Options));
    }

    [Fact]
    public void Retention_lets_go_of_what_ends_before_it()
    {
        var hours = Enumerable.Range(0, 3).Select(hour => Block(hour, hour + 1)).ToArray();
        Assert.Equal(hours[..1], CompactionPlan.Behind(hours, Hour));
        Assert.Equal(hours[..2], CompactionPlan.Behind(hours, 2 * Hour));
    }

    [Fact]
    public void A_plan_merges_only_neighbours_and_comes_to_an_end()
    {
        // Ends that wander a little, as with late samples and flushes.
        Gen.Select(Gen.Long[0, 3 * Hour], Gen.Long[1, 200]).Array[2, 60].Sample(
            steps =>
            {
                var blocks = new List<PlannedBlock>();
                var end = Hour;
                foreach (var (step, bytes) in steps)
                {
                    end += step - (Hour / 4);
                    blocks.Add(new PlannedBlock(new BlockName(0, Math.Max(0, end), blocks.Count + 1), bytes));
                }

                for (var merges = 0; CompactionPlan.Next(blocks, long.MaxValue, Options) is { Count: > 0 } next; merges++)
                {
                    Assert.True(next.Count > 1 && next.Sum(block => block.Bytes) <= Options.MaxBytes);
                    Assert.True(merges < steps.Length, "each merge makes fewer blocks");
                    var between = blocks.Where(block => block.Name.Sequence >= next[0].Name.Sequence && block.Name.Sequence <= next[^1].Name.Sequence);
                    Assert.Equal(next, between.OrderBy(block => block.Name.Sequence));
                    blocks = [.. blocks.Except(next), new PlannedBlock(CompactionPlan.NameOf(next.Select(block => block.Name)), next.Sum(block => block.Bytes))];
                }
            },
            iter: 500,
            threads: 1);
    }

    private static PlannedBlock Block(long hour, long sequence, long hours = 1, long bytes = 10) =>
        new(new BlockName(hour * Hour, ((hour + hours) * Hour) - 1, sequence), bytes);
}
