using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>Selections by their matchers, the ones used last, within a limit of bytes.</summary>
/// <remarks>Any thread. What readers hold of one that goes stays whole; it is only not found any more.</remarks>
internal sealed class SelectionCache(SeriesTable table, long maxBytes)
{
    // Keeps the walk over all of them short; a page of panels asks for tens.
    private const int MaxSelections = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<(string Key, SelectedSeries Series)>> _byKey = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Key, SelectedSeries Series)> _byUse = new();
    private long _hits;
    private long _misses;

    /// <summary>Selections kept.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _byUse.Count;
            }
        }
    }

    /// <summary>About what they take.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _byUse.Sum(entry => entry.Series.Bytes);
            }
        }
    }

    /// <summary>How often one was there.</summary>
    public long Hits => Interlocked.Read(ref _hits);

    /// <summary>How often one had to be made.</summary>
    public long Misses => Interlocked.Read(ref _misses);

    /// <summary>Forgets all, because series have ended.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _byKey.Clear();
            _byUse.Clear();
        }
    }

    /// <summary>The numbers of the series that pass some matchers, and what keeps them; of all series that there are, none of which has ended.</summary>
    public SelectedSeries Select(IReadOnlyList<Matcher> matchers, out ReadOnlyMemory<int> numbers, CancellationToken cancellationToken)
    {
        var selected = Get(matchers);
        while (!selected.TryNumbers(out numbers, cancellationToken))
        {
            Forget(matchers, selected);
            selected = Get(matchers);
        }

        Trim();
        return selected;
    }

    /// <summary>The selection of some matchers; made, and perhaps kept, if it is not there.</summary>
    public SelectedSeries Get(IReadOnlyList<Matcher> matchers)
    {
        var key = KeyOf(matchers);
        lock (_lock)
        {
            if (_byKey.TryGetValue(key, out var node))
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
                Interlocked.Increment(ref _hits);
                return node.Value.Series;
            }

            Interlocked.Increment(ref _misses);
            var made = new SelectedSeries(table, matchers);
            _byKey.Add(key, _byUse.AddFirst((key, made)));
            return made;
        }
    }

    /// <summary>Lets the least used go until the limit holds; to be called when one has grown.</summary>
    public void Trim()
    {
        lock (_lock)
        {
            var bytes = _byUse.Sum(entry => entry.Series.Bytes);
            while ((bytes > maxBytes || _byUse.Count > MaxSelections) && _byUse.Last is { } last)
            {
                bytes -= last.Value.Series.Bytes;
                _byKey.Remove(last.Value.Key);
                _byUse.RemoveLast();
            }
        }
    }

    private void Forget(IReadOnlyList<Matcher> matchers, SelectedSeries selected)
    {
        lock (_lock)
        {
            if (_byKey.TryGetValue(KeyOf(matchers), out var node) && node.Value.Series == selected)
            {
                _byKey.Remove(node.Value.Key);
                _byUse.Remove(node);
            }
        }
    }

    // Names and values may hold anything, so their lengths stand before them.
    private static string KeyOf(IReadOnlyList<Matcher> matchers) => string.Concat(matchers
        .Select(matcher => $"{(int)matcher.Kind}{matcher.Name.Length}:{matcher.Name}{matcher.Value.Length}:{matcher.Value}").Order(StringComparer.Ordinal));
}
