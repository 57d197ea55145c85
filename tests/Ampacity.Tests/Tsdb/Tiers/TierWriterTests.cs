using Ampacity.Samples;
using Ampacity.Tests.Tsdb.Blocks;
using Ampacity.Tsdb;
using CsCheck;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Tsdb.Tiers;

public sealed class TierWriterTests : IDisposable
{
    private static readonly long HourMs = BeginMs / 3_600_000 * 3_600_000;

    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_bucket_keeps_first_last_min_max_sum_count_and_the_increase_over_resets()
    {
        var input = new BlockInput();
        var polls = input.AddPolls(At(0, 10, 20, 30, 60, 70, 130));
        input.Add(Labels("joules"), polls, 100, 150, 20, 30, 40, 50, 5);
        var bucket = Tier(input, BlockKind.Minutes, out var times)[0];
        Assert.Equal([30_000, 70_000, 130_000], times[0].Select(time => time - HourMs));
        Assert.Equal(new TierBucket(100, 30, 20, 150, 300, 4, 50 + 20 + 10), bucket[0]);
        Assert.Equal(new TierBucket(40, 50, 40, 50, 90, 2, 10), bucket[1]);
        Assert.Equal(new TierBucket(5, 5, 5, 5, 5, 1, 0), bucket[2]);
    }

    [Fact]
    public void What_is_no_believed_number_does_not_count_and_a_bucket_of_it_alone_has_no_row()
    {
        var input = new BlockInput();
        var polls = input.AddPolls(At(0, 10, 20, 60, 70, 120));
        input.Add(
            Labels("watts"),
            new InputRun(
                polls,
                [],
                [1, StaleMarker.Value, 900, double.NaN, 0, 0.5],
                [SampleQuality.Good, SampleQuality.Good, SampleQuality.OutOfRange, SampleQuality.Good, SampleQuality.Absent, SampleQuality.Inferred]));
        input.Add(Labels("nothing"), polls, Enumerable.Repeat(StaleMarker.Value, 6).ToArray());
        var rows = Tier(input, BlockKind.Minutes, out var times);
        var only = Assert.Single(rows);
        Assert.Equal([0, 120_000], times[0].Select(time => time - HourMs));
        Assert.Equal([TierBucket.Of(1), TierBucket.Of(0.5)], only);
    }

    [Fact]
    public void Sums_of_decimals_are_decimals_and_cost_no_exact_values()
    {
        var input = new BlockInput();
        var polls = input.AddPolls(At([.. Enumerable.Range(0, 360).Select(i => i * 10)]));
        input.Add(Labels("celsius"), polls, [.. Enumerable.Range(0, 360).Select(i => (200 + (i % 7)) / 10.0)]);
        var hour = Tier(input, BlockKind.Hours, out _)[0];
        Assert.Equal(Enumerable.Range(0, 360).Sum(i => 200 + (i % 7)) / 10.0, Assert.Single(hour).Sum);
        using var reader = Open(BlockKind.Hours);
        Assert.DoesNotContain(reader.Meta.Files.SelectMany(file => file.Groups), group => group.Notes.HasFlag(GroupNotes.Exact));
    }

    [Fact]
    public void Any_minutes_combine_into_the_hours_that_their_samples_make()
    {
        Gen.Select(Gen.Int[0, 719].HashSet[1, 200], Gen.Int[0, 1000].Array[200]).Sample(
            (instants, values) =>
            {
                var at = instants.Order().ToArray();
                var input = new BlockInput();
                input.Add(Labels("m"), input.AddPolls(At([.. at.Select(i => i * 10)])), [.. at.Select((_, i) => (double)values[i])]);
                using var folder = new StoreFolder();
                var minutes = Tier(folder, input, BlockKind.Minutes, out var minuteTimes)[0];
                var hours = Tier(folder, input, BlockKind.Hours, out var hourTimes)[0];
                for (var hour = 0; hour < hours.Count; hour++)
                {
                    var within = minutes.Where((_, i) => minuteTimes[0][i] / 3_600_000 == hourTimes[0][hour] / 3_600_000).ToArray();
                    Assert.Equal(hours[hour], within.Aggregate((a, b) => a.Then(b)));
                }

                Assert.Equal(at.Length, hours.Sum(hour => hour.Count));
            },
            iter: 100,
            threads: 1);
    }

    private static long[] At(params int[] seconds) => [.. seconds.Select(second => HourMs - BeginMs + (second * 1000L))];

    private static LabelSet Labels(string name) => LabelSet.Of((LabelSet.MetricName, name), ("n", "1"));

    private static List<List<TierBucket>> Tier(StoreFolder folder, BlockInput input, BlockKind kind, out List<long[]> times)
    {
        var name = new BlockName(HourMs, HourMs + 7_199_999, 1);
        var source = Path.Combine(folder.Path, name.ToString());
        if (!Directory.Exists(source))
        {
            input.Write(folder.Path, name: name);
        }

        Directory.CreateDirectory(Path.Combine(folder.Path, kind.ToString()));
        using (var reader = BlockReader.TryOpen(source, out _)!)
        {
            var target = new TierTarget(kind, Path.Combine(folder.Path, kind.ToString()));
            TierWriter.Write(
                new FailingFiles(), [target], [reader], HourMs, HourMs + 7_199_999, 1, new BlockWriterOptions(), (_, meta) => Assert.NotNull(meta), Stop);
        }

        using var tier = Open(folder, kind);
        Assert.Equal(kind, tier.Kind);
        times = [];
        var rows = new List<List<TierBucket>>();
        for (var series = 0; series < tier.Meta.Series; series++)
        {
            var planes = new List<double[]>();
            long[] begins = [];
            foreach (var column in Enum.GetValues<TierColumn>())
            {
                var into = new BlockColumns();
                tier.Read(column, [series], long.MinValue, long.MaxValue, into, Stop);
                planes.Add(into.Values.ToArray());
                begins = into.TimestampsMs.ToArray();
            }

            times.Add(begins);
            rows.Add([.. begins.Select((_, i) => new TierBucket(planes[0][i], planes[1][i], planes[2][i], planes[3][i], planes[4][i], planes[5][i], planes[6][i]))]);
        }

        return rows;
    }

    private static BlockReader Open(StoreFolder folder, BlockKind kind)
    {
        var parent = Path.Combine(folder.Path, kind.ToString());
        var reader = BlockReader.TryOpen(Path.Combine(parent, BlockFolder.List(parent)[0].ToString()), out var damage);
        Assert.Null(damage);
        return reader!;
    }

    private List<List<TierBucket>> Tier(BlockInput input, BlockKind kind, out List<long[]> times) => Tier(_folder, input, kind, out times);

    private BlockReader Open(BlockKind kind) => Open(_folder, kind);
}
