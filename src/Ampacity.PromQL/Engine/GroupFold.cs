namespace Ampacity.PromQL;

/// <summary>Folds the rows of each group into one row.</summary>
internal abstract class GroupFold
{
    public static GroupFold Of(AggregationOperator op, int groups, int steps, double[] parameters) => op switch
    {
        AggregationOperator.Sum => new Summing(groups, steps),
        AggregationOperator.Avg => new Averaging(groups, steps),
        AggregationOperator.Min => new Picking(groups, steps, static (best, value) => value < best || double.IsNaN(best)),
        AggregationOperator.Max => new Picking(groups, steps, static (best, value) => value > best || double.IsNaN(best)),
        AggregationOperator.Count => new Counting(groups, steps, counts: true),
        AggregationOperator.Group => new Counting(groups, steps, counts: false),
        AggregationOperator.Stddev => new Spreading(groups, steps, root: true),
        AggregationOperator.Stdvar => new Spreading(groups, steps, root: false),
        AggregationOperator.Quantile => new Ordering(groups, steps, parameters),
        _ => throw new InvalidOperationException($"Bug: {op} does not fold"),
    };

    /// <summary>Takes a row of a group.</summary>
    public abstract void Add(int group, ReadOnlySpan<double> cells);

    /// <summary>Writes the group's row; cells come in absent.</summary>
    public abstract void Write(int group, Span<double> cells);

    private sealed class Summing(int groups, int steps) : GroupFold
    {
        private readonly CompensatedSum[] _sums = new CompensatedSum[groups * steps];
        private readonly bool[] _any = new bool[groups * steps];

        public override void Add(int group, ReadOnlySpan<double> cells)
        {
            var at = group * steps;
            for (var i = 0; i < cells.Length; i++)
            {
                if (!Absent.Is(cells[i]))
                {
                    _sums[at + i] = _sums[at + i].Plus(cells[i]);
                    _any[at + i] = true;
                }
            }
        }

        public override void Write(int group, Span<double> cells)
        {
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = _any[(group * steps) + i] ? _sums[(group * steps) + i].Total : cells[i];
            }
        }
    }

    private sealed class Averaging(int groups, int steps) : GroupFold
    {
        private readonly CompensatedMean[] _means = new CompensatedMean[groups * steps];

        public override void Add(int group, ReadOnlySpan<double> cells)
        {
            for (var i = 0; i < cells.Length; i++)
            {
                if (!Absent.Is(cells[i]))
                {
                    _means[(group * steps) + i].Add(cells[i]);
                }
            }
        }

        public override void Write(int group, Span<double> cells)
        {
            for (var i = 0; i < cells.Length; i++)
            {
                var mean = _means[(group * steps) + i];
                cells[i] = mean.Count > 0 ? mean.Mean : cells[i];
            }
        }
    }

    private sealed class Spreading(int groups, int steps, bool root) : GroupFold
    {
        private readonly CompensatedVariance[] _variances = new CompensatedVariance[groups * steps];

        public override void Add(int group, ReadOnlySpan<double> cells)
        {
            for (var i = 0; i < cells.Length; i++)
            {
                if (!Absent.Is(cells[i]))
                {
                    _variances[(group * steps) + i].Add(cells[i]);
                }
            }
        }

        public override void Write(int group, Span<double> cells)
        {
            for (var i = 0; i < cells.Length; i++)
            {
                var variance = _variances[(group * steps) + i];
                cells[i] = variance.Count == 0 ? cells[i] : root ? Math.Sqrt(variance.Variance) : variance.Variance;
            }
        }
    }

    private sealed class Picking : GroupFold
    {
        private readonly double[] _best;
        private readonly int _steps;
        private readonly Func<double, double, bool> _isBetter;

        public Picking(int groups, int steps, Func<double, double, bool> isBetter)
        {
            _steps = steps;
            _isBetter = isBetter;
            _best = new double[groups * steps];
            Array.Fill(_best, Absent.Value);
        }

        public override void Add(int group, ReadOnlySpan<double> cells)
        {
            for (var i = 0; i < cells.Length; i++)
            {
                ref var best = ref _best[(group * _steps) + i];
                if (!Absent.Is(cells[i]) && (Absent.Is(best) || _isBetter(best, cells[i])))
                {
                    best = cells[i];
                }
            }
        }

        public override void Write(int group, Span<double> cells) => _best.AsSpan(group * _steps, _steps).CopyTo(cells);
    }

    private sealed class Counting(int groups, int steps, bool counts) : GroupFold
    {
        private readonly int[] _counts = new int[groups * steps];

        public override void Add(int group, ReadOnlySpan<double> cells)
        {
            for (var i = 0; i < cells.Length; i++)
            {
                _counts[(group * steps) + i] += Absent.Is(cells[i]) ? 0 : 1;
            }
        }

        public override void Write(int group, Span<double> cells)
        {
            for (var i = 0; i < cells.Length; i++)
            {
                var count = _counts[(group * steps) + i];
                cells[i] = count == 0 ? cells[i] : counts ? count : 1;
            }
        }
    }

    private sealed class Ordering(int groups, int steps, double[] quantiles) : GroupFold
    {
        private readonly List<double>?[] _values = new List<double>?[groups * steps];

        public override void Add(int group, ReadOnlySpan<double> cells)
        {
            for (var i = 0; i < cells.Length; i++)
            {
                if (!Absent.Is(cells[i]))
                {
                    (_values[(group * steps) + i] ??= []).Add(cells[i]);
                }
            }
        }

        public override void Write(int group, Span<double> cells)
        {
            for (var i = 0; i < cells.Length; i++)
            {
                if (_values[(group * steps) + i] is { } values)
                {
                    cells[i] = StatisticWindows.QuantileOf(quantiles[i], System.Runtime.InteropServices.CollectionsMarshal.AsSpan(values));
                }
            }
        }
    }
}
