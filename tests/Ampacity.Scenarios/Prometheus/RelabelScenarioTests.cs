using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Ampacity.Scenarios;

/// <summary>One prometheus.yml with every relabelling action, read by Debian's Prometheus and by us: the same targets, the same series.</summary>
public sealed class RelabelScenarioTests : IDisposable
{
    private const string Program = "/usr/bin/prometheus";

    private const string Page = """
        # TYPE m gauge
        m{a="foo",b="bar",c="baz",D="ChOo Ünï"} 1
        m{a="foo",b="foo",c="",instance="theirs"} 2
        m{a="x",exported_job="page",job="page"} 3
        other_total{a="foo",tmp_one="1",tmp_two="2",le="0.5"} 4
        go_goroutines 5
        timed{a="foo"} 6 1500000000000
        """;

    // Rules that meet their edges: what matches whole, what does not, empty values, groups by number and name, names that are none. A dot takes a newline
    // from Prometheus 3 on, as here, and did not in 2.42: no rule of these asks.
    private static readonly (string Name, string Rules)[] Rules =
    [
        ("replace", "[{source_labels: [a, b], regex: 'f(.*);b(.*)', target_label: d, replacement: 'ch${1}-$2-$3-$$'}]"),
        ("replace-default", "[{source_labels: [a, c], separator: '', target_label: d}]"),
        ("replace-named", "[{source_labels: [a], regex: '(?P<name>fo+)', target_label: '${name}_x', replacement: '$name'}]"),
        ("replace-not-anchored", "[{source_labels: [a], regex: fo, target_label: d, replacement: x}]"),
        ("replace-bad-name", "[{source_labels: [D], regex: '(.*)', target_label: '${1}', replacement: x}]"),
        ("replace-empty", "[{source_labels: [a], regex: '(.*)', target_label: b, replacement: ''}]"),
        ("keep", "[{source_labels: [a], regex: 'foo|other', action: keep}]"),
        ("drop", "[{source_labels: [a, b], regex: 'foo;b.*', action: drop}]"),
        ("keepequal", "[{source_labels: [a], target_label: b, action: keepequal}]"),
        ("dropequal", "[{source_labels: [a], target_label: b, action: dropequal}]"),
        ("hashmod", "[{source_labels: [a, b], modulus: 1000, target_label: shard, action: hashmod}]"),
        ("labelmap", "[{regex: '([a-c])', replacement: 'copy_$1', action: labelmap}]"),
        ("labeldrop", "[{regex: 'tmp_.*|D', action: labeldrop}]"),
        ("labelkeep", "[{regex: '__.*|a|b|job|instance', action: labelkeep}]"),
        ("lowercase", "[{source_labels: [D], target_label: low, action: lowercase}]"),
        ("uppercase", "[{source_labels: [D], target_label: up, action: uppercase}]"),
        ("capital-action", "[{source_labels: [a], regex: foo, action: KEEP}]"),
        ("chain", "[{source_labels: [a], target_label: __tmp}, {source_labels: [__tmp], regex: '(.).*', target_label: first}, {action: labeldrop, regex: b}]"),
    ];

    private static readonly HttpClient Http = new() { Timeout = AmpacityProcess.Patience };

    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-relabel-").FullName;

    [Fact]
    public async Task Every_action_makes_the_same_targets_and_the_same_series_as_in_Prometheus()
    {
        Assert.SkipUnless(File.Exists(Program), $"no {Program}: install Debian's package prometheus");
        var (pagePort, prometheusPort) = (Checkout.FreePort(), Checkout.FreePort());
        using var exporter = Serve(pagePort);
        await File.WriteAllTextAsync(Path.Combine(_folder, "prometheus.yml"), Config(pagePort));
        var prometheus = $"http://127.0.0.1:{Text(prometheusPort)}";
        await using var real = AmpacityProcess.StartProgram(
            Program, _folder, ["--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", $"--web.listen-address=127.0.0.1:{Text(prometheusPort)}"]);
        await using var server = AmpacityProcess.Start(_folder, "serve", "--data", "data", "--listen", "http://127.0.0.1:0", "--scrape", "prometheus.yml");
        var url = (await server.WaitForLineAsync("Ampacity serves")).Split(' ')[^1].Trim();

        // Every job was scraped twice by both, so that what is up and what is down is settled.
        var jobs = Config(pagePort).Split("job_name:").Length - 1;
        foreach (var one in new[] { prometheus, url })
        {
            await UntilAsync(one, $"count(count by (job) (count_over_time(up[5m]) >= 2)) >= {Text(jobs)}");
        }

        Assert.Equal(await TargetsAsync(prometheus), await TargetsAsync(url));
        Assert.Equal(await DroppedAsync(prometheus), await DroppedAsync(url));
        var (theirs, ours) = (await SeriesAsync(prometheus), await SeriesAsync(url));
        Assert.Contains(theirs, line => line.Contains("copy_a=foo", StringComparison.Ordinal));
        Assert.Equal(theirs, ours);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Config(int port)
    {
        var text = new StringBuilder("global: {scrape_interval: 1s}\nscrape_configs:\n");
        foreach (var (name, rules) in Rules)
        {
            text.Append(CultureInfo.InvariantCulture, $"  - {{job_name: t-{name}, static_configs: [{{targets: ['127.0.0.1:{port}', 'localhost:{port}'], labels: {{a: foo, b: bar, c: baz, D: ChOo Ünï, tmp_one: x}}}}, {{targets: ['127.0.0.1:{port}'], labels: {{a: foo, b: foo}}}}], relabel_configs: {rules}}}\n");
            text.Append(CultureInfo.InvariantCulture, $"  - {{job_name: m-{name}, static_configs: [{{targets: ['127.0.0.1:{port}']}}], metric_relabel_configs: {rules}}}\n");
        }

        foreach (var (name, said) in new[]
        {
            ("honor", "honor_labels: true"), ("no-times", "honor_timestamps: false"), ("sample-limit", "sample_limit: 3"), ("sample-limit-enough", "sample_limit: 6"), ("label-limit", "label_limit: 4"),
            ("name-limit", "label_name_length_limit: 7"), ("value-limit", "label_value_length_limit: 9"), ("body-limit", "body_size_limit: 100B"), ("target-limit", "target_limit: 1"),
            ("path", "metrics_path: /metrics, params: {x: ['1', '2']}"), ("interval", "relabel_configs: [{target_label: __scrape_interval__, replacement: 2s}, {target_label: __param_x, replacement: y}]"),
        })
        {
            text.Append(CultureInfo.InvariantCulture, $"  - {{job_name: l-{name}, {said}, static_configs: [{{targets: ['127.0.0.1:{port}'{(name == "target-limit" ? $", 'localhost:{port}'" : "")}]}}]}}\n");
        }

        return text.ToString();
    }

    private static HttpListener Serve(int port)
    {
        var listener = new HttpListener();
        listener.Prefixes.Add($"http://127.0.0.1:{Text(port)}/");
        listener.Prefixes.Add($"http://localhost:{Text(port)}/");
        listener.Start();
        _ = AnswerAsync(listener);
        return listener;
    }

    private static async Task AnswerAsync(HttpListener listener)
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            context.Response.ContentType = "text/plain; version=0.0.4";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(Page + "\n"));
            context.Response.Close();
        }
    }

    private static async Task<string[]> TargetsAsync(string url) =>
        [.. (await AnswerOfAsync($"{url}/api/v1/targets")).GetProperty("activeTargets").EnumerateArray()
            .Select(target => $"{Labels(target.GetProperty("labels"))} {target.GetProperty("scrapeUrl").GetString()} {target.GetProperty("health").GetString()}").Order(StringComparer.Ordinal)];

    private static async Task<string[]> DroppedAsync(string url) =>
        [.. (await AnswerOfAsync($"{url}/api/v1/targets")).GetProperty("droppedTargets").EnumerateArray()
            .Select(target => Labels(target.GetProperty("discoveredLabels"))).Order(StringComparer.Ordinal)];

    // What a page has, and what a scrape says of it, but for how long it took. Of a page over a limit Prometheus counts the samples that it did not take,
    // and we count none; that it is down is among the targets.
    private static async Task<string[]> SeriesAsync(string url) =>
        [.. (await AnswerOfAsync($"{url}/api/v1/query?query={Uri.EscapeDataString("last_over_time({job!=\"\",__name__!~\"scrape_duration_seconds|scrape_series_added\"}[1m]) unless on (job, instance) (up == 0)")}")).GetProperty("result").EnumerateArray()
            .Select(series => $"{Labels(series.GetProperty("metric"))} {series.GetProperty("value")[1].GetString()}").Order(StringComparer.Ordinal)];

    private static string Labels(JsonElement labels) =>
        string.Join(',', labels.EnumerateObject().Select(label => $"{label.Name}={label.Value.GetString()}").Order(StringComparer.Ordinal));

    private static async Task<JsonElement> AnswerOfAsync(string url) =>
        JsonSerializer.Deserialize<JsonElement>(await Http.GetStringAsync(url)).GetProperty("data");

    private static async Task UntilAsync(string url, string expression)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if ((await RunningFleet.QueryAsync(url, expression)).GetArrayLength() > 0)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            Assert.True(waited.Elapsed < AmpacityProcess.Patience, $"{expression} at {url} gave nothing");
            await Task.Delay(250);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
