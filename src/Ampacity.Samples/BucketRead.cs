namespace Ampacity.Samples;

/// <summary>How long a bucket of time is; buckets begin at multiples of it, UTC.</summary>
public enum BucketLength
{
    /// <summary>60,000 ms.</summary>
    Minute,

    /// <summary>3,600,000 ms.</summary>
    Hour,
}

/// <summary>A figure over the believed numbers of one series in one bucket. Stale markers and other NaNs do not count.</summary>
public enum BucketFigure
{
    /// <summary>The first value.</summary>
    First,

    /// <summary>The last value.</summary>
    Last,

    /// <summary>The smallest.</summary>
    Min,

    /// <summary>The largest.</summary>
    Max,

    /// <summary>The sum; of decimals rounded to the values' last digit.</summary>
    Sum,

    /// <summary>How many.</summary>
    Count,

    /// <summary>
    /// What a counter rose by from the bucket's first value to its last; where it fell it began again at zero. From one bucket to the next
    /// it rose by next.first − last, or by next.first when that is less.
    /// </summary>
    Increase,
}

/// <summary>Asks for one figure of each bucket instead of samples: 24 rows a day and series where samples are 8,640.</summary>
/// <param name="Length">How long a bucket is.</param>
/// <param name="Figure">Which figure.</param>
public readonly record struct BucketRead(BucketLength Length, BucketFigure Figure)
{
    /// <summary>Milliseconds of a bucket.</summary>
    public long LengthMs => Length is BucketLength.Minute ? 60_000 : 3_600_000;
}
