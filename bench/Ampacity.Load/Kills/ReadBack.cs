using System.Globalization;
using System.Text.Json;
using Ampacity.Samples;
using Ampacity.Tsdb;

namespace Ampacity.Load;

/// <summary>Reads everything that a data folder holds: from the server that opened it again, and from the files by the store itself, to the bit.</summary>
internal static class ReadBack
{
    /// <summary>By range selector; stale markers are not shown, and which NaN it is neither.</summary>
    public static async Task<Dictionary<(int Series, long TimestampMs), long>> FromServerAsync(HttpClient http, string url, long fromMs, long throughMs)
    {
        using var json = await QueryAsync(http, url, string.Create(CultureInfo.InvariantCulture, $"{{job=\"kills\"}}[{throughMs - fromMs}ms]"), throughMs);
        var found = new Dictionary<(int, long), long>();
        foreach (var series in json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray())
        {
            var id = int.Parse(series.GetProperty("metric").GetProperty("id").GetString()!, CultureInfo.InvariantCulture);
            foreach (var sample in series.GetProperty("values").EnumerateArray())
            {
                Add(found, id, (long)Math.Round(sample[0].GetDouble() * 1000), Parse(sample[1].GetString()!));
            }
        }

        return found;
    }

    /// <summary>
    /// Holds what the server counts against what it gave: a sample that lies in two places, such as a segment and the packed one that stands for it, and is shown once
    /// and counted twice, is found.
    /// </summary>
    /// <exception cref="KillRunException">A count is another.</exception>
    public static async Task CheckCountsAsync(HttpClient http, string url, Dictionary<(int Series, long TimestampMs), long> found, long fromMs, long throughMs)
    {
        using var json = await QueryAsync(http, url, string.Create(CultureInfo.InvariantCulture, $"count_over_time({{job=\"kills\"}}[{throughMs - fromMs}ms])"), throughMs);
        var expected = found.Keys.GroupBy(sample => sample.Series).ToDictionary(series => series.Key, series => (double)series.Count());
        foreach (var series in json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray())
        {
            var id = int.Parse(series.GetProperty("metric").GetProperty("id").GetString()!, CultureInfo.InvariantCulture);
            var count = Parse(series.GetProperty("value")[1].GetString()!);
            if (!expected.Remove(id, out var shown) || shown != count)
            {
                throw new KillRunException(string.Create(CultureInfo.InvariantCulture, $"COUNTED OTHERWISE: series {id} has {shown} samples and {count} are counted"));
            }
        }

        if (expected.Count > 0)
        {
            throw new KillRunException($"COUNTED OTHERWISE: {expected.Count} series have samples and no count, the first {expected.Keys.First()}");
        }
    }

    /// <summary>By the store over the same files, with no server on them: stale markers and NaN payloads are seen.</summary>
    public static async Task<(Dictionary<(int Series, long TimestampMs), long> Found, OpenReport Report)> FromFilesAsync(string dataFolder)
    {
        await using var store = await SampleStore.OpenAsync(
            new SampleStoreOptions { Folder = Path.Combine(dataFolder, "samples") }, TimeProvider.System, CancellationToken.None);
        var found = new Dictionary<(int, long), long>();
        var query = new SeriesQuery([], long.MinValue, long.MaxValue, SeriesScope.Whole) { Qualities = SampleQualities.Any };
        await foreach (var batch in store.ReadAsync(query, CancellationToken.None))
        {
            for (var series = 0; series < batch.SeriesCount; series++)
            {
                // The server's own series, such as roll-ups, bear no such label.
                if (!int.TryParse(IdOf(batch.Labels[series]), CultureInfo.InvariantCulture, out var id))
                {
                    continue;
                }

                for (var at = batch.Offsets[series]; at < batch.Offsets[series + 1]; at++)
                {
                    Add(found, id, batch.TimestampsMs[at], batch.Values[at]);
                }
            }
        }

        return (found, store.OpenReport);
    }

    private static async Task<JsonDocument> QueryAsync(HttpClient http, string url, string query, long atMs)
    {
        var time = string.Create(CultureInfo.InvariantCulture, $"{atMs / 1000}.{atMs % 1000:000}");
        using var answer = await http.GetAsync($"{url}/api/v1/query?query={Uri.EscapeDataString(query)}&time={time}");
        var body = await answer.Content.ReadAsByteArrayAsync();
        return answer.IsSuccessStatusCode
            ? JsonDocument.Parse(body)
            : throw new KillRunException($"the server answered {(int)answer.StatusCode} to {query}: {System.Text.Encoding.UTF8.GetString(body)}");
    }

    private static string IdOf(LabelSet labels)
    {
        foreach (var label in labels)
        {
            if (label.Name == "id")
            {
                return label.Value;
            }
        }

        return "";
    }

    private static void Add(Dictionary<(int, long), long> found, int series, long timestampMs, double value)
    {
        if (!found.TryAdd((series, timestampMs), BitConverter.DoubleToInt64Bits(value)))
        {
            throw new KillRunException($"INVENTED: series {series} has two samples at {timestampMs}");
        }
    }

    private static double Parse(string value) => value switch
    {
        "NaN" => double.NaN,
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(value, CultureInfo.InvariantCulture),
    };
}
