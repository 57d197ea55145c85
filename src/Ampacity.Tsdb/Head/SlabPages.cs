namespace Ampacity.Tsdb;

/// <summary>Where a slab lies in <see cref="SlabPages"/>.</summary>
internal readonly record struct SlabPlace(int Page, int Offset);

/// <summary>Runs of 64-bit words in pages, in about 8 sizes per power of two; a slab given back is taken again by one of its size.</summary>
/// <remarks>One thread at a time; see <see cref="SampleHead"/>.</remarks>
internal sealed class SlabPages(SparePages? spare = null)
{
    private const int PageWords = 1 << 17;

    private readonly List<ulong[]> _pages = [];
    private readonly Dictionary<int, Stack<SlabPlace>> _free = [];
    private int _used = PageWords;

    /// <summary>All pages, for whoever ends them.</summary>
    public IEnumerable<ulong[]> Pages => _pages;

    /// <summary>Bytes of all pages.</summary>
    public long Bytes => (long)_pages.Count * PageWords * sizeof(ulong);

    /// <summary>A slab of at least so many words, all zero.</summary>
    public SlabPlace Take(int words)
    {
        var size = SizeFor(words);
        if (_free.TryGetValue(size, out var free) && free.TryPop(out var place))
        {
            Words(place, size).Clear();
            return place;
        }

        if (_used + size > PageWords)
        {
            _pages.Add(spare?.TakeSlab() ?? new ulong[PageWords]);
            _used = 0;
        }

        place = new SlabPlace(_pages.Count - 1, _used);
        _used += size;
        return place;
    }

    /// <summary>Gives back a slab taken for so many words.</summary>
    public void Free(SlabPlace place, int words)
    {
        var size = SizeFor(words);
        if (!_free.TryGetValue(size, out var free))
        {
            _free[size] = free = new Stack<SlabPlace>();
        }

        free.Push(place);
    }

    /// <summary>The words of a slab.</summary>
    public Span<ulong> Words(SlabPlace place, int words) => _pages[place.Page].AsSpan(place.Offset, words);

    private static int SizeFor(int words)
    {
        var step = Math.Max(8, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)words) / 16);
        return (words + step - 1) / step * step;
    }
}
