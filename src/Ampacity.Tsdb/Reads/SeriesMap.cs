namespace Ampacity.Tsdb;

/// <summary>Series numbers of this process to a block's own: by place where a block has many of the numbers that there are, else sorted, 8 bytes a series. Immutable.</summary>
/// <remarks>
/// With churn the series of a block lie scattered among the numbers of many hours, those that long reads brought back included.
/// </remarks>
internal sealed class SeriesMap
{
    // Up to 16 bytes a series for a look of 1 ns; sorted it is some 20.
    private const int MostPlacesPerSeries = 4;

    /// <summary>No series.</summary>
    public static readonly SeriesMap Empty = new([]);

    private readonly int _first;
    private readonly int[] _byPlace = [];
    private readonly int[] _numbers = [];
    private readonly int[] _series = [];

    /// <summary>Maps numbers.</summary>
    /// <param name="numbers">The number of each series of the block, in the block's order; none twice.</param>
    public SeriesMap(ReadOnlySpan<int> numbers)
    {
        if (numbers.IsEmpty)
        {
            return;
        }

        var (least, most) = (int.MaxValue, 0);
        foreach (var number in numbers)
        {
            (least, most) = (Math.Min(least, number), Math.Max(most, number));
        }

        if ((most - least + 1L) / MostPlacesPerSeries <= numbers.Length)
        {
            (_first, _byPlace) = (least, new int[most - least + 1]);
            for (var series = 0; series < numbers.Length; series++)
            {
                _byPlace[numbers[series] - least] = series + 1;
            }

            return;
        }

        _numbers = numbers.ToArray();
        _series = [.. Enumerable.Range(0, numbers.Length)];
        Array.Sort(_numbers, _series);
    }

    /// <summary>Adds all numbers to a set.</summary>
    public void AddTo(SeriesBits numbers)
    {
        foreach (var number in _numbers)
        {
            numbers.Set(number);
        }

        for (var place = 0; place < _byPlace.Length; place++)
        {
            if (_byPlace[place] != 0)
            {
                numbers.Set(place + _first);
            }
        }
    }

    /// <summary>The block's own number of a series, or −1.</summary>
    public int Find(int number)
    {
        if (_numbers.Length > 0)
        {
            return Array.BinarySearch(_numbers, number) is var at and >= 0 ? _series[at] : -1;
        }

        var place = unchecked((uint)(number - _first));
        return place < (uint)_byPlace.Length ? _byPlace[place] - 1 : -1;
    }
}
