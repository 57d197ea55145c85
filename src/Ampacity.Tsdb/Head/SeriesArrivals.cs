namespace Ampacity.Tsdb;

/// <summary>
/// Series in the order in which they came, those that came back included, from one lease to the next: what whoever keeps a list of series adds to it.
/// None comes twice. When series end it closes, and leads to the one after it.
/// </summary>
/// <remarks>Any thread reads; the table adds under its lock.</remarks>
internal sealed class SeriesArrivals
{
    private int[] _numbers = new int[256];
    private int _count;
    private SeriesArrivals? _next;

    /// <summary>How many have come.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Their numbers, so far.</summary>
    public ReadOnlySpan<int> Numbers
    {
        get
        {
            var count = Count;
            return Volatile.Read(ref _numbers).AsSpan(0, count);
        }
    }

    /// <summary>Those after it; null as long as it is the newest.</summary>
    public SeriesArrivals? Next => Volatile.Read(ref _next);

    /// <summary>The series that ended when it closed; null as long as it is the newest.</summary>
    public SeriesBits? Ended { get; private set; }

    public void Add(int number)
    {
        if (_count == _numbers.Length)
        {
            var grown = new int[_count * 2];
            _numbers.CopyTo(grown, 0);
            Volatile.Write(ref _numbers, grown);
        }

        _numbers[_count] = number;
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Closes it, once.</summary>
    public SeriesArrivals Close(SeriesBits ended)
    {
        Ended = ended;
        var next = new SeriesArrivals();
        Volatile.Write(ref _next, next);
        return next;
    }
}
