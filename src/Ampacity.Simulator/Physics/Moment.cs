namespace Ampacity.Simulator;

/// <summary>What a reading needs to know: whose it is, and the state of its job at one instant. Two reads of one instant agree.</summary>
internal readonly struct Moment
{
    // Energy counters start here; any fixed instant would do.
    private static readonly DateTimeOffset Origin = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public Moment(BmcSelf self, DateTimeOffset at, JobWave wave, PlatformBehaviour behaviour)
    {
        Self = self;
        Behaviour = behaviour;
        At = at;
        Seconds = Math.Max(0, (at - Origin).TotalSeconds + self.PhaseSeconds);
        Load = wave.Load(Seconds);
        LoadSeconds = wave.LoadSeconds(Seconds);
        SquareSeconds = wave.SquareSeconds(Seconds);
        Warm = wave.Warm(Seconds);
    }

    /// <summary>The BMC.</summary>
    public BmcSelf Self { get; }

    /// <summary>What its firmware makes of readings.</summary>
    public PlatformBehaviour Behaviour { get; }

    /// <summary>The simulator's time, which may run faster than the wall's.</summary>
    public DateTimeOffset At { get; }

    /// <summary>Seconds since the origin of all counters.</summary>
    public double Seconds { get; }

    /// <summary>Share of the design load now.</summary>
    public double Load { get; }

    /// <summary>Its integral since the origin, seconds.</summary>
    public double LoadSeconds { get; }

    /// <summary>Integral of its square, seconds.</summary>
    public double SquareSeconds { get; }

    /// <summary>The load through the thermal lag.</summary>
    public double Warm { get; }
}

/// <summary>A number that a resource shows at an instant; not a number when it cannot be read.</summary>
internal delegate double Reading(in Moment moment);

/// <summary>A text that a resource shows at an instant; null when there is none.</summary>
internal delegate string? Wording(in Moment moment);
