using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Ampacity.Load;

/// <summary>A sum of metric 0 by a topology label, asked by HTTP and held against what must come out.</summary>
/// <param name="By"><c>rack</c> or <c>hall</c>.</param>
/// <param name="Small">Whether only the first pod is asked for.</param>
/// <param name="AgeMs">How long before the newest tick.</param>
internal sealed record TwinQuery(string By, bool Small, int AgeMs)
{
    /// <summary>The four of DESIGN.md §7, newest and 15 s ago.</summary>
    public static IReadOnlyList<TwinQuery> All { get; } =
        [.. from small in (bool[])[true, false] from label in (string[])["rack", "hall"] from ageMs in (int[])[0, 15_000] select new TwinQuery(label, small, ageMs)];

    public string Text => $"sum by ({By}) ({TwinFleet.MetricName(0)}{(Small ? "{pod=\"p0\"}" : "")})";

    /// <summary>Asks once.</summary>
    /// <returns>Milliseconds until the last byte, and the answer.</returns>
    public async Task<(double Milliseconds, byte[] Answer)> AskAsync(HttpClient http, string url, long timeMs)
    {
        using var form = new FormUrlEncodedContent([new("query", Text), new("time", (timeMs / 1000.0).ToString("F3", CultureInfo.InvariantCulture))]);
        var began = Stopwatch.GetTimestamp();
        using var answer = await http.PostAsync(url + "/api/v1/query", form);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        return (Stopwatch.GetElapsedTime(began).TotalMilliseconds, bytes);
    }

    /// <summary>What is wrong with an answer, or null.</summary>
    public string? Wrong(byte[] answer, TwinFleet fleet, long tick)
    {
        using var json = JsonDocument.Parse(answer);
        if (!json.RootElement.TryGetProperty("data", out var data))
        {
            return json.RootElement.GetRawText();
        }

        var want = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var accelerator = 0; accelerator < (Small ? Math.Min(fleet.Racks, TwinFleet.RacksOfFirstPod) * TwinFleet.AcceleratorsOfRack : fleet.Accelerators); accelerator++)
        {
            var rack = accelerator / TwinFleet.AcceleratorsOfRack;
            var key = By == "hall" ? TwinFleet.HallOf(rack) : $"{TwinFleet.RowOf(rack)}/{TwinFleet.PositionOf(rack)}";
            want[key] = want.GetValueOrDefault(key) + TwinFleet.WattsOf(accelerator, tick);
        }

        var rows = data.GetProperty("result").EnumerateArray().ToArray();
        if (rows.Length != want.Count)
        {
            return $"{rows.Length} rows, not {want.Count}: {(rows.Length == 0 ? "" : rows[0].GetRawText())}";
        }

        foreach (var row in rows)
        {
            var label = row.GetProperty("metric").TryGetProperty(By, out var text) ? text.GetString()! : "";
            var value = double.Parse(row.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);
            if (!want.TryGetValue(label, out var sum) || sum != value)
            {
                return $"{By} \"{label}\" has {value}, not {sum}";
            }
        }

        return null;
    }
}
