namespace Ampacity.PromQL;

/// <summary>Evenly spaced instants.</summary>
/// <param name="StartMs">The first, UTC milliseconds.</param>
/// <param name="StepMs">Milliseconds between two; above zero.</param>
/// <param name="Count">How many.</param>
internal readonly record struct TimeSteps(long StartMs, long StepMs, int Count)
{
    public long this[int index] => StartMs + (StepMs * index);

    public long EndMs => this[Count - 1];

    public static TimeSteps Instant(long timeMs) => new(timeMs, 1, 1);
}
