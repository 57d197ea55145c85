namespace Ampacity.Tsdb;

/// <summary>Series in the order of a block. Kept from seal to seal: only series that came since are sorted in. One thread.</summary>
internal sealed class SealOrder(SeriesTable table)
{
    private int[] _sorted = [];

    /// <summary>Every series that there is, in <see cref="BlockOrder"/>.</summary>
    public ReadOnlySpan<int> Sort()
    {
        var known = _sorted.Length;
        var count = table.Count;
        if (count == known)
        {
            return _sorted;
        }

        int[] added = [.. Enumerable.Range(known, count - known)];
        Array.Sort(added, Compare);
        var merged = new int[count];
        for (var (at, old, fresh) = (0, 0, 0); at < count; at++)
        {
            merged[at] = fresh == added.Length || (old < known && Compare(_sorted[old], added[fresh]) < 0) ? _sorted[old++] : added[fresh++];
        }

        return _sorted = merged;
    }

    private int Compare(int left, int right) => BlockOrder.Compare(table.CanonicalOf(left), table.CanonicalOf(right));
}
