namespace Ampacity.Samples;

/// <summary>
/// A promise of a store about its series numbers: a number that stood for a series when, or after, a lease was taken stands for no other as long as
/// somebody holds the lease. A store that lets series go gives another lease each time; the old one leads to it and says what ended in between.
/// </summary>
/// <remarks>
/// Any thread. To hold it is to refer to it: there is nothing to give back, and nothing can be forgotten. So a request or a query takes one, with
/// <see cref="ISeriesWriter.Lease"/> or <see cref="ISeriesReader.Lease"/>, before its first number and keeps it to the end, and nobody keeps one for
/// longer: a cache of numbers follows them by a <see cref="LeaseFollower"/>.
/// </remarks>
public sealed class SeriesLease
{
    /// <summary>The lease of a store that never lets a series go.</summary>
    public static readonly SeriesLease Forever = new(0);

    private Successor? _next;

    private SeriesLease(long ordinal) => Ordinal = ordinal;

    /// <summary>How many leases there were before it.</summary>
    public long Ordinal { get; }

    /// <summary>The first lease of a store.</summary>
    public static SeriesLease First() => new(0);

    /// <summary>Ends it in favour of the next; once. For stores, which mark the series as ended before.</summary>
    /// <param name="ended">A bit for each number that stands for nothing any more, unless it is resolved again.</param>
    public SeriesLease Succeed(ReadOnlySpan<ulong> ended)
    {
        var next = new SeriesLease(Ordinal + 1);
        return Interlocked.CompareExchange(ref _next, new Successor(next, ended.ToArray()), null) is null
            ? next
            : throw new InvalidOperationException("Bug: a lease with two successors");
    }

    /// <summary>Adds the numbers that ended since to a set of bits, grown as needed; up to a lease that came later.</summary>
    internal ulong[] EndedUntil(SeriesLease later)
    {
        ulong[]? all = null;
        for (var lease = this; lease != later;)
        {
            var next = Volatile.Read(ref lease._next) ?? throw new InvalidOperationException("Bug: a lease that does not lead to one taken later");
            if (all is null || all.Length < next.Ended.Length)
            {
                var grown = next.Ended.ToArray();
                for (var i = 0; all is not null && i < all.Length; i++)
                {
                    grown[i] |= all[i];
                }

                all = grown;
            }
            else
            {
                for (var i = 0; i < next.Ended.Length; i++)
                {
                    all[i] |= next.Ended[i];
                }
            }

            lease = next.Lease;
        }

        return all ?? [];
    }

    private sealed record Successor(SeriesLease Lease, ulong[] Ended);
}

/// <summary>Which series numbers a cache has to forget.</summary>
/// <param name="all">Every one: it has not followed for so long that nobody knows any more.</param>
/// <param name="bits">A bit for each.</param>
public readonly struct EndedSeries(bool all, ulong[] bits)
{
    private readonly ulong[]? _bits = bits;

    /// <summary>Whether there is any.</summary>
    public bool IsEmpty => !all && (_bits is null || _bits.Length == 0);

    /// <summary>Whether it is every one.</summary>
    public bool IsAll => all;

    /// <summary>Whether a number is among them.</summary>
    public bool Has(int number) => all || (_bits is not null && number >> 6 < _bits.Length && (_bits[number >> 6] & (1UL << (number & 63))) != 0);
}

/// <summary>Tells a cache of series numbers which of them have ended, without holding a lease itself. Begins at the first lease of a writer. One thread at a time.</summary>
public sealed class LeaseFollower
{
    private WeakReference<SeriesLease>? _at;
    private long _ordinal;

    /// <summary>Whether the cache has followed up to a lease already. Any thread.</summary>
    public bool IsAt(SeriesLease lease)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return Volatile.Read(ref _ordinal) == lease.Ordinal;
    }

    /// <summary>Follows up to a lease, which may not be older than the one before; what is answered must be forgotten before a number of the cache is used.</summary>
    public EndedSeries Follow(SeriesLease lease)
    {
        ArgumentNullException.ThrowIfNull(lease);
        if (lease.Ordinal <= _ordinal)
        {
            return default;
        }

        var ended = _at is not null && _at.TryGetTarget(out var before) ? new EndedSeries(false, before.EndedUntil(lease)) : new EndedSeries(true, []);
        _at = new WeakReference<SeriesLease>(lease);
        Volatile.Write(ref _ordinal, lease.Ordinal);
        return ended;
    }
}
