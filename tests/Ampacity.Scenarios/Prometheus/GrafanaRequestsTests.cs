using System.Globalization;
using System.Text;
using System.Text.Json;
using Snappier;

namespace Ampacity.Scenarios;

/// <summary>
/// What Grafana's Prometheus data source asks (health check, label browser, metric lookup, dashboards, probes), of Debian's Prometheus and of the server under test over the same
/// samples: the same status and the same data.
/// </summary>
public sealed class GrafanaRequestsTests : IDisposable
{
    private const string Program = "/usr/bin/prometheus";

    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-grafana-").FullName;
    private readonly HttpClient _http = new() { Timeout = AmpacityProcess.Patience };

    /// <summary>Method and address with parameters; posted ones go as a form. {from}, {to} are seconds with a fraction.</summary>
    private static readonly string[] Requests =
    [
        "POST query?query=1%2B1&time={to}",
        "GET query?query=vector(1)&time={to}",
        "GET label/__name__/values?start={from}&end={to}&match[]={__name__%3D~\"accel_.*\"}",
        "GET label/rack/values?start={from}&end={to}&match[]=accel_power_watts{hall%3D\"h1\"}",
        "POST labels?start={from}&end={to}&match[]=accel_power_watts",
        "GET labels?start={from}&end={to}&match[]=accel_power_watts",
        "POST series?start={from}&end={to}&match[]=accel_power_watts{rack%3D\"r1\"}",
        "GET series?start={from}&end={to}&match[]=accel_power_watts&match[]=accel_energy_joules_total",
        "POST query_range?query=sum+by+(rack)+(accel_power_watts)&start={from}&end={to}&step=15",
        "GET query_range?query=sum+by+(rack)+(accel_power_watts)&start={from}&end={to}&step=15",
        "POST query_range?query=rate(accel_energy_joules_total[1m0s])&start={from}&end={to}&step=15s",
        "POST query?query=topk(1,+accel_power_watts)&time={to}",
        "POST query?query=accel_power_watts+>+bool+150&time={to}",
        "POST query_exemplars?query=accel_power_watts&start={from}&end={to}",
        "GET rules",
        "GET alerts",
        "GET metadata?metric=accel_power_watts",
        "POST query?query=sum(&time={to}",
        "POST query_range?query=up&start={from}&end={to}&step=0",
        "GET series?start={from}&end={to}",
        "POST query?query=accel_power_watts+*+on(hall)+accel_power_watts&time={to}",
    ];

    [Fact]
    public async Task Grafana_is_answered_as_a_real_Prometheus_answers()
    {
        Assert.SkipUnless(File.Exists(Program), $"no {Program}: install Debian's package prometheus");
        await using var server = AmpacityProcess.Start(_folder, "serve", "--data", "data", "--listen", "http://127.0.0.1:0");
        await File.WriteAllTextAsync(Path.Combine(_folder, "prometheus.yml"), "global: {}\n");
        var theirs = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Checkout.FreePort()}");
        await using var prometheus = AmpacityProcess.StartProgram(
            Program, _folder,
            ["--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", "--web.enable-remote-write-receiver", $"--web.listen-address={new Uri(theirs).Authority}"]);
        var ours = (await server.WaitForLineAsync("Ampacity serves")).Split(' ')[^1].Trim();
        await ReadyAsync(theirs, prometheus);

        var toMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 15_000 * 15_000;
        var body = Snappy.CompressToArray(Samples(toMs));
        foreach (var url in (string[])[theirs, ours])
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new("application/x-protobuf");
            content.Headers.ContentEncoding.Add("snappy");
            content.Headers.Add("X-Prometheus-Remote-Write-Version", "0.1.0");
            using var taken = await _http.PostAsync(url + "/api/v1/write", content);
            Assert.True(taken.IsSuccessStatusCode, $"{url}: {taken.StatusCode} {await taken.Content.ReadAsStringAsync()}");
        }

        var wrong = new List<string>();
        var telling = 0;
        foreach (var request in Requests)
        {
            var asked = request.Replace("{from}", Seconds(toMs - 299_877), StringComparison.Ordinal).Replace("{to}", Seconds(toMs + 123), StringComparison.Ordinal);
            var (their, our) = (await AskAsync(theirs, asked), await AskAsync(ours, asked));
            telling += our.Contains("r1", StringComparison.Ordinal) ? 1 : 0;
            if (their != our)
            {
                wrong.Add($"{asked}\n  theirs {their}\n  ours   {our}");
            }
        }

        Assert.True(telling == 7, $"{telling} answers tell of rack r1, 7 should");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ReadyAsync(string url, AmpacityProcess process)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var answer = await _http.GetAsync(url + "/-/ready");
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (waited.Elapsed < AmpacityProcess.Patience)
            {
                // Not listening yet.
            }

            Assert.True(waited.Elapsed < AmpacityProcess.Patience, $"Prometheus is not ready:\n{process.Errors}");
            await Task.Delay(100);
        }
    }

    // Status and data, with what has no order put into one. The words of errors differ, and 2.42 writes fields of exemplars and rules alike.
    private async Task<string> AskAsync(string url, string request)
    {
        var (method, rest) = (request.Split(' ')[0], request[(request.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        var (path, parameters) = rest.Split('?', 2) is [var before, var after] ? (before, after) : (rest, "");
        using var message = method == "POST"
            ? new HttpRequestMessage(HttpMethod.Post, $"{url}/api/v1/{path}") { Content = new StringContent(parameters, Encoding.UTF8, "application/x-www-form-urlencoded") }
            : new HttpRequestMessage(HttpMethod.Get, $"{url}/api/v1/{path}?{parameters}");
        using var answer = await _http.SendAsync(message);
        var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        var status = string.Create(CultureInfo.InvariantCulture, $"{(int)answer.StatusCode} {json.GetProperty("status").GetString()} ");
        return status + (json.TryGetProperty("data", out var data) ? Plain(data) : json.GetProperty("errorType").GetString());
    }

    private static string Plain(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(',', element.EnumerateObject().OrderBy(one => one.Name, StringComparer.Ordinal).Select(one => $"{one.Name}:{Plain(one.Value)}")) + "}",
        JsonValueKind.Array when element.EnumerateArray().All(one => one.ValueKind is JsonValueKind.Object or JsonValueKind.String) && element.GetArrayLength() > 0
            => "[" + string.Join(',', element.EnumerateArray().Select(Plain).Order(StringComparer.Ordinal)) + "]",
        JsonValueKind.Array => "[" + string.Join(',', element.EnumerateArray().Select(Plain)) + "]",
        JsonValueKind.Number => element.GetDouble().ToString("R", CultureInfo.InvariantCulture),
        _ => element.ToString(),
    };

    private static string Seconds(long ms) => (ms / 1000.0).ToString("0.000", CultureInfo.InvariantCulture);

    // WriteRequest { 1 timeseries { 1 labels { 1 name, 2 value }, 2 samples { 1 value, 2 timestamp } } }
    private static byte[] Samples(long toMs)
    {
        var series = new List<byte>();
        foreach (var (name, rack, first, step) in ((string, string, double, double)[])[
            ("accel_power_watts", "r1", 100, 1), ("accel_power_watts", "r2", 200, -1), ("accel_energy_joules_total", "r1", 0, 1500)])
        {
            var one = new List<byte>();
            foreach (var (label, value) in ((string, string)[])[("__name__", name), ("hall", "h1"), ("rack", rack)])
            {
                one.AddRange(Field(1, [.. Field(1, Encoding.UTF8.GetBytes(label)), .. Field(2, Encoding.UTF8.GetBytes(value))]));
            }

            for (var i = 0; i <= 30; i++)
            {
                one.AddRange(Field(2, [0x09, .. BitConverter.GetBytes(first + (step * i)), 0x10, .. Varint((ulong)(toMs - ((30 - i) * 15_000L)))]));
            }

            series.AddRange(Field(1, [.. one]));
        }

        return [.. series];
    }

    private static byte[] Field(int number, byte[] content) => [(byte)((number << 3) | 2), .. Varint((ulong)content.Length), .. content];

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)((value & 0x7F) | 0x80));
        }

        return [.. bytes, (byte)value];
    }
}
