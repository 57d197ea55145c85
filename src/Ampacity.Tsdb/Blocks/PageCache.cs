namespace Ampacity.Tsdb;

/// <summary>The last pages decoded, a fixed number of them; the one longest here makes room. Any thread.</summary>
internal sealed class PageCache<T>(int capacity, Func<int, T> load)
    where T : class
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, T> _pages = [];
    private readonly Queue<int> _order = new();

    /// <summary>A page; loaded by whoever asks first, or by two who ask at once.</summary>
    public T this[int page]
    {
        get
        {
            lock (_lock)
            {
                if (_pages.TryGetValue(page, out var found))
                {
                    return found;
                }
            }

            var loaded = load(page);
            lock (_lock)
            {
                if (_pages.TryAdd(page, loaded))
                {
                    _order.Enqueue(page);
                    if (_order.Count > capacity)
                    {
                        _pages.Remove(_order.Dequeue());
                    }
                }
            }

            return loaded;
        }
    }

    /// <summary>Forgets all pages.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _pages.Clear();
            _order.Clear();
        }
    }
}
