namespace Ampacity.Fleet;

/// <summary>A column of numbers by ordinal that grows without being copied; what was never set is 0.</summary>
/// <remarks>One writer; readers see a value whole, old or new.</remarks>
internal sealed class PagedInts
{
    private const int Bits = 14;
    private const int Mask = (1 << Bits) - 1;
    private int[]?[] _pages = [];

    public int this[int ordinal]
    {
        get
        {
            var pages = Volatile.Read(ref _pages);
            var page = ordinal >> Bits;
            return page < pages.Length && pages[page] is { } ints ? Volatile.Read(ref ints[ordinal & Mask]) : 0;
        }

        set
        {
            var page = ordinal >> Bits;
            if (page >= _pages.Length)
            {
                var grown = new int[]?[Math.Max(page + 1, _pages.Length * 2)];
                _pages.CopyTo(grown, 0);
                Volatile.Write(ref _pages, grown);
            }

            var ints = _pages[page] ??= new int[1 << Bits];
            Volatile.Write(ref ints[ordinal & Mask], value);
        }
    }
}
