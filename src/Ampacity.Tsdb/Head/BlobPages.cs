namespace Ampacity.Tsdb;

/// <summary>Where bytes lie in <see cref="BlobPages"/>.</summary>
internal readonly record struct BlobPlace(int Page, int Offset, int Length);

/// <summary>
/// Byte strings in pages, taken one behind the other and given back in roughly the order they were taken: a page whose strings are all
/// gone is used again. Never compacted; what holds one page back is the oldest string in it.
/// </summary>
/// <remarks>One thread at a time; see <see cref="SampleHead"/>. Behind each string <see cref="ValueCodec.Slack"/> bytes can be read.</remarks>
internal sealed class BlobPages(SparePages? spare = null)
{
    /// <summary>1 MiB: large enough for the largest group's polls, on the large object heap, and never moved.</summary>
    public const int PageBytes = 1 << 20;

    private readonly List<byte[]?> _pages = [];
    private readonly List<int> _live = [];
    private readonly Stack<byte[]> _spare = new();
    private readonly Stack<int> _freeNumbers = new();
    private int _current = -1;
    private int _used;

    /// <summary>All pages, the spare ones included, for whoever ends them.</summary>
    public IEnumerable<byte[]> Pages => _pages.OfType<byte[]>().Concat(_spare);

    /// <summary>Bytes of all pages, the spare ones included.</summary>
    public long Bytes => (long)(_pages.Count - _freeNumbers.Count + _spare.Count) * PageBytes;

    /// <summary>Bytes that strings use.</summary>
    public long LiveBytes { get; private set; }

    /// <summary>Copies a string in.</summary>
    public BlobPlace Add(ReadOnlySpan<byte> bytes) => Add([], bytes);

    /// <summary>Copies a string in that lies in two pieces.</summary>
    public BlobPlace Add(ReadOnlySpan<byte> head, ReadOnlySpan<byte> rest)
    {
        var length = head.Length + rest.Length;
        if (_current < 0 || _used + length + ValueCodec.Slack > PageBytes)
        {
            Open();
        }

        var place = new BlobPlace(_current, _used, length);
        var at = _pages[_current].AsSpan(_used, length);
        head.CopyTo(at);
        rest.CopyTo(at[head.Length..]);
        _used += length;
        _live[_current] += length;
        LiveBytes += length;
        return place;
    }

    /// <summary>The bytes of a string, with the slack behind it.</summary>
    public ReadOnlySpan<byte> At(BlobPlace place) => _pages[place.Page].AsSpan(place.Offset, place.Length + ValueCodec.Slack);

    /// <summary>Gives a string back.</summary>
    public void Free(BlobPlace place)
    {
        LiveBytes -= place.Length;
        _live[place.Page] -= place.Length;
        if (_live[place.Page] == 0 && place.Page != _current)
        {
            Close(place.Page);
        }
    }

    private void Open()
    {
        if (_current >= 0 && _live[_current] == 0)
        {
            Close(_current);
        }

        if (!_freeNumbers.TryPop(out _current))
        {
            _current = _pages.Count;
            _pages.Add(null);
            _live.Add(0);
        }

        _pages[_current] = _spare.TryPop(out var page) ? page : spare?.TakeBlob() ?? GC.AllocateUninitializedArray<byte>(PageBytes);
        _used = 0;
    }

    // A few pages are kept for the next strings; the rest goes back to the collector.
    private void Close(int number)
    {
        if (_spare.Count < 16)
        {
            _spare.Push(_pages[number]!);
        }

        _pages[number] = null;
        _freeNumbers.Push(number);
    }
}
