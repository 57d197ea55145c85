namespace Ampacity.PromQL;

/// <summary>A cumulative bucket.</summary>
internal record struct HistogramBucket(double UpperBound, double Count);

/// <summary>Quantiles and fractions of classic histograms, as prometheus/prometheus promql/quantile.go has them.</summary>
internal static class ClassicHistogram
{
    // Differences below this are float noise, not a counter that went back (same source, smallDeltaTolerance).
    private const double SmallDelta = 1e-12;

    /// <summary>The φ-quantile, with linear interpolation in its bucket; NaN without a +Inf bucket or without observations.</summary>
    public static double Quantile(double phi, List<HistogramBucket> buckets, out bool forcedMonotonic)
    {
        forcedMonotonic = false;
        if (double.IsNaN(phi) || phi < 0 || phi > 1)
        {
            return double.IsNaN(phi) ? double.NaN : phi < 0 ? double.NegativeInfinity : double.PositiveInfinity;
        }

        if (!Prepare(buckets, ref forcedMonotonic) || buckets.Count < 2 || buckets[^1].Count == 0 || double.IsNaN(buckets[^1].Count))
        {
            return double.NaN;
        }

        var rank = phi * buckets[^1].Count;
        var b = buckets.FindIndex(0, buckets.Count - 1, x => x.Count >= rank);
        if (b < 0)
        {
            return buckets[^2].UpperBound;
        }

        if (b == 0 && buckets[0].UpperBound <= 0)
        {
            return buckets[0].UpperBound;
        }

        var (start, below) = b > 0 ? (buckets[b - 1].UpperBound, buckets[b - 1].Count) : (0, 0);
        return start + ((buckets[b].UpperBound - start) * ((rank - below) / (buckets[b].Count - below)));
    }

    /// <summary>Which share of the observations lies between two bounds.</summary>
    public static double Fraction(double lower, double upper, List<HistogramBucket> buckets, out bool forcedMonotonic)
    {
        forcedMonotonic = false;
        if (!Prepare(buckets, ref forcedMonotonic) || buckets[^1].Count == 0 || double.IsNaN(lower) || double.IsNaN(upper))
        {
            return double.NaN;
        }

        return lower >= upper ? 0 : (RankOf(upper, buckets) - RankOf(lower, buckets)) / buckets[^1].Count;
    }

    private static double RankOf(double value, List<HistogramBucket> buckets)
    {
        var below = 0.0;
        for (var i = 0; i < buckets.Count; i++)
        {
            // The lowest bucket begins at zero where its bound is above zero. A bucket without an end cannot be interpolated:
            // what is in it counts as lying at the infinite end.
            var from = i > 0 ? buckets[i - 1].UpperBound : buckets[0].UpperBound > 0 ? 0 : double.NegativeInfinity;
            var to = buckets[i].UpperBound;
            if (from >= value)
            {
                return below;
            }

            if (to > value)
            {
                return double.IsNegativeInfinity(from) ? buckets[i].Count
                    : double.IsPositiveInfinity(to) ? below
                    : below + ((buckets[i].Count - below) * (value - from) / (to - from));
            }

            below = buckets[i].Count;
        }

        return buckets[^1].Count;
    }

    private static bool Prepare(List<HistogramBucket> buckets, ref bool forcedMonotonic)
    {
        buckets.Sort(static (a, b) => a.UpperBound.CompareTo(b.UpperBound));
        if (buckets.Count == 0 || !double.IsPositiveInfinity(buckets[^1].UpperBound))
        {
            return false;
        }

        var last = 0;
        for (var i = 1; i < buckets.Count; i++)
        {
            if (buckets[i].UpperBound == buckets[last].UpperBound)
            {
                buckets[last] = buckets[last] with { Count = buckets[last].Count + buckets[i].Count };
            }
            else
            {
                buckets[++last] = buckets[i];
            }
        }

        buckets.RemoveRange(last + 1, buckets.Count - last - 1);
        for (var i = 1; i < buckets.Count; i++)
        {
            var (before, count) = (buckets[i - 1].Count, buckets[i].Count);
            if (count < before)
            {
                forcedMonotonic |= (before - count) / (Math.Abs(before) + Math.Abs(count)) >= SmallDelta;
                buckets[i] = buckets[i] with { Count = before };
            }
        }

        return true;
    }
}
