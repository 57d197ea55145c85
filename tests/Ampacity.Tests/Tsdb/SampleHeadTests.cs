using Ampacity.Samples;
using Ampacity.Tsdb;
using CsCheck;

namespace Ampacity.Tests;

public sealed class SampleHeadTests
{
    private static readonly LabelSet Labels = LabelSet.Of(("__name__", "a"));

    private static SampleHead Head()
    {
        var head = new SampleHead();
        head.EnsureSeries(1);
        return head;
    }

    private static SeriesView View(SampleHead head)
    {
        Assert.True(head.TryView(0, long.MinValue, long.MaxValue, out var view));
        return view;
    }

    private static long[] Read(SampleHead head, in SeriesView view, ReadShape shape = ReadShape.All)
    {
        var batch = new SeriesBatch();
        new ChainReader(head.Chunks, new SeriesQuery([], long.MinValue, long.MaxValue, SeriesScope.Whole) { Shape = shape }).Read(view, Labels, batch);
        return batch.TimestampsMs.ToArray();
    }

    [Fact]
    public void A_sample_out_of_order_costs_two_chunks_at_most_however_long_the_series_is()
    {
        const int Count = 4_000;
        var head = Head();

        // While a read is open no chunk is used again, so that those in use are all that were ever written.
        var read = head.BeginRead();
        for (var i = 0; i < Count; i++)
        {
            Assert.Equal(AppendOutcome.Stored, head.Append(0, Count - i, i, SampleQuality.Good, long.MaxValue));
        }

        Assert.InRange(head.Chunks.InUse, Count / ChunkPages.ChunkSamples, 2 * Count);
        Assert.Equal(Enumerable.Range(1, Count).Select(i => (long)i), Read(head, View(head)));
        head.EndRead(read);
        Assert.InRange(head.Chunks.InUse, Count / ChunkPages.ChunkSamples, (2 * Count / ChunkPages.ChunkSamples) + 1);
    }

    [Fact]
    public void Samples_in_any_order_stand_in_order_and_a_view_keeps_what_it_had() =>
        Gen.Select(Gen.Long[0, 200].Array[1, 300], Gen.Int[0, 299], Gen.Long[0, 200]).Sample((times, viewAt, expireBefore) =>
        {
            var head = Head();
            var model = new SortedSet<long>();
            long[] had = [];
            SeriesView view = default;
            var read = head.BeginRead();
            for (var i = 0; i < times.Length; i++)
            {
                Assert.Equal(model.Add(times[i]) ? AppendOutcome.Stored : AppendOutcome.Duplicate, head.Append(0, times[i], i, SampleQuality.Good, long.MaxValue));
                if (i == viewAt % times.Length)
                {
                    view = View(head);
                    had = [.. model];
                }
            }

            Assert.Equal(model, Read(head, View(head)));
            Assert.Equal([model.Max], Read(head, View(head), ReadShape.Newest));
            Assert.Equal(had, Read(head, view));

            // After expiry the chain's oldest chunk points at one that is gone; what is put in its place must not.
            head.EndRead(read);
            head.Expire(expireBefore, 0, 1);
            if (!head.IsLive(0))
            {
                return;
            }

            var left = Read(head, View(head));
            if (left[0] < left[^1] - 1 && !left.Contains(left[0] + 1))
            {
                head.Append(0, left[0] + 1, 0, SampleQuality.Good, long.MaxValue);
                left = [left[0], left[0] + 1, .. left[1..]];
            }

            Assert.Equal(left, Read(head, View(head)));
            Assert.Equal(head.Samples, left.Length);
        });
}
