using System.Text.Json;

namespace Ampacity.Load;

/// <summary>The times of every sample of every series that BMCs feed, read back from the server as it runs.</summary>
internal sealed class SeriesStamps
{
    private readonly Dictionary<(string Mac, string Series), List<long>> _stamps = [];

    /// <summary>Samples read.</summary>
    public long Samples { get; private set; }

    /// <summary>Series, each with its BMC's MAC and its times in ascending order, UTC milliseconds.</summary>
    public IEnumerable<(string Mac, string Series, IReadOnlyList<long> StampsMs)> All =>
        _stamps.OrderBy(one => one.Key.Mac, StringComparer.Ordinal).ThenBy(one => one.Key.Series, StringComparer.Ordinal)
            .Select(one => (one.Key.Mac, one.Key.Series, (IReadOnlyList<long>)one.Value));

    /// <summary>Reads the samples of a BMC in (from, through].</summary>
    public async Task ReadAsync(HttpClient http, string url, string mac, long fromMs, long throughMs)
    {
        var (at, range) = (throughMs / 1000.0, throughMs - fromMs);
        var query = FormattableString.Invariant($"{{bmc=\"{mac}\"}}[{range}ms]");
        var body = await http.GetByteArrayAsync(FormattableString.Invariant($"{url}/api/v1/query?time={at:0.000}&query={Uri.EscapeDataString(query)}"));
        using var json = JsonDocument.Parse(body);
        foreach (var series in json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray())
        {
            var key = (mac, NameOf(series.GetProperty("metric")));
            if (!_stamps.TryGetValue(key, out var stamps))
            {
                _stamps[key] = stamps = [];
            }

            foreach (var sample in series.GetProperty("values").EnumerateArray())
            {
                var stampMs = (long)Math.Round(sample[0].GetDouble() * 1000);
                if (stamps.Count == 0 || stampMs > stamps[^1])
                {
                    stamps.Add(stampMs);
                    Samples++;
                }
            }
        }
    }

    // Labels of places are the inventory's, which does not change; the rest is what the poller wrote.
    private static string NameOf(JsonElement metric) => string.Join(
        ' ', metric.EnumerateObject().Where(label => label.Name is "__name__" or "component").OrderBy(label => label.Name, StringComparer.Ordinal).Select(label => label.Value.GetString()));
}
