namespace Ampacity.Fleet;

/// <summary>
/// An immutable column by node ordinal in pages, so that changing a few entries copies a few pages: moving one rack of 77,000 costs
/// 4 kB a column, not 600.
/// </summary>
internal sealed class PagedArray<T>
{
    private const int Bits = 9;
    private const int Mask = (1 << Bits) - 1;
    private readonly T[][] _pages;

    private PagedArray(T[][] pages, int length)
    {
        _pages = pages;
        Length = length;
    }

    /// <summary>A column without entries.</summary>
    public static readonly PagedArray<T> Empty = new([], 0);

    /// <summary>One more than the highest ordinal.</summary>
    public int Length { get; }

    /// <summary>The entry of an ordinal; default outside the column.</summary>
    public T? this[int ordinal] => (uint)ordinal < (uint)Length ? _pages[ordinal >> Bits][ordinal & Mask] : default;

    /// <summary>
    /// Keeps what follows from what the copies that share the entry's page have in common: it is right for all of them, whenever it is
    /// worked out. Any thread.
    /// </summary>
    public void Fill(int ordinal, T value) => _pages[ordinal >> Bits][ordinal & Mask] = value;

    /// <summary>Begins a changed copy.</summary>
    /// <param name="length">Length of the copy, at least this one's.</param>
    public Editing Edit(int length) => new(this, length);

    /// <summary>A copy being changed; pages that are not touched stay shared.</summary>
    public sealed class Editing
    {
        private readonly T[][] _pages;
        private readonly bool[] _own;
        private readonly int _length;

        internal Editing(PagedArray<T> from, int length)
        {
            _length = length;
            _pages = new T[(length + Mask) >> Bits][];
            _own = new bool[_pages.Length];
            from._pages.CopyTo(_pages, 0);
            for (var page = from._pages.Length; page < _pages.Length; page++)
            {
                _pages[page] = new T[1 << Bits];
                _own[page] = true;
            }
        }

        /// <summary>The entry of an ordinal as it stands in the copy.</summary>
        public T this[int ordinal]
        {
            get => _pages[ordinal >> Bits][ordinal & Mask];
            set
            {
                var page = ordinal >> Bits;
                if (!_own[page])
                {
                    _pages[page] = (T[])_pages[page].Clone();
                    _own[page] = true;
                }

                _pages[page][ordinal & Mask] = value;
            }
        }

        /// <summary>The copy; the editing ends here.</summary>
        public PagedArray<T> ToArray() => new(_pages, _length);
    }
}
