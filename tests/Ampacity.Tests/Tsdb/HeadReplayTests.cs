using Ampacity.Samples;
using Ampacity.Tsdb;
using CsCheck;

namespace Ampacity.Tests.Tsdb;

/// <summary>How a start fills the head: whole groups without a look at each series, full slabs unpacked until there is time.</summary>
public sealed class HeadReplayTests
{
    private const int Series = 40;

    [Fact]
    public void What_a_start_fills_is_what_a_list_holds_and_stays_so_while_it_is_packed() =>
        Gen.Select(Gen.UInt, Gen.Int[1, 150]).Sample((seed, polls) =>
        {
            var random = new Random((int)(seed & int.MaxValue));
            var head = NewHead(random.Next(3) == 0 ? 4096 : long.MaxValue);
            var model = new HeadModel(long.MaxValue);
            var groups = new ReplayedGroups(head);
            long now = 1000;
            for (var poll = 0; poll < polls; poll++)
            {
                now += random.Next(6) == 0 ? 0 : random.Next(1, 12);
                Replay(head, groups, model, random.Next(15) == 0 ? now - random.Next(0, 90) : now, SomeSeries(random), random);
            }

            head.EndReplay();
            model.Check(head, long.MinValue, long.MaxValue);
            model.Check(head, now - 200, now - 90);
            for (var more = true; more; model.Check(head, long.MinValue, long.MaxValue))
            {
                more = head.PackSome(random.Next(1, 300));
                now += random.Next(1, 12);
                Append(head, model, now, SomeSeries(random), random);
                if (random.Next(4) == 0)
                {
                    Seal(head, model, now - random.Next(0, 400));
                }
            }

            Assert.False(head.HasUnpacked);
        }, iter: 300);

    [Fact]
    public void Whole_polls_are_taken_at_once_and_the_newest_of_each_series_is_known_after()
    {
        var head = NewHead(long.MaxValue);
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

    private static SampleHead NewHead(long unpackedBytes)
    {
        var head = new SampleHead();
        head.EnsureSeries(Series);
        head.BeginReplay(unpackedBytes);
        return head;
    }

    // A target's series, now and then some missing, strangers among them, or in another order.
    private static int[] SomeSeries(Random random)
    {
        var target = random.Next(4) * 10;
        int[] series = [.. Enumerable.Range(target, 10).Where(_ => random.Next(60) > 0)];
        if (random.Next(40) == 0)
        {
            random.Shuffle(series);
        }

        return random.Next(20) == 0 ? [.. series, random.Next(Series)] : series;
    }

    // As the journal's replay does it; its numbers are the head's and 100.
    private static void Replay(SampleHead head, ReplayedGroups groups, HeadModel model, long timestampMs, int[] series, Random random)
    {
        var values = series.Select(_ => (double)random.Next(5)).ToArray();
        int[] numbers = [.. series.Select(number => number + 100)];
        var whole = groups.Append(timestampMs, numbers, values);
        for (var i = 0; i < whole; i++)
        {
            Assert.Equal(AppendOutcome.Stored, model.Append(series[i], timestampMs, values[i], SampleQuality.Good));
        }

        if (whole < series.Length)
        {
            head.NoteNewest(series.AsSpan(whole));
            Append(head, model, timestampMs, series[whole..], values[whole..], random.Next(8) == 0 ? SampleQuality.Inferred : SampleQuality.Good);
            groups.Learn(numbers.AsSpan(whole), series.AsSpan(whole));
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
