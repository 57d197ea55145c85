namespace Ampacity.PromQL;

/// <summary>The k greatest or least of each group at each step, of rows that come one after the other: a heap a cell, never all values.</summary>
/// <remarks>One thread. NaN is last in both directions; of equals the first that came.</remarks>
/// <param name="cost">Told of memory before it is taken.</param>
/// <param name="groups">How many groups.</param>
/// <param name="most">How many of each group at each step.</param>
/// <param name="greatest">Greatest, or least.</param>
internal sealed class GroupRanks(QueryCost cost, int groups, int[] most, bool greatest)
{
    /// <summary>What a cell takes before it has seen a value, bytes.</summary>
    public const int CellBytes = 16;

    private const int EntryBytes = 16;
    private const int FirstEntries = 8;

    private readonly Entry[]?[] _heaps = new Entry[]?[groups * most.Length];
    private readonly int[] _counts = new int[groups * most.Length];
    private readonly double _sign = greatest ? -1 : 1;
    private int _rows;

    /// <summary>Takes a row of a group.</summary>
    public void Add(int group, int place, ReadOnlySpan<double> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (!Absent.Is(cells[i]) && most[i] > 0)
            {
                Offer((group * most.Length) + i, most[i], new Entry(cells[i], _rows, place));
            }
        }

        _rows++;
    }

    /// <summary>
    /// The rows that are among the best somewhere, in the order of steps, of groups and of rank, each once, with its values where it is and absent elsewhere.
    /// </summary>
    /// <param name="order">Groups in the order in which they come.</param>
    /// <param name="labelsOf">What the row of a place is called.</param>
    /// <param name="into">Takes them.</param>
    public void Write(IReadOnlyList<int> order, Func<int, Samples.LabelSet> labelsOf, VectorBlock into)
    {
        var rowOf = new Dictionary<int, int>();
        for (var step = 0; step < most.Length; step++)
        {
            foreach (var group in order)
            {
                var cell = (group * most.Length) + step;
                var best = _heaps[cell].AsSpan(0, _counts[cell]);
                cost.Work(best.Length * 16L);
                best.Sort((a, b) => Precedes(a, b) ? -1 : 1);
                foreach (var entry in best)
                {
                    if (!rowOf.TryGetValue(entry.Row, out var row))
                    {
                        rowOf.Add(entry.Row, row = into.AddRow(labelsOf(entry.Place)));
                    }

                    into.Row(row)[step] = entry.Value;
                }
            }
        }
    }

    private void Offer(int cell, int k, Entry entry)
    {
        ref var count = ref _counts[cell];
        ref var heap = ref _heaps[cell];
        if (count == k)
        {
            if (Precedes(entry, heap![0]))
            {
                heap[0] = entry;
                SiftDown(heap.AsSpan(0, count));
            }

            return;
        }

        if (heap is null || count == heap.Length)
        {
            var length = (int)Math.Min(k, Math.Max(FirstEntries, count * 2L));
            cost.Take((length - count) * (long)EntryBytes);
            Array.Resize(ref heap, length);
        }

        heap[count++] = entry;
        SiftUp(heap.AsSpan(0, count));
    }

    // The last of the best is at the root, so that most values are refused by one look.
    private void SiftUp(Span<Entry> heap)
    {
        for (var at = heap.Length - 1; at > 0;)
        {
            var parent = (at - 1) / 2;
            if (!Precedes(heap[parent], heap[at]))
            {
                return;
            }

            (heap[parent], heap[at]) = (heap[at], heap[parent]);
            at = parent;
        }
    }

    private void SiftDown(Span<Entry> heap)
    {
        for (var at = 0; ;)
        {
            var last = at;
            for (var child = (2 * at) + 1; child <= (2 * at) + 2 && child < heap.Length; child++)
            {
                last = Precedes(heap[last], heap[child]) ? child : last;
            }

            if (last == at)
            {
                return;
            }

            (heap[last], heap[at]) = (heap[at], heap[last]);
            at = last;
        }
    }

    private bool Precedes(in Entry a, in Entry b)
    {
        var (left, right) = (_sign * a.Value, _sign * b.Value);
        return left < right || (!(left > right) && (double.IsNaN(left) == double.IsNaN(right) ? a.Row < b.Row : double.IsNaN(right)));
    }

    private readonly record struct Entry(double Value, int Row, int Place);
}
