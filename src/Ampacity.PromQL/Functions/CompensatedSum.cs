namespace Ampacity.PromQL;

/// <summary>A sum that keeps the digits lost by rounding (Neumaier), as Prometheus sums.</summary>
internal record struct CompensatedSum(double Sum, double Lost)
{
    public readonly double Total => double.IsInfinity(Sum) ? Sum : Sum + Lost;

    public readonly CompensatedSum Plus(double value)
    {
        var sum = Sum + value;
        var lost = double.IsInfinity(sum) ? 0
            : Math.Abs(Sum) >= Math.Abs(value) ? Lost + ((Sum - sum) + value)
            : Lost + ((value - sum) + Sum);
        return new CompensatedSum(sum, lost);
    }
}

/// <summary>A mean that goes over from sum ÷ count to an incremental mean when the sum would overflow, as Prometheus does.</summary>
internal struct CompensatedMean
{
    private CompensatedSum _sum;
    private bool _incremental;

    public double Count { get; private set; }

    public readonly double Mean => _incremental ? _sum.Sum + _sum.Lost : (_sum.Sum / Count) + (_sum.Lost / Count);

    public void Add(double value)
    {
        Count++;
        if (Count == 1)
        {
            _sum = new CompensatedSum(value, 0);
            return;
        }

        if (!_incremental)
        {
            var sum = _sum.Plus(value);
            if (!double.IsInfinity(sum.Sum))
            {
                _sum = sum;
                return;
            }

            _incremental = true;
            _sum = new CompensatedSum(_sum.Sum / (Count - 1), _sum.Lost / (Count - 1));
        }

        var keep = (Count - 1) / Count;
        _sum = new CompensatedSum(keep * _sum.Sum, keep * _sum.Lost).Plus(value / Count);
    }
}

/// <summary>Variance of a population in one pass (Welford), with compensation as Prometheus has it.</summary>
internal struct CompensatedVariance
{
    private CompensatedSum _mean;
    private CompensatedSum _squares;

    public double Count { get; private set; }

    public readonly double Variance => (_squares.Sum + _squares.Lost) / Count;

    public void Add(double value)
    {
        Count++;
        var delta = value - (_mean.Sum + _mean.Lost);
        _mean = _mean.Plus(delta / Count);
        _squares = _squares.Plus(delta * (value - (_mean.Sum + _mean.Lost)));
    }
}
