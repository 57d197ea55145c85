namespace Ampacity.Tsdb;

/// <summary>Series in the order of a block. Kept from seal to seal: series that ended are taken out, and only those that came since are sorted in. One thread.</summary>
internal sealed class SealOrder(SeriesTable table)
{
    private SeriesArrivals _arrivals = table.Arrivals;
    private int _arrived;
    private int[] _sorted = [];

    /// <summary>Every series that there is, in <see cref="BlockOrder"/>.</summary>
    public ReadOnlySpan<int> Sort()
    {
        var added = new List<int>();
        var known = _sorted;
        while (true)
        {
            // Looked at before the numbers: what is closed gets no more.
            var next = _arrivals.Next;
            var numbers = _arrivals.Numbers[_arrived..];
            added.AddRange(numbers);
            _arrived += numbers.Length;
            if (next is null)
            {
                break;
            }

            // Their numbers may stand for others by now, so they are out before anything is compared.
            var ended = _arrivals.Ended!;
            known = Array.FindAll(known, series => !ended.Has(series));
            added.RemoveAll(ended.Has);
            (_arrivals, _arrived) = (next, 0);
        }

        if (added.Count > 0)
        {
            added.Sort(Compare);
            known = Merge(known, added);
        }

        return _sorted = known;
    }

    private int[] Merge(int[] known, List<int> added)
    {
        var merged = new int[known.Length + added.Count];
        for (var (at, old, fresh) = (0, 0, 0); at < merged.Length; at++)
        {
            merged[at] = fresh == added.Count || (old < known.Length && Compare(known[old], added[fresh]) < 0) ? known[old++] : added[fresh++];
        }

        return merged;
    }

    private int Compare(int left, int right) => BlockOrder.Compare(table.CanonicalOf(left), table.CanonicalOf(right));
}
