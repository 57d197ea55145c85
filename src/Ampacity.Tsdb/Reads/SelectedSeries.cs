using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>
/// The series that pass some matchers, and their groups by some keys. From one lease to the next series only come, so both grow at their end, in
/// order of arrival, and what a reader holds stays as it is. When series end another one is made.
/// </summary>
/// <remarks>Any thread; one at a time extends it. Holds no lease: whoever reads its numbers does.</remarks>
internal sealed class SelectedSeries(SeriesTable table, IReadOnlyList<Matcher> matchers)
{
    /// <summary>Groupings kept, each 4 bytes a series. Guessed: a page of panels over one metric groups it by fewer.</summary>
    private const int MaxGroupings = 16;

    // Up to here new series are tried one by one, beyond it the index is asked: about where the two cost the same for a hundred values.
    private const int MaxTried = 4096;

    // The entry, its key and the small objects that it is made of.
    private const int FixedBytes = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Grouping> _groupings = new(StringComparer.Ordinal);
    private int[] _numbers = [];
    private int _count;
    private SeriesArrivals? _arrivals;
    private int _arrived;
    private long _bytes = FixedBytes;

    /// <summary>About what it takes in memory.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>The numbers, of all series that the table has now at least; false when series have ended since it was made, so that another one is needed.</summary>
    public bool TryNumbers(out ReadOnlyMemory<int> numbers, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var isCurrent = TryExtend(cancellationToken);
            numbers = _numbers.AsMemory(0, _count);
            return isCurrent;
        }
    }

    /// <summary>Groups of the first series, as many as a reader holds, and perhaps of more.</summary>
    public SeriesGroups GroupBy(LabelKeys keys, int count, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_groupings.TryGetValue(keys.Id, out var grouping))
            {
                if (_groupings.Count == MaxGroupings)
                {
                    _groupings.Clear();
                }

                _groupings.Add(keys.Id, grouping = new Grouping(keys.Copy()));
            }

            var groups = grouping.Extend(table, _numbers, Math.Max(count, _count), cancellationToken);
            Count();
            return groups;
        }
    }

    private bool TryExtend(CancellationToken cancellationToken)
    {
        if (_arrivals is null)
        {
            var selected = table.Select(matchers, out _arrivals, out _arrived, cancellationToken);
            Reserve(selected.CountFrom(0));
            _count = _numbers.Length;
            selected.CopyFrom(0, _numbers);
            Count();
            return true;
        }

        if (_arrivals != table.Arrivals)
        {
            return false;
        }

        var arrived = _arrivals.Numbers[_arrived..];
        if (arrived.Length > MaxTried)
        {
            return TryExtendByIndex(cancellationToken);
        }

        foreach (var series in arrived)
        {
            if (table.Passes(series, matchers))
            {
                Reserve(1);
                _numbers[_count++] = series;
            }
        }

        if (arrived.Length > 0)
        {
            _arrived += arrived.Length;
            Count();
        }

        return true;
    }

    private bool TryExtendByIndex(CancellationToken cancellationToken)
    {
        var selected = table.Select(matchers, out var arrivals, out var arrived, cancellationToken);
        if (arrivals != _arrivals)
        {
            return false;
        }

        foreach (var series in arrivals.Numbers[_arrived..arrived])
        {
            if (selected.Has(series))
            {
                Reserve(1);
                _numbers[_count++] = series;
            }
        }

        _arrived = arrived;
        Count();
        return true;
    }

    // Readers hold the old array: what they see of it does not change.
    private void Reserve(int count)
    {
        if (_numbers.Length - _count < count)
        {
            var needed = _count + count;
            Array.Resize(ref _numbers, _count == 0 ? needed : Math.Max(needed, _count + (_count >> 2) + 16));
        }
    }

    private void Count() => Interlocked.Exchange(
        ref _bytes, FixedBytes + (_numbers.Length * (long)sizeof(int)) + _groupings.Values.Sum(grouping => grouping.Bytes));

    private sealed class Grouping(LabelKeys keys)
    {
        private readonly KeyNumbers _numbers = new();
        private int[] _groupOf = [];
        private int _count;
        private SeriesGroups? _groups;

        public long Bytes => (_groupOf.Length * (long)sizeof(int)) + _numbers.Bytes + FixedBytes;

        public SeriesGroups Extend(SeriesTable table, int[] series, int count, CancellationToken cancellationToken)
        {
            if (_groups is not null && _count >= count)
            {
                return _groups;
            }

            if (_groupOf.Length < count)
            {
                Array.Resize(ref _groupOf, series.Length);
            }

            // Neighbours mostly share their key.
            var last = -1;
            for (; _count < count; _count++)
            {
                if ((_count & 0xFFF) == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }

                var key = keys.Of(table.CanonicalOf(series[_count]));
                if (last < 0 || !key.SequenceEqual(_numbers[last].Canonical))
                {
                    last = _numbers.Of(key);
                }

                _groupOf[_count] = last;
            }

            return _groups = new SeriesGroups(_groupOf, _numbers.ToArray());
        }
    }
}
