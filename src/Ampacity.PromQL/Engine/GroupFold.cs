using System.Numerics;
using System.Runtime.InteropServices;
using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>Folds the rows of each group into one row. State is by cell (group × steps + step), so that a row is folded as a column.</summary>
internal abstract class GroupFold(int steps)
{
    protected int Steps => steps;

    public static GroupFold Of(AggregationOperator op, int groups, int steps, double[] parameters) => op switch
    {
        AggregationOperator.Sum => new Summing(groups, steps),
        AggregationOperator.Avg => new Averaging(groups, steps),
        AggregationOperator.Min => new Picking(groups, steps, least: true),
        AggregationOperator.Max => new Picking(groups, steps, least: false),
        AggregationOperator.Count => new Counting(groups, steps, counts: true),
        AggregationOperator.Group => new Counting(groups, steps, counts: false),
        AggregationOperator.Stddev => new Spreading(groups, steps, root: true),
        AggregationOperator.Stdvar => new Spreading(groups, steps, root: false),
        AggregationOperator.Quantile => new Ordering(groups, steps, parameters),
        _ => throw new InvalidOperationException($"Bug: {op} does not fold"),
    };

    /// <summary>About what one cell of a fold takes in memory before it has seen a value.</summary>
    public static int CellBytes(AggregationOperator op) => op switch
    {
        AggregationOperator.Sum => 17,
        AggregationOperator.Avg or AggregationOperator.Stddev or AggregationOperator.Stdvar => 40,
        _ => 8,
    };

    /// <summary>Takes a row of a group.</summary>
    public abstract void Add(int group, ReadOnlySpan<double> cells);

    /// <summary>Writes cells from one on; they come in absent. Different cells on several threads, once all rows are in.</summary>
    public abstract void Write(int firstCell, Span<double> cells);

    private sealed class Summing(int groups, int steps) : GroupFold(steps)
    {
        private readonly double[] _sums = new double[groups * steps];
        private readonly double[] _lost = new double[groups * steps];
        private readonly bool[] _any = new bool[groups * steps];

        public override void Add(int group, ReadOnlySpan<double> cells)
        {
            var at = group * Steps;
            var sums = _sums.AsSpan(at, cells.Length);
            var lost = _lost.AsSpan(at, cells.Length);
            var any = _any.AsSpan(at, cells.Length);
            var i = 0;
            if (cells.Length >= Vector<double>.Count)
            {
                i = AddVectors(cells, sums, lost, any);
            }

            for (; i < cells.Length; i++)
            {
                if (!Absent.Is(cells[i]))
                {
                    (sums[i], lost[i]) = new CompensatedSum(sums[i], lost[i]).Plus(cells[i]);
                    any[i] = true;
                }
            }
        }

        public override void Write(int firstCell, Span<double> cells)
        {
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = _any[firstCell + i] ? new CompensatedSum(_sums[firstCell + i], _lost[firstCell + i]).Total : cells[i];
            }
        }

        // CompensatedSum.Plus for several steps at once, bit for bit; a step without a sample keeps what it has. Stops where a sum is infinite.
        private static int AddVectors(ReadOnlySpan<double> cells, Span<double> sums, Span<double> lost, Span<bool> any)
        {
            var width = Vector<double>.Count;
            var marker = new Vector<long>(StaleMarker.Bits);
            var i = 0;
            for (; i <= cells.Length - width; i += width)
            {
                var value = new Vector<double>(cells[i..]);
                var absent = Vector.Equals(Vector.AsVectorInt64(value), marker);
                var before = new Vector<double>(sums[i..]);
                var lostBefore = new Vector<double>(lost[i..]);
                var sum = before + value;
                var larger = Vector.GreaterThanOrEqual(Vector.Abs(before), Vector.Abs(value));
                var bySum = lostBefore + ((before - sum) + value);
                var byValue = lostBefore + ((value - sum) + before);
                var lostAfter = Vector.ConditionalSelect(larger, bySum, byValue);
                lostAfter = Vector.ConditionalSelect(Vector.Equals(Vector.Abs(sum), new Vector<double>(double.PositiveInfinity)), Vector<double>.Zero, lostAfter);
                Vector.ConditionalSelect(absent, before, sum).CopyTo(sums[i..]);
                Vector.ConditionalSelect(absent, lostBefore, lostAfter).CopyTo(lost[i..]);
                for (var lane = 0; lane < width; lane++)
                {
                    any[i + lane] |= absent[lane] == 0;
                }
            }

            return i;
        }
    }

    private sealed class Averaging(int groups, int steps) : GroupFold(steps)
    {
        private readonly CompensatedMean[] _means = new CompensatedMean[groups * steps];

        public override void Add(int group, ReadOnlySpan<double> cells)
        {
            var means = _means.AsSpan(group * Steps, cells.Length);
            for (var i = 0; i < cells.Length; i++)
            {
                if (!Absent.Is(cells[i]))
                {
                    means[i].Add(cells[i]);
                }
            }
        }

        public override void Write(int firstCell, Span<double> cells)
        {
            for (var i = 0; i < cells.Length; i++)
            {
                ref readonly var mean = ref _means[firstCell + i];
                cells[i] = mean.Count > 0 ? mean.Mean : cells[i];
            }
        }
    }

    private sealed class Spreading(int groups, int steps, bool root) : GroupFold(steps)
    {
        private readonly CompensatedVariance[] _variances = new CompensatedVariance[groups * steps];

        public override void Add(int group, ReadOnlySpan<double> cells)
        {
            var variances = _variances.AsSpan(group * Steps, cells.Length);
            for (var i = 0; i < cells.Length; i++)
            {
                if (!Absent.Is(cells[i]))
                {
                    variances[i].Add(cells[i]);
                }
            }
        }

        public override void Write(int firstCell, Span<double> cells)
        {
            for (var i = 0; i < cells.Length; i++)
            {
                ref readonly var variance = ref _variances[firstCell + i];
                cells[i] = variance.Count == 0 ? cells[i] : root ? Math.Sqrt(variance.Variance) : variance.Variance;
            }
        }
    }

    private sealed class Picking : GroupFold
    {
        private readonly double[] _best;
        private readonly bool _least;

        public Picking(int groups, int steps, bool least)
            : base(steps)
        {
            _least = least;
            _best = new double[groups * steps];
            Array.Fill(_best, Absent.Value);
        }

        // NaN gives way to any number; the marker of absence is one.
        public override void Add(int group, ReadOnlySpan<double> cells)
        {
            var bests = _best.AsSpan(group * Steps, cells.Length);
            for (var i = 0; i < cells.Length; i++)
            {
                var (best, value) = (bests[i], cells[i]);
                if (!Absent.Is(value) && (Absent.Is(best) || double.IsNaN(best) || (_least ? value < best : value > best)))
                {
                    bests[i] = value;
                }
            }
        }

        public override void Write(int firstCell, Span<double> cells) => _best.AsSpan(firstCell, cells.Length).CopyTo(cells);
    }

    private sealed class Counting(int groups, int steps, bool counts) : GroupFold(steps)
    {
        private readonly int[] _counts = new int[groups * steps];

        public override void Add(int group, ReadOnlySpan<double> cells)
        {
            var counters = _counts.AsSpan(group * Steps, cells.Length);
            for (var i = 0; i < cells.Length; i++)
            {
                counters[i] += Absent.Is(cells[i]) ? 0 : 1;
            }
        }

        public override void Write(int firstCell, Span<double> cells)
        {
            for (var i = 0; i < cells.Length; i++)
            {
                var count = _counts[firstCell + i];
                cells[i] = count == 0 ? cells[i] : counts ? count : 1;
            }
        }
    }

    private sealed class Ordering(int groups, int steps, double[] quantiles) : GroupFold(steps)
    {
        private readonly List<double>?[] _values = new List<double>?[groups * steps];

        public override void Add(int group, ReadOnlySpan<double> cells)
        {
            var lists = _values.AsSpan(group * Steps, cells.Length);
            for (var i = 0; i < cells.Length; i++)
            {
                if (!Absent.Is(cells[i]))
                {
                    (lists[i] ??= []).Add(cells[i]);
                }
            }
        }

        public override void Write(int firstCell, Span<double> cells)
        {
            for (var i = 0; i < cells.Length; i++)
            {
                if (_values[firstCell + i] is { } values)
                {
                    cells[i] = StatisticWindows.QuantileOf(quantiles[(firstCell + i) % Steps], CollectionsMarshal.AsSpan(values));
                }
            }
        }
    }
}
