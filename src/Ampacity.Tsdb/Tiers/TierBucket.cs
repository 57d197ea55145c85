namespace Ampacity.Tsdb;

/// <summary>
/// Some samples of a series in one piece of time. Buckets that follow each other combine into what their samples together would have made, so it does
/// not matter where blocks end, nor whether an hour is made of minutes or of samples.
/// </summary>
/// <param name="First">First value.</param>
/// <param name="Last">Last value.</param>
/// <param name="Min">Smallest.</param>
/// <param name="Max">Largest.</param>
/// <param name="Sum">Sum; of decimals rounded to their last digit.</param>
/// <param name="Count">How many; at least one.</param>
/// <param name="Increase">
/// Σ over neighbours of what a counter rose by: the difference, or, where it fell, the new value, since it began again at zero. From
/// the first to the last value only: the step from the bucket before is <see cref="Step"/> of its last and this first.
/// </param>
internal readonly record struct TierBucket(double First, double Last, double Min, double Max, double Sum, double Count, double Increase)
{
    /// <summary>A bucket of one value.</summary>
    public static TierBucket Of(double value) => new(value, value, value, value, value, 1, 0);

    /// <summary>What a counter rose by between two of its values.</summary>
    public static double Step(double from, double to) => to >= from ? to - from : to;

    /// <summary>This and what comes after it.</summary>
    public TierBucket Then(in TierBucket next) => new(
        First, next.Last, Math.Min(Min, next.Min), Math.Max(Max, next.Max), Sum + next.Sum, Count + next.Count, Increase + next.Increase + Step(Last, next.First));

    /// <summary>With sum and increase on the grid of the values' last digit, which adding doubles leaves.</summary>
    public TierBucket Rounded(double divisor) => this with { Sum = Math.Round(Sum * divisor) / divisor, Increase = Math.Round(Increase * divisor) / divisor };
}
