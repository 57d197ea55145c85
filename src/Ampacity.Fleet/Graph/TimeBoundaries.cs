namespace Ampacity.Fleet;

/// <summary>
/// Instants at which the fleet changes, in two sorted runs: a long one that timelines share and a short one of what came since, so that a
/// change costs memory in proportion to the short one.
/// </summary>
/// <remarks>Immutable, any thread.</remarks>
internal sealed class TimeBoundaries
{
    // Guessed: at 8 bytes each, a copy of the short run is 8 kB a change; the runs are joined once a thousand changes.
    private const int ShortMax = 1024;

    private readonly long[] _long;
    private readonly long[] _short;
    private readonly int _instants;

    private TimeBoundaries(long[] longRun, long[] shortRun, int instants)
    {
        _long = longRun;
        _short = shortRun;
        _instants = instants;
    }

    /// <summary>All instants of a table.</summary>
    public static TimeBoundaries Of(FactTable table)
    {
        var instants = table.Instants;
        return new(Sorted([long.MinValue, .. instants]), [], instants.Length);
    }

    /// <summary>The same with what the table has gained since.</summary>
    public TimeBoundaries With(FactTable table)
    {
        var instants = table.Instants;
        if (instants.Length == _instants)
        {
            return this;
        }

        long[] gained = Sorted([.. _short, .. instants[_instants..]]);
        return gained.Length > ShortMax
            ? new(Sorted([.. _long, .. gained]), [], instants.Length)
            : new(_long, gained, instants.Length);
    }

    /// <summary>Number of the span that an instant is in.</summary>
    public int SpanAt(long atMs) => UpTo(_long, atMs) + UpTo(_short, atMs) - 1;

    /// <summary>Where the span of an instant begins.</summary>
    public long BeginOf(long atMs) => Math.Max(_long[UpTo(_long, atMs) - 1], UpTo(_short, atMs) is > 0 and var count ? _short[count - 1] : long.MinValue);

    /// <summary>First boundary after an instant, or <see cref="long.MaxValue"/>.</summary>
    public long After(long atMs)
    {
        var (one, other) = (UpTo(_long, atMs), UpTo(_short, atMs));
        return Math.Min(one < _long.Length ? _long[one] : long.MaxValue, other < _short.Length ? _short[other] : long.MaxValue);
    }

    private static int UpTo(long[] run, long atMs)
    {
        var found = Array.BinarySearch(run, atMs);
        return found >= 0 ? found + 1 : ~found;
    }

    private static long[] Sorted(long[] instants)
    {
        Array.Sort(instants);
        var count = 0;
        foreach (var instant in instants)
        {
            if (instant != Validity.Open && (count == 0 || instants[count - 1] != instant))
            {
                instants[count++] = instant;
            }
        }

        return count == instants.Length ? instants : instants[..count];
    }
}
