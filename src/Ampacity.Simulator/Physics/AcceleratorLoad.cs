namespace Ampacity.Simulator;

/// <summary>
/// The load of one accelerator once it is not the job's any more: held down by a power limit, or none because it is gone. Its integral goes on where
/// that of the load before it ended, so that an energy counter never jumps.
/// </summary>
/// <remarks>Immutable, any thread. It remembers the one before it, for readings that stand still at an instant of then.</remarks>
internal sealed class AcceleratorLoad
{
    private readonly double _offsetSeconds;
    private readonly double _warmDelta;
    private readonly double _sinceSeconds;
    private readonly AcceleratorLoad? _before;

    private AcceleratorLoad(JobWave wave, double offsetSeconds, double warmDelta, double sinceSeconds, AcceleratorLoad? before) =>
        (Wave, _offsetSeconds, _warmDelta, _sinceSeconds, _before) = (wave, offsetSeconds, warmDelta, sinceSeconds, before);

    /// <summary>The load that it has now.</summary>
    public JobWave Wave { get; }

    /// <summary>As the job has it.</summary>
    public static AcceleratorLoad Of(JobWave job) => new(job, 0, 0, 0, null);

    /// <summary>Share of the design load at a time.</summary>
    public double Load(double seconds) => IsBefore(seconds) ? _before!.Load(seconds) : Wave.Load(seconds);

    /// <summary>Its integral since the origin, seconds of design load.</summary>
    public double LoadSeconds(double seconds) => IsBefore(seconds) ? _before!.LoadSeconds(seconds) : _offsetSeconds + Wave.LoadSeconds(seconds);

    /// <summary>The load through the thermal lag: what was warm cools down by and by.</summary>
    public double Warm(double seconds) => IsBefore(seconds) ? _before!.Warm(seconds) : Wave.Warm(seconds) + (_warmDelta * Math.Exp(-(seconds - _sinceSeconds) / JobWave.LagSeconds));

    /// <summary>The same accelerator with another load from a time on.</summary>
    public AcceleratorLoad Become(JobWave wave, double seconds) => ReferenceEquals(wave, Wave)
        ? this
        : new AcceleratorLoad(wave, LoadSeconds(seconds) - wave.LoadSeconds(seconds), Warm(seconds) - wave.Warm(seconds), seconds, new AcceleratorLoad(Wave, _offsetSeconds, _warmDelta, _sinceSeconds, null));

    private bool IsBefore(double seconds) => seconds < _sinceSeconds && _before is not null;
}
