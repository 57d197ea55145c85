using Ampacity.Samples;
using Ampacity.Tsdb;
using CsCheck;

namespace Ampacity.Tests;

public sealed class SampleHeadTests
{
    private const int Series = 40;
    private const long Window = 30;

    [Fact]
    public void Whatever_comes_in_whatever_order_the_head_holds_what_a_list_holds() =>
        Gen.Select(Gen.UInt, Gen.Int[1, 120]).Sample((seed, runs) =>
        {
            var random = new Random((int)(seed & int.MaxValue));
            var head = NewHead();
            var model = new HeadModel(Window);
            long now = 1000;
            for (var run = 0; run < runs; run++)
            {
                now += random.Next(4) == 0 ? 0 : random.Next(1, 12);
                var timestampMs = random.Next(8) == 0 ? now - random.Next(0, 50) : now;
                Append(head, model, timestampMs, SomeSeries(random), random);
                if (random.Next(20) == 0)
                {
                    Seal(head, model, now - random.Next(0, 40), random);
                }

                if (random.Next(30) == 0)
                {
                    Expire(head, model, now - random.Next(40, 120));
                }

                model.Check(head, long.MinValue, long.MaxValue);
            }

            model.Check(head, now - 60, now - 20);
        }, iter: 300);

    [Fact]
    public void Series_that_come_together_share_their_times_and_those_that_do_not_part()
    {
        var head = NewHead();
        int[] all = [.. Enumerable.Range(0, Series)];
        Append(head, 0, all);
        Assert.Equal(1, head.Groups);

        // Two targets that were polled in the same millisecond once.
        for (var poll = 1; poll <= 40; poll++)
        {
            Append(head, poll * 10_000, all[..15]);
            Append(head, (poll * 10_000) + 400, all[15..]);
        }

        // Those that came at the second time left; the others stayed.
        Assert.Equal(2, head.Groups);
        Assert.Equal(Series + (40 * Series), head.Samples);
        Assert.Equal([0, .. Enumerable.Range(1, 40).Select(poll => (poll * 10_000) + 400)], Read(head, 20).Times.ToArray().Select(time => (int)time));
    }

    [Fact]
    public void A_steady_poll_allocates_nothing_a_sample()
    {
        var head = NewHead();
        int[] all = [.. Enumerable.Range(0, Series)];
        var values = new double[Series];
        var outcomes = new AppendOutcome[Series];
        for (var poll = 0; poll < 1000; poll++)
        {
            head.AppendRun(poll * 10_000, all, values, [], Window, outcomes);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var poll = 1000; poll < 2000; poll++)
        {
            head.AppendRun(poll * 10_000, all, values, [], Window, outcomes);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Series * 1000 / 4);
    }

    [Fact]
    public void What_comes_behind_the_newest_is_taken_within_the_window_of_its_series_alone()
    {
        var head = NewHead();
        Append(head, 1000, [0, 1]);
        Append(head, 2000, [0]);
        Assert.Equal([AppendOutcome.TooOld, AppendOutcome.Stored], Append(head, 1001, [0, 1]));
        Assert.Equal([AppendOutcome.Stored, AppendOutcome.Duplicate], Append(head, 1975, [0, 0]));
        Assert.Equal([1000, 1975, 2000], Read(head, 0).Times.ToArray());
    }

    [Fact]
    public void A_seal_that_fails_leaves_all_as_it_was()
    {
        var head = NewHead();
        Append(head, 1000, [0]);
        Append(head, 1010, [0]);
        head.BeginSeal(1005);
        Assert.Equal([AppendOutcome.Stored], Append(head, 1002, [0]));
        head.EndSeal(done: false);
        Assert.Equal([AppendOutcome.Duplicate], Append(head, 1002, [0]));
        Assert.Equal([1000, 1002, 1010], Read(head, 0).Times.ToArray());
        Assert.Equal(3, head.Samples);
    }

    private static SampleHead NewHead()
    {
        var head = new SampleHead();
        head.EnsureSeries(Series);
        return head;
    }

    // A target's series, in their order or not, some missing; or any.
    private static int[] SomeSeries(Random random)
    {
        var target = random.Next(4) * 10;
        int[] series = [.. Enumerable.Range(target, 10).Where(_ => random.Next(12) > 0)];
        if (random.Next(10) == 0)
        {
            random.Shuffle(series);
        }

        return random.Next(10) == 0 ? [random.Next(Series), .. series, random.Next(Series)] : series;
    }

    private static void Append(SampleHead head, HeadModel model, long timestampMs, int[] series, Random random)
    {
        if (timestampMs <= model.ExpiredThroughMs)
        {
            // The store refuses these before the head sees them.
            return;
        }

        var values = series.Select(_ => (double)random.Next(5)).ToArray();
        var qualities = random.Next(3) > 0 ? [] : series.Select(_ => (SampleQuality)random.Next(5)).ToArray();
        var outcomes = new AppendOutcome[series.Length];
        var stored = head.AppendRun(timestampMs, series, values, qualities, Window, outcomes);
        Assert.Equal(outcomes.Count(outcome => outcome is AppendOutcome.Stored), stored);
        for (var i = 0; i < series.Length; i++)
        {
            var quality = qualities.Length == 0 ? SampleQuality.Good : qualities[i];
            Assert.Equal(model.Append(series[i], timestampMs, values[i], quality), outcomes[i]);
        }
    }

    private static void Seal(SampleHead head, HeadModel model, long throughMs, Random random)
    {
        head.BeginSeal(throughMs);
        model.BeginSeal(throughMs);
        Append(head, model, throughMs - random.Next(3), SomeSeries(random), random);
        Append(head, model, throughMs + 100, SomeSeries(random), random);
        model.Check(head, long.MinValue, long.MaxValue);
        var done = random.Next(3) > 0;
        head.EndSeal(done);
        model.EndSeal(done);
        model.Check(head, long.MinValue, long.MaxValue);
        DropGroups(head, expired: false);
    }

    private static void Expire(SampleHead head, HeadModel model, long beforeMs)
    {
        head.Expire(beforeMs);
        DropGroups(head, expired: true);
        model.Expire(beforeMs);
    }

    private static void DropGroups(SampleHead head, bool expired)
    {
        for (var group = 1; group > 0;)
        {
            group = head.DropGroups(group, 3, expired);
        }
    }

    private static AppendOutcome[] Append(SampleHead head, long timestampMs, int[] series)
    {
        var outcomes = new AppendOutcome[series.Length];
        head.AppendRun(timestampMs, series, new double[series.Length], [], Window, outcomes);
        return outcomes;
    }

    internal static SampleColumns Read(SampleHead head, int series, long fromMs = long.MinValue, long throughMs = long.MaxValue)
    {
        var reader = new SampleHead.Reader(head, fromMs, throughMs);
        var columns = new SampleColumns();
        reader.Begin();
        if (reader.Read(series, columns))
        {
            columns.Sort(0);
        }

        return columns;
    }
}
