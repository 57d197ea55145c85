using System.Buffers.Binary;
using Ampacity.Collect;
using Ampacity.Samples;

namespace Ampacity.Tests.Collect.Receiving;

public sealed class KnownSeriesTests
{
    [Fact]
    public void A_spelling_is_found_whatever_was_found_before_it()
    {
        var known = new KnownSeries(maxEntries: 1 << 20);
        for (var series = 0; series < 5_000; series++)
        {
            known.Add(KeyOf(series), series, SeriesLease.Forever);
        }

        var random = new Random(20261130);
        var entry = 0;
        for (var i = 0; i < 50_000; i++)
        {
            // Runs in order, jumps, and spellings that nobody has told.
            var series = i % 7 == 0 ? random.Next(6_000) : (i * 3) % 5_000;
            Assert.Equal(series < 5_000 ? series : -1, known.Find(KeyOf(series), ref entry));
        }
    }

    [Fact]
    public void Two_spellings_of_one_series_are_both_found()
    {
        var known = new KnownSeries(maxEntries: 16);
        known.Add(KeyOf(1), 7, SeriesLease.Forever);
        known.Add(KeyOf(2), 7, SeriesLease.Forever);
        var entry = 0;
        Assert.Equal((7, 7, 7), (known.Find(KeyOf(1), ref entry), known.Find(KeyOf(2), ref entry), known.Find(KeyOf(1), ref entry)));
    }

    [Fact]
    public void At_its_limit_it_starts_over_and_an_old_place_misleads_nobody()
    {
        var known = new KnownSeries(maxEntries: 2_000);
        var entry = 0;
        for (var series = 0; series < 2_000; series++)
        {
            known.Add(KeyOf(series), series, SeriesLease.Forever);
            Assert.Equal(series, known.Find(KeyOf(series), ref entry));
        }

        known.Add(KeyOf(2_000), 2_000, SeriesLease.Forever);
        Assert.Equal(-1, known.Find(KeyOf(3), ref entry));
        Assert.Equal(2_000, known.Find(KeyOf(2_000), ref entry));
        known.Add(KeyOf(3), 3, SeriesLease.Forever);
        Assert.Equal(3, known.Find(KeyOf(3), ref entry));
    }

    [Fact]
    public async Task Readers_beside_a_writer_get_the_number_or_none()
    {
        var known = new KnownSeries(maxEntries: 40_000);
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(reader => Task.Run(
            () =>
            {
                var (entry, at, found) = (0, reader, 0);
                while (!done.IsCancellationRequested)
                {
                    var series = at++ % 60_000;
                    var number = known.Find(KeyOf(series), ref entry);
                    Assert.True(number == -1 || number == series, $"spelling {series} was found as {number}");
                    found += number < 0 ? 0 : 1;
                }

                return found;
            },
            TestContext.Current.CancellationToken)).ToArray();
        for (var series = 0; series < 60_000; series++)
        {
            known.Add(KeyOf(series), series, SeriesLease.Forever);
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal(59_999, known.Find(KeyOf(59_999)));
    }

    [Fact]
    public void Spellings_of_series_that_ended_are_forgotten_and_those_of_others_are_not()
    {
        var known = new KnownSeries(maxEntries: 10_000);
        var first = SeriesLease.First();
        known.Follow(first);
        var second = first.Succeed([]);
        known.Follow(second);
        for (var series = 0; series < 3_000; series++)
        {
            known.Add(KeyOf(series), series, second);
        }

        // Two ends between two requests, of which the first has the more numbers.
        var third = second.Succeed(Bits(3_000, series => series % 3 == 0)).Succeed(Bits(64, series => series == 1));
        var entry = 0;
        known.Find(KeyOf(2_999), ref entry);
        known.Follow(third);
        Assert.Equal(3_000 - 1_000 - 1, known.Count);
        for (var series = 0; series < 3_000; series++)
        {
            Assert.Equal(series % 3 == 0 || series == 1 ? -1 : series, known.Find(KeyOf(series), ref entry));
        }

        // A request from before: what it adds may have ended.
        known.Follow(second);
        known.Add(KeyOf(3), 3, second);
        Assert.Equal(-1, known.Find(KeyOf(3)));
        known.Add(KeyOf(3), 77, third);
        Assert.Equal(77, known.Find(KeyOf(3)));
        GC.KeepAlive(second);
    }

    [Fact]
    public void Who_has_not_followed_for_so_long_that_nobody_knows_forgets_everything()
    {
        var follower = new LeaseFollower();
        var newest = Outlived(follower);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.False(follower.IsAt(newest));
        var ended = follower.Follow(newest);
        Assert.Equal((true, false, true), (ended.IsAll, ended.IsEmpty, ended.Has(12_345)));
        Assert.True(follower.IsAt(newest));
        Assert.True(follower.Follow(newest).IsEmpty);

        var next = newest.Succeed(Bits(64, series => series == 5));
        ended = follower.Follow(next);
        Assert.Equal((false, true, false, false), (ended.IsAll, ended.Has(5), ended.Has(6), ended.Has(1_000)));
        Assert.True(follower.Follow(newest).IsEmpty);
        Assert.Throws<InvalidOperationException>(() => newest.Succeed([]));
    }

    // Not inlined, so that nothing here refers to the lease that was followed.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static SeriesLease Outlived(LeaseFollower follower)
    {
        var followed = SeriesLease.First().Succeed([]);
        follower.Follow(followed);
        return followed.Succeed(Bits(64, series => series == 3));
    }

    private static ulong[] Bits(int count, Func<int, bool> has)
    {
        var bits = new ulong[(count + 63) / 64];
        for (var series = 0; series < count; series++)
        {
            bits[series / 64] |= has(series) ? 1UL << (series % 64) : 0;
        }

        return bits;
    }

    private static SeriesKey KeyOf(int series)
    {
        Span<byte> spelling = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(spelling, series);
        return SeriesKey.Of(spelling);
    }
}
