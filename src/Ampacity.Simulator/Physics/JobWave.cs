using System.Collections.Concurrent;

namespace Ampacity.Simulator;

/// <summary>
/// A load over time that repeats, as tables: its value, the exact integrals of it and of its square, and the value through a first-order
/// lag as a cold plate feels it. Straight within a cell of 0.1 s, with jumps between cells, so that all integrals are exact: an energy
/// counter agrees with the power beside it to the last digit.
/// </summary>
/// <remarks>Immutable after it is made, any thread. 40 bytes a cell: 0.2 MB for a training job; held ones are made when somebody sets a limit.</remarks>
public sealed class JobWave
{
    /// <summary>Length of a cell, seconds: every knot of a load stands on this grid.</summary>
    public const double CellSeconds = 0.1;

    /// <summary>Time constant of a cold plate with its coolant, seconds; chosen, of the order of what GPU temperatures show after a step.</summary>
    public const double LagSeconds = 20;

    private readonly double[] _from;
    private readonly double[] _to;
    private readonly double[] _sum;
    private readonly double[] _squares;
    private readonly double[] _warm;
    private readonly double _period;
    private readonly ConcurrentDictionary<int, JobWave> _held = [];

    private JobWave(Func<double, double> load, int cells)
        : this(Ends(load, cells, 0), Ends(load, cells, 1))
    {
    }

    private JobWave(double[] from, double[] to)
    {
        var cells = from.Length;
        _period = cells * CellSeconds;
        (_from, _to) = (from, to);
        (_sum, _squares, _warm) = (new double[cells + 1], new double[cells + 1], new double[cells + 1]);
        for (var cell = 0; cell < cells; cell++)
        {
            var (a, b) = (_from[cell], _to[cell]);
            _sum[cell + 1] = _sum[cell] + (CellSeconds * (a + b) / 2);
            _squares[cell + 1] = _squares[cell] + (CellSeconds * ((a * a) + (a * b) + (b * b)) / 3);
        }

        // The lag of the period before: after two periods, much longer than the lag, the start no longer shows.
        _warm[0] = _sum[cells] / _period;
        for (var round = 0; round < 3; round++)
        {
            for (var cell = 0; cell < cells; cell++)
            {
                _warm[cell + 1] = Lagged(cell, _warm[cell], CellSeconds);
            }

            _warm[0] = _warm[cells];
        }
    }

    /// <summary>A training job without end: <see cref="TrainingStep"/>, 440 s from checkpoint to checkpoint.</summary>
    public static JobWave Training { get; } = new(TrainingStep.Load, (int)Math.Round(TrainingStep.PeriodSeconds / CellSeconds));

    /// <summary>Jobs of 110 minutes with 22 minutes of near idle between them: a job ended and the next is being placed.</summary>
    public static JobWave Jobs { get; } = new(
        seconds => seconds < 15 * TrainingStep.PeriodSeconds ? TrainingStep.Load(seconds) : TrainingStep.IdleLoad,
        (int)Math.Round(18 * TrainingStep.PeriodSeconds / CellSeconds));

    /// <summary>Powered and waiting.</summary>
    public static JobWave Idle { get; } = new(_ => TrainingStep.IdleLoad, 10);

    /// <summary>The same load where it is held at a share at most, in steps of 1/128, downwards. At most so many are made, once each.</summary>
    /// <param name="share">Share of the design load; at or below 0 nothing is left.</param>
    public JobWave Held(double share)
    {
        var step = (int)Math.Floor(Math.Clamp(share, 0, 2) * HeldSteps);
        return step >= _from.Max() * HeldSteps ? this : _held.GetOrAdd(step, static (at, wave) => wave.AtMost((double)at / HeldSteps), this);
    }

    /// <summary>A constant and weighted waves of one period, added up.</summary>
    public static JobWave Sum(double constant, IReadOnlyList<(JobWave Wave, double Weight)> parts)
    {
        var cells = parts[0].Wave._from.Length;
        var (from, to) = (new double[cells], new double[cells]);
        Array.Fill(from, constant);
        Array.Fill(to, constant);
        foreach (var (wave, weight) in parts)
        {
            for (var cell = 0; cell < cells; cell++)
            {
                from[cell] += weight * wave._from[cell];
                to[cell] += weight * wave._to[cell];
            }
        }

        return new JobWave(from, to);
    }

    /// <summary>Share of the design load at a time, seconds from any origin at or above zero.</summary>
    public double Load(double seconds)
    {
        var (_, cell, at) = Cell(seconds);
        return _from[cell] + ((_to[cell] - _from[cell]) * at / CellSeconds);
    }

    /// <summary>Integral of <see cref="Load"/> from zero, seconds of design load.</summary>
    public double LoadSeconds(double seconds)
    {
        var (periods, cell, at) = Cell(seconds);
        var slope = (_to[cell] - _from[cell]) / CellSeconds;
        return (periods * _sum[^1]) + _sum[cell] + (_from[cell] * at) + (slope * at * at / 2);
    }

    /// <summary>Integral of the square of <see cref="Load"/> from zero: what losses in copper and silicon need.</summary>
    public double SquareSeconds(double seconds)
    {
        var (periods, cell, at) = Cell(seconds);
        var (a, slope) = (_from[cell], (_to[cell] - _from[cell]) / CellSeconds);
        return (periods * _squares[^1]) + _squares[cell] + (a * a * at) + (a * slope * at * at) + (slope * slope * at * at * at / 3);
    }

    /// <summary>The load through the lag of <see cref="LagSeconds"/>, as in the middle of a long run.</summary>
    public double Warm(double seconds)
    {
        var (_, cell, at) = Cell(seconds);
        return Lagged(cell, _warm[cell], at);
    }

    private const int HeldSteps = 128;

    private JobWave AtMost(double share) => new([.. _from.Select(value => Math.Min(value, share))], [.. _to.Select(value => Math.Min(value, share))]);

    // Just inside both ends of each cell: a jump stands between two cells.
    private static double[] Ends(Func<double, double> load, int cells, int end)
    {
        const double Inside = 1e-9;
        var values = new double[cells];
        for (var cell = 0; cell < cells; cell++)
        {
            values[cell] = load(((cell + end) * CellSeconds) + (end == 0 ? Inside : -Inside));
        }

        return values;
    }

    // Solution of lag · w' = load − w for a load that is straight within the cell.
    private double Lagged(int cell, double start, double at)
    {
        var slope = (_to[cell] - _from[cell]) / CellSeconds;
        var settled = _from[cell] - (slope * LagSeconds);
        return settled + (slope * at) + ((start - settled) * Math.Exp(-at / LagSeconds));
    }

    private (double Periods, int Cell, double At) Cell(double seconds)
    {
        var periods = Math.Floor(seconds / _period);
        var within = seconds - (periods * _period);
        var cell = Math.Clamp((int)(within / CellSeconds), 0, _from.Length - 1);
        return (periods, cell, Math.Clamp(within - (cell * CellSeconds), 0, CellSeconds));
    }
}
