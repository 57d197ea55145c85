using Ampacity.Samples;
using Ampacity.Tsdb;
using CsCheck;

namespace Ampacity.Tests.Tsdb;

/// <summary>How a start fills the head: whole groups without a look at each series, full slabs unpacked until there is time.</summary>
public sealed class HeadReplayTests
{
    private const int Series = JournalStart.Series;

    [Fact]
    public async Task What_a_start_fills_is_what_a_list_holds_and_stays_so_while_it_is_packed()
    {
        var (inBlocks, expired, runs) = (0L, 0L, 0);
        await Gen.Select(Gen.UInt, Gen.Int[1, 150]).SampleAsync(
            async (seed, polls) =>
            {
                var random = new Random((int)(seed & int.MaxValue));
                using var folder = new StoreFolder();
                var start = new JournalStart(folder.JournalPath, random);
                await start.RunAsync(polls);
                (inBlocks, expired, runs) = (inBlocks + start.InBlocks, expired + start.Expired, runs + start.Runs);
                var (head, model, now) = (start.Head, start.Model, start.NowMs);
                model.Check(head, long.MinValue, long.MaxValue);
                model.Check(head, now - 200, now - 90);
                for (var more = true; more; model.Check(head, long.MinValue, long.MaxValue))
                {
                    more = head.PackSome(random.Next(1, 300));
                    now += random.Next(1, 12);
                    Append(head, model, now, JournalStart.SomeSeries(random), random);
                    if (random.Next(4) == 0)
                    {
                        Seal(head, model, now - random.Next(0, 400));
                    }
                }

                Assert.False(head.HasUnpacked);
            },
            iter: 300,
            threads: 1);

        // A run without a cut, an expired sample or a second run would show nothing of them.
        Assert.True(inBlocks > 1000 && expired > 500 && runs > 400, $"{inBlocks} samples in blocks, {expired} expired, {runs} runs");
    }

    [Fact]
    public void Whole_polls_are_taken_at_once_and_the_newest_of_each_series_is_known_after()
    {
        var head = new SampleHead();
        head.EnsureSeries(Series);
        head.BeginReplay(long.MaxValue);
        var groups = new ReplayedGroups(head);
        int[] numbers = [.. Enumerable.Range(100, Series)];
        int[] series = [.. Enumerable.Range(0, Series)];
        head.AppendRun(1000, series, new double[Series], [], long.MaxValue, new AppendOutcome[Series]);
        Assert.Equal(0, groups.Append(2000, numbers, new double[Series]));
        groups.Learn(numbers, series);
        Assert.Equal(Series, groups.Append(2000, numbers, new double[Series]));

        // Not all of them, not in their order, not newer.
        Assert.Equal(0, groups.Append(3000, numbers.AsSpan(0, 5), new double[5]));
        Assert.Equal(0, groups.Append(3000, [.. numbers.Reverse()], new double[Series]));
        Assert.Equal(0, groups.Append(2000, numbers, new double[Series]));
        head.EndReplay();
        var outcomes = new AppendOutcome[1];
        head.AppendRun(1900, [7], [1], [], 50, outcomes);
        Assert.Equal(AppendOutcome.TooOld, outcomes[0]);
    }

    [Fact]
    public async Task A_store_that_packs_what_it_read_back_answers_the_same_before_and_after_and_seals_it()
    {
        using var folder = new StoreFolder();
        var store = await folder.Open();
        for (var poll = 0; poll < 70; poll++)
        {
            await Append(store, poll);
        }

        var expected = await StoreFolder.Read(store, StoreFolder.Query());
        await store.DisposeAsync();
        store = await folder.Open();
        Assert.Equal(70 * 3 * 40, store.OpenReport.Samples);
        Assert.Equal(expected, await StoreFolder.Read(store, StoreFolder.Query()));
        for (var read = 0; read < 50; read++)
        {
            // Beside the packing.
            Assert.Equal(expected, await StoreFolder.Read(store, StoreFolder.Query()));
        }

        await store.FlushAsync(StoreFolder.Stop);
        Assert.Equal(expected, await StoreFolder.Read(store, StoreFolder.Query()));
        await store.DisposeAsync();
    }

    private static async Task Append(SampleStore store, int poll)
    {
        for (var target = 0; target < 3; target++)
        {
            var labels = Enumerable.Range(0, 40).Select(metric => LabelSet.Of(("__name__", $"m{metric}"), ("target", $"{target}")));
            await store.AppendAsync(
                new SampleBatch(
                    new Poll[] { new(StoreFolder.BeginMs + (poll * 1000) + target, 40) },
                    labels.Select(set => store.Resolve(set.Canonical)).ToArray(),
                    Enumerable.Range(0, 40).Select(metric => metric + (poll * 0.25)).ToArray(),
                    default),
                StoreFolder.Stop);
        }
    }

    private static void Append(SampleHead head, HeadModel model, long timestampMs, int[] series, Random random) =>
        Append(head, model, timestampMs, series, [.. series.Select(_ => (double)random.Next(5))], SampleQuality.Good);

    private static void Append(SampleHead head, HeadModel model, long timestampMs, int[] series, double[] values, SampleQuality quality)
    {
        var outcomes = new AppendOutcome[series.Length];
        head.AppendRun(timestampMs, series, values, quality is SampleQuality.Good ? [] : [.. series.Select(_ => quality)], long.MaxValue, outcomes);
        for (var i = 0; i < series.Length; i++)
        {
            Assert.Equal(model.Append(series[i], timestampMs, values[i], quality), outcomes[i]);
        }
    }

    private static void Seal(SampleHead head, HeadModel model, long throughMs)
    {
        head.BeginSeal(throughMs);
        model.BeginSeal(throughMs);
        head.EndSeal(done: true);
        model.EndSeal(done: true);
        for (var group = 1; group > 0;)
        {
            group = head.DropGroups(group, 3, expired: false);
        }
    }
}
