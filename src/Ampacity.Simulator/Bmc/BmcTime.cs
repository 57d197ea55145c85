namespace Ampacity.Simulator;

/// <summary>The simulated time: the wall's, or so many times faster since the start.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class BmcTime(TimeProvider wall, double speed)
{
    private readonly DateTimeOffset _start = wall.GetUtcNow();

    /// <summary>The time that runs all waits: the wall's.</summary>
    public TimeProvider Wall => wall;

    /// <summary>Instant of readings and events.</summary>
    public DateTimeOffset Now
    {
        get
        {
            var now = wall.GetUtcNow();
            return speed == 1 ? now : _start + ((now - _start) * speed);
        }
    }

    /// <summary>Simulated time since the start.</summary>
    public TimeSpan SinceStart => Now - _start;
}
