namespace Ampacity.Simulator;

/// <summary>
/// The load of a synchronous training job as a pure function of time: near full for the compute of a step, lower while gradients are exchanged,
/// and a whole step of near idle for a checkpoint now and then. All trays of a rack swing together, as real ones do.
/// </summary>
/// <remarks>
/// The step of 11 s is that of 64 nodes of 8 H100 training GPT-3 (MLCommons training results v4.0, Sustainable Metal Cloud: strongest line of
/// the AC power 10.9 s); there a rack of nodes swings between 0.79 and 1 of its peak, nodes less synchronous than one scale-up domain. The
/// deeper swing and the dips for checkpoints follow published rack traces in kind; the figures are ours, chosen so that one can see them
/// at a 10 s poll.
/// </remarks>
public static class TrainingStep
{
    /// <summary>Length of a step in seconds.</summary>
    public const double StepSeconds = 11;

    /// <summary>From one checkpoint to the next, seconds: the load repeats after it.</summary>
    public const double PeriodSeconds = StepSeconds * StepsPerCheckpoint;

    /// <summary>
    /// Share of the design load of an accelerator that waits for work: between the 0.11 at which H100s idle (nvidia_gpu_exporter's captures,
    /// 70 of 700 W) and what a job that hangs draws.
    /// </summary>
    public const double IdleLoad = 0.12;

    private const double High = 0.97;
    private const double Low = 0.55;
    private const double Checkpoint = 0.30;
    private const int StepsPerCheckpoint = 40;
    private const double HighUntil = 8.2;
    private const double EdgeSeconds = 0.3;
    private const double RiseFrom = StepSeconds - EdgeSeconds;

    private static readonly double StepIntegral = Within(StepSeconds);

    /// <summary>Share of the design load at a time in seconds (any origin, at or above zero), 0.30 to 0.97.</summary>
    public static double Load(double seconds)
    {
        var step = Math.Floor(seconds / StepSeconds);
        if ((long)step % StepsPerCheckpoint == StepsPerCheckpoint - 1)
        {
            return Checkpoint;
        }

        var at = seconds - (step * StepSeconds);
        return at < HighUntil ? High
            : at < HighUntil + EdgeSeconds ? High - ((High - Low) * (at - HighUntil) / EdgeSeconds)
            : at < RiseFrom ? Low
            : Low + ((High - Low) * (at - RiseFrom) / EdgeSeconds);
    }

    /// <summary>The exact integral of <see cref="Load"/> from zero, in seconds of design load: an energy counter that agrees with the power.</summary>
    public static double LoadSeconds(double seconds)
    {
        var steps = (long)Math.Floor(seconds / StepSeconds);
        var checkpoints = steps / StepsPerCheckpoint;
        var at = seconds - (steps * StepSeconds);
        var partial = steps % StepsPerCheckpoint == StepsPerCheckpoint - 1 ? Checkpoint * at : Within(at);
        return ((steps - checkpoints) * StepIntegral) + (checkpoints * Checkpoint * StepSeconds) + partial;
    }

    /// <summary>The load as a cold plate feels it: through a first-order lag of <see cref="JobWave.LagSeconds"/>.</summary>
    public static double WarmLoad(double seconds) => JobWave.Training.Warm(seconds);

    // Integral of one plain step up to a point in it.
    private static double Within(double at)
    {
        var sum = High * Math.Min(at, HighUntil);
        if (at > HighUntil)
        {
            var edge = Math.Min(at - HighUntil, EdgeSeconds);
            sum += (High * edge) - ((High - Low) * edge * edge / (2 * EdgeSeconds));
        }

        if (at > HighUntil + EdgeSeconds)
        {
            sum += Low * (Math.Min(at, RiseFrom) - HighUntil - EdgeSeconds);
        }

        if (at > RiseFrom)
        {
            var edge = at - RiseFrom;
            sum += (Low * edge) + ((High - Low) * edge * edge / (2 * EdgeSeconds));
        }

        return sum;
    }
}
