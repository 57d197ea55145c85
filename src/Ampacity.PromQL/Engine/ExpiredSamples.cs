using System.Globalization;
using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>Says what an answer is made of where samples have expired.</summary>
internal static class ExpiredSamples
{
    /// <summary>In words.</summary>
    /// <param name="reach">How far back there are samples, and what stands for them before.</param>
    /// <param name="fromMs">Begin of what is read, before that.</param>
    public static string Of(SampleReach reach, long fromMs)
    {
        var stand = new List<string>();
        if (reach.MinutesFromMs is { } minutesMs)
        {
            stand.Add(fromMs + 1 < minutesMs ? $"the last of each minute stands for them from {Utc(minutesMs)} on" : "the last of each minute stands for them");
        }

        if (reach.HoursFromMs is { } hoursMs && (reach.MinutesFromMs is not { } until || fromMs + 1 < until))
        {
            stand.Add($"{(stand.Count == 0 ? "the last of each hour stands for them" : "and before that the last of each hour")}{(fromMs + 1 < hoursMs ? $", from {Utc(hoursMs)} on" : "")}");
        }

        return $"samples before {Utc(reach.SamplesFromMs)} have expired: {(stand.Count == 0 ? "nothing stands for them" : string.Join(", ", stand))}";
    }

    private static string Utc(long timestampMs) => DateTimeOffset.FromUnixTimeMilliseconds(timestampMs).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
