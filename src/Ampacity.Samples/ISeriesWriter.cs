namespace Ampacity.Samples;

/// <summary>Takes samples as columns and keeps them.</summary>
/// <remarks>Any thread; calls may overlap. Order between two overlapping appends is not defined.</remarks>
public interface ISeriesWriter
{
    /// <summary>
    /// To be taken before the first <see cref="Resolve"/> of a batch and given with it (<see cref="SampleBatch.Lease"/>): numbers of before need not
    /// stand for what they did. A store that never lets a series go has one lease for ever.
    /// </summary>
    SeriesLease Lease => SeriesLease.Forever;

    /// <summary>
    /// The number of the series with these canonical labels (<see cref="LabelSet.Canonical"/>), made if new. Allocates only when new.
    /// A number stands for the same series as long as a <see cref="Lease"/> taken before is held; after it, and after a restart, it may stand for another.
    /// </summary>
    /// <exception cref="ArgumentException">The bytes are not canonical.</exception>
    /// <exception cref="SeriesLimitException">The store holds as many series as it may.</exception>
    int Resolve(ReadOnlySpan<byte> canonicalLabels);

    /// <summary>
    /// As <see cref="Resolve"/>, but says by −1 that the store is full: a full store meets thousands of new series a request, and an
    /// exception for each costs more than the samples.
    /// </summary>
    /// <exception cref="ArgumentException">The bytes are not canonical.</exception>
    int TryResolve(ReadOnlySpan<byte> canonicalLabels)
    {
        try
        {
            return Resolve(canonicalLabels);
        }
        catch (SeriesLimitException)
        {
            return -1;
        }
    }

    /// <summary>
    /// Appends a batch. When the task completes the accepted samples, and the series they are of, survive the death of this process,
    /// and by default power loss. A sample that is refused (too old, too far ahead) is counted in the receipt; the rest is kept.
    /// </summary>
    /// <param name="batch">Columns that must not change until the task completes.</param>
    /// <param name="cancellationToken">Ends the waiting; whether the samples were kept is then not known.</param>
    /// <exception cref="SeriesStoreException">Nothing was acknowledged: the disk is full, an fsync failed, or the store is closing.</exception>
    ValueTask<AppendReceipt> AppendAsync(SampleBatch batch, CancellationToken cancellationToken);
}

/// <summary>A run of consecutive samples of a batch that share one timestamp: what one poll or one scrape brought.</summary>
/// <param name="TimestampMs">UTC milliseconds.</param>
/// <param name="SampleCount">Samples in the run; above zero.</param>
public readonly record struct Poll(long TimestampMs, int SampleCount);

/// <summary>
/// Samples as columns. Time is run-length coded by <see cref="Polls"/>, since what arrives together was mostly taken together; a
/// sample with a time of its own is a poll of one.
/// </summary>
/// <param name="Polls">Runs in column order; their counts add up to the length of the other columns.</param>
/// <param name="SeriesNumbers">From <see cref="ISeriesWriter.Resolve"/>; a series may occur in several polls.</param>
/// <param name="Values">Any bits; NaN payloads are kept apart.</param>
/// <param name="Qualities">One each, or empty when all are <see cref="SampleQuality.Good"/>.</param>
public readonly record struct SampleBatch(
    ReadOnlyMemory<Poll> Polls,
    ReadOnlyMemory<int> SeriesNumbers,
    ReadOnlyMemory<double> Values,
    ReadOnlyMemory<SampleQuality> Qualities)
{
    /// <summary>How many samples there are.</summary>
    public int Count => Values.Length;

    /// <summary>
    /// What the numbers are safe by: taken from <see cref="ISeriesWriter.Lease"/> before the first of them was resolved, or before a cache of
    /// them followed it. A store that has let a series go refuses a batch without.
    /// </summary>
    public SeriesLease? Lease { get; init; }
}

/// <summary>What became of a batch; the four add up to its samples.</summary>
/// <param name="Stored">Kept and durable.</param>
/// <param name="Duplicates">The series has a sample at that time already: the first one stays, whatever its value.</param>
/// <param name="TooOld">Behind the series' newest sample by more than the store takes.</param>
/// <param name="TooNew">More than ten minutes ahead of our clock.</param>
public readonly record struct AppendReceipt(int Stored, int Duplicates, int TooOld, int TooNew)
{
    /// <summary>Nothing happened.</summary>
    public static readonly AppendReceipt None;

    /// <summary>Adds the counts.</summary>
    public static AppendReceipt operator +(AppendReceipt left, AppendReceipt right) => new(
        left.Stored + right.Stored, left.Duplicates + right.Duplicates, left.TooOld + right.TooOld, left.TooNew + right.TooNew);
}

/// <summary>The store holds as many series as it may; the message names the limit and the setting.</summary>
public sealed class SeriesLimitException(string message) : Exception(message);
