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
    public static readonly SeriesScope Nothing = new BitScope(new BitArray(0));

    /// <summary>Whether this is <see cref="Whole"/>, so that a reader can skip the test for each series.</summary>
    public bool IsWhole => ReferenceEquals(this, Whole);

    /// <summary>Exactly the series whose bit is set; the bits are copied.</summary>
    public static SeriesScope Of(BitArray seriesNumbers) => new BitScope(new BitArray(seriesNumbers));

    /// <summary>Whether the series with this number may be seen.</summary>
    public abstract bool Contains(int seriesNumber);

    private sealed class WholeScope : SeriesScope
    {
        public override bool Contains(int seriesNumber) => true;
    }

    private sealed class BitScope(BitArray bits) : SeriesScope
    {
        public override bool Contains(int seriesNumber) => (uint)seriesNumber < (uint)bits.Length && bits[seriesNumber];
    }
}
