namespace Ampacity.Samples;

/// <summary>How far back a store has samples themselves, and what it gives in their place before that.</summary>
/// <param name="SamplesFromMs">Samples from here on, UTC milliseconds.</param>
/// <param name="MinutesFromMs">From here up to it the last sample of each minute; null when none is kept.</param>
/// <param name="HoursFromMs">From here up to that the last sample of each hour; null when none is kept.</param>
public readonly record struct SampleReach(long SamplesFromMs, long? MinutesFromMs, long? HoursFromMs);
