using System.Globalization;

namespace Ampacity.Scenarios;

/// <summary>Samples are sent on to a second server and to Debian's Prometheus, over an outage of both and SIGKILL of the sender.</summary>
public sealed class ForwardScenarioTests : IDisposable
{
    private const string Program = "/usr/bin/prometheus";
    private const int SeriesCount = 50;

    private const string Fleet = """
        ampacity: 1
        owns: site/hall
        hall: {size: [20 m, 20 m], tenant: alpha}
        rows: {r01: {sku: nvidia/gb200-nvl72@1, racks: 1, at: [2 m, 3 m], pitch: 600 mm}}
        assets: {r01/01/05: {serial: S-5, hostname: node-5}}
        bindings: [{match: '{job="dcgm"}', asset: {by: hostname, from: Hostname}}]
        """;

    private static readonly HttpClient Http = new() { Timeout = AmpacityProcess.Patience };

    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-forward-").FullName;

    [Fact]
    public async Task What_was_acknowledged_arrives_with_its_labels_although_receivers_were_away_and_the_sender_was_killed()
    {
        Assert.SkipUnless(File.Exists(Program), $"no {Program}: install Debian's package prometheus");
        var (secondPort, prometheusPort) = (Checkout.FreePort(), Checkout.FreePort());
        var (second, prometheus) = ($"http://127.0.0.1:{Text(secondPort)}", $"http://127.0.0.1:{Text(prometheusPort)}");
        Directory.CreateDirectory(Path.Combine(_folder, "first"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "first", "ampacity.yaml"), $$"""
            ampacity: 1
            forward:
              second: {url: '{{second}}/api/v1/write', match: ['{job="dcgm"}'], topology: false}
              prometheus: {url: '{{prometheus}}/api/v1/write', match: ['{hall="hall",job="dcgm"}']}
            """);

        // Nobody listens yet: everything waits. Then the sender is killed.
        await using (var first = AmpacityProcess.Start(_folder, "serve", "--data", "first", "--listen", "http://127.0.0.1:0"))
        {
            var url = (await first.WaitForLineAsync("Ampacity serves")).Split(' ')[^1].Trim();
            await File.WriteAllTextAsync(Path.Combine(_folder, "fleet.yaml"), Fleet);
            Assert.Equal(0, (await AmpacityProcess.RunAsync(_folder, null, "apply", "fleet.yaml", "--url", url, "--yes")).ExitCode);
            await SendAsync(url, 0, 10);
            await UntilAsync(url, "ampacity_forward_failing", "2");
            await SendAsync(url, 10, 10);
            await first.KillAsync();
        }

        await File.WriteAllTextAsync(Path.Combine(_folder, "prometheus.yml"), "global: {scrape_interval: 1h}\n");
        await using var other = AmpacityProcess.Start(_folder, "serve", "--data", "second", "--listen", second);
        await using var real = AmpacityProcess.StartProgram(
            Program, _folder, ["--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", "--web.enable-remote-write-receiver", $"--web.listen-address=127.0.0.1:{Text(prometheusPort)}"]);
        await other.WaitForLineAsync("Ampacity serves");
        await using var again = AmpacityProcess.Start(_folder, "serve", "--data", "first", "--listen", "http://127.0.0.1:0");
        var now = (await again.WaitForLineAsync("Ampacity serves")).Split(' ')[^1].Trim();
        await SendAsync(now, 20, 5);
        foreach (var url in new[] { second, prometheus })
        {
            await CountAsync(url, "sum(count_over_time(forwarded_watts[10m]))", SeriesCount * 25);
        }

        // The second got them as they came, Prometheus with the labels of their place.
        await CountAsync(second, "count(count by (hall) (forwarded_watts{hall=\"\"}))", 1);
        await CountAsync(prometheus, "count(last_over_time(forwarded_watts{hall=\"hall\",rack=\"r01/01\",slot=\"05\",tenant=\"alpha\"}[10m]))", SeriesCount);
        await UntilAsync(now, "ampacity_forward_queue_samples", "0");
        await UntilAsync(now, "ampacity_forward_dropped_total", "0");
    }

    [Fact]
    public async Task Who_reads_2_0_is_sent_it_and_a_Prometheus_and_a_VictoriaMetrics_of_before_it_get_every_sample_as_1_0()
    {
        const string victoriaMetrics = "/usr/bin/victoria-metrics";
        Assert.SkipUnless(File.Exists(Program) && File.Exists(victoriaMetrics), $"no {Program} or no {victoriaMetrics}: install Debian's packages prometheus and victoria-metrics");
        var (secondPort, prometheusPort, victoriaPort) = (Checkout.FreePort(), Checkout.FreePort(), Checkout.FreePort());
        var (second, prometheus, victoria) = ($"http://127.0.0.1:{Text(secondPort)}", $"http://127.0.0.1:{Text(prometheusPort)}", $"http://127.0.0.1:{Text(victoriaPort)}");
        Directory.CreateDirectory(Path.Combine(_folder, "first"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "first", "ampacity.yaml"), $$"""
            ampacity: 1
            forward:
              second: {url: '{{second}}/api/v1/write', match: ['{job="dcgm"}'], protocol: 2.0}
              prometheus: {url: '{{prometheus}}/api/v1/write', match: ['{job="dcgm"}'], protocol: 2.0}
              victoria: {url: '{{victoria}}/api/v1/write', match: ['{job="dcgm"}'], protocol: "2.0"}
            """);
        await File.WriteAllTextAsync(Path.Combine(_folder, "prometheus.yml"), "global: {scrape_interval: 1h}\n");
        await using var other = AmpacityProcess.Start(_folder, "serve", "--data", "second", "--listen", second);
        await using var real = AmpacityProcess.StartProgram(
            Program, _folder, ["--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", "--web.enable-remote-write-receiver", $"--web.listen-address=127.0.0.1:{Text(prometheusPort)}"]);
        await using var rival = AmpacityProcess.StartProgram(victoriaMetrics, _folder, ["-storageDataPath=victoria", $"-httpListenAddr=127.0.0.1:{Text(victoriaPort)}"]);
        await other.WaitForLineAsync("Ampacity serves");
        await using var first = AmpacityProcess.Start(_folder, "serve", "--data", "first", "--listen", "http://127.0.0.1:0");
        var url = (await first.WaitForLineAsync("Ampacity serves")).Split(' ')[^1].Trim();
        using (var page = new StringContent("# HELP forwarded_described_watts Power of a tray.\n# TYPE forwarded_described_watts gauge\nforwarded_described_watts{job=\"dcgm\"} 7\n"))
        {
            (await Http.PostAsync($"{url}/api/v1/import/prometheus", page)).EnsureSuccessStatusCode();
        }

        await SendAsync(url, 0, 10);
        foreach (var receiver in new[] { second, prometheus, victoria })
        {
            // The newest samples of a VictoriaMetrics are not shown before a second has passed.
            await CountAsync(receiver, "sum(count_over_time(forwarded_watts[10m]))", SeriesCount * 10);
            await CountAsync(receiver, "forwarded_described_watts", 7);
        }

        // Two of three did not say what they wrote; nothing was refused on the way.
        await UntilAsync(url, "ampacity_forward_fall_backs_total", "2");
        await UntilAsync(url, "ampacity_forward_refused_total", "0");
        await UntilAsync(url, "ampacity_forward_dropped_total", "0");

        // What is known of a metric goes with it.
        var said = await Http.GetStringAsync($"{second}/api/v1/metadata?metric=forwarded_described_watts");
        Assert.Contains("Power of a tray.", said, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task SendAsync(string url, int from, int count)
    {
        var nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        for (var poll = from; poll < from + count; poll++)
        {
            // The inventory begins when it is applied, and so do labels: all of it is sent within seconds of that.
            await WriteRequest.SendAsync(Http, url, Enumerable.Range(0, SeriesCount).Select(gpu => (
                new[] { ("__name__", "forwarded_watts"), ("job", "dcgm"), ("Hostname", "node-5"), ("gpu", Text(gpu)) }, new[] { (nowMs + poll, 100.0 + gpu) })));
        }
    }

    private static async Task CountAsync(string url, string expression, double wanted)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var said = "nothing";
            try
            {
                var result = await RunningFleet.QueryAsync(url, expression);
                said = result.GetArrayLength() == 0 ? said : result[0].GetProperty("value")[1].GetString()!;
            }
            catch (HttpRequestException error)
            {
                said = error.Message;
            }

            if (double.TryParse(said, CultureInfo.InvariantCulture, out var value) && value == wanted)
            {
                return;
            }

            Assert.True(waited.Elapsed < AmpacityProcess.Patience, $"{expression} at {url} is {said}, not {wanted}");
            await Task.Delay(250);
        }
    }

    private static async Task UntilAsync(string url, string metric, string wanted)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var line = (await Http.GetStringAsync(url + "/metrics")).Split('\n').First(line => line.StartsWith(metric + " ", StringComparison.Ordinal));
            if (line == $"{metric} {wanted}")
            {
                return;
            }

            Assert.True(waited.Elapsed < AmpacityProcess.Patience, $"{line}, not {wanted}");
            await Task.Delay(250);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
