namespace Ampacity.Tsdb;

/// <summary>Which series of a slice a block has, in the order in which the block reads them. Used again; one thread.</summary>
internal sealed class BlockPart
{
    private int[] _series = [];
    private int[] _slices = [];
    private int[] _places = [];
    private int _count;

    /// <summary>The block's own numbers, ascending.</summary>
    public ReadOnlySpan<int> Series => _series.AsSpan(0, _count);

    /// <summary>Where in <see cref="Series"/> a series of the slice is, or −1.</summary>
    public int PlaceOf(int at) => _places[at];

    /// <summary>Finds the series of a slice in a block.</summary>
    public void Choose(ReadOnlySpan<int> numbers, SeriesMap map, Func<int, bool> isWanted)
    {
        if (_places.Length < numbers.Length)
        {
            (_series, _slices, _places) = (new int[numbers.Length], new int[numbers.Length], new int[numbers.Length]);
        }

        _count = 0;
        for (var i = 0; i < numbers.Length; i++)
        {
            _places[i] = -1;
            if (map.Find(numbers[i]) is var series and >= 0 && isWanted(i))
            {
                (_series[_count], _slices[_count]) = (series, i);
                _count++;
            }
        }

        Array.Sort(_series, _slices, 0, _count);
        for (var i = 0; i < _count; i++)
        {
            _places[_slices[i]] = i;
        }
    }
}
