namespace Ampacity.Tsdb;

/// <summary>The last pages decoded, a fixed number of them; the one longest here makes room. Any thread.</summary>
internal sealed class PageCache<T>(int capacity, Func<int, T> load)
    where T : class
{
    private readonly Lock _lock = new();
    private readonly Queue<int> _order = new();

    // By page; read without the lock, since every series of a read asks.
    private T?[] _pages = [];

    /// <summary>A page; loaded by whoever asks first, or by two who ask at once.</summary>
    public T this[int page]
    {
        get
        {
            var pages = Volatile.Read(ref _pages);
            return page < pages.Length && Volatile.Read(ref pages[page]) is { } found ? found : Load(page);
        }
    }

    /// <summary>Forgets all pages.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            Volatile.Write(ref _pages, []);
            _order.Clear();
        }
    }

    private T Load(int page)
    {
        var loaded = load(page);
        lock (_lock)
        {
            if (page >= _pages.Length)
            {
                var grown = new T?[Math.Max(page + 1, _pages.Length * 2)];
                _pages.CopyTo(grown, 0);
                Volatile.Write(ref _pages, grown);
            }

            if (_pages[page] is null)
            {
                Volatile.Write(ref _pages[page], loaded);
                _order.Enqueue(page);
                if (_order.Count > capacity)
                {
                    _pages[_order.Dequeue()] = null;
                }
            }
        }

        return loaded;
    }
}
