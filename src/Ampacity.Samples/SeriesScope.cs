using System.Collections;

namespace Ampacity.Samples;

/// <summary>
/// The set of series that a read may see; opaque to stores. There is no unscoped read: a caller who may see all says <see cref="Whole"/>.
/// </summary>
/// <remarks>
/// Immutable, any thread. Topology translates a place scope into one. A series made after the scope was is outside it,
/// because a partner must never see a series before it is known whose it is.
/// </remarks>
public abstract class SeriesScope
{
    /// <summary>Every series, those yet to come included.</summary>
    public static readonly SeriesScope Whole = new WholeScope();

    /// <summary>No series.</summary>
    public static readonly SeriesScope Nothing = new BitScope(new BitArray(0), SeriesLease.Forever);

    /// <summary>Whether this is <see cref="Whole"/>, so that a reader can skip the test for each series.</summary>
    public bool IsWhole => ReferenceEquals(this, Whole);

    /// <summary>Exactly the series whose bit is set; the bits are copied.</summary>
    /// <param name="seriesNumbers">A bit each.</param>
    /// <param name="lease">Of the store, taken before the numbers were read; held by the scope, so that none of them comes to stand for another series.</param>
    public static SeriesScope Of(BitArray seriesNumbers, SeriesLease lease)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return new BitScope(new BitArray(seriesNumbers), lease);
    }

    /// <summary>The same of a store that never lets a series go.</summary>
    public static SeriesScope Of(BitArray seriesNumbers) => Of(seriesNumbers, SeriesLease.Forever);

    /// <summary>Whether the series with this number may be seen.</summary>
    public abstract bool Contains(int seriesNumber);

    private sealed class WholeScope : SeriesScope
    {
        public override bool Contains(int seriesNumber) => true;
    }

    private sealed class BitScope(BitArray bits, SeriesLease lease) : SeriesScope
    {
        // Held, not asked.
        public SeriesLease Lease { get; } = lease;

        public override bool Contains(int seriesNumber) => (uint)seriesNumber < (uint)bits.Length && bits[seriesNumber];
    }
}
