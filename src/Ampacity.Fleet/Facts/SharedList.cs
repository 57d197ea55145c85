namespace Ampacity.Fleet;

/// <summary>Equal items share one number, from 0: times, keys and owners of millions of facts are few.</summary>
/// <remarks>One writer; readers may read numbers that they were given before.</remarks>
internal sealed class SharedList<T>(IEqualityComparer<T>? comparer = null)
    where T : notnull
{
    private readonly Dictionary<T, int> _numbers = new(comparer);
    private T[] _items = new T[16];

    /// <summary>How many there are.</summary>
    public int Count => _numbers.Count;

    /// <summary>The item of a number.</summary>
    public T this[int number] => Volatile.Read(ref _items)[number];

    /// <summary>The number of an item, given now if it has none.</summary>
    public int Add(T item)
    {
        if (!_numbers.TryGetValue(item, out var number))
        {
            number = _numbers.Count;
            if (number == _items.Length)
            {
                var grown = new T[_items.Length * 2];
                _items.CopyTo(grown, 0);
                Volatile.Write(ref _items, grown);
            }

            _items[number] = item;
            _numbers.Add(item, number);
        }

        return number;
    }

    /// <summary>The number of an item; only the writer may ask.</summary>
    public bool TryFind(T item, out int number) => _numbers.TryGetValue(item, out number);

    /// <summary>All items by number.</summary>
    public ReadOnlySpan<T> Items => Volatile.Read(ref _items).AsSpan(0, Count);
}
