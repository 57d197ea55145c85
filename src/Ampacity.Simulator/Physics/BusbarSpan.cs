namespace Ampacity.Simulator;

/// <summary>A time in which a busbar carries one wave of power and the same supplies work: its power, and all integrals since the origin.</summary>
/// <remarks>Immutable, any thread. It remembers the one before it, for readings that stand still at an instant of then.</remarks>
internal sealed class BusbarSpan
{
    private readonly JobWave _watts;
    private readonly int _tripped;
    private readonly double _ratedWatts;
    private double _sinceSeconds;
    private (double Joules, double Output, double Input, double All, double Warm) _offset;
    private BusbarSpan? _before;

    /// <summary>A span from the origin on.</summary>
    /// <param name="watts">Power from the busbar, watts.</param>
    /// <param name="working">Supplies that share it.</param>
    /// <param name="tripped">Supplies that give nothing and are still fed.</param>
    /// <param name="ratedWatts">Rating of one.</param>
    public BusbarSpan(JobWave watts, int working, int tripped, double ratedWatts) => (_watts, Working, _tripped, _ratedWatts) = (watts, Math.Max(1, working), tripped, ratedWatts);

    /// <summary>Supplies that share the load.</summary>
    public int Working { get; }

    public double Watts(double seconds) => Then(seconds)?.Watts(seconds) ?? _watts.Load(seconds);

    public double Joules(double seconds) => Then(seconds)?.Joules(seconds) ?? (_offset.Joules + _watts.LoadSeconds(seconds));

    public double WarmWatts(double seconds) => Then(seconds)?.WarmWatts(seconds)
        ?? (_watts.Warm(seconds) + (_offset.Warm * Math.Exp(-(seconds - _sinceSeconds) / JobWave.LagSeconds)));

    public double SupplyOutputJoules(double seconds) => Then(seconds)?.SupplyOutputJoules(seconds) ?? (_offset.Output + (_watts.LoadSeconds(seconds) / Working));

    public double SupplyInputJoules(double seconds) => Then(seconds)?.SupplyInputJoules(seconds) ?? (_offset.Input + OfOne(seconds));

    public double InputWatts(double seconds) => Then(seconds)?.InputWatts(seconds)
        ?? ((Working * SupplyLosses.InputWatts(_watts.Load(seconds) / Working, _ratedWatts)) + (_tripped * SupplyLosses.InputWatts(0, _ratedWatts)));

    public double InputJoules(double seconds) => Then(seconds)?.InputJoules(seconds)
        ?? (_offset.All + (Working * OfOne(seconds)) + (_tripped * SupplyLosses.InputJoules(seconds, 0, 0, _ratedWatts)));

    /// <summary>This span as it follows another at a time: no counter jumps.</summary>
    public BusbarSpan After(BusbarSpan before, double seconds) => new(_watts, Working, _tripped, _ratedWatts)
    {
        _sinceSeconds = seconds,
        _offset = (before.Joules(seconds) - Joules(seconds), before.SupplyOutputJoules(seconds) - SupplyOutputJoules(seconds),
            before.SupplyInputJoules(seconds) - SupplyInputJoules(seconds), before.InputJoules(seconds) - InputJoules(seconds), before.WarmWatts(seconds) - WarmWatts(seconds)),
        _before = new BusbarSpan(before._watts, before.Working, before._tripped, before._ratedWatts) { _sinceSeconds = before._sinceSeconds, _offset = before._offset },
    };

    private double OfOne(double seconds) => SupplyLosses.InputJoules(
        seconds, _watts.LoadSeconds(seconds) / Working, _watts.SquareSeconds(seconds) / Working / Working, _ratedWatts);

    private BusbarSpan? Then(double seconds) => seconds < _sinceSeconds ? _before : null;
}
