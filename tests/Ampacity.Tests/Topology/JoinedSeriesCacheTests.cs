using Ampacity.Samples;
using Ampacity.Topology;

namespace Ampacity.Tests;

public sealed class JoinedSeriesCacheTests
{
    [Fact]
    public void What_does_not_fit_is_forgotten_counted_and_worked_out_again()
    {
        var (cache, counter, before) = (new JoinedSeriesCache(most: 10), new int[1], JoinedSeriesCache.Forgotten);
        for (var round = 0; round < 3; round++)
        {
            for (var series = 0; series < 25; series++)
            {
                var labels = LabelSet.Of(("i", $"{series}"));
                Assert.Equal(labels, cache.Get(labels, null, () => Joined(labels, counter)).Labels);
                Assert.InRange(cache.Count, 0, 10);
            }
        }

        Assert.Equal(75, counter[0]);
        Assert.InRange(JoinedSeriesCache.Forgotten - before, 60, 75);
    }

    [Fact]
    public void What_fits_is_worked_out_once()
    {
        var (cache, counter) = (new JoinedSeriesCache(most: 10), new int[1]);
        var labels = LabelSet.Of(("i", "1"));
        Assert.Same(cache.Get(labels, null, () => Joined(labels, counter)), cache.Get(labels, null, () => Joined(labels, counter)));
        Assert.Equal(1, counter[0]);
    }

    private static JoinedSeries Joined(LabelSet labels, int[] counter)
    {
        counter[0]++;
        return new JoinedSeries(labels, null, "");
    }
}
