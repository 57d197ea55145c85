using System.Globalization;
using System.Text.Json;

namespace Ampacity.Scenarios;

/// <summary>
/// A site that has a store already: the server reads Debian's Prometheus and VictoriaMetrics, answers as they answer themselves, and adds what they
/// do not know.
/// </summary>
public sealed class StoreBesideScenarioTests : IDisposable
{
    private const string Fleet = """
        ampacity: 1
        owns: site/hall
        hall: {size: [20 m, 20 m], tenant: alpha}
        power:
          ups-a: {kind: Ups, rating: 1 MW}
          bw-a: {kind: Busway, fedBy: ups-a, rating: 1600 A at 415 V}
        rows: {r01: {sku: nvidia/gb200-nvl72@1, racks: 2, at: [2 m, 3 m], pitch: 600 mm, feeds: [bw-a]}}
        assets:
          r01/01/05: {serial: S-5, hostname: node-5}
          r01/02/06: {serial: S-6, hostname: node-6}
        bindings: [{match: '{job="dcgm"}', asset: {by: hostname, from: Hostname}}]
        """;

    private static readonly (string Host, string Number, double Watts)[] Gpus = [("node-5", "0", 700.25), ("node-5", "1", 812.5), ("node-6", "0", 655), ("node-6", "1", 1001.75)];

    private const int StepMs = 15_000;
    private const int Polls = 40;

    // What both stores give by the definition of Prometheus. VictoriaMetrics extrapolates neither rate nor increase, so they are asked of Prometheus alone.
    private static readonly string[] Everywhere =
    [
        "DCGM_FI_DEV_POWER_USAGE", "sum by (Hostname) (DCGM_FI_DEV_POWER_USAGE)", "avg(DCGM_FI_DEV_POWER_USAGE{gpu=~\"[01]\"})", "count(DCGM_FI_DEV_POWER_USAGE) by (job)",
        "sum by (Hostname) (max_over_time(DCGM_FI_DEV_POWER_USAGE{gpu=\"1\"}[3m]))", "topk(2, DCGM_FI_DEV_POWER_USAGE)", "quantile(0.5, DCGM_FI_DEV_POWER_USAGE)", "{__name__=~\"ended.*\"}",
    ];

    private static readonly string[] PrometheusOnly =
    [
        "rate(energy_total[2m])", "sum(increase(energy_total{gpu!=\"1\"}[4m]))", "resets(energy_total[10m])", "count_over_time(DCGM_FI_DEV_POWER_USAGE[10m])", "DCGM_FI_DEV_POWER_USAGE offset 2m",
        "absent(ended_watts)", "last_over_time(ended_watts[10m])", "stddev_over_time(DCGM_FI_DEV_POWER_USAGE[5m:30s])",
    ];

    private static readonly HttpClient Http = new() { Timeout = AmpacityProcess.Patience };

    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-beside-").FullName;

    [Fact]
    public async Task Over_a_real_Prometheus_answers_are_its_own_and_halls_are_added()
    {
        const string program = "/usr/bin/prometheus";
        Assert.SkipUnless(File.Exists(program), $"no {program}: install Debian's package prometheus");
        await File.WriteAllTextAsync(Path.Combine(_folder, "prometheus.yml"), "global: {scrape_interval: 1h}\n");
        var address = $"127.0.0.1:{Checkout.FreePort().ToString(CultureInfo.InvariantCulture)}";
        await using var store = AmpacityProcess.StartProgram(
            program, _folder, ["--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", "--web.enable-remote-write-receiver", $"--web.listen-address={address}"]);
        await CompareAsync($"http://{address}", [.. Everywhere, .. PrometheusOnly]);
    }

    [Fact]
    public async Task Over_a_real_VictoriaMetrics_answers_are_its_own_and_halls_are_added()
    {
        const string program = "/usr/bin/victoria-metrics";
        Assert.SkipUnless(File.Exists(program), $"no {program}: install Debian's package victoria-metrics");
        var address = $"127.0.0.1:{Checkout.FreePort().ToString(CultureInfo.InvariantCulture)}";

        // By default it shows nothing of the last 30 s.
        await using var store = AmpacityProcess.StartProgram(program, _folder, ["-storageDataPath=vm", $"-httpListenAddr={address}", "-search.latencyOffset=0s"]);
        await CompareAsync($"http://{address}", Everywhere);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task CompareAsync(string storeUrl, string[] expressions)
    {
        await UntilAsync(async () => (await Http.GetAsync($"{storeUrl}/api/v1/labels")).IsSuccessStatusCode, $"{storeUrl} does not answer");
        // Off the full half minute: there a window of Prometheus 2 has one point more, since its begin is closed where that of Prometheus 3 is open.
        var nowMs = (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 30_000 * 30_000) - 23_000;
        await WriteRequest.SendAsync(Http, storeUrl, History(nowMs));
        await UntilAsync(async () => (await AskAsync(storeUrl, "query", "count(DCGM_FI_DEV_POWER_USAGE)", nowMs)).Count == 1, "what was written is not there");

        await using var server = AmpacityProcess.Start(_folder, "serve", "--data", "data", "--listen", "http://127.0.0.1:0", "--store", $"prometheus={storeUrl}");
        var url = (await server.WaitForLineAsync("Ampacity serves")).Split(' ')[^1].Trim();
        foreach (var expression in expressions)
        {
            Same(await AskAsync(storeUrl, "query", expression, nowMs), await AskAsync(url, "query", expression, nowMs), expression);
            Same(await AskAsync(storeUrl, "query_range", expression, nowMs), await AskAsync(url, "query_range", expression, nowMs), expression + " over a range");
        }

        // Now the inventory: what no sender ever sent.
        await File.WriteAllTextAsync(Path.Combine(_folder, "fleet.yaml"), Fleet);
        Assert.Equal(0, (await AmpacityProcess.RunAsync(_folder, null, "apply", "fleet.yaml", "--url", url, "--yes")).ExitCode);
        // A sample has the labels that held at its own time: those of before belong to no place.
        Assert.Equal([""], (await AskAsync(url, "query", "sum by (hall) (hw_power_watts)", nowMs)).Keys);
        var writtenMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await WriteRequest.SendAsync(Http, storeUrl, Gpus.Select(gpu => (Labels(gpu, "DCGM_FI_DEV_POWER_USAGE"), new[] { (writtenMs, gpu.Watts) })));
        var watts = Gpus.Sum(gpu => gpu.Watts);
        await UntilAsync(async () => (await AskAsync(storeUrl, "query", "sum(DCGM_FI_DEV_POWER_USAGE)", writtenMs)).Single().Value[0].Value == watts, "the newest samples are not there");
        var at = writtenMs;
        var halls = Assert.Single(await AskAsync(url, "query", "sum by (hall, tenant) (hw_power_watts)", at));
        Assert.Equal("hall=hall,tenant=alpha", halls.Key);
        Assert.Equal(watts, halls.Value[0].Value, watts * 1e-9);
        Assert.Equal(["rack=r01/01", "rack=r01/02"], (await AskAsync(url, "query", "sum by (rack) (DCGM_FI_DEV_POWER_USAGE)", at)).Keys);
        Assert.Equal(["rack=r01/02"], (await AskAsync(url, "query", "count by (rack) (DCGM_FI_DEV_POWER_USAGE)", at, "site/hall/r01/02")).Keys);
        Assert.Equal(["ups=ups-a"], (await AskAsync(url, "query", "sum by (ups) (hw_power_watts{ups=\"ups-a\"})", at)).Keys);

        // Roll-ups are made of the store's samples and kept in our own.
        await UntilAsync(
            async () => (await AskAsync(url, "query", "node_power_watts{kind=\"Ups\"}", null)) is { Count: 1 } carried && Math.Abs(carried.Single().Value[0].Value - watts) < watts * 1e-9,
            "node_power_watts did not come to what the racks draw");

        // Nobody's samples are taken, and no sender is told to repeat them.
        using var page = new StringContent("a 1\n");
        using var refused = await Http.PostAsync($"{url}/api/v1/import/prometheus", page);
        Assert.Equal(405, (int)refused.StatusCode);
        Assert.Contains(storeUrl, await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    // Two trays with two GPUs each, ten minutes of samples; a series that ended with a stale marker, a counter that began again.
    private static List<((string, string)[], (long, double)[])> History(long nowMs)
    {
        var random = new Random(20261130);
        var series = new List<((string, string)[], (long, double)[])>();
        foreach (var gpu in Gpus)
        {
            var phase = random.Next(StepMs);
            series.Add((Labels(gpu, "DCGM_FI_DEV_POWER_USAGE"), [.. Enumerable.Range(0, Polls).Select(poll => (TimeOf(poll, phase), random.Next(20_000, 110_000) / 100.0))]));
            series.Add((Labels(gpu, "energy_total"), [.. Enumerable.Range(0, Polls).Select(poll => (TimeOf(poll, phase), (poll % 25) * 1000.0))]));
        }

        (long, double)[] ended = [.. Enumerable.Range(0, Polls - 12).Select(poll => (TimeOf(poll, 0), 7.5)), (TimeOf(Polls - 12, 0), BitConverter.Int64BitsToDouble(0x7ff0000000000002))];
        series.Add(([("__name__", "ended_watts"), ("job", "dcgm"), ("Hostname", "node-6"), ("gpu", "9")], ended));
        return series;

        long TimeOf(int poll, int phase) => nowMs - ((Polls - poll) * StepMs) + phase;
    }

    private static (string, string)[] Labels((string Host, string Number, double Watts) gpu, string name) =>
        [("__name__", name), ("job", "dcgm"), ("Hostname", gpu.Host), ("gpu", gpu.Number), ("UUID", $"GPU-{gpu.Host}-{gpu.Number}"), ("modelName", "NVIDIA GB200")];

    private static async Task<SortedDictionary<string, List<(long TimestampMs, double Value)>>> AskAsync(
        string url, string kind, string expression, long? atMs, string? scope = null)
    {
        var time = atMs is not { } ms ? "" : kind == "query"
            ? $"&time={Seconds(ms)}"
            : $"&start={Seconds(ms - 300_000)}&end={Seconds(ms)}&step=30&nocache=1";
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{url}/api/v1/{kind}?query={Uri.EscapeDataString(expression)}{time}");
        if (scope is not null)
        {
            request.Headers.Add("X-Ampacity-Scope", scope);
        }

        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{expression} at {url}: {text}");
        var found = new SortedDictionary<string, List<(long, double)>>(StringComparer.Ordinal);
        foreach (var series in JsonDocument.Parse(text).RootElement.GetProperty("data").GetProperty("result").EnumerateArray())
        {
            var labels = series.GetProperty("metric").EnumerateObject().OrderBy(label => label.Name, StringComparer.Ordinal).Select(label => $"{label.Name}={label.Value.GetString()}");
            var values = series.TryGetProperty("values", out var many) ? many.EnumerateArray() : Enumerable.Repeat(series.GetProperty("value"), 1);
            found.Add(string.Join(',', labels), [.. values.Select(pair => (
                (long)Math.Round(pair[0].GetDouble() * 1000), double.Parse(pair[1].GetString()!.Replace("+Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture)))]);
        }

        return found;
    }

    private static void Same(
        SortedDictionary<string, List<(long TimestampMs, double Value)>> theirs, SortedDictionary<string, List<(long TimestampMs, double Value)>> ours, string what)
    {
        Assert.True(theirs.Keys.SequenceEqual(ours.Keys), $"{what}: they have {string.Join(" | ", theirs.Keys)}, we have {string.Join(" | ", ours.Keys)}");
        foreach (var (series, points) in theirs)
        {
            Assert.True(
                points.Count == ours[series].Count && points.Zip(ours[series]).All(pair =>
                    pair.First.TimestampMs == pair.Second.TimestampMs && Math.Abs(pair.First.Value - pair.Second.Value) <= Math.Abs(pair.First.Value) * 1e-12),
                $"{what}, {series}: they say {string.Join(" ", points)}, we say {string.Join(" ", ours[series])}");
        }
    }

    private static string Seconds(long timestampMs) => (timestampMs / 1000.0).ToString("0.000", CultureInfo.InvariantCulture);

    private static async Task UntilAsync(Func<Task<bool>> condition, string otherwise)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (await condition())
                {
                    return;
                }
            }
            catch (HttpRequestException error)
            {
                otherwise = $"{otherwise} ({error.Message})";
            }

            Assert.True(waited.Elapsed < AmpacityProcess.Patience, otherwise);
            await Task.Delay(250);
        }
    }
}
